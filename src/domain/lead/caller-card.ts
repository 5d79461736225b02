/**
 * What the store has of a caller beside his name, for whoever takes his call (A18): his lead, who owns it, his vehicles, when
 * he was last talked with, and what he has been promised. Bounded, because it goes to a screen before a phone rings.
 */
import type { AgentId, CallId } from '../ids';
import type { Lookup } from '../events';
import type { LeadLevel } from '../queue/place';
import type { CallOutcome, PromiseSnapshot } from '../records';
import type { Instant, Millis } from '../time';

/** So many of his last contacts are shown. */
export const CONTACTS_SHOWN = 5;
/** So many of his vehicles. */
export const VEHICLES_SHOWN = 3;
/** So many of his open promises: one a hotline of the store. */
export const PROMISES_SHOWN = 5;

/** A call with him, the store's or his. */
export interface Contact {
  callId: CallId;
  at: Instant;
  direction: 'inbound' | 'outbound';
  /** Who talked with him, the last of them; null when nobody did. */
  agent: Named | null;
  /** Null while it goes on. */
  outcome: CallOutcome | null;
  /** 0 without a talk. */
  talkMs: Millis;
}

/** A vehicle of his; a text is empty where it is not known. */
export interface ShownVehicle {
  series: string;
  model: string;
  plate: string;
}

/** Somebody of ours; by his id when he is in no plan any more. */
export interface Named {
  agentId: AgentId;
  name: string;
}

/** A promise to call him back that stands. */
export type OpenPromise = Pick<
  PromiseSnapshot,
  'id' | 'hotline' | 'queueId' | 'reason' | 'openedAt' | 'dueAt'
>;

export interface CallerCard {
  level: LeadLevel | null;
  /** Where his lead came from. */
  source: string | null;
  /** Whose lead or customer he is. */
  owner: Named | null;
  /** 客户类型, in the words of the store. */
  customerType: string | null;
  /** The newest first. */
  vehicles: readonly ShownVehicle[];
  /** The newest first. */
  contacts: readonly Contact[];
}

const NOTHING: CallerCard = {
  ...{ level: null, source: null, owner: null, customerType: null },
  ...{ vehicles: [], contacts: [] },
};

/** Of what a look-up found. The call itself is no contact with him, though it may be written down already. */
export function cardOf(lookup: Lookup, callId: CallId): CallerCard {
  if (lookup.result === 'unavailable') return NOTHING;
  const contacts = (lookup.contacts ?? [])
    .filter((contact) => contact.callId !== callId)
    .slice(0, CONTACTS_SHOWN);
  if (lookup.result === 'none') return { ...NOTHING, contacts };
  const { level = null, source = null, ownerId, ownerName = ownerId } = lookup;
  const { customerType = null, vehicles = [] } = lookup;
  const owner = ownerId === undefined ? null : { agentId: ownerId, name: ownerName ?? ownerId };
  return { level, source, owner, customerType, vehicles, contacts };
}

/** What is shown of a promise; the one that is due first comes first. */
export const shownPromises = (promises: readonly PromiseSnapshot[]): OpenPromise[] =>
  [...promises]
    .sort((a, b) => a.dueAt - b.dueAt)
    .slice(0, PROMISES_SHOWN)
    .map(({ id, hotline, queueId, reason, openedAt, dueAt }) => ({
      ...{ id, hotline, queueId, reason, openedAt, dueAt },
    }));
