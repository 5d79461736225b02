/** Filters of leads, kept filters, and deeds on many leads. */
import { Type, type Static } from '@sinclair/typebox';
import { CodedError } from '../../domain/errors';
import { NONE, type LeadFilter } from '../../domain/lead/filter';
import { LEAD_PLACES, LEAD_STATES, STATES_SAID } from '../../domain/lead/lead';
import { LEAD_LEVELS } from '../../domain/form/form';
import { LeadSchema } from './lead';
import { PageQuery } from './page';
import { OneStore, StoreQuery } from './store';
import { Id, InstantText, InstantValue, instantOf, Nullable, NumberText } from './values';

const oneOf = <T extends string>(...names: T[]) => Type.Unsafe<T>(Type.String({ enum: names }));
/** PostgreSQL takes no NUL. */
const Words = (maxLength: number) => Type.String({ maxLength, pattern: '^[^\\u0000]*$' });
const Line = Type.String({ minLength: 1, maxLength: 64, pattern: '^[^\\u0000-\\u001f\\u007f,]*$' });
const Search = Type.String({
  ...{ maxLength: 64, pattern: '^[^\\u0000-\\u001f\\u007f]*$', examples: ['张 138'] },
  description: 'Words by which the customer is found, as in `GET /api/customers`.',
});
const Version = Type.Integer({
  ...{ minimum: 1 },
  description: 'That was seen; when it is another one by now nothing is changed.',
});
const MOST_WORDS = 50;

const several = (description: string, examples: string[]) =>
  Type.Optional(
    Type.String({
      ...{ pattern: '^[^\\u0000-\\u001f\\u007f]{1,600}$', description, examples },
    }),
  );

/** In a query several words stand behind commas. */
const FILTER_QUERY = {
  ...StoreQuery,
  state: several('States, with commas between.', ['open,arrived']),
  place: several('Who works them.', ['showroom']),
  level: several('Levels; `none`: without one.', ['H,none']),
  channel: several('Channels (渠道); `none`: without one.', ['抖音']),
  source: several('Sources.', ['inbound,web']),
  owner: several('Whose they are; `none`: nobody’s.', ['wang,none']),
  overdue: Type.Optional(Type.Boolean({ description: 'What is late now; false: what is not.' })),
  createdFrom: Type.Optional(InstantText),
  createdTo: Type.Optional(InstantText),
  dueFrom: Type.Optional(InstantText),
  dueTo: Type.Optional(InstantText),
  q: Type.Optional(Search),
  view: Type.Optional({
    ...Id,
    description: 'A kept filter, over which the others are laid.',
  }),
};

export const LeadsQuery = Type.Object(
  { ...FILTER_QUERY, number: Type.Optional(NumberText), ...PageQuery },
  { additionalProperties: false },
);
export const ExportQuery = Type.Object(FILTER_QUERY, { additionalProperties: false });
type Asked = Static<typeof ExportQuery>;

/** The filter that a query says; refuses words that are none of the list, and what is no time. */
export function filterOf(query: Asked): LeadFilter {
  const { store, overdue, q } = query;
  const list = (
    at: 'state' | 'place' | 'level' | 'channel' | 'source' | 'owner',
    known?: readonly string[],
  ) => {
    const words = query[at]?.split(',').map((word) => word.trim());
    const bad = words?.find((word) => word === '' || (known && !known.includes(word)));
    if (bad !== undefined || (words?.length ?? 0) > MOST_WORDS)
      throw new CodedError('INVALID_REQUEST', [{ at: `querystring.${at}`, problem: 'no such' }]);
    return words;
  };
  const at = (text?: string) => (text === undefined ? undefined : instantOf(text));
  const filter = {
    ...{ store, overdue, q },
    states: list('state', LEAD_STATES) as LeadFilter['states'],
    places: list('place', LEAD_PLACES) as LeadFilter['places'],
    levels: list('level', [...LEAD_LEVELS, NONE]) as LeadFilter['levels'],
    ...{ channels: list('channel'), sources: list('source'), owners: list('owner') },
    ...{ createdFrom: at(query.createdFrom), createdTo: at(query.createdTo) },
    ...{ dueFrom: at(query.dueFrom), dueTo: at(query.dueTo) },
  };
  return said(filter);
}

/** Without what nobody has said. */
export const said = (filter: { [K in keyof LeadFilter]: LeadFilter[K] | undefined }): LeadFilter =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));

const some = <T extends Parameters<typeof Type.Array>[0]>(item: T, examples: string[]) =>
  Type.Optional(Type.Array(item, { minItems: 1, maxItems: MOST_WORDS, examples: [examples] }));

/** The same in a body. */
export const LeadFilterSchema = Type.Object(
  {
    ...StoreQuery,
    states: some(oneOf(...LEAD_STATES), ['open']),
    places: some(oneOf(...LEAD_PLACES), ['showroom']),
    levels: some(oneOf(...LEAD_LEVELS, NONE), ['H', 'none']),
    channels: some(Line, ['抖音']),
    sources: some(Line, ['web']),
    owners: some(Id, ['wang', 'none']),
    overdue: Type.Optional(Type.Boolean()),
    createdFrom: Type.Optional(InstantValue),
    createdTo: Type.Optional(InstantValue),
    dueFrom: Type.Optional(InstantValue),
    dueTo: Type.Optional(InstantValue),
    q: Type.Optional(Search),
  },
  { additionalProperties: false },
);

export const ListedLeadSchema = Type.Object({
  ...LeadSchema.properties,
  number: Type.String({
    description:
      'Whole for whose lead it is and who oversees the store, else its last four digits.',
    examples: ['****8000'],
  }),
  customerId: Nullable(Type.String()),
  version: Type.Integer(),
  state: oneOf(...LEAD_STATES),
  nextPlan: Nullable(Type.String()),
  lastContactAt: Nullable(InstantValue),
  dueAt: Nullable(InstantValue, {
    description: 'The last moment at which it is in time; null: nothing is due.',
  }),
  overdue: Type.Boolean(),
  held: Type.Boolean({
    description: 'HQ is to confirm it by a call (外呼确认) before anybody is given it.',
  }),
});

const ViewName = Type.String({
  ...{ minLength: 1, maxLength: 64, pattern: '^[^\\u0000-\\u001f\\u007f]*$' },
  examples: ['本周未联系的H级'],
});
const Shared = { description: 'Whoever reads the store sees it, too.' };

export const ViewSchema = Type.Object({
  id: Type.String(),
  personId: Type.String(),
  storeId: Type.String(),
  name: ViewName,
  filter: LeadFilterSchema,
  shared: Type.Boolean(Shared),
  version: Type.Integer(),
  createdAt: InstantValue,
});

export const ViewBody = Type.Object(
  {
    ...OneStore,
    name: ViewName,
    filter: LeadFilterSchema,
    shared: Type.Boolean({ ...Shared, default: false }),
  },
  { additionalProperties: false },
);
export const ViewChange = Type.Object(
  { version: Version, name: ViewName, filter: LeadFilterSchema, shared: Type.Boolean(Shared) },
  { additionalProperties: false },
);
export const ViewsQuery = Type.Object(
  { ...StoreQuery, ...PageQuery },
  { additionalProperties: false },
);
export const DeskParams = Type.Object({ id: Id });

const SeenLead = Type.Object({ id: Id, version: Version }, { additionalProperties: false });

export const BulkBody = Type.Object(
  {
    selection: Type.Optional(
      Type.Array(SeenLead, {
        ...{ minItems: 1, maxItems: 1000 },
        description: 'These, as they were seen; else `filter` or `view`.',
      }),
    ),
    filter: Type.Optional(LeadFilterSchema),
    view: Type.Optional({
      ...Id,
      description: 'A kept filter.',
    }),
    dryRun: Type.Boolean({ default: false, description: 'Only say how many there are.' }),
    expected: Type.Optional(
      Type.Integer({
        minimum: 0,
        description:
          'How many a dry run has shown; a filter wants it. When it finds others by now nothing is done.',
      }),
    ),
    change: Type.Object(
      {
        ownerId: Type.Optional(Nullable(Id, { description: 'Null: the store’s own.' })),
        level: Type.Optional(Nullable(oneOf(...LEAD_LEVELS))),
        state: Type.Optional(oneOf(...STATES_SAID)),
        reason: Type.Optional({
          ...Words(4000),
          description:
            'Why they end, or have another owner; `defeated` and `lost-control` want one.',
        }),
        nextDueAt: Type.Optional(Nullable(InstantValue)),
      },
      { additionalProperties: false, minProperties: 1 },
    ),
  },
  { additionalProperties: false },
);

/** What is decided of a lead in the evening meeting; what is left out stays. */
const Decision = Type.Object(
  {
    id: Id,
    version: Version,
    ownerId: { ...Id, description: 'Who works it from now on.', examples: ['wang'] },
    level: Type.Optional(Nullable(oneOf(...LEAD_LEVELS))),
    nextDueAt: Type.Optional(Nullable(InstantValue)),
    nextPlan: Type.Optional(
      Nullable(Words(4000), {
        description: 'What is to be done then.',
        examples: ['邀约周末试驾'],
      }),
    ),
  },
  { additionalProperties: false },
);

export const MeetingBody = Type.Object(
  {
    ...OneStore,
    decisions: Type.Array(Decision, { minItems: 1, maxItems: 200 }),
  },
  { additionalProperties: false },
);

const Left = Type.Array(
  Type.Object({
    id: Type.String(),
    code: Type.String({ examples: ['VERSION_MOVED'] }),
    message: Type.Object({
      zh: Type.String({ examples: ['他人已更改此记录，未做任何更改。'] }),
      en: Type.String({
        examples: ['Somebody has changed this record meanwhile; nothing was changed.'],
      }),
    }),
    version: Nullable(Type.Integer({ description: 'The present one, where that is why.' })),
  }),
  { description: 'Those that were left as they are, and why.' },
);

export const BulkSchema = Type.Object({
  id: Nullable(Type.String({ description: 'By which it is undone; null of a dry run.' })),
  dryRun: Type.Boolean(),
  count: Type.Integer({ description: 'How many were meant.' }),
  changed: Type.Integer(),
  left: Left,
});

export const MeetingSchema = Type.Object({
  id: Type.String({ description: 'By which it is undone, as a deed on many leads.' }),
  assigned: Type.Integer(),
  left: Left,
});

export const UndoneSchema = Type.Object({
  id: Type.String(),
  undone: Type.Integer({ description: 'How many are as they were before.' }),
  left: Left,
});

export const BulkDeedSchema = Type.Object({
  id: Type.String(),
  byId: Type.String(),
  doneAt: InstantValue,
  change: Type.Object({}, { additionalProperties: true, examples: [{ level: 'B' }] }),
  filter: Nullable(Type.Object({}, { additionalProperties: true }), {
    description: 'Null: a selection. Words that were searched for are not kept.',
    examples: [{ states: ['open'] }],
  }),
  changed: Type.Integer(),
  left: Type.Integer(),
  undoneAt: Nullable(InstantValue),
  undoneBy: Nullable(Type.String({ examples: ['chen'] })),
});
