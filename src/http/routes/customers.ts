/** Customers in the books of the own stores: search, all that is known of one, his timeline, making and correcting one. */
import { CodedError } from '../../domain/errors';
import { controllerOf } from '../../domain/customer/controller';
import {
  NOTHING_KNOWN,
  type CustomerFields,
  type NumberFacts,
} from '../../domain/customer/customer';
import { numberFactsBy } from '../../domain/customer/number';
import { booksOf } from '../../domain/customer/seeing';
import { numberingOf } from '../../domain/number/entered';
import { normaliseNumber } from '../../domain/number/normalise';
import { seesStore, storesOf, type Asker, type Right } from '../../domain/rights';
import { personOf } from '../auth';
import type { CustomerDetail } from '../customer-ports';
import type { HttpDeps } from '../deps';
import {
  Changed,
  ContactsQuery,
  CustomerBody,
  CustomerChange,
  CustomerDetailSchema,
  CustomerParams,
  CustomersQuery,
  demandDays,
  ListedCustomerSchema,
  TimelineEntrySchema,
} from '../schemas/customer';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import { storeAsked, storesAsked } from '../stores';
import type { Routes } from './app';
import { shownDetail, shownListed } from './customers-shown';

const READING = ['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'] as const;
const CHANGING = [...READING, 'CROSS_SITE', 'DATABASE_AWAY', 'NUMBER_TAKEN'] as const;
const WORK = 'leads.work';

export function customerRoutes(app: Routes, deps: HttpDeps): void {
  addReading(app, deps);
  addMaking(app, deps);
}

/** The customer, of one who has the right in his books; who does not see him either is told that there is none. */
export async function customerIn(
  { customers, live, now }: HttpDeps,
  person: Asker,
  right: Right,
  id: string,
): Promise<CustomerDetail> {
  const found = await customers.find(id, now());
  const may = (which: Right): boolean =>
    found !== null && booksOf(live.plan(), person, which).includes(found.customer.controller);
  if (found !== null && may(right)) return found;
  throw new CodedError(may('store.read') ? 'FORBIDDEN_POST' : 'UNKNOWN_CUSTOMER');
}

/** Whose number it is, is told only to who sees him: a program may make customers and see none. */
async function takenAsSeen<T>(deps: HttpDeps, person: Asker, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'NUMBER_TAKEN') throw error;
    const { number, customerId } = error.details as { number: string; customerId: string };
    const other = await deps.customers.find(customerId, deps.now());
    const books = booksOf(deps.live.plan(), person, 'store.read');
    if (other !== null && books.includes(other.customer.controller)) throw error;
    throw new CodedError('NUMBER_TAKEN', { number });
  }
}

/** What he has said of being called, and what follows from it. */
async function permissionsOf({ permissions }: HttpDeps, { customer, numbers }: CustomerDetail) {
  const { id: customerId, controller } = customer;
  const reached = { controller, customerId, numbers: numbers.map(({ number }) => number) };
  const [said, facts] = await Promise.all([permissions.said(reached), permissions.facts(reached)]);
  return { said, facts };
}

function addReading(app: Routes, deps: HttpDeps): void {
  const { customers, live } = deps;
  app.get(
    '/api/customers',
    {
      config: { access: 'store.read' },
      schema: {
        tags: ['customers'],
        summary:
          'Customers in the books of the own stores, or those who are searched for, the newest first.',
        querystring: CustomersQuery,
        response: {
          200: PageOf(ListedCustomerSchema),
          ...problems(...READING, 'BAD_CURSOR', 'NOT_FOUND'),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { store, q, ...page } = request.query;
      storesAsked(person, 'store.read', store);
      const asked = {
        books: booksOf(live.plan(), person, 'store.read', store),
        ...(q !== undefined && { q }),
      };
      const { items, next } = await customers.list(asked, pageRequest(page));
      return { items: items.map((one) => shownListed(one, person)), next };
    },
  );

  app.get(
    '/api/customers/:id',
    {
      config: { access: 'store.read' },
      schema: {
        tags: ['customers'],
        summary:
          'All that is known of a customer: numbers, vehicles, leads with their owners, what is promised and owed.',
        description: 'Who was merged into another is that one.',
        params: CustomerParams,
        response: { 200: CustomerDetailSchema, ...problems(...READING, 'UNKNOWN_CUSTOMER') },
      },
    },
    async (request) => {
      const person = personOf(request);
      const found = await customerIn(deps, person, 'store.read', request.params.id);
      const numbers = new Set(found.numbers.map(({ number }) => number));
      const leadIds = new Set(found.leads.map(({ lead }) => lead.id));
      const promises = live
        .promises()
        .filter(
          ({ number, leadId, storeId }) =>
            seesStore(person, storeId) &&
            (numbers.has(number) || (leadId !== null && leadIds.has(leadId))),
        );
      return shownDetail({ ...found, promises, ...(await permissionsOf(deps, found)) }, person);
    },
  );

  app.get(
    '/api/customers/:id/contacts',
    {
      config: { access: 'store.read' },
      schema: {
        tags: ['customers'],
        summary: 'The timeline of a customer: every contact with the own stores, the newest first.',
        description: 'Of a call with its recordings, which those may hear who may hear recordings.',
        params: CustomerParams,
        querystring: ContactsQuery,
        response: {
          200: PageOf(TimelineEntrySchema),
          ...problems(...READING, 'BAD_CURSOR', 'UNKNOWN_CUSTOMER'),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { customer } = await customerIn(deps, person, 'store.read', request.params.id);
      const storeIds = storesOf(person, 'store.read');
      return customers.contacts({ customerId: customer.id, storeIds }, pageRequest(request.query));
    },
  );
}

function addMaking(app: Routes, deps: HttpDeps): void {
  const { customers, live, audit, now } = deps;
  const factsOf = numberFactsBy(() => live.plan());
  /** As they are typed in that store. */
  const numbersOf = (storeId: string, typed: readonly string[] = []): NumberFacts[] => {
    const { country, area } = numberingOf(live.plan(), storeId);
    const keys = new Set(typed.map((text) => normaliseNumber(text, country, area)));
    return [...keys].filter((key) => key !== '').map((key) => factsOf(key, now()));
  };

  app.post(
    '/api/customers',
    {
      config: { access: WORK },
      schema: {
        tags: ['customers'],
        summary: 'Make a customer.',
        description:
          'A number by which another customer is known already is refused, with that one in the details if who asks may see him.',
        body: CustomerBody,
        response: { 200: CustomerDetailSchema, ...problems(...CHANGING, 'NOT_FOUND') },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { store, numbers, ...fields } = request.body;
      demandDays(fields);
      const storeId = storeAsked(person, WORK, store);
      const made = () =>
        customers.make(
          {
            ...{ storeId, controller: controllerOf(live.plan(), storeId) },
            ...{ fields: { ...NOTHING_KNOWN, ...fields }, numbers: numbersOf(storeId, numbers) },
          },
          {
            ...{ by: person.id, at: now() },
            noted: (subject) => audit({ who: person.id, what: 'customer.made', subject }),
          },
        );
      const id = await takenAsSeen(deps, person, made);
      const detail = await customerIn(deps, person, WORK, id);
      const permitted = await permissionsOf(deps, detail);
      return shownDetail({ ...detail, promises: [], ...permitted }, person);
    },
  );

  app.put(
    '/api/customers/:id',
    {
      config: { access: WORK },
      schema: {
        tags: ['customers'],
        summary: 'Say what is known of a customer; what is not named stays.',
        params: CustomerParams,
        body: CustomerChange,
        response: {
          200: Changed,
          ...problems(...CHANGING, 'UNKNOWN_CUSTOMER', 'VERSION_MOVED'),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { version, numbers, ...said } = request.body;
      demandDays(said);
      const { customer } = await customerIn(deps, person, WORK, request.params.id);
      const { id, storeId } = customer;
      const changed = () =>
        customers.change(
          { id, version },
          { fields: { ...fieldsOf(customer), ...said }, numbers: numbersOf(storeId, numbers) },
          {
            ...{ by: person.id, at: now() },
            noted: (subject) => audit({ who: person.id, what: 'customer.changed', subject }),
          },
        );
      const next = await takenAsSeen(deps, person, changed);
      return { id, version: next };
    },
  );
}

const fieldsOf = (one: CustomerFields): CustomerFields => ({
  ...{ name: one.name, kind: one.kind, sex: one.sex, customerType: one.customerType },
  ...{ area: one.area, address: one.address, bornOn: one.bornOn, note: one.note },
});
