/** Leads as they are worked: making one, saying what is known of it, how it ends, whose it is (A31, A33). */
import { controllerOf } from '../../domain/customer/controller';
import { followUpOf } from '../../domain/customer/permission';
import { CodedError } from '../../domain/errors';
import { NOTHING_SAID, type LeadFields, type OwnerWay } from '../../domain/lead/lead';
import { isOfCentre } from '../../domain/lead/staff';
import { mayIn, type Asker, type Right } from '../../domain/rights';
import { personOf } from '../auth';
import type { LeadDetail } from '../customer-ports';
import type { HttpDeps } from '../deps';
import {
  Changed,
  CustomerParams,
  demandDays,
  LeadBody,
  LeadChange,
  LeadDetailSchema,
  OwnerBody,
} from '../schemas/customer';
import { problems } from '../schemas/problem';
import { demandIn, storeAsked } from '../stores';
import type { Routes } from './app';
import { customerIn } from './customers';
import { shownLead, shownPermission } from './customers-shown';

const READING = ['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'] as const;
const CHANGING = [...READING, 'CROSS_SITE', 'DATABASE_AWAY'] as const;
const WORK = 'leads.work';

export function leadWorkRoutes(app: Routes, deps: HttpDeps): void {
  addMaking(app, deps);
  addChanging(app, deps);
  addOwner(app, deps);
}

/** The lead, of one who has the right in its store. */
async function leadIn(
  { customers }: HttpDeps,
  person: Asker,
  right: Right,
  id: string,
): Promise<LeadDetail> {
  const found = await customers.lead(id);
  demandIn(person, right, found?.lead.storeId, 'UNKNOWN_LEAD');
  if (!found) throw new CodedError('UNKNOWN_LEAD');
  return found;
}

/** Whether a lead of the store can be his: he is there, and works on leads. */
function demandOwner({ live }: HttpDeps, ownerId: string | null, storeId: string): void {
  if (ownerId === null) return;
  const person = live.plan().people.find(({ id }) => id === ownerId);
  if (!person || !mayIn(person, WORK, storeId)) throw new CodedError('NOT_AN_OWNER');
}

function addMaking(app: Routes, deps: HttpDeps): void {
  const { customers, audit, now } = deps;
  app.post(
    '/api/leads',
    {
      config: { access: WORK },
      schema: {
        tags: ['leads'],
        summary: 'Make a lead of a customer.',
        body: LeadBody,
        response: {
          200: LeadDetailSchema,
          ...problems(...CHANGING, 'NOT_FOUND', 'UNKNOWN_CUSTOMER', 'NOT_AN_OWNER'),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { store, customerId, ownerId = person.id, source = 'manual', ...said } = request.body;
      demandDays(said);
      const storeId = storeAsked(person, WORK, store);
      demandOwner(deps, ownerId, storeId);
      const { customer, numbers } = await customerIn(deps, person, WORK, customerId);
      const id = await customers.makeLead(
        {
          ...{ customerId: customer.id, storeId, ownerId, source },
          ...{ number: numbers[0]?.number ?? '', fields: { ...NOTHING_SAID, ...said } },
        },
        {
          ...{ by: person.id, at: now() },
          noted: (subject) => audit({ who: person.id, what: 'lead.made', subject }),
        },
      );
      return shownLead(await leadIn(deps, person, WORK, id), person);
    },
  );
}

function addChanging(app: Routes, deps: HttpDeps): void {
  const { customers, permissions, live, audit, now } = deps;
  app.get(
    '/api/leads/:id',
    {
      config: { access: 'store.read' },
      schema: {
        tags: ['leads'],
        summary: 'A lead, and who owned it when.',
        params: CustomerParams,
        response: { 200: LeadDetailSchema, ...problems(...READING, 'UNKNOWN_LEAD') },
      },
    },
    async (request) => {
      const person = personOf(request);
      const found = await leadIn(deps, person, 'store.read', request.params.id);
      const { lead } = found;
      const facts = await permissions.facts({
        controller: controllerOf(live.plan(), lead.storeId),
        ...{ customerId: lead.customerId, numbers: [lead.number] },
      });
      return { ...shownLead(found, person), calling: shownPermission(followUpOf(lead), facts) };
    },
  );

  app.put(
    '/api/leads/:id',
    {
      config: { access: WORK },
      schema: {
        tags: ['leads'],
        summary: 'Say what is known of a lead, and how it stands; what is not named stays.',
        description:
          'One of the showroom that is lost (`defeated`, `lost-control`) is the centre’s, and nobody’s, from then on.',
        params: CustomerParams,
        body: LeadChange,
        response: {
          200: Changed,
          ...problems(...CHANGING, 'UNKNOWN_LEAD', 'VERSION_MOVED', 'LEAD_NEEDS_REASON'),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { version, state, reason = null, ...said } = request.body;
      demandDays(said);
      const { lead } = await leadIn(deps, person, WORK, request.params.id);
      const next = await customers.changeLead(
        { id: lead.id, version },
        {
          fields: { ...fieldsOf(lead), ...said },
          ...(state !== undefined && { state: { state, reason } }),
          stays: (ownerId) => isOfCentre(live.plan(), ownerId, lead.storeId),
        },
        {
          ...{ by: person.id, at: now() },
          noted: (subject) => audit({ who: person.id, what: 'lead.changed', subject }),
        },
      );
      return { id: lead.id, version: next };
    },
  );
}

function addOwner(app: Routes, deps: HttpDeps): void {
  const { customers, audit, live, now } = deps;
  app.post(
    '/api/leads/:id/owner',
    {
      config: { access: 'store.read' },
      schema: {
        tags: ['leads'],
        summary: 'Give a lead to an owner.',
        description:
          'Anybody who works on leads takes what is nobody’s and hands over what is his; everything else is for who ' +
          'leads the store. With a telemarketer a lead of the showroom is the centre’s.',
        params: CustomerParams,
        body: OwnerBody,
        response: {
          200: Changed,
          ...problems(
            ...(['UNKNOWN_LEAD', 'VERSION_MOVED', 'NOT_AN_OWNER', 'LEAD_UNCONFIRMED'] as const),
            ...CHANGING,
          ),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { version, ownerId, reason = '' } = request.body;
      const { lead } = await leadIn(deps, person, 'store.read', request.params.id);
      const usual = wayOf(person.id, lead.ownerId, ownerId);
      const { way = usual } = request.body;
      const isOwnDoing = way === usual && (usual === 'own' || lead.ownerId === person.id);
      const right = isOwnDoing ? WORK : 'leads.assign';
      if (!mayIn(person, right, lead.storeId)) throw new CodedError('FORBIDDEN_POST');
      demandOwner(deps, ownerId, lead.storeId);
      const next = await customers.changeOwner(
        { id: lead.id, version },
        { ownerId, way, reason, isOfCentre: isOfCentre(live.plan(), ownerId, lead.storeId) },
        {
          ...{ by: person.id, at: now() },
          noted: (subject) => audit({ who: person.id, what: 'lead.owner-changed', subject }),
        },
      );
      return { id: lead.id, version: next };
    },
  );
}

/** By which way it comes to him, when nothing is said. */
function wayOf(by: string, former: string | null, next: string | null): OwnerWay {
  if (former !== null) return 'handover';
  return next === by ? 'own' : 'distributed';
}

const fieldsOf = (lead: LeadFields): LeadFields => ({
  ...{ customerType: lead.customerType, channel: lead.channel, presentCar: lead.presentCar },
  ...{ interestSeries: lead.interestSeries, interestModel: lead.interestModel },
  ...{ intendedOn: lead.intendedOn, contactResult: lead.contactResult, nextPlan: lead.nextPlan },
  ...{ nextDueAt: lead.nextDueAt, level: lead.level, validity: lead.validity },
});
