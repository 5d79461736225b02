/** The audit: who changed, exported or heard what; by who sets the system up. */
import type { HttpDeps } from '../deps';
import { AuditEntrySchema, AuditQuery } from '../schemas/audit';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import { instantOf } from '../schemas/values';
import type { Routes } from './app';

export function auditRoutes(app: Routes, { queries }: HttpDeps): void {
  app.get(
    '/api/audit',
    {
      config: { access: 'audit.read' },
      schema: {
        tags: ['administration'],
        summary: 'Who changed, exported or heard what, the newest first.',
        description:
          'Of the whole installation. Texts are compared whole; `from` is part of it, `to` is not. It is read from the ' +
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
      return queries.audit({ ...texts, ...span }, page);
    },
  );
}
