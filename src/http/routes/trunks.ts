/** How full the trunks are, and whether their carriers answer. */
import type { HttpDeps } from '../deps';
import { PageOf } from '../schemas/page';
import { problems } from '../schemas/problem';
import { TrunkSchema } from '../schemas/trunk';
import type { Routes } from './app';

export function trunkRoutes(app: Routes, { trunks }: HttpDeps): void {
  app.get(
    '/api/trunks',
    {
      config: { access: 'store.oversee' },
      schema: {
        tags: ['trunks'],
        summary: 'Channels used, the peak of the day and minutes full; gateways and accounts.',
        response: {
          200: PageOf(TrunkSchema),
          ...problems('NOT_AUTHENTICATED', 'FORBIDDEN_POST'),
        },
      },
    },
    // A dealership has a handful: one page holds them.
    () => ({ items: trunks(), next: null }),
  );
}
