/** How callers of the own stores rated whom they talked with. */
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { pageOf } from '../pages';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import { AgentRatingsSchema, RatingsQuery } from '../schemas/rating';
import { instantOf } from '../schemas/values';
import { storesAsked } from '../stores';
import type { Routes } from './app';

const MONTH_MS = 30 * 86_400_000;

export function ratingRoutes(app: Routes, { ratings, now }: HttpDeps): void {
  app.get(
    '/api/ratings',
    {
      config: { access: 'store.oversee' },
      schema: {
        tags: ['reports'],
        summary: 'Ratings by agent; without times, of the last 30 days.',
        querystring: RatingsQuery,
        response: {
          200: PageOf(AgentRatingsSchema),
          ...problems(
            ...(['INVALID_REQUEST', 'BAD_CURSOR', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'] as const),
            'NOT_FOUND',
          ),
        },
      },
    },
    async (request) => {
      const { store, from: first, to: last, ...page } = request.query;
      const to = last === undefined ? now() : instantOf(last);
      const from = first === undefined ? to - MONTH_MS : instantOf(first);
      const storeIds = storesAsked(personOf(request), 'store.oversee', store);
      const items = await ratings({ storeIds, from, to });
      return pageOf(items, pageRequest(page), ({ agentId }) => [agentId]);
    },
  );
}
