/** Doubtful pairs, merges, splits and runs of cleaning, and what is asked and said of them. */
import { Type, type SchemaOptions, type Static, type TSchema } from '@sinclair/typebox';
import { FIELDS } from '../../domain/customer/merging';
import { DOUBTS } from '../../domain/customer/same-person';
import { INVALID_REASONS } from '../../domain/lead/may-be-dialled';
import { CLEANING_COUNTS } from '../merge-ports';
import { ListedCustomerSchema } from './customer';
import { PageQuery } from './page';
import { StoreQuery } from './store';
import { Id, InstantValue, Nullable } from './values';

const oneOf = <T extends string>(...values: readonly T[]) =>
  Type.Union(values.map((value) => Type.Literal(value)));

/** Of two, as an array of that length: JSON Schema of OpenAPI 3.1 has no other `items`. */
const Both = <T extends TSchema>(item: T, options: SchemaOptions = {}) =>
  Type.Unsafe<[Static<T>, Static<T>]>(Type.Array(item, { minItems: 2, maxItems: 2, ...options }));

const Version = Type.Integer({
  minimum: 1,
  description: 'That was seen; when it is another one by now nothing is done (409).',
});

const PairSide = Type.Object({
  customer: ListedCustomerSchema,
  vehicles: Type.Integer(),
  contacts: Type.Integer(),
  lastContactAt: Nullable(InstantValue),
});

export const PairSchema = Type.Object({
  id: Type.String(),
  reason: oneOf(...DOUBTS),
  numbers: Both(Type.String(), {
    description: 'By which the two were found, in the order of `sides`.',
    examples: [['****8000', '****8001']],
  }),
  state: oneOf('open', 'later', 'same', 'different'),
  foundAt: InstantValue,
  againAt: Nullable(InstantValue),
  decidedAt: Nullable(InstantValue),
  decidedBy: Nullable(Type.String({ examples: ['wang'] })),
  mergeId: Nullable(Type.String()),
  sides: Both(PairSide, { description: 'The older one first; he would stay.' }),
});

export const PairsQuery = Type.Object(
  {
    ...StoreQuery,
    state: Type.Optional({
      ...oneOf('open', 'later', 'same', 'different'),
      description: 'Else `open`: what waits for a decision, also what was put off until now.',
    }),
    ...PageQuery,
  },
  { additionalProperties: false },
);

export const IdParams = Type.Object({ id: Id });

export const SameBody = Type.Object(
  {
    versions: Both(Version, {
      description: 'In the order of `sides`.',
      examples: [[1, 1]],
    }),
  },
  { additionalProperties: false },
);

export const LaterBody = Type.Object(
  { days: Type.Integer({ minimum: 1, maximum: 90, default: 7 }) },
  { additionalProperties: false },
);

const SeenCustomer = Type.Object({ id: Id, version: Version }, { additionalProperties: false });

export const MergeBody = Type.Object(
  { customers: Both(SeenCustomer) },
  { additionalProperties: false },
);

export const MergeSchema = Type.Object({
  id: Type.String(),
  keptId: Type.String({
    description: 'The older record: it stays.',
    examples: ['019c1353-8a00-7c21-9a51-0c4e2f6b7d10'],
  }),
  mergedId: Type.String({ examples: ['019c1353-8a01-7c21-9a51-0c4e2f6b7d10'] }),
  way: oneOf('hand', 'pair', 'cleaning', 'import'),
  by: Type.String(),
  at: InstantValue,
  undoneAt: Nullable(InstantValue),
  undoneBy: Nullable(Type.String({ examples: ['chen'] })),
});

export const MergesQuery = Type.Object(
  { ...StoreQuery, ...PageQuery },
  { additionalProperties: false },
);

export const UnmergedSchema = Type.Object({
  kept: Type.Array(oneOf(...FIELDS), {
    description:
      'Fields that somebody has edited since the merge filled them: they stay as they are.',
  }),
});

const Ids = (what: string) => Type.Optional(Type.Array(Id, { maxItems: 100, description: what }));

export const SplitBody = Type.Object(
  {
    customer: SeenCustomer,
    to: Nullable(Id, { description: 'Whose it is from now on; null: a new customer’s.' }),
    leads: Ids('With what has been noted of them.'),
    numbers: Ids('Ids of his numbers, with their calls of no lead.'),
    vehicles: Ids('Ids of his vehicles.'),
  },
  { additionalProperties: false },
);

export const SplitSchema = Type.Object({
  id: Type.String(),
  toId: Type.String({ examples: ['019c1353-8a01-7c21-9a51-0c4e2f6b7d10'] }),
});

export const UnsplitSchema = Type.Object({
  stayed: Type.Array(
    Type.Object({ table: Type.String({ examples: ['lead'] }), id: Type.String() }),
    { description: 'What has gone on to somebody else since.' },
  ),
  remains: Type.Boolean({
    description: 'The customer who was made for it is there still: something new hangs on him.',
  }),
});

export const InvalidBody = Type.Object(
  { version: Version, reason: oneOf(...INVALID_REASONS) },
  { additionalProperties: false },
);

export const InvalidatedSchema = Type.Object({
  customerErased: Type.Boolean({
    description: 'Nothing else hung on its customer: his data is deleted, too.',
  }),
});

export const CleaningRunSchema = Type.Object({
  id: Type.String(),
  why: oneOf('night', 'asked'),
  by: Type.String(),
  state: oneOf('running', 'done'),
  startedAt: InstantValue,
  endedAt: Nullable(InstantValue),
  ...Object.fromEntries(CLEANING_COUNTS.map((count) => [count, Type.Integer()])),
  customersBefore: Type.Integer({ description: 'People of these books.' }),
  customersAfter: Nullable(Type.Integer()),
  leadsBefore: Type.Integer({ description: 'Open ones.' }),
  leadsAfter: Nullable(Type.Integer()),
});

export const CleaningBody = Type.Object({ ...StoreQuery }, { additionalProperties: false });
