/**
 * What an agent does with the talk he is in. Nothing is decided here: the desk accepts, and the call is
 * shown as it then stands, or refuses with a code.
 */
import { BugError, CodedError, type RefusalCode } from '../../domain/errors';
import type { AgentId, CallId } from '../../domain/ids';
import type { CallSnapshot } from '../../domain/records';
import type { LiveView } from '../../engine/ports';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { CallParams, CallSchema, KeysBody, TransferBody } from '../schemas/call';
import { problems } from '../schemas/problem';
import type { Routes } from './app';

/** The call as it stands after the desk accepted; throws `CodedError` for a refusal. */
export function callAsAccepted(
  live: LiveView,
  callId: CallId,
  refusal: RefusalCode | null,
): CallSnapshot {
  if (refusal) throw new CodedError(refusal);
  const call = live.calls().find(({ id }) => id === callId);
  if (!call) throw new BugError(`the desk accepted call ${callId}, which nobody knows`);
  return call;
}

export function talkRoutes(app: Routes, { desk, live }: HttpDeps): void {
  const answer = (callId: CallId, refusal: RefusalCode | null): CallSnapshot =>
    callAsAccepted(live, callId, refusal);
  const add = (
    what: 'hold' | 'resume' | 'mute' | 'unmute',
    summary: string,
    ask: (agentId: AgentId, callId: CallId) => RefusalCode | null,
  ): void => {
    app.post(
      `/api/calls/:id/${what}`,
      {
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
              'NOT_JOINED_YET',
              'HELD_BY_COLLEAGUE',
              ...(what === 'hold' || what === 'resume' ? (['IN_CONSULTATION'] as const) : []),
              ...(what === 'resume' ? (['HELD_AT_PHONE'] as const) : []),
            ),
          },
        },
      },
      (request) => {
        const { id: callId } = request.params;
        return answer(callId, ask(personOf(request).id, callId));
      },
    );
  };

  add('hold', 'Put the customer of the own talk on hold: he hears music.', (agentId, callId) =>
    desk.hold(agentId, callId),
  );
  add('resume', 'Take the customer back who was put on hold here.', (agentId, callId) =>
    desk.resume(agentId, callId),
  );

  add(
    'mute',
    'Nobody of the own talk hears one, nor does whom one asks, nor the recording.',
    (agentId, callId) => desk.mute(agentId, callId),
  );
  add('unmute', 'The others of the own talk hear one again.', (agentId, callId) =>
    desk.unmute(agentId, callId),
  );

  app.post(
    '/api/calls/:id/keys',
    {
      config: { access: 'person' },
      schema: {
        tags: ['calls'],
        summary: 'Press keys for the customer of the own talk.',
        params: CallParams,
        body: KeysBody,
        response: {
          200: CallSchema,
          ...problems(
            'INVALID_REQUEST',
            'NOT_AUTHENTICATED',
            'CROSS_SITE',
            'NOT_YOUR_TALK',
            'NOT_JOINED_YET',
            'HELD_BY_COLLEAGUE',
            'NOT_ANSWERED_YET',
          ),
        },
      },
    },
    (request) => {
      const { id: callId } = request.params;
      return answer(callId, desk.pressKeys(personOf(request).id, callId, request.body.keys));
    },
  );

  app.post(
    '/api/calls/:id/hang-up',
    {
      config: { access: 'person' },
      schema: {
        tags: ['calls'],
        summary:
          'End the own part of a call, as the phone does; a phone that is nailed up stays connected.',
        params: CallParams,
        response: {
          204: { type: 'null', description: 'It ends.' },
          ...problems('NOT_AUTHENTICATED', 'CROSS_SITE', 'NOT_YOUR_TALK'),
        },
      },
    },
    (request, reply) => {
      const refusal = desk.hangUp(personOf(request).id, request.params.id);
      if (refusal) throw new CodedError(refusal);
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/calls/:id/transfer',
    {
      config: { access: 'person', kind: 'dials' },
      schema: {
        tags: ['calls'],
        summary:
          "Send the caller of the own talk on: to any queue, agent or phone, to who is free of a post of the call's store, or to an outside number.",
        params: CallParams,
        body: TransferBody,
        response: {
          200: CallSchema,
          ...problems(
            'INVALID_REQUEST',
            'NOT_AUTHENTICATED',
            'CROSS_SITE',
            'NOT_YOUR_TALK',
            'NOT_JOINED_YET',
            'HELD_BY_COLLEAGUE',
            'NO_SUCH_TARGET',
            'QUEUE_DESERTED',
            'EMERGENCY_TALK',
            'AGENT_NOT_FREE',
            'NOT_A_NUMBER',
            'DIAL_FORBIDDEN',
            'DIAL_LIMIT',
            'NO_TRUNK',
            'IN_CONSULTATION',
          ),
        },
      },
    },
    (request) => {
      const { id: callId } = request.params;
      return answer(callId, desk.transfer(personOf(request).id, callId, request.body.to));
    },
  );
}
