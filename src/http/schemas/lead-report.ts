/** Reports of leads. A ratio is its two counts; `percent` is for the eye. */
import { Type, type TProperties } from '@sinclair/typebox';
import { OneStore } from './store';
import { Id, InstantText, InstantValue, Nullable } from './values';

const oneOf = <T extends string>(...names: T[]) => Type.Unsafe<T>(Type.String({ enum: names }));
const SPAN = { from: Type.Optional(InstantText), to: Type.Optional(InstantText) };

/** Without `from` since the month began in which `to` lies, without `to` until now. */
export const LeadReportQuery = Type.Object(
  { ...OneStore, ...SPAN },
  { additionalProperties: false },
);

export const LeadQualityQuery = Type.Object(
  { ...OneStore, ...SPAN, by: Type.Optional(oneOf('consultant', 'channel', 'series')) },
  { additionalProperties: false },
);

const count = (description: string) => Type.Integer({ description });
const ratio = {
  part: Type.Integer(),
  whole: Type.Integer(),
  percent: Nullable(Type.Number(), { description: 'With one decimal; null: `whole` is 0.' }),
};
const Ratio = (description: string) => Type.Object(ratio, { description });
const Marked = (description: string) =>
  Type.Object(
    {
      ...ratio,
      mark: Nullable(oneOf('low', 'high'), { description: 'Null: as the plan wants it.' }),
    },
    { description },
  );

/** Every report says of which store and time it is. */
const Report = <P extends TProperties>(properties: P) =>
  Type.Object({
    storeId: Id,
    from: InstantValue,
    to: InstantValue,
    zone: Type.String({ description: 'Of the store, in which its months are.' }),
    ...properties,
  });

const DEALS = Type.Object({
  centre: count('From low-intent and non-showroom customers.'),
  store: count('All of the store.'),
});

export const TeamKpiSchema = Report({
  newLeads: Type.Object({
    bySource: Type.Object({
      inbound: Type.Integer(),
      hq: Type.Integer(),
      web: Type.Integer(),
      showroom: Type.Integer(),
    }),
    total: count('The sum of the four.'),
    others: count('Of every other source; they are none of the ratios.'),
  }),
  arrived: count('Leads that arrived in this time.'),
  deals: DEALS,
  arrival: Marked('到店率: arrived of new leads.'),
  deal: Marked("成交率: the centre's deals of arrivals."),
  structure: Marked("成交结构比: the centre's deals of all deals of the store."),
  invitedToArrived: Ratio('Who arrived, of who was invited in this time.'),
  rewards: Type.Object(
    {
      hold: Type.Boolean(),
      from: Nullable(Type.String({ examples: ['2026-06-01'] }), {
        description: 'First day on which they hold; null: they always did.',
      }),
    },
    { description: 'Reward and penalty (奖罚) at the end of this time.' },
  ),
});

const FUNNEL = {
  leads: count('That came in this time.'),
  invited: count('Of them.'),
  arrived: count('Of them.'),
  invitedArrived: count('Of the invited.'),
  deals: count('Of the arrived.'),
  invitation: Ratio('邀约率: invited of leads.'),
  arrival: Ratio('到店邀约率: arrived of leads.'),
  invitedToArrived: Ratio('Arrived of invited.'),
  deal: Ratio('成交率: deals of arrivals.'),
};

export const FunnelSchema = Report({
  sources: Type.Array(
    Type.Object({ source: oneOf('inbound', 'hq', 'web', 'showroom'), ...FUNNEL }),
  ),
  total: Type.Object(FUNNEL, { description: 'Of the four sources.' }),
  others: Type.Object(FUNNEL, { description: 'Of every other source.' }),
});

const figure = (description: string) =>
  Nullable(Type.Integer(), { description: `${description} Null: not measured by it.` });

export const IndividualKpiSchema = Report({
  people: Type.Array(
    Type.Object({
      personId: Type.String(),
      name: Type.String(),
      leadsKept: figure('留有客户资料: new leads of his, with a number.'),
      arrivals: figure('实际到店: leads that he had invited and that arrived.'),
      deliveries: figure('实际交车.'),
    }),
  ),
});

export const TrialSchema = Report({
  deals: DEALS,
  salesShare: Ratio("销售占比: the centre's deals of all."),
  needed: Type.Integer({ description: 'Per cent.' }),
  passed: Nullable(Type.Boolean(), { description: 'Null: the store sold nothing.' }),
});

export const ChannelEfficiencySchema = Report({
  channels: Type.Array(
    Type.Object({
      channel: Nullable(Type.String(), { description: 'Null: nobody said by which they came.' }),
      zh: Nullable(Type.String({ examples: ['网站'] })),
      en: Nullable(Type.String({ examples: ['web site'] })),
      leads: Type.Integer(),
      deals: Type.Integer(),
      share: Ratio('Of all leads.'),
      conversion: Ratio('实际转换率: deals of its leads.'),
    }),
  ),
});

const QUALITY = {
  leads: count('That came in this time.'),
  qualified: count('Of them with all eleven fields.'),
  byTemperature: Type.Object({
    hot: Type.Integer(),
    warm: Type.Integer(),
    cold: Type.Integer(),
    unknown: count('Nobody said when they mean to buy.'),
  }),
  qualifiedRate: Ratio('合格地址率: qualified of all.'),
  hotRate: Ratio('Hot of all.'),
  open: count('On which somebody works now, whenever they came.'),
};

export const LeadQualitySchema = Report({
  ...QUALITY,
  consultants: count('Who owns any of these leads.'),
  perConsultant: Nullable(Type.Number()),
  groups: Type.Array(
    Type.Object({
      group: Nullable(
        Type.String({ description: 'A person, channel or series.', examples: ['wang'] }),
        { description: 'Null: nobody said.' },
      ),
      ...QUALITY,
    }),
  ),
});

export const DefeatsSchema = Report({
  defeated: count('战败'),
  lostControl: count('失控'),
  reasons: Type.Array(
    Type.Object({
      kind: oneOf('defeated', 'lost-control'),
      reason: Type.String({ examples: ['购买竞品'] }),
      count: Type.Integer(),
      share: Ratio('Of all that was lost.'),
    }),
    { description: 'The most frequent hundred.' },
  ),
  others: count('Leads whose reason is not among these.'),
});

const KEPT = {
  kept: count('Done by the last moment.'),
  late: count('Done after it.'),
  missed: count('Not done, and it is over.'),
  open: count('Still in time.'),
  rate: Ratio('Kept of all but the open ones.'),
};

export const MonthTasksSchema = Report({
  people: Type.Array(
    Type.Object({
      personId: Type.String({ examples: ['zhu'] }),
      name: Type.String({ examples: ['朱琳'] }),
      task: count('How many he is to transfer in a month.'),
      transferred: count('Given to the centre in evening meetings, and not taken back.'),
      state: Type.Union([Type.Literal('completed'), Type.Literal('not-completed')]),
      hasCommission: Type.Boolean({
        description: 'Who does not transfer has none (不转入不提成).',
      }),
    }),
  ),
});

export const PromisesKeptSchema = Report({
  followUps: Type.Object(KEPT),
  callBacks: Type.Object(KEPT),
  people: Type.Array(
    Type.Object({ agentId: Nullable(Type.String({ examples: ['wang'] })), ...KEPT }),
    { description: 'Of the follow-ups by whose they are; those of nobody last.' },
  ),
});
