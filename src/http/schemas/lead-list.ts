/** Distribution of leads and lists of what is due, and what is asked of them. */
import { Type } from '@sinclair/typebox';
import { LEAD_STATES } from '../../domain/lead/lead';
import { PageQuery } from './page';
import { OneStore, StoreQuery } from './store';
import { Id, InstantValue, Nullable } from './values';

const oneOf = <T extends string>(...names: T[]) => Type.Unsafe<T>(Type.String({ enum: names }));

export const DistributionBody = Type.Object(
  {
    ...OneStore,
    most: Type.Integer({
      ...{ minimum: 1, maximum: 500, default: 200 },
      description: 'How many leads at most; who came first is given first.',
    }),
    dryRun: Type.Boolean({
      default: false,
      description: 'Only say who would get what.',
    }),
  },
  { additionalProperties: false },
);

export const DistributionSchema = Type.Object({
  storeId: Type.String(),
  dryRun: Type.Boolean(),
  given: Type.Array(
    Type.Object({
      leadId: Type.String(),
      ownerId: Type.String(),
      way: {
        ...oneOf('own', 'distributed'),
        description: '`own`: he has that customer already.',
      },
    }),
    { description: 'In the order in which they were given.' },
  ),
  left: Type.Integer({
    description: 'How many are nobody’s still: there were more, or the store has no telemarketer.',
  }),
});

export const DueQuery = Type.Object(
  {
    ...StoreQuery,
    owner: Type.Optional({ ...Id, description: 'Only whose leads these are.' }),
    ...PageQuery,
  },
  { additionalProperties: false },
);

export const DueLeadSchema = Type.Object({
  id: Type.String(),
  customerId: Nullable(Type.String()),
  storeId: Type.String(),
  number: Type.String({
    description:
      'Whole for whose lead it is and who oversees the store, else its last four digits.',
    examples: ['****8000'],
  }),
  name: Type.String(),
  ownerId: Nullable(Type.String({ description: 'Null: the store’s own.' })),
  source: Type.String(),
  version: Type.Integer(),
  state: oneOf(...LEAD_STATES),
  level: Nullable(oneOf('H', 'A', 'B', 'C')),
  nextPlan: Nullable(Type.String()),
  openedAt: InstantValue,
  lastContactAt: Nullable(InstantValue),
  dueAt: { ...InstantValue, description: 'The last moment at which it is in time.' },
  overdue: Type.Boolean(),
});

export const HandoversQuery = Type.Object(
  {
    ...StoreQuery,
    standing: Type.Boolean({
      default: true,
      description: 'Only those that a colleague has still.',
    }),
    ...PageQuery,
  },
  { additionalProperties: false },
);

export const HandoverSchema = Type.Object({
  id: Type.String(),
  leadId: Type.String(),
  storeId: Type.String(),
  fromId: Type.String({ description: 'Whose it is.', examples: ['wang'] }),
  toId: Type.String({ description: 'Who has it meanwhile.', examples: ['li'] }),
  why: {
    ...oneOf('absent', 'left'),
    description: '`absent`: he has not signed in that day; `left`: he works there no more.',
  },
  at: InstantValue,
  endedAt: Nullable(InstantValue),
  returned: Type.Boolean({ description: 'It went back to its owner.' }),
});
