/**
 * The confirmation call (外呼确认) that HQ makes of leads with high intent before they reach a dealer (S18, O03, A26): which want
 * one, and what comes of it. A lead that wants one is held until somebody has said what came of the call, or nobody was reached
 * often enough: one that nobody ever calls is worse than one that was not confirmed.
 */
import type { ErrorCode } from '../errors';
import type { LeadLevel } from '../queue/place';
import type { Instant, Millis } from '../time';
import type { LeadState } from './lead';
import type { Prospect } from './prospect';
import type { LeadRules } from './rules';

const HOUR_MS: Millis = 3_600_000;

/** Only these are held: who comes to us himself, or by one of us, is talked with already. */
const HELD_SOURCE = 'hq';

/** What somebody says of the call; `unreached`: nobody picked up. */
export const CONFIRMATION_RESULTS = [
  ...(['intending', 'ordinary', 'owner', 'junk', 'none', 'unreached'] as const),
] as const;
export type ConfirmationResult = (typeof CONFIRMATION_RESULTS)[number];

/** These go on to the dealer; the others to the archive (S18). */
const RELEASED = ['intending', 'ordinary'] as const;
const ARCHIVED = ['owner', 'junk', 'none'] as const;

type Rules = Pick<LeadRules, 'confirmation'>;

/** Whether a lead is to be confirmed: HQ says that its intent is high, or says nothing and its level does. */
export function wantsConfirmation(
  lead: { source: string; prospect: string | null; level: LeadLevel | null },
  { confirmation: { levels } }: Rules,
): boolean {
  if (lead.source !== HELD_SOURCE || levels.length === 0) return false;
  if (lead.prospect !== null) return lead.prospect === 'high';
  return lead.level !== null && levels.includes(lead.level);
}

/** How far the confirmation of a lead is. */
export interface Confirmation {
  /** When it is to be called next; null: it is not held, or no longer. */
  nextAt: Instant | null;
  /** Calls that reached nobody, and when the first of them was. */
  tries: number;
  firstAt: Instant | null;
  /** Null: nobody has said what came of it. */
  at: Instant | null;
  /** Null: nobody; `''`: its person rang himself, or nobody was reached. */
  by: string | null;
}

export const NO_CONFIRMATION: Confirmation = {
  ...{ nextAt: null, tries: 0, firstAt: null, at: null, by: null },
};

/** Whether nobody but who confirms it calls it, and nobody is given it. In another state it was worked already. */
export const isHeld = (lead: { state: string; nextAt: Instant | null }): boolean =>
  lead.state === 'open' && lead.nextAt !== null;

/** Null: a result may be said of it. One that was said can be corrected while the lead has reached nobody. */
export function refusalOf(lead: {
  state: LeadState;
  ownerId: string | null;
  prospect: string | null;
  confirmation: Confirmation;
}): Extract<ErrorCode, 'LEAD_NOT_HELD'> | null {
  const { state, ownerId, prospect, confirmation } = lead;
  if (isHeld({ state, nextAt: confirmation.nextAt })) return null;
  if (confirmation.at === null) return 'LEAD_NOT_HELD';
  const isUndone = state === 'archived' && isOneOf(ARCHIVED, prospect);
  return isUndone || (state === 'open' && ownerId === null) ? null : 'LEAD_NOT_HELD';
}

/** What becomes of the lead. */
export interface Confirmed {
  prospect: Prospect;
  state: Extract<LeadState, 'open' | 'archived'>;
  confirmation: Confirmation;
  /** So many calls reached nobody, and it goes on unconfirmed. */
  isGivenUp: boolean;
}

/** Tries are `tries` at least and go over `overDays`, so that the last one falls on another day than the first. */
export function confirmed(
  before: Confirmation,
  said: { result: ConfirmationResult; by: string; at: Instant },
  { confirmation: { tries: most, retryHours, overDays } }: Rules,
): Confirmed {
  const { result, by, at } = said;
  if (result !== 'unreached') {
    const state = isOneOf(RELEASED, result) ? 'open' : 'archived';
    const confirmation = { ...before, nextAt: null, at, by };
    return { prospect: result, state, confirmation, isGivenUp: false };
  }
  const tries = before.tries + 1;
  const firstAt = before.firstAt ?? at;
  const lastFrom = firstAt + overDays * 24 * HOUR_MS;
  if (tries >= most && at >= lastFrom) {
    const confirmation = { nextAt: null, tries, firstAt, at, by: '' };
    return { prospect: 'ordinary', state: 'open', confirmation, isGivenUp: true };
  }
  const soon = at + retryHours * HOUR_MS;
  const nextAt = tries + 1 < most ? soon : Math.max(soon, lastFrom);
  const confirmation = { nextAt, tries, firstAt, at: null, by: null };
  return { prospect: 'high', state: 'open', confirmation, isGivenUp: false };
}

const isOneOf = (list: readonly string[], text: string | null): boolean =>
  text !== null && list.includes(text);
