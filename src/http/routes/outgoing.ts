/** Calls that people of ours place from their desks. Whether they may is decided by the desk. */
import { CodedError } from '../../domain/errors';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { CallSchema, PlaceBody } from '../schemas/call';
import { problems } from '../schemas/problem';
import type { Routes } from './app';

export function outgoingRoutes(app: Routes, { desk }: HttpDeps): void {
  app.post(
    '/api/calls',
    {
      config: { access: 'person', kind: 'dials' },
      schema: {
        tags: ['calls'],
        summary: 'Call a number or a colleague: the own phone rings first, then the other one.',
        body: PlaceBody,
        response: {
          200: CallSchema,
          ...problems(
            'INVALID_REQUEST',
            'NOT_AUTHENTICATED',
            'CROSS_SITE',
            'NOT_AN_AGENT',
            'NO_PHONE',
            'NOT_SIGNED_IN',
            'OCCUPIED_YOURSELF',
            'NOT_A_NUMBER',
            'DIAL_FORBIDDEN',
            'DIAL_LIMIT',
            'NO_TRUNK',
            'NO_SUCH_TARGET',
            'AGENT_NOT_FREE',
          ),
        },
      },
    },
    (request) => {
      const answer = desk.call(personOf(request).id, request.body);
      if (typeof answer === 'string') throw new CodedError(answer);
      return answer;
    },
  );
}
