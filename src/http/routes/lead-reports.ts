/** Reports of the leads of one store, by the rules that hold in it. Without times they are of the month in which we are. */
import type { TSchema } from '@sinclair/typebox';
import { choicesOf } from '../../domain/form/choices';
import { leadRulesOf } from '../../domain/lead/rules';
import { isConsultant } from '../../domain/lead/staff';
import { rewardsAt } from '../../domain/metrics/rewards';
import { monthIn } from '../../domain/months';
import { postsOf, type Holder } from '../../domain/organisation';
import type { Asker } from '../../domain/rights';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import type { LeadReportAsked, Measured } from '../lead-report-ports';
import {
  ChannelEfficiencySchema,
  DefeatsSchema,
  FunnelSchema,
  IndividualKpiSchema,
  LeadQualityQuery,
  LeadQualitySchema,
  LeadReportQuery,
  MonthTasksSchema,
  PromisesKeptSchema,
  TeamKpiSchema,
  TrialSchema,
} from '../schemas/lead-report';
import { problems } from '../schemas/problem';
import { instantOf } from '../schemas/values';
import { storeAsked } from '../stores';
import type { Routes } from './app';

const config = { access: 'store.oversee' } as const;
const described = <S extends TSchema>(summary: string, answer: S) => ({
  ...{ tags: ['reports'], summary },
  response: {
    200: answer,
    ...problems('INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'NOT_FOUND'),
  },
});
const querystring = LeadReportQuery;

interface Query {
  store?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

export function leadReportRoutes(app: Routes, { live, leadReports, now }: HttpDeps): void {
  /** The month is that of the last moment that counts: until midnight of the first is the month before. */
  function asked(person: Asker, { store, from, to }: Query): LeadReportAsked {
    const storeId = storeAsked(person, 'store.oversee', store);
    const plan = live.plan();
    const zone = plan.stores.find(({ id }) => id === storeId)?.timezone ?? 'UTC';
    const until = to === undefined ? now() : instantOf(to);
    const since = from === undefined ? monthIn(zone, until - 1).startsAt : instantOf(from);
    const rules = leadRulesOf(plan, storeId);
    return { storeId, zone, from: since, to: until, now: now(), rules };
  }
  const about = ({ storeId, zone, from, to }: LeadReportAsked) => ({ storeId, zone, from, to });
  const measured = (storeId: string): Measured[] =>
    live.plan().people.map((person) => ({
      ...{ id: person.id, name: person.name, posts: postsIn(person, storeId) },
    }));

  app.get(
    '/api/reports/team-kpi',
    {
      config,
      schema: {
        ...described(
          'Arrival, deal and structure ratio of a team, and what is marked.',
          TeamKpiSchema,
        ),
        description:
          'What happened in this time: an arrival counts when it was, whenever the lead came.',
        querystring,
      },
    },
    async (request) => {
      const span = asked(personOf(request), request.query);
      const rewards = rewardsAt({ now: span.to - 1, zone: span.zone }, span.rules);
      return { ...about(span), ...(await leadReports.teamKpi(span)), rewards };
    },
  );

  app.get(
    '/api/reports/funnel',
    {
      config,
      schema: {
        ...described('New leads by source, and how far they have come by now.', FunnelSchema),
        description:
          'Of leads that came in this time; each counts once, also in what it has come to since.',
        querystring,
      },
    },
    async (request) => {
      const span = asked(personOf(request), request.query);
      return { ...about(span), ...(await leadReports.funnel(span)) };
    },
  );

  app.get(
    '/api/reports/individual-kpi',
    {
      config,
      schema: {
        ...described('What each person of a store is measured by.', IndividualKpiSchema),
        querystring,
      },
    },
    async (request) => {
      const span = asked(personOf(request), request.query);
      const people = measured(span.storeId);
      return { ...about(span), ...(await leadReports.individualKpi({ ...span, people })) };
    },
  );

  app.get(
    '/api/reports/trial',
    {
      config,
      schema: {
        ...described('Whether a centre has passed its trial run.', TrialSchema),
        querystring,
      },
    },
    async (request) => {
      const span = asked(personOf(request), request.query);
      return { ...about(span), ...(await leadReports.trial(span)) };
    },
  );

  app.get(
    '/api/reports/channel-efficiency',
    {
      config,
      schema: {
        ...described(
          'Leads, share and conversion of each channel (渠道效率分析表).',
          ChannelEfficiencySchema,
        ),
        querystring,
      },
    },
    async (request) => {
      const span = asked(personOf(request), request.query);
      const { sources } = choicesOf(live.plan().forms);
      const names = new Map(sources.map((source) => [source.id, source]));
      const channels = [...names.keys()];
      const report = await leadReports.channelEfficiency({ ...span, channels });
      return {
        ...about(span),
        channels: report.channels.map((line) => {
          const { zh = null, en = null } = names.get(line.channel ?? '') ?? {};
          return { ...line, zh, en };
        }),
      };
    },
  );

  app.get(
    '/api/reports/lead-quality',
    {
      config,
      schema: {
        ...described('How many new leads there are, and how good they are.', LeadQualitySchema),
        description: 'Grouped by consultant unless `by` says otherwise.',
        querystring: LeadQualityQuery,
      },
    },
    async (request) => {
      const { by = 'consultant', ...query } = request.query;
      const span = asked(personOf(request), query);
      return { ...about(span), ...(await leadReports.leadQuality({ ...span, by })) };
    },
  );

  app.get(
    '/api/reports/defeats',
    {
      config,
      schema: {
        ...described('Why leads were lost that ended in this time.', DefeatsSchema),
        querystring,
      },
    },
    async (request) => {
      const span = asked(personOf(request), request.query);
      return { ...about(span), ...(await leadReports.defeats(span)) };
    },
  );

  app.get(
    '/api/reports/promises-kept',
    {
      config,
      schema: {
        ...described(
          'What was promised to customers for this time: kept, late, missed.',
          PromisesKeptSchema,
        ),
        description:
          'Follow-ups after calls and call backs that were due in it, but those withdrawn.',
        querystring,
      },
    },
    async (request) => {
      const span = asked(personOf(request), request.query);
      return { ...about(span), ...(await leadReports.promisesKept(span)) };
    },
  );

  app.get(
    '/api/reports/month-tasks',
    {
      config,
      schema: {
        ...described('Whether each source of the showroom has done his task.', MonthTasksSchema),
        description:
          'How many leads he is to hand to the centre in evening meetings (夕会), by the rules of the store for a month, and has.',
        querystring,
      },
    },
    async (request) => {
      const span = asked(personOf(request), request.query);
      const sources = sourcesIn(live.plan(), span.storeId);
      return { ...about(span), ...(await leadReports.monthTasks({ ...span, sources })) };
    },
  );
}

/** Who sells in the store: sources of what the centre is given. */
const sourcesIn = (plan: ReturnType<HttpDeps['live']['plan']>, storeId: string) =>
  plan.people.filter(
    (person) => isConsultant(plan, person.id) && postsIn(person, storeId).length > 0,
  );

/** The posts that he holds in the store. */
const postsIn = (person: Holder, storeId: string) =>
  postsOf(person)
    .filter(({ stores }) => stores.includes(storeId))
    .map(({ post }) => post);
