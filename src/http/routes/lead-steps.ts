/** The steps of a lead: he is invited, arrives and is handed over, buys, has his car; and what his source has of it. */
import { CodedError } from '../../domain/errors';
import { leadRulesOf } from '../../domain/lead/rules';
import { holdsIn } from '../../domain/organisation';
import type { Asker } from '../../domain/rights';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import type { AuditNote } from '../ports';
import {
  AppointmentBody,
  ArrivalBody,
  ArrivedSchema,
  DealBody,
  DealSchema,
  DeliveryBody,
  FeeSchema,
  FeesQuery,
  Made,
  StepParams,
} from '../schemas/lead-step';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import { demandIn, storeAsked, storesAsked } from '../stores';
import type { Routes } from './app';

const WORK = 'leads.work';
const READING = ['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'] as const;
const CHANGING = [...READING, 'CROSS_SITE', 'DATABASE_AWAY'] as const;

export function leadStepRoutes(app: Routes, deps: HttpDeps): void {
  addOfLead(app, deps);
  addDeals(app, deps);
  addFees(app, deps);
}

/** The lead's store, of one who works in it. */
async function leadIn({ customers }: HttpDeps, person: Asker, id: string) {
  const found = await customers.lead(id);
  demandIn(person, WORK, found?.lead.storeId, 'UNKNOWN_LEAD');
  if (!found) throw new CodedError('UNKNOWN_LEAD');
  return found.lead;
}

const doing = ({ audit, now }: HttpDeps, person: Asker, what: AuditNote['what']) => ({
  ...{ by: person.id, at: now() },
  noted: (subject: string) => audit({ who: person.id, what, subject }),
});

/** Only a direct salesperson of the store receives who arrives (A37). */
function demandSalesperson({ live }: HttpDeps, id: string, storeId: string): void {
  const person = live.plan().people.find((one) => one.id === id);
  if (!person || !holdsIn(person, ['direct-salesperson'], storeId))
    throw new CodedError('NOT_A_SALESPERSON');
}

function addOfLead(app: Routes, deps: HttpDeps): void {
  const { live, leadSteps, alarm } = deps;
  app.post(
    '/api/leads/:id/appointments',
    {
      config: { access: WORK },
      schema: {
        tags: ['leads'],
        summary: 'Somebody is invited to the store (邀约); his arrival counts for who asks this.',
        params: StepParams,
        body: AppointmentBody,
        response: { 200: Made, ...problems(...CHANGING, 'UNKNOWN_LEAD', 'LEAD_OVER') },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { id: leadId } = await leadIn(deps, person, request.params.id);
      const { dueAt } = request.body;
      const id = await leadSteps.invite({ leadId, dueAt }, doing(deps, person, 'lead.invited'));
      return { id };
    },
  );

  app.post(
    '/api/leads/:id/arrivals',
    {
      config: { access: WORK },
      schema: {
        tags: ['leads'],
        summary: 'He is in the store (到店), and is handed to a direct salesperson (直销员).',
        description:
          'His lead is that salesperson’s from then on, with its follow-ups, until it closes.',
        params: StepParams,
        body: ArrivalBody,
        response: {
          200: ArrivedSchema,
          ...problems(...CHANGING, 'UNKNOWN_LEAD', 'LEAD_OVER', 'NOT_A_SALESPERSON'),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { id: leadId, storeId } = await leadIn(deps, person, request.params.id);
      const { salespersonId } = request.body;
      demandSalesperson(deps, salespersonId, storeId);
      const plan = live.plan();
      const rules = leadRulesOf(plan, storeId);
      const zone = plan.stores.find((store) => store.id === storeId)?.timezone ?? 'UTC';
      const { id, newToday, tooMany } = await leadSteps.arrive(
        { leadId, salespersonId, zone, rules },
        doing(deps, person, 'lead.arrived'),
      );
      const most = rules.newCustomersADay;
      // Who hands him over hears of it here; who can have others receive the next ones, by the alarm.
      if (tooMany) alarm('TOO_MANY_CUSTOMERS', `${salespersonId}: ${newToday}`, storeId);
      return { id, newToday, warning: tooMany ? warning(newToday, most) : null };
    },
  );
}

const warning = (count: number, most: number) => ({
  zh: `直销员今日已接待 ${count} 位新客户，超过 ${most} 位。`,
  en: `${count} new customers today; the plan wants ${most} at most.`,
});

function addDeals(app: Routes, deps: HttpDeps): void {
  const { live, leadSteps } = deps;
  app.post(
    '/api/deals',
    {
      config: { access: WORK },
      schema: {
        tags: ['leads'],
        summary: 'Somebody buys (成交), by his lead or, without one, in the showroom.',
        description:
          'The lead is won, and who had transferred it to the centre is entered for an information fee.',
        body: DealBody,
        response: {
          200: DealSchema,
          ...problems(...CHANGING, 'NOT_FOUND', 'UNKNOWN_LEAD', 'LEAD_OVER', 'NOT_A_SALESPERSON'),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { store, leadId, salespersonId = null, saleKind = null } = request.body;
      const lead = leadId === undefined ? null : await leadIn(deps, person, leadId);
      const storeId = lead?.storeId ?? storeAsked(person, WORK, store);
      if (salespersonId !== null) demandSalesperson(deps, salespersonId, storeId);
      const rules = leadRulesOf(live.plan(), storeId);
      return leadSteps.deal(
        { leadId: lead?.id ?? null, storeId, salespersonId, saleKind, rules },
        doing(deps, person, 'deal.made'),
      );
    },
  );

  app.post(
    '/api/deals/:id/delivery',
    {
      config: { access: WORK },
      schema: {
        tags: ['leads'],
        summary: 'He has his car (实际交车), which counts for the direct salesperson.',
        params: StepParams,
        body: DeliveryBody,
        response: {
          200: Made,
          ...problems(...CHANGING, 'UNKNOWN_DEAL', 'ALREADY_DELIVERED', 'NOT_A_SALESPERSON'),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const dealId = request.params.id;
      const storeId = (await leadSteps.storeOfDeal(dealId)) ?? undefined;
      demandIn(person, WORK, storeId, 'UNKNOWN_DEAL');
      const { salespersonId = person.id } = request.body;
      demandSalesperson(deps, salespersonId, storeId ?? '');
      const asked = { dealId, salespersonId };
      return { id: await leadSteps.deliver(asked, doing(deps, person, 'deal.delivered')) };
    },
  );
}

function addFees(app: Routes, deps: HttpDeps): void {
  const { leadSteps } = deps;
  app.get(
    '/api/information-fees',
    {
      config: { access: 'store.oversee' },
      schema: {
        tags: ['leads'],
        summary: 'Information fees (信息费) of the own stores, the newest first.',
        querystring: FeesQuery,
        response: {
          200: PageOf(FeeSchema),
          ...problems(...READING, 'BAD_CURSOR', 'NOT_FOUND'),
        },
      },
    },
    async (request) => {
      const { store, state, ...page } = request.query;
      const storeIds = storesAsked(personOf(request), 'store.oversee', store);
      return leadSteps.fees({ storeIds, ...(state && { state }) }, pageRequest(page));
    },
  );

  app.post(
    '/api/information-fees/:id/paid',
    {
      config: { access: 'leads.assign' },
      schema: {
        tags: ['leads'],
        summary: 'An information fee is paid.',
        params: StepParams,
        response: { 200: Made, ...problems(...CHANGING, 'UNKNOWN_FEE') },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { id } = request.params;
      const storeId = (await leadSteps.storeOfFee(id)) ?? undefined;
      demandIn(person, 'leads.assign', storeId, 'UNKNOWN_FEE');
      await leadSteps.pay(id, doing(deps, person, 'fee.paid'));
      return { id };
    },
  );
}
