/** A promise to call somebody back, the attempts to keep it, and what a person says of it. */
import { Type } from '@sinclair/typebox';
import { PageQuery } from './page';
import { StoreQuery } from './store';
import { Id, InstantValue, Nullable } from './values';

const oneOf = (...values: string[]) => Type.Union(values.map((value) => Type.Literal(value)));

const STATES = ['open', 'claimed', 'kept', 'late', 'withdrawn'] as const;

export const PromiseSchema = Type.Object({
  id: Type.String(),
  storeId: Type.String(),
  hotline: Type.String(),
  queueId: Type.String(),
  number: Type.String(),
  callId: Type.String({ description: 'The latest call that it was made for.' }),
  leadId: Nullable(Type.String()),
  ownerId: Type.Optional(
    Type.String({ description: "Whose lead or customer he is; missing: nobody's." }),
  ),
  state: Type.Union(
    STATES.map((state) => Type.Literal(state)),
    { description: '`claimed`: he is being called back; `late`: kept after `dueAt`.' },
  ),
  reason: oneOf('nobody-signed-in', 'hopeless', 'abandoned', 'closed', 'asked', 'over-capacity'),
  dueAt: InstantValue,
  openedAt: InstantValue,
  place: Type.Optional(InstantValue),
  messageId: Type.Optional(Type.String({ description: 'Recording of what he said.' })),
  tries: Type.Optional(Type.Integer({ description: 'So often he was called in vain.' })),
  notBefore: Type.Optional(InstantValue),
  task: Type.Optional(
    Type.Union(
      [
        ...['own', 'short', 'premium', 'foreign', 'undialable'],
        ...['no-trunk', 'no-queue', 'by-hand', 'tried'],
      ].map((why) => Type.Literal(why)),
      { description: 'Why nobody is dialled by itself: a person has to see to it.' },
    ),
  ),
  attemptId: Type.Optional(Type.String()),
  endedAt: Type.Optional(InstantValue),
  endedBy: Type.Optional(Type.String({ description: 'Who said so; missing when a talk kept it.' })),
  endReason: Type.Optional(Type.String()),
});

const AttemptSchema = Type.Object({
  id: Type.String(),
  callId: Type.String(),
  agentId: Nullable(Type.String()),
  state: oneOf('claimed', 'dialling', 'ringing', 'answered', 'connected', 'done'),
  claimedAt: InstantValue,
  dialledAt: Nullable(InstantValue),
  ringingAt: Nullable(InstantValue),
  answeredAt: Nullable(InstantValue),
  connectedAt: Nullable(InstantValue),
  endedAt: Nullable(InstantValue),
  outcome: Nullable(Type.String()),
});

export const PromiseDetailSchema = Type.Object({
  promise: PromiseSchema,
  attempts: Type.Array(AttemptSchema),
});

export const PromisesQuery = Type.Object(
  {
    ...StoreQuery,
    state: Type.Optional(
      Type.Union(
        [...STATES, 'task' as const].map((state) => Type.Literal(state)),
        { description: 'All when missing; `task`: open, and a person has to see to it.' },
      ),
    ),
    ...PageQuery,
  },
  { additionalProperties: false },
);

export const PromiseParams = Type.Object({ id: Id });

export const SettleBody = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f]+$' }) },
  { additionalProperties: false },
);
