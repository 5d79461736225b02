/** Cars, notes and numbers of a customer, and where each of his values came from. */
import type { Static } from '@sinclair/typebox';
import { controllerOf } from '../../domain/customer/controller';
import type { VehicleFields } from '../../domain/customer/customer';
import { seesWhole, shownNumber } from '../../domain/customer/seeing';
import { isDay } from '../../domain/day';
import { CodedError } from '../../domain/errors';
import { REASONS } from '../../domain/intake/cell';
import { readPlate, readVin } from '../../domain/intake/words';
import { seesStore, storesOf, type Asker } from '../../domain/rights';
import { personOf } from '../auth';
import type { CustomerDetail, Doing } from '../customer-ports';
import type { HttpDeps } from '../deps';
import type { AuditNote } from '../ports';
import { Changed, CustomerParams } from '../schemas/customer';
import {
  Made,
  NoteBody,
  NumberParams,
  ProvenanceSchema,
  VehicleBody,
  VehicleChange,
  VehicleParams,
  VersionQuery,
} from '../schemas/customer-work';
import { problems } from '../schemas/problem';
import type { Routes } from './app';
import { customerIn } from './customers';

const READING = ['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'] as const;
const CHANGING = [...READING, 'CROSS_SITE', 'DATABASE_AWAY', 'UNKNOWN_CUSTOMER'] as const;
const WORK = 'leads.work';
const TAGS = ['customers'];

export function customerWorkRoutes(app: Routes, deps: HttpDeps): void {
  addProvenance(app, deps);
  addVehicles(app, deps);
  addVehicleChanges(app, deps);
  addNotes(app, deps);
  addNumbers(app, deps);
}

function addProvenance(app: Routes, deps: HttpDeps): void {
  app.get(
    '/api/customers/:id/provenance',
    {
      config: { access: 'store.read' },
      schema: {
        tags: TAGS,
        summary: 'Where each value of a customer came from: whose word, by which way, and when.',
        params: CustomerParams,
        response: { 200: ProvenanceSchema, ...problems(...READING, 'UNKNOWN_CUSTOMER') },
      },
    },
    async (request) => {
      const person = personOf(request);
      const found = await customerIn(deps, person, 'store.read', request.params.id);
      const { numbers, leads, handedIn, ...rest } = await deps.customerWork.provenance(
        found.customer.id,
      );
      const owned = [found.customer, ...found.leads.map(({ lead }) => lead)];
      const whole = seesWhole(person, owned);
      return {
        ...rest,
        numbers: numbers.map((one) => ({ ...one, number: shownNumber(one.number, whole) })),
        leads: leads.filter(({ storeId }) => seesStore(person, storeId)),
        handedIn: handedIn.filter(({ storeId }) => seesStore(person, storeId)),
      };
    },
  );
}

function addVehicles(app: Routes, deps: HttpDeps): void {
  app.post(
    '/api/customers/:id/vehicles',
    {
      config: { access: WORK },
      schema: {
        tags: TAGS,
        summary: 'Write down a car of a customer.',
        params: CustomerParams,
        body: VehicleBody,
        response: { 200: Made, ...problems(...CHANGING, 'NOT_FOUND') },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { store, ...said } = request.body;
      const { customer } = await customerIn(deps, person, WORK, request.params.id);
      const fields = { ...NOTHING, ...readVehicle(said) };
      if (Object.values(fields).every((value) => value === null || value === ''))
        throw new CodedError('INVALID_REQUEST', [{ at: 'body', problem: 'says nothing' }]);
      const storeId = storeFor(deps, person, customer, store);
      const made = { customerId: customer.id, storeId, fields };
      return { id: await deps.customerWork.addVehicle(made, doing(deps, person, 'vehicle.added')) };
    },
  );
}

function addVehicleChanges(app: Routes, deps: HttpDeps): void {
  const { customerWork } = deps;
  app.put(
    '/api/customers/:id/vehicles/:vehicleId',
    {
      config: { access: WORK },
      schema: {
        tags: TAGS,
        summary:
          'Correct a car; what is not named stays. What was there before is in the timeline.',
        params: VehicleParams,
        body: VehicleChange,
        response: { 200: Changed, ...problems(...CHANGING, 'NOT_FOUND', 'VERSION_MOVED') },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { version, ...said } = request.body;
      const { id, vehicleId } = request.params;
      const { customer } = await customerIn(deps, person, WORK, id);
      const seen = { id: vehicleId, customerId: customer.id, version };
      const how = doing(deps, person, 'vehicle.changed');
      return {
        id: vehicleId,
        version: await customerWork.changeVehicle(seen, readVehicle(said), how),
      };
    },
  );

  app.delete(
    '/api/customers/:id/vehicles/:vehicleId',
    {
      config: { access: WORK },
      schema: {
        tags: TAGS,
        summary: 'A car is not his, or no more; what it was stays in the timeline.',
        params: VehicleParams,
        querystring: VersionQuery,
        response: {
          204: { type: 'null' },
          ...problems(...CHANGING, 'NOT_FOUND', 'VERSION_MOVED'),
        },
      },
    },
    async (request, reply) => {
      const person = personOf(request);
      const { id, vehicleId } = request.params;
      const { customer } = await customerIn(deps, person, WORK, id);
      const seen = { id: vehicleId, customerId: customer.id, version: request.query.version };
      await customerWork.removeVehicle(seen, doing(deps, person, 'vehicle.removed'));
      return reply.code(204).send();
    },
  );
}

function addNotes(app: Routes, deps: HttpDeps): void {
  app.post(
    '/api/customers/:id/notes',
    {
      config: { access: WORK },
      schema: {
        tags: TAGS,
        summary:
          'Note something in the timeline of a customer, of a lead of his if it is about one.',
        params: CustomerParams,
        body: NoteBody,
        response: { 200: Made, ...problems(...CHANGING, 'NOT_FOUND', 'UNKNOWN_LEAD') },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { store, leadId = null, body } = request.body;
      const { customer, leads } = await customerIn(deps, person, WORK, request.params.id);
      const lead = leads.find((one) => one.lead.id === leadId)?.lead;
      if (leadId !== null && (!lead || !seesStore(person, lead.storeId)))
        throw new CodedError('UNKNOWN_LEAD');
      const storeId = lead?.storeId ?? storeFor(deps, person, customer, store);
      const note = { customerId: customer.id, storeId, leadId, body };
      return { id: await deps.customerWork.addNote(note, doing(deps, person, 'customer.noted')) };
    },
  );
}

function addNumbers(app: Routes, deps: HttpDeps): void {
  const { customerWork } = deps;
  app.delete(
    '/api/customers/:id/numbers/:numberId',
    {
      config: { access: WORK },
      schema: {
        tags: TAGS,
        summary: 'A number is not his, or no more: by it he is known no longer.',
        description:
          'Open leads that were to be called at it are called at the best of those that he keeps; his last one stays.',
        params: NumberParams,
        querystring: VersionQuery,
        response: {
          200: Changed,
          ...problems(...CHANGING, 'NOT_FOUND', 'VERSION_MOVED', 'LAST_NUMBER'),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { id, numberId } = request.params;
      const { customer } = await customerIn(deps, person, WORK, id);
      const { version } = request.query;
      const seen = { id: numberId, customerId: customer.id, version };
      const next = await customerWork.removeNumber(seen, doing(deps, person, 'number.removed'));
      return { id: customer.id, version: next };
    },
  );
}

const NOTHING: VehicleFields = {
  ...{ plate: '', vin: '', series: '', model: '' },
  ...{ boughtOn: null, registeredOn: null, insuredUntil: null },
};

const doing = ({ audit, now }: HttpDeps, person: Asker, what: AuditNote['what']): Doing => ({
  ...{ by: person.id, at: now() },
  noted: (subject) => audit({ who: person.id, what, subject }),
});

/** The store in which it is said: one in whose books he is. */
function storeFor(
  { live }: HttpDeps,
  person: Asker,
  { controller }: CustomerDetail['customer'],
  asked: string | undefined,
): string {
  const stores = storesOf(person, WORK).filter(
    (id) => controllerOf(live.plan(), id) === controller,
  );
  const [first] = stores;
  if (first === undefined || (asked !== undefined && !stores.includes(asked)))
    throw new CodedError('NOT_FOUND');
  return asked ?? (stores.includes(person.store) ? person.store : first);
}

/** Plates and VINs in their one form; refuses what is none, and the 30th of February. */
function readVehicle(said: Omit<Static<typeof VehicleChange>, 'version'>): Partial<VehicleFields> {
  const refuse = (field: string, problem: string): never => {
    throw new CodedError('INVALID_REQUEST', [{ at: `body/${field}`, problem }]);
  };
  const read: Record<string, string | null> = {};
  for (const [field, value] of Object.entries(said)) read[field] = value;
  for (const [field, reader] of [
    ['plate', readPlate],
    ['vin', readVin],
  ] as const) {
    if (said[field] === undefined) continue;
    const one = reader(said[field]);
    read[field] = 'value' in one ? one.value : refuse(field, REASONS[one.code].en);
  }
  for (const field of ['boughtOn', 'registeredOn', 'insuredUntil'] as const) {
    const day = said[field] ?? null;
    if (day !== null && !isDay(day)) refuse(field, `no day: ${day}`);
  }
  return read as Partial<VehicleFields>;
}
