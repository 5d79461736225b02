/** Leads of the person's store. */
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { LeadSchema, LeadsQuery } from '../schemas/lead';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import type { Routes } from './app';

export function leadRoutes(app: Routes, { queries }: HttpDeps): void {
  app.get(
    '/api/leads',
    {
      config: { access: 'store.read' },
      schema: {
        tags: ['leads'],
        summary: 'Leads of the own store, by number or all, newest first.',
        querystring: LeadsQuery,
        response: {
          200: PageOf(LeadSchema),
          ...problems('INVALID_REQUEST', 'BAD_CURSOR', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'),
        },
      },
    },
    (request) => {
      const { number, ...page } = request.query;
      const filter = {
        storeId: personOf(request).store,
        ...(number !== undefined && { number }),
      };
      return queries.leads(filter, pageRequest(page));
    },
  );
}
