/** Webhooks: who is told of what, and what became of it. */
import { Type } from '@sinclair/typebox';
import { OUTSIDE_TYPES, type OutsideType } from '../../domain/outside/event';
import type { Delivery, SendProblem, Webhook } from '../../domain/outside/webhook';
import { PageQuery } from './page';
import { Id, InstantValue, Nullable } from './values';

const EventType = Type.Unsafe<OutsideType>(
  Type.String({ enum: [...OUTSIDE_TYPES], examples: ['call.ended'] }),
);
const HookState = Type.Unsafe<Webhook['state']>(Type.String({ enum: ['active', 'paused'] }));
const PausedWhy = Type.Unsafe<'ordered' | 'failing'>(
  Type.String({
    enum: ['ordered', 'failing'],
    description: '`failing`: nothing arrived for a day.',
  }),
);
const DeliveryState = Type.Unsafe<Delivery['state']>(
  Type.String({
    enum: ['pending', 'delivered', 'dead', 'discarded'],
    description: '`dead`: given up after the last try.',
  }),
);
const PROBLEMS: readonly SendProblem[] = [
  ...(['status', 'redirect', 'timeout', 'connection'] as const),
  ...(['tls', 'unresolved', 'refused-address', 'secret'] as const),
];
const Problem = Type.Unsafe<SendProblem>(Type.String({ enum: [...PROBLEMS] }));

const Name = Type.String({
  pattern: '^[^\\u0000-\\u001f\\u007f]{1,100}$',
  examples: ['DMS'],
});

export const WebhookBody = Type.Object(
  {
    name: Name,
    url: Type.String({
      pattern: '^[\\u0021-\\u007e]{1,2000}$',
      examples: ['https://dms.example.com/openline'],
      description: 'https, or http within WEBHOOK_NETWORKS.',
    }),
    types: Type.Array(EventType, {
      minItems: 1,
      maxItems: OUTSIDE_TYPES.length,
      uniqueItems: true,
      examples: [['call.ended', 'recording.stored']],
    }),
    stores: Type.Optional(
      Nullable(Type.Array(Id, { minItems: 1, maxItems: 1000, uniqueItems: true }), {
        examples: [['bj01']],
        description:
          'Null: all stores, also later ones, and what belongs to none; for who may in all of them. Left out: your own.',
      }),
    ),
    personal: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Messages hold numbers of people, and details of alarms.',
      }),
    ),
  },
  { additionalProperties: false },
);

export const WebhookSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  url: Type.String(),
  types: Type.Array(EventType),
  stores: Nullable(Type.Array(Type.String())),
  personal: Type.Boolean(),
  state: HookState,
  pausedWhy: Nullable(PausedWhy),
  failingSince: Nullable(InstantValue),
  formerUntil: Nullable(InstantValue),
  madeAt: InstantValue,
  madeBy: Type.String(),
  changedAt: InstantValue,
});

export const WebhookWithSecret = Type.Object({
  webhook: WebhookSchema,
  secret: Type.String({
    description: 'By it the receiver verifies; shown in this answer only.',
    examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  }),
});

export const WebhookParams = Type.Object({ id: Id });

export const SecretBody = Type.Object(
  {
    overlapSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 7 * 24 * 3600,
        default: 24 * 3600,
        description: 'So long messages are signed by the former secret as well.',
      }),
    ),
  },
  { additionalProperties: false },
);

export const PingSchema = Type.Object({
  delivered: Type.Boolean(),
  status: Nullable(Type.Integer()),
  problem: Nullable(Problem),
  tookMs: Type.Integer(),
  answer: Type.String({ description: 'The beginning of what the receiver said.' }),
});

export const DeliveriesQuery = Type.Object({ ...PageQuery, state: Type.Optional(DeliveryState) });

export const DeliverySchema = Type.Object({
  id: Type.String(),
  eventId: Type.String({ description: 'The `webhook-id` of its message, on every try.' }),
  type: EventType,
  madeAt: InstantValue,
  state: DeliveryState,
  tries: Type.Integer(),
  triedAt: Nullable(InstantValue),
  status: Nullable(Type.Integer()),
  problem: Nullable(Problem),
  tookMs: Nullable(Type.Integer()),
});

export const DeadLettersBody = Type.Object(
  {
    ids: Type.Optional(
      Type.Array(Id, { minItems: 1, maxItems: 200, description: 'Left out: all of them.' }),
    ),
  },
  { additionalProperties: false },
);

export const CountSchema = Type.Object({ count: Type.Integer() });
