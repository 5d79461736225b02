/** Callers who are laid aside: parking the own one, what stands in the slots of the store, taking one out. */
import { Type } from '@sinclair/typebox';
import { BugError, CodedError } from '../../domain/errors';
import { seesStore } from '../../domain/rights';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { pageOf } from '../pages';
import { CallParams, CallSchema } from '../schemas/call';
import { PageOf, WholePageQuery, pageRequest } from '../schemas/page';
import { ParkedSchema, SlotParams } from '../schemas/parked';
import { problems } from '../schemas/problem';
import type { Routes } from './app';
import { callAsAccepted } from './talk';

export function parkRoutes(app: Routes, { desk, live }: HttpDeps): void {
  app.post(
    '/api/calls/:id/park',
    {
      config: { access: 'person' },
      schema: {
        tags: ['calls'],
        summary: 'Lay the caller of the own talk aside in the lowest free slot of the store.',
        description:
          'He hears music. After `parkSeconds` of the store he is offered to who parked him, then to his queue.',
        params: CallParams,
        response: {
          200: ParkedSchema,
          ...problems(
            'NOT_AUTHENTICATED',
            'CROSS_SITE',
            'NOT_YOUR_TALK',
            'NOT_JOINED_YET',
            'EMERGENCY_TALK',
            'HELD_BY_COLLEAGUE',
            'NOT_TO_BE_PARKED',
            'PARK_FULL',
          ),
        },
      },
    },
    (request) => {
      const { id: callId } = request.params;
      const refusal = desk.park(personOf(request).id, callId);
      if (refusal) throw new CodedError(refusal);
      const parked = live.parked().find((one) => one.callId === callId);
      if (!parked) throw new BugError(`the desk parked call ${callId}, which stands in no slot`);
      return parked;
    },
  );

  app.get(
    '/api/parked',
    {
      config: { access: 'store.read' },
      schema: {
        tags: ['calls'],
        summary: 'Callers parked in the own stores.',
        querystring: Type.Object(WholePageQuery),
        response: {
          200: PageOf(ParkedSchema),
          ...problems('INVALID_REQUEST', 'BAD_CURSOR', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'),
        },
      },
    },
    (request) => {
      const person = personOf(request);
      const items = live.parked().filter(({ storeId }) => seesStore(person, storeId));
      return pageOf(items, pageRequest(request.query), ({ storeId, slot }) => [storeId, slot]);
    },
  );

  app.post(
    '/api/parked/:slot/retrieve',
    {
      config: { access: 'person' },
      schema: {
        tags: ['calls'],
        summary: 'Take the caller out of a slot of the own store: the own phone rings.',
        description: 'Who does not answer leaves him in the line of his queue.',
        params: SlotParams,
        response: {
          200: CallSchema,
          ...problems(
            'INVALID_REQUEST',
            'NOT_AUTHENTICATED',
            'CROSS_SITE',
            'NOT_AN_AGENT',
            'NOT_SIGNED_IN',
            'NO_PHONE',
            'PHONE_UNREACHABLE',
            'OCCUPIED_YOURSELF',
            'NOTHING_PARKED',
          ),
        },
      },
    },
    (request) => {
      const { slot } = request.params;
      const person = personOf(request);
      const parked = live.parked().find((one) => one.slot === slot && one.storeId === person.store);
      const refusal = desk.retrieve(person.id, slot);
      return callAsAccepted(live, parked?.callId ?? '', refusal);
    },
  );
}
