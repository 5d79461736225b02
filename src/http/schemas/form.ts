/** The form of a call, what can be chosen in it, and what is owed to customers after it. */
import { Type } from '@sinclair/typebox';
import { PageQuery } from './page';
import { StoreQuery } from './store';
import { Id, InstantText, InstantValue, Nullable } from './values';

const oneOf = <T extends string>(...names: T[]) => Type.Unsafe<T>(Type.String({ enum: names }));
const KIND = oneOf('pre-sale', 'after-sale');
const LEVEL = oneOf('H', 'A', 'B', 'C');
const QUESTION = oneOf('kind', 'level', 'source', 'disposition');
const DEPARTMENT = oneOf('sales', 'after-sales');

const FollowUp = {
  id: Type.String(),
  department: DEPARTMENT,
  agentId: Nullable(Type.String({ description: 'Whose it is.' })),
  openedAt: InstantValue,
  dueAt: InstantValue,
  state: oneOf('open', 'done', 'withdrawn'),
  doneBy: Nullable(Type.String()),
  doneAt: Nullable(InstantValue),
};

export const FormSchema = Type.Object({
  callId: Type.String(),
  storeId: Type.String(),
  queueId: Type.String(),
  direction: oneOf('inbound', 'outbound'),
  agentId: Type.String({ description: 'Of the last talk.' }),
  earlier: Type.Array(Type.String(), { description: 'Agents of the talks before it.' }),
  arrivedAt: InstantValue,
  endedAt: Nullable(InstantValue),
  state: oneOf('unclassified', 'complete'),
  required: Type.Boolean({ description: 'Its agent is not ready before it is complete.' }),
  falls: Type.Boolean({
    description: "To the lead's owner or a supervisor: its agent has no desktop.",
  }),
  kind: Nullable(KIND),
  level: Nullable(LEVEL),
  source: Nullable(Type.String()),
  disposition: Nullable(Type.String()),
  note: Nullable(Type.String()),
  filledBy: Nullable(Type.String()),
  filledAt: Nullable(InstantValue),
  followUp: Nullable(Type.Object(FollowUp)),
  missing: Type.Array(QUESTION, { description: 'What is still to be answered.' }),
});

/** The form after answers, and those that were not taken. */
export const FilledSchema = Type.Object({
  ...FormSchema.properties,
  faults: Type.Array(
    Type.Object({
      field: oneOf('kind', 'level', 'source', 'disposition', 'note'),
      value: Type.String(),
      zh: Type.String(),
      en: Type.String(),
    }),
    { description: 'Answers that were not taken; all others were.' },
  ),
});

const answer = (description: string) =>
  Type.Optional(Nullable(Type.String({ maxLength: 64, pattern: '^[^\\u0000]*$', description })));

/** A missing field stays as it is, null empties it. */
export const FormBody = Type.Object(
  {
    kind: answer('`pre-sale` (售前) or `after-sale` (售后).'),
    level: answer('`H`, `A`, `B` or `C`; of a pre-sale call.'),
    source: answer('Of `GET /api/form-choices`; of a pre-sale call.'),
    disposition: answer('Of `GET /api/form-choices`.'),
    note: Type.Optional(Nullable(Type.String({ maxLength: 4000, pattern: '^[^\\u0000]*$' }))),
  },
  { additionalProperties: false },
);

const Choice = Type.Object({
  id: Type.String(),
  zh: Type.String(),
  en: Type.String(),
  kind: Type.Optional(KIND),
  ends: Type.Optional(Type.Boolean({ description: 'Nobody follows it up.' })),
});

export const ChoicesSchema = Type.Object({
  kinds: Type.Array(KIND),
  levels: Type.Array(LEVEL),
  sources: Type.Array(Choice),
  dispositions: Type.Array(Choice),
});

export const FollowUpSchema = Type.Object({
  ...FollowUp,
  callId: Type.String(),
  storeId: Type.String(),
  leadId: Nullable(Type.String()),
  customerId: Nullable(Type.String()),
  number: Type.String({ description: 'Of the customer; empty when withheld.' }),
  name: Type.String(),
  overdue: Type.Boolean(),
});

export const FollowUpsQuery = Type.Object(
  {
    ...StoreQuery,
    agentId: Type.Optional(Id),
    department: Type.Optional(DEPARTMENT),
    state: Type.Optional(oneOf('open', 'overdue', 'done', 'withdrawn')),
    ...PageQuery,
  },
  { additionalProperties: false },
);

export const FollowUpParams = Type.Object({ id: Id });

/** Without `from` since a week ago, without `to` until now. */
export const UnclassifiedQuery = Type.Object(
  { ...StoreQuery, from: Type.Optional(InstantText), to: Type.Optional(InstantText) },
  { additionalProperties: false },
);

export const UnclassifiedSchema = Type.Object({
  from: InstantValue,
  to: InstantValue,
  calls: Type.Integer({ description: 'Calls with a form that are over.' }),
  unclassified: Type.Integer(),
  agents: Type.Array(
    Type.Object({
      agentId: Type.String(),
      calls: Type.Integer(),
      unclassified: Type.Integer(),
      oldestAt: Nullable(InstantValue),
    }),
  ),
});
