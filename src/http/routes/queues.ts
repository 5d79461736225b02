/** Live counts of the queues that the person sees. */
import { seesQueue } from '../../domain/rights';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { pageOf } from '../pages';
import { PageOf, WholePageQuery, pageRequest } from '../schemas/page';
import { Type } from '@sinclair/typebox';
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
        querystring: Type.Object(WholePageQuery),
        response: {
          200: PageOf(QueueSchema),
          ...problems('INVALID_REQUEST', 'BAD_CURSOR', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'),
        },
      },
    },
    (request) => {
      const person = personOf(request);
      const seen = live.queues().filter((queue) => seesQueue(person, queue));
      return pageOf(seen, pageRequest(request.query), ({ id }) => [id]);
    },
  );
}
