/**
 * A subscription of another system (webhook): which events it gets, and what of them it is told. Decides that one of some
 * stores hears of no other, and of nothing that concerns the whole installation.
 */
import type { StoreId } from '../ids';
import { seconds, type Instant, type Millis } from '../time';
import { OUTSIDE_VERSION, type OutsideEvent, type OutsideType } from './event';

export interface WebhookSettings {
  name: string;
  url: string;
  types: readonly OutsideType[];
  /** Null: all, those that come later, and what belongs to no store. */
  stores: readonly StoreId[] | null;
  /** It gets numbers of people, and the details of alarms. */
  personal: boolean;
}

export interface Webhook extends WebhookSettings {
  id: string;
  state: 'active' | 'paused';
  /** Somebody paused it, or it failed for too long; null while active. */
  pausedWhy: 'ordered' | 'failing' | null;
  /** Since when nothing arrived there; null: the last one did. */
  failingSince: Instant | null;
  /** Until then it is signed by the former secret as well. */
  formerUntil: Instant | null;
  madeAt: Instant;
  madeBy: string;
  changedAt: Instant;
}

export interface Delivery {
  id: string;
  /** The `webhook-id` of its message, on every try. */
  eventId: string;
  type: OutsideType;
  madeAt: Instant;
  state: 'pending' | 'delivered' | 'dead' | 'discarded';
  tries: number;
  triedAt: Instant | null;
  /** HTTP status of the last answer; null: none came. */
  status: number | null;
  problem: SendProblem | null;
  tookMs: Millis | null;
}

/** Why a message did not arrive. */
export type SendProblem =
  /** Any status but 2xx. */
  | 'status'
  /** 3xx: none is followed. */
  | 'redirect'
  | 'timeout'
  /** No TCP connection, or it broke. */
  | 'connection'
  /** Its certificate is not good. */
  | 'tls'
  /** The name has no address. */
  | 'unresolved'
  /** An address that is not to be called: see WEBHOOK_NETWORKS. */
  | 'refused-address'
  /** The secret cannot be read: rotate it. */
  | 'secret';

export const MAX_WEBHOOKS = 50;
/** One that got nothing for so long is paused. */
export const PAUSED_AFTER_MS: Millis = seconds(24 * 3600);
/** The former secret goes on being good for so long, unless another time is asked for. */
export const OVERLAP_MS: Millis = seconds(24 * 3600);

/** Whether the subscription is told of the event. */
export function wants(
  { types, stores }: Pick<Webhook, 'types' | 'stores'>,
  { type, storeId }: Pick<OutsideEvent, 'type' | 'storeId'>,
): boolean {
  if (!types.includes(type)) return false;
  return stores === null || (storeId !== null && stores.includes(storeId));
}

/** What is sent, byte for byte the same on every try. */
export function messageOf(
  { id, type, at, storeId, data, personal }: OutsideEvent & { id: string },
  withPersonal: boolean,
  isoOf: (at: Instant) => string,
): string {
  const told = withPersonal ? { ...data, ...personal } : data;
  return JSON.stringify({
    ...{ type, version: OUTSIDE_VERSION, id, timestamp: isoOf(at), storeId, data: told },
  });
}
