/** Live counts of the queues that the person sees. */
import { seesQueue } from '../../domain/rights';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { PageOf } from '../schemas/page';
import { problems } from '../schemas/problem';
import { QueueSchema } from '../schemas/queue';
import type { Routes } from './app';

export function queueRoutes(app: Routes, { live }: HttpDeps): void {
  app.get(
    '/api/queues',
    {
      config: { access: 'store.read' },
      schema: {
        tags: ['queues'],
        summary: 'Queues: for an agent those he serves, else all of the own store.',
        response: {
          200: PageOf(QueueSchema),
          ...problems('NOT_AUTHENTICATED', 'FORBIDDEN_POST'),
        },
      },
    },
    (request) => {
      const person = personOf(request);
      // A store has a handful: one page holds them.
      return { items: live.queues().filter((queue) => seesQueue(person, queue)), next: null };
    },
  );
}
