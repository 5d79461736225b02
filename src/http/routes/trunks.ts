/** How full the trunks are, and whether their carriers answer. */
import type { TrunkId } from '../../domain/ids';
import type { PlanStore } from '../../domain/plan';
import { storesOf } from '../../domain/rights';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { pageOf } from '../pages';
import { PageOf, WholePageQuery, pageRequest } from '../schemas/page';
import { Type } from '@sinclair/typebox';
import { problems } from '../schemas/problem';
import { TrunkSchema } from '../schemas/trunk';
import type { Routes } from './app';

export function trunkRoutes(app: Routes, { trunks, live }: HttpDeps): void {
  app.get(
    '/api/trunks',
    {
      config: { access: 'store.oversee' },
      schema: {
        tags: ['trunks'],
        summary:
          'Trunks of the own stores, and of no store in particular: channels used, the peak of the day, minutes full; gateways, accounts.',
        querystring: Type.Object(WholePageQuery),
        response: {
          200: PageOf(TrunkSchema),
          ...problems('INVALID_REQUEST', 'BAD_CURSOR', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'),
        },
      },
    },
    (request) => {
      const overseen = storesOf(personOf(request), 'store.oversee');
      const { stores } = live.plan();
      const own = stores.filter(({ id }) => overseen.includes(id));
      const isShared = (id: TrunkId) => !stores.some((store) => store.trunks?.includes(id));
      const items = trunks().filter(({ id }) => isShared(id) || isOf(own, id));
      return pageOf(items, pageRequest(request.query), ({ id }) => [id]);
    },
  );
}

/** A store that names none calls by all of the plan. */
const isOf = (stores: readonly PlanStore[], trunkId: TrunkId): boolean =>
  stores.some(({ trunks }) => trunks?.includes(trunkId) ?? true);
