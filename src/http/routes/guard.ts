/** What the edge keeps out, and letting an address in again; by who sets the system up. */
import { CodedError } from '../../domain/errors';
import { callerName } from '../auth';
import type { HttpDeps } from '../deps';
import { GuardSchema, UnblockBody } from '../schemas/guard';
import { problems } from '../schemas/problem';
import type { Routes } from './app';

export function guardRoutes(app: Routes, { guard, audit }: HttpDeps): void {
  app.get(
    '/api/guard',
    {
      config: { access: 'edge.guard' },
      schema: {
        tags: ['administration'],
        summary: 'What the edge counted and dropped, and the addresses it holds back now.',
        response: {
          200: GuardSchema,
          ...problems('NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'GUARD_UNAVAILABLE', 'EDGE_AWAY'),
        },
      },
    },
    () => guard.status(),
  );

  app.post(
    '/api/guard/unblock',
    {
      config: { access: 'edge.guard' },
      schema: {
        tags: ['administration'],
        summary: 'Forget what is held against an address.',
        body: UnblockBody,
        response: {
          204: { type: 'null', description: 'It is served again.' },
          ...problems(
            'INVALID_REQUEST',
            'NOT_AUTHENTICATED',
            'FORBIDDEN_POST',
            'CROSS_SITE',
            'NOT_BLOCKED',
            'GUARD_UNAVAILABLE',
            'EDGE_AWAY',
          ),
        },
      },
    },
    async (request, reply) => {
      const { address } = request.body;
      await audit({ who: callerName(request), what: 'guard.unblocked', subject: address });
      if (!(await guard.unblock(address))) throw new CodedError('NOT_BLOCKED');
      return reply.code(204).send();
    },
  );
}
