/** A call, its legs and queue entries, and what is asked of calls. */
import type { MenuChoice } from '../../domain/records';
import { Type, type TSchema } from '@sinclair/typebox';
import { POSTS } from '../../domain/plan';
import { FormSchema } from './form';
import { LeadSchema } from './lead';
import { PageQuery } from './page';
import { RecordingSchema } from './recording';
import { StoreQuery } from './store';
import { Id, InstantText, InstantValue, Nullable, NumberText } from './values';

const oneOf = <T extends string>(...names: T[]) => Type.Unsafe<T>(Type.String({ enum: names }));

const EndCauseSchema = oneOf(
  'hangup',
  'partner-left',
  'transferred',
  'announced',
  'no-answer',
  'busy',
  'declined',
  'unavailable',
  'unreachable',
  'no-channel',
  'withdrawn',
  'answered-elsewhere',
  'no-media',
  'over-capacity',
  'blocked',
  'unknown-number',
  'pre-empted',
  'carrier-joined',
  'forbidden',
  'edge-stopped',
  'broken',
);

export const CallSchema = Type.Object({
  id: Type.String(),
  direction: oneOf('inbound', 'outbound', 'internal'),
  state: oneOf(
    'routing',
    'queued',
    'offered',
    'calling',
    'talking',
    'held',
    'consulting',
    'transferring',
    'forwarded',
    'parked',
    'rating',
    'announcing',
    'wrapping-up',
    'closed',
  ),
  storeId: Nullable(Type.String()),
  queueId: Nullable(Type.String()),
  hotline: Type.String(),
  trunkId: Type.String(),
  from: Type.String({
    description:
      'E.164 where it is one; empty when withheld. Of an outbound call the number of ours.',
  }),
  to: Type.String({ description: 'Of an outbound call the number that was dialled.' }),
  leadId: Nullable(Type.String()),
  customerId: Nullable(Type.String()),
  agentId: Nullable(Type.String()),
  arrivedAt: InstantValue,
  offeredAt: Nullable(InstantValue),
  answeredAt: Nullable(InstantValue),
  talkStartedAt: Nullable(InstantValue),
  bridgedAt: Nullable(InstantValue),
  firstTalkAt: Type.Optional(
    Type.Integer({ description: 'The first pick-up, whoever talks now; absent before.' }),
  ),
  endedAt: Nullable(InstantValue),
  outcome: Nullable(
    oneOf(
      'talk',
      'promise',
      'left',
      'no-number',
      'blocked',
      'refused',
      'over-capacity',
      'broken',
      'unanswered',
    ),
  ),
  endCause: Nullable(EndCauseSchema),
  long: Type.Optional(
    Type.Boolean({ description: 'Inbound of 15 minutes or more, outbound of 10 or more (A09).' }),
  ),
  form: Type.Optional(
    Nullable(oneOf('unclassified', 'complete'), { description: 'Null: the call has no form.' }),
  ),
  menu: Type.Optional(
    Type.Unsafe<MenuChoice>(
      Type.String({
        enum: ['sales', 'after-sales', 'complaint'],
        description: 'What the caller said to the menu that he calls for, or by silence.',
      }),
    ),
  ),
  colleagueId: Type.Optional(
    Type.String({ description: 'Of a live internal call: who is at the other end.' }),
  ),
  muted: Type.Optional(
    Type.Literal(true, { description: 'Nobody hears its agent; absent while he is heard.' }),
  ),
  noPop: Type.Optional(
    Type.Literal(true, {
      description: 'No desktop showed its agent who calls before he was rung.',
    }),
  ),
  consult: Type.Optional(
    Type.Object(
      {
        agentId: Nullable(Type.String()),
        number: Nullable(Type.String()),
        queueId: Type.Optional(
          Type.String({ description: 'While nobody of it is free: in whose line he waits.' }),
        ),
        answered: Type.Boolean(),
        hears: oneOf('third', 'customer', 'all'),
      },
      { description: 'Whom its agent asks, and with whom he talks; only of live calls.' },
    ),
  ),
});

const LegSchema = Type.Object({
  id: Type.String(),
  callId: Type.String(),
  role: oneOf('caller', 'agent', 'outside'),
  agentId: Nullable(Type.String()),
  startedAt: InstantValue,
  ringingAt: Nullable(InstantValue),
  answeredAt: Nullable(InstantValue),
  endedAt: Nullable(InstantValue),
  endCause: Nullable(EndCauseSchema),
  far: Type.Optional(
    Type.Object(
      {
        trunkId: Type.Optional(Type.String()),
        status: Type.Optional(Type.Integer({ description: 'SIP status of the final answer.' })),
        q850: Type.Optional(Type.Integer({ description: "The operator's cause by Q.850." })),
      },
      { description: 'What is known of the far side of a leg that has ended.' },
    ),
  ),
});

const EntrySchema = Type.Object({
  id: Type.String(),
  callId: Type.String(),
  queueId: Type.String(),
  askedBy: Type.Optional(
    Type.String({ description: 'It is the place of a consultation: that of this agent.' }),
  ),
  joinedAt: InstantValue,
  endedAt: Nullable(InstantValue),
  outcome: Nullable(oneOf('connected', 'abandoned', 'overflowed', 'promised', 'closed')),
});

/** Why an agent was offered the call. */
const OfferReasonSchema = Type.Union([
  Type.Object({
    by: oneOf('turn', 'owner'),
    strategy: Type.String(),
    waitedMs: Type.Integer({ description: 'In line, head start and an earlier wait included.' }),
    wanted: Type.Record(Type.String(), Type.Integer()),
    free: Type.Integer({ description: 'Agents who were free.' }),
    candidates: Type.Array(
      Type.Object({
        agentId: Type.String(),
        score: Type.Number({ description: 'What the strategy orders by, the smallest first.' }),
      }),
    ),
    passedOver: Type.Array(
      Type.Object({
        agentId: Type.String(),
        why: oneOf('busy', 'wrap-up', 'not-ready', 'resting', 'unreachable', 'not-suited', 'kept'),
        until: Type.Optional(InstantValue),
      }),
    ),
    more: Type.Integer({ description: 'Passed over and not listed.' }),
  }),
  Type.Object({ by: oneOf('transfer', 'pick-up', 'recall') }),
]);

const OfferSchema = Type.Object({
  id: Type.String(),
  callId: Type.String(),
  entryId: Type.String(),
  agentId: Type.String(),
  legId: Type.String({ description: 'What came of the offer, this leg tells.' }),
  queueId: Type.String(),
  offeredAt: InstantValue,
  why: OfferReasonSchema,
  noPop: Type.Optional(Type.Literal(true)),
});

const RatingSchema = Type.Object({
  callId: Type.String(),
  agentId: Type.String(),
  storeId: Type.String(),
  queueId: Type.String(),
  at: InstantValue,
  score: Type.Integer({ description: '1 to 5, 5 being the best.' }),
  settled: Nullable(Type.Boolean({ description: 'Null: he did not say.' })),
});

export const CallDetailSchema = Type.Object({
  call: CallSchema,
  legs: Type.Array(LegSchema),
  entries: Type.Array(EntrySchema),
  offers: Type.Array(OfferSchema),
  ratings: Type.Array(RatingSchema),
  recordings: Nullable(
    Type.Array(RecordingSchema, { description: 'Null for posts that may not hear them.' }),
  ),
  lead: Nullable(LeadSchema),
  form: Nullable(FormSchema),
});

export const CallsQuery = Type.Object(
  {
    ...StoreQuery,
    agentId: Type.Optional(Id),
    number: Type.Optional(NumberText),
    from: Type.Optional(InstantText),
    to: Type.Optional(InstantText),
    unclassified: Type.Optional(
      Type.Boolean({
        description:
          'Only those without a complete form: of who oversees a store all of it, of an agent those in his work list.',
      }),
    ),
    long: Type.Optional(Type.Boolean({ description: 'Only those flagged for their length.' })),
    ...PageQuery,
  },
  { additionalProperties: false },
);

/** A call to a number, an emergency number, or a colleague's phone or name. */
export const PlaceBody = Type.Object(
  {
    number: {
      ...NumberText,
      description: 'A telephone number as it is dialled, or the id of a colleague or of his phone.',
    },
    /** Of the own store: whose hotline is shown; else the first of his queues. */
    queue: Type.Optional(Id),
  },
  { additionalProperties: false },
);

const to = <K extends string, T extends TSchema>(key: K, value: T) =>
  Type.Object({ [key]: value } as Record<K, T>, { additionalProperties: false });

const DialledText = Type.String({
  pattern: '^[+]?[0-9*#]{2,32}$',
  description: 'As it is dialled from the store.',
});

const PostTarget = oneOf(...POSTS);

/** To a queue, an agent or a phone of any store; to a post of the call's own; to an outside number. */
export const TransferBody = Type.Object(
  {
    to: Type.Union([
      to('queue', Id),
      to('agent', Id),
      to('post', PostTarget),
      to('phone', Id),
      to('number', DialledText),
    ]),
  },
  { additionalProperties: false },
);

/** Whom the agent asks, of any store, of a post of the call's own; of a post or a queue the one who is free for longest. */
export const ConsultBody = Type.Union([
  to('agent', Id),
  to('post', PostTarget),
  to('queue', Id),
  to('phone', Id),
  to('number', DialledText),
]);

export const KeysBody = Type.Object(
  {
    keys: Type.String({
      pattern: '^[0-9*#A-D]{1,64}$',
      description: '1 to 64 of `0123456789*#ABCD`; each lasts 0.2 s with its pause.',
    }),
  },
  { additionalProperties: false },
);

export const CallParams = Type.Object({ id: Id });
