/** Leads that are nobody's are given to telemarketers (Q15), and those that are due are listed, the most urgent first. */
import type { StoreId } from '../../domain/ids';
import { seesWhole, shownNumber } from '../../domain/customer/seeing';
import { leadRulesOf } from '../../domain/lead/rules';
import { isConsultant, takersOf } from '../../domain/lead/staff';
import type { Asker } from '../../domain/rights';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import type { DueLead, RuledStore } from '../lead-list-ports';
import {
  DistributionBody,
  DistributionSchema,
  DueLeadSchema,
  DueQuery,
  HandoverSchema,
  HandoversQuery,
} from '../schemas/lead-list';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import { storeAsked, storesAsked } from '../stores';
import type { Routes } from './app';

const READING = ['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'NOT_FOUND'] as const;
const ASSIGN = 'leads.assign';
const WORK = 'leads.work';

export function leadListRoutes(app: Routes, deps: HttpDeps): void {
  addDistribution(app, deps);
  addDue(app, deps);
  addHandovers(app, deps);
}

const ruled = ({ live }: HttpDeps, storeId: StoreId): RuledStore => ({
  storeId,
  zone: live.plan().stores.find(({ id }) => id === storeId)?.timezone ?? 'UTC',
  rules: leadRulesOf(live.plan(), storeId),
});

function addDistribution(app: Routes, deps: HttpDeps): void {
  const { live, leadLists, audit, now } = deps;
  app.post(
    '/api/leads/distribute',
    {
      config: { access: ASSIGN },
      schema: {
        tags: ['leads'],
        summary: 'Give the leads that are nobody’s to the telemarketers of a store.',
        description:
          'Each to whose customer he is already, else to who has the fewest open follow-ups, of those to who has waited ' +
          'longest for a new lead. Only what may be dialled. Where the rules say `distribution: fewest-open` it is done by ' +
          'itself at the end of each cleaning as well.',
        body: DistributionBody,
        response: {
          200: DistributionSchema,
          ...problems(...READING, 'CROSS_SITE', 'DATABASE_AWAY'),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { store, most, dryRun } = request.body;
      const storeId = storeAsked(person, ASSIGN, store);
      if (!dryRun) await audit({ who: person.id, what: 'leads.distributed', subject: storeId });
      const { given, left } = await leadLists.distribute(
        { ...ruled(deps, storeId), takers: takersOf(live.plan(), storeId), most, dryRun },
        { by: person.id, at: now() },
      );
      return { storeId, dryRun, given, left };
    },
  );
}

function addDue(app: Routes, deps: HttpDeps): void {
  const { live, leadLists, now } = deps;
  app.get(
    '/api/leads/due',
    {
      config: { access: WORK },
      schema: {
        tags: ['leads'],
        summary: 'Leads that are to be contacted today, those that are late first.',
        description:
          'Late ones by how many intervals of their level they are late, times the value of the level; then what is due ' +
          'today, the hottest level first. Nothing that may not be dialled; for a sales consultant nothing of level B and ' +
          'nothing that was lost, unless he was in the store.',
        querystring: DueQuery,
        response: { 200: PageOf(DueLeadSchema), ...problems(...READING, 'BAD_CURSOR') },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { store, owner, ...page } = request.query;
      const stores = storesAsked(person, WORK, store).map((id) => ruled(deps, id));
      const at = now();
      const whose = [person.id, ...(owner === undefined ? [] : [owner])];
      const { items, next } = await leadLists.due(
        {
          ...{ stores, now: at, ...(owner !== undefined && { ownerId: owner }) },
          forConsultant: whose.some((id) => isConsultant(live.plan(), id)),
        },
        pageRequest(page),
      );
      return { items: items.map((lead) => shown(lead, person, at)), next };
    },
  );
}

function addHandovers(app: Routes, { leadLists }: HttpDeps): void {
  app.get(
    '/api/leads/handovers',
    {
      config: { access: WORK },
      schema: {
        tags: ['leads'],
        summary: 'Leads that colleagues have while their owners are away, the newest first.',
        querystring: HandoversQuery,
        response: { 200: PageOf(HandoverSchema), ...problems(...READING, 'BAD_CURSOR') },
      },
    },
    (request) => {
      const { store, standing, ...page } = request.query;
      const storeIds = storesAsked(personOf(request), WORK, store);
      return leadLists.handovers({ storeIds, standing }, pageRequest(page));
    },
  );
}

const shown = ({ turn: _turn, ...lead }: DueLead, person: Asker, at: number) => ({
  ...{ ...lead, overdue: lead.dueAt < at },
  number: shownNumber(lead.number, seesWhole(person, [lead])),
});
