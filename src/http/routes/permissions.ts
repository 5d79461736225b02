/** What customers consent to, and whether somebody may be called now (A51, Q22). */
import type { Static } from '@sinclair/typebox';
import { controllerOf } from '../../domain/customer/controller';
import type { Proof } from '../../domain/customer/permission';
import { booksOf } from '../../domain/customer/seeing';
import { CodedError } from '../../domain/errors';
import { numberingOf } from '../../domain/number/entered';
import { normaliseNumber } from '../../domain/number/normalise';
import { seesStore, type Asker } from '../../domain/rights';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { CustomerParams } from '../schemas/customer';
import {
  ConsentBody,
  ConsentSchema,
  EndBody,
  IdParams,
  PermissionQuery,
  PermissionSchema,
} from '../schemas/permission';
import { problems } from '../schemas/problem';
import { storeAsked } from '../stores';
import type { Routes } from './app';
import { customerIn } from './customers';
import { shownPermission } from './customers-shown';

const ASKED = ['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'] as const;
export const SAYING = [...ASKED, 'CROSS_SITE', 'DATABASE_AWAY', 'NO_PROOF'] as const;
const WORK = 'leads.work';
/** Who hears of it takes it down at once: whoever talks with customers, and whoever listens to talks. */
export const HEARS = 'promises.settle';

export function permissionRoutes(app: Routes, deps: HttpDeps): void {
  addAsking(app, deps);
  addConsent(app, deps);
  addWithdrawal(app, deps);
}

/** A proof as it is kept; throws `NO_PROOF` where it proves nothing. */
export async function proofOf(
  { queries, caughtUp }: HttpDeps,
  person: Asker,
  { kind, callId, ref = '' }: Static<typeof EndBody>['proof'],
): Promise<Proof> {
  if (kind !== 'call') {
    if (ref.trim() === '' || callId !== undefined) throw new CodedError('NO_PROOF');
    return { kind, callId: null, ref };
  }
  // A talk that is over in this moment is in the journal before it is in its row.
  await caughtUp();
  const found = callId === undefined ? null : await queries.call(callId);
  if (found === null || !seesStore(person, found.call.storeId)) throw new CodedError('NO_PROOF');
  return { kind, callId: found.call.id, ref };
}

function addAsking(app: Routes, deps: HttpDeps): void {
  const { live, permissions, caughtUp } = deps;
  app.get(
    '/api/permissions',
    {
      config: { access: HEARS },
      schema: {
        tags: ['customers'],
        summary: 'Whether a number may be called, or texted, for a purpose now, and if not why.',
        description:
          'By all that is known of whose number it is in the books of the store, and by what was said of the number itself. ' +
          'A `campaign` wants a consent; a lead’s follow-up, what he asked for and what he is owed want none.',
        querystring: PermissionQuery,
        response: { 200: PermissionSchema, ...problems(...ASKED, 'NOT_FOUND', 'NOT_A_NUMBER') },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { store, number: typed, purpose, way = 'call' } = request.query;
      const storeId = storeAsked(person, HEARS, store);
      const { country, area } = numberingOf(live.plan(), storeId);
      const number = normaliseNumber(typed, country, area);
      if (number === '') throw new CodedError('NOT_A_NUMBER');
      await caughtUp();
      const reached = { controller: controllerOf(live.plan(), storeId), customerId: null };
      const facts = await permissions.facts({ ...reached, numbers: [number] });
      return shownPermission({ purpose, way, askedAt: null }, facts);
    },
  );
}

function addConsent(app: Routes, deps: HttpDeps): void {
  const { permissions, audit, now } = deps;
  app.post(
    '/api/customers/:id/consents',
    {
      config: { access: WORK },
      schema: {
        tags: ['customers'],
        summary:
          'A customer consents to calls, texts, recording or sharing: when, and by which proof.',
        description: 'It holds in the books of his controller: store, legal entity or group.',
        params: CustomerParams,
        body: ConsentBody,
        response: {
          200: ConsentSchema,
          ...problems(...SAYING, 'NOT_FOUND', 'UNKNOWN_CUSTOMER', 'CONSENT_STANDS'),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { store, scope, givenAt = now(), proof: said } = request.body;
      const storeId = storeAsked(person, WORK, store);
      const { customer } = await customerIn(deps, person, WORK, request.params.id);
      const proof = await proofOf(deps, person, said);
      const { id: customerId, controller } = customer;
      return permissions.consent(
        { controller, customerId, scope, storeId, givenAt, proof },
        {
          ...{ by: person.id, at: now() },
          noted: (subject) => audit({ who: person.id, what: 'consent.given', subject }),
        },
      );
    },
  );
}

function addWithdrawal(app: Routes, deps: HttpDeps): void {
  const { permissions, live, audit, now } = deps;
  app.post(
    '/api/consents/:id/withdraw',
    {
      config: { access: HEARS },
      schema: {
        tags: ['customers'],
        summary: 'A customer takes a consent back: how, and by which proof.',
        params: IdParams,
        body: EndBody,
        response: { 200: ConsentSchema, ...problems(...SAYING, 'NOT_FOUND', 'CONSENT_OVER') },
      },
    },
    async (request) => {
      const person = personOf(request);
      const found = await permissions.findConsent(request.params.id);
      if (found === null || !booksOf(live.plan(), person, HEARS).includes(found.controller))
        throw new CodedError('NOT_FOUND');
      const proof = await proofOf(deps, person, request.body.proof);
      return permissions.withdraw(found.id, proof, {
        ...{ by: person.id, at: now() },
        noted: (subject) => audit({ who: person.id, what: 'consent.withdrawn', subject }),
      });
    },
  );
}
