/** The audit: who changed, exported or heard what; by who sets the system up. An entry is of no store, so one of some stores reads
 * of those who are somebody there alone. */
import { mayEverywhere, mayOver } from '../../domain/rights';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { AuditEntrySchema, AuditQuery } from '../schemas/audit';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import { instantOf } from '../schemas/values';
import type { Routes } from './app';

export function auditRoutes(app: Routes, { queries, live }: HttpDeps): void {
  app.get(
    '/api/audit',
    {
      config: { access: 'audit.read' },
      schema: {
        tags: ['administration'],
        summary: 'Who changed, exported or heard what, the newest first.',
        description:
          'Of the whole installation, for whom the right holds in all stores; else what was done by people all of whose posts ' +
          'are in stores where it holds. Texts are compared whole; `from` is part of it, `to` is not. It is read from the ' +
          'database, which is a moment behind.',
        querystring: AuditQuery,
        response: {
          200: PageOf(AuditEntrySchema),
          ...problems('INVALID_REQUEST', 'BAD_CURSOR', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'),
        },
      },
    },
    (request) => {
      const { limit, after, from, to, ...texts } = request.query;
      const span = {
        ...(from !== undefined && { from: instantOf(from) }),
        ...(to !== undefined && { to: instantOf(to) }),
      };
      const page = pageRequest({ limit, ...(after !== undefined && { after }) });
      const plan = live.plan();
      const person = personOf(request);
      const his = mayEverywhere(person, 'audit.read', plan)
        ? {}
        : {
            people: plan.people
              .filter((one) => mayOver(person, 'audit.read', one))
              .map(({ id }) => id),
          };
      return queries.audit({ ...texts, ...span, ...his }, page);
    },
  );
}
