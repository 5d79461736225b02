/**
 * What an agent does with whom he asks while his customer hears music. Nothing is decided here: the desk
 * accepts, and the call is shown as it then stands, or refuses with a code.
 */
import type { RefusalCode } from '../../domain/errors';
import type { ConsultOrder } from '../../domain/agent-events';
import type { CallId } from '../../domain/ids';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { CallParams, CallSchema, ConsultBody } from '../schemas/call';
import { problems } from '../schemas/problem';
import type { Routes } from './app';
import { callAsAccepted } from './talk';

export function consultRoutes(app: Routes, { desk, live }: HttpDeps): void {
  const answer = (callId: CallId, refusal: RefusalCode | null) =>
    callAsAccepted(live, callId, refusal);

  app.post(
    '/api/calls/:id/consult',
    {
      config: { access: 'person', kind: 'dials' },
      schema: {
        tags: ['calls'],
        summary:
          "Ask a colleague, whoever is free of a queue or of a post of the call's store, a phone or an outside number; the customer of the own talk hears music. Where nobody of the queue is free, the consultation waits in its line.",
        params: CallParams,
        body: ConsultBody,
        response: {
          200: CallSchema,
          ...problems(
            'INVALID_REQUEST',
            'NOT_AUTHENTICATED',
            'CROSS_SITE',
            'NOT_YOUR_TALK',
            'NOT_JOINED_YET',
            'HELD_BY_COLLEAGUE',
            'IN_CONSULTATION',
            'EMERGENCY_TALK',
            'NO_SUCH_TARGET',
            'AGENT_NOT_FREE',
            'QUEUE_DESERTED',
            'NOT_A_NUMBER',
            'DIAL_FORBIDDEN',
            'DIAL_LIMIT',
            'NO_TRUNK',
          ),
        },
      },
    },
    (request) => {
      const { id: callId } = request.params;
      return answer(callId, desk.consult(personOf(request).id, callId, request.body));
    },
  );

  const add = (
    method: 'POST' | 'DELETE',
    path: string,
    { order, summary }: { order: ConsultOrder; summary: string },
  ): void => {
    const needsAnswer = order === 'swap' || order === 'conference';
    app.route({
      method,
      url: `/api/calls/:id/consult${path}`,
      config: { access: 'person' },
      schema: {
        tags: ['calls'],
        summary,
        params: CallParams,
        response: {
          200: CallSchema,
          ...problems(
            'NOT_AUTHENTICATED',
            'CROSS_SITE',
            'NOT_YOUR_TALK',
            'NO_CONSULTATION',
            ...(needsAnswer ? (['NOT_ANSWERED_YET'] as const) : []),
          ),
        },
      },
      handler: (request) => {
        const { id: callId } = request.params;
        return answer(callId, desk.orderConsult(personOf(request).id, callId, order));
      },
    });
  };

  add('DELETE', '', {
    order: 'end',
    summary: 'Take the customer back; the third party is hung up, or rings no more.',
  });
  add('POST', '/swap', {
    order: 'swap',
    summary:
      'Talk with the one who hears music; out of a talk of three, with the third party alone.',
  });
  add('POST', '/conference', { order: 'conference', summary: 'All three hear each other.' });
  add('POST', '/complete', {
    order: 'complete',
    summary:
      "Leave the other two to each other: the third party takes the customer, if it still rings as soon as it answers. While the consultation waits in a queue's line, the customer takes a place in it, as by a blind transfer.",
  });
}
