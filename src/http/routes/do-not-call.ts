/** Who wants no calls: of what, who said so, and by which proof (Q22). */
import { controllerOf } from '../../domain/customer/controller';
import { booksOf } from '../../domain/customer/seeing';
import { CodedError } from '../../domain/errors';
import { numberingOf } from '../../domain/number/entered';
import { normaliseNumber } from '../../domain/number/normalise';
import { mayIn } from '../../domain/rights';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { PageOf, pageRequest } from '../schemas/page';
import {
  DoNotCallBody,
  DoNotCallQuery,
  DoNotCallSchema,
  EndBody,
  IdParams,
} from '../schemas/permission';
import { problems } from '../schemas/problem';
import { storeAsked, storesAsked } from '../stores';
import type { Routes } from './app';
import { customerIn } from './customers';
import { shownRefusal } from './customers-shown';
import { HEARS, proofOf, SAYING } from './permissions';

const READING = ['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'NOT_FOUND'] as const;
/** Dialling somebody again who wanted no calls is decided by who leads the store, as with texts. */
const LIFTS = 'callers.block';

export function doNotCallRoutes(app: Routes, deps: HttpDeps): void {
  addList(app, deps);
  addRefusal(app, deps);
  addLifting(app, deps);
}

function addList(app: Routes, deps: HttpDeps): void {
  const { permissions, live } = deps;
  app.get(
    '/api/do-not-call',
    {
      config: { access: HEARS },
      schema: {
        tags: ['customers'],
        summary: 'Who wants no calls, in the books of the own stores, the newest first.',
        querystring: DoNotCallQuery,
        response: { 200: PageOf(DoNotCallSchema), ...problems(...READING, 'BAD_CURSOR') },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { store, ...asked } = request.query;
      storesAsked(person, HEARS, store);
      const books = booksOf(live.plan(), person, HEARS, store);
      const { items, next } = await permissions.refusals(books, pageRequest(asked));
      // Whole for who oversees the store that took it down.
      const isOverseen = (storeId: string) => mayIn(person, 'store.oversee', storeId);
      return { items: items.map((one) => shownRefusal(one, isOverseen(one.storeId))), next };
    },
  );
}

function addRefusal(app: Routes, deps: HttpDeps): void {
  const { permissions, live, audit, now } = deps;
  app.post(
    '/api/do-not-call',
    {
      config: { access: HEARS },
      schema: {
        tags: ['customers'],
        summary:
          'A customer, or whoever has a number, wants no calls: of marketing, unasked, or none at all.',
        description:
          'It holds at once, in the books of the store, and `everywhere` in those of all legal entities. It is kept by a keyed ' +
          'hash of the numbers as well, and so outlives their data. What he asks for himself afterwards is done.',
        body: DoNotCallBody,
        response: {
          200: DoNotCallSchema,
          ...problems(...SAYING, 'NOT_FOUND', 'UNKNOWN_CUSTOMER', 'NOT_A_NUMBER'),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { store, customerId, number: typed, saidBy = '', proof: said, ...what } = request.body;
      const storeId = storeAsked(person, HEARS, store);
      const { country, area } = numberingOf(live.plan(), storeId);
      const number = typed === undefined ? null : normaliseNumber(typed, country, area);
      if (number === '' || (number === null && customerId === undefined))
        throw new CodedError('NOT_A_NUMBER');
      const customer =
        customerId === undefined
          ? null
          : (await customerIn(deps, person, HEARS, customerId)).customer;
      const proof = await proofOf(deps, person, said);
      const controller = customer?.controller ?? controllerOf(live.plan(), storeId);
      const made = await permissions.refuse(
        { ...what, controller, customerId: customer?.id ?? null, number, storeId, saidBy, proof },
        {
          ...{ by: person.id, at: now() },
          noted: (subject) => audit({ who: person.id, what: 'do-not-call.said', subject }),
        },
      );
      return shownRefusal(made, true);
    },
  );
}

function addLifting(app: Routes, deps: HttpDeps): void {
  const { permissions, live, audit, now } = deps;
  app.post(
    '/api/do-not-call/:id/lift',
    {
      config: { access: LIFTS },
      schema: {
        tags: ['customers'],
        summary: 'He wants calls again, and has said so himself: by which proof.',
        params: IdParams,
        body: EndBody,
        response: {
          200: DoNotCallSchema,
          ...problems(...SAYING, 'NOT_FOUND', 'DO_NOT_CALL_OVER'),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const found = await permissions.findRefusal(request.params.id);
      if (found === null || !booksOf(live.plan(), person, LIFTS).includes(found.controller))
        throw new CodedError('NOT_FOUND');
      const proof = await proofOf(deps, person, request.body.proof);
      const lifted = await permissions.lift(found.id, proof, {
        ...{ by: person.id, at: now() },
        noted: (subject) => audit({ who: person.id, what: 'do-not-call.lifted', subject }),
      });
      return shownRefusal(lifted, mayIn(person, 'store.oversee', lifted.storeId));
    },
  );
}
