/** An agent takes a call that rings at a colleague's or waits. */
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { CallParams, CallSchema } from '../schemas/call';
import { problems } from '../schemas/problem';
import type { Routes } from './app';
import { callAsAccepted } from './talk';

export function pickUpRoutes(app: Routes, { desk, live }: HttpDeps): void {
  app.post(
    '/api/calls/:id/pick-up',
    {
      config: { access: 'person' },
      schema: {
        tags: ['calls'],
        summary: 'Take a call of the own store that rings at a colleague’s or waits in a queue.',
        description:
          'The own phone rings, or picks up by itself where it is told to. Who does not answer leaves the ' +
          'caller at the place where he was.',
        params: CallParams,
        response: {
          200: CallSchema,
          ...problems(
            'NOT_AUTHENTICATED',
            'CROSS_SITE',
            'NOT_AN_AGENT',
            'NOT_SIGNED_IN',
            'NO_PHONE',
            'PHONE_UNREACHABLE',
            'OCCUPIED_YOURSELF',
            'NOTHING_TO_PICK_UP',
          ),
        },
      },
    },
    (request) => {
      const { id: callId } = request.params;
      return callAsAccepted(live, callId, desk.pickUp(personOf(request).id, callId));
    },
  );
}
