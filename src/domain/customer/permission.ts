/**
 * Whether somebody may be called, or texted, for a purpose now, and if not why (A51, Q22). What people said of it is kept with its
 * proof: consents by scope, and refusals ("do not call") by scope. Everything that dials or texts by itself, and every list of
 * whom to call, asks this; lists ask the same as SQL (store/customers/refused-sql.ts).
 */
import type { CustomerId, StoreId } from '../ids';
import type { Instant } from '../time';
import type { Controller } from './controller';

/** `recording`: that talks are recorded; `sharing`: that other legal entities are given his data. */
export const CONSENT_SCOPES = ['calls', 'texts', 'recording', 'sharing'] as const;
export type ConsentScope = (typeof CONSENT_SCOPES)[number];

/** `unasked`: everything but what he himself asks for; `texts`: texts, also those that he brings about by ringing. */
export const REFUSAL_SCOPES = ['marketing', 'unasked', 'all', 'texts'] as const;
export type RefusalScope = (typeof REFUSAL_SCOPES)[number];

/** By what it is known: a call with its recordings, or what `ref` names (a form, a paper, a message, a row of an import). */
export const PROOF_KINDS = ['call', 'form', 'paper', 'message', 'import'] as const;

export interface Proof {
  /** `erasure`: his data was deleted because he wished it. */
  kind: (typeof PROOF_KINDS)[number] | 'erasure';
  callId: string | null;
  ref: string;
}

export interface Consent {
  id: string;
  controller: Controller;
  customerId: CustomerId;
  scope: ConsentScope;
  storeId: StoreId;
  /** Who took it down. */
  by: string;
  givenAt: Instant;
  proof: Proof;
  withdrawnAt: Instant | null;
  withdrawnBy: string | null;
  withdrawnProof: Proof | null;
}

export interface DoNotCall {
  id: string;
  controller: Controller;
  /** Null: of a number alone. */
  customerId: CustomerId | null;
  number: string | null;
  scope: RefusalScope;
  /** Other controllers may not call him either, and see no more than that. */
  everywhere: boolean;
  storeId: StoreId;
  /** Who said so: himself, his wife … */
  saidBy: string;
  by: string;
  at: Instant;
  proof: Proof;
  liftedAt: Instant | null;
  liftedBy: string | null;
  liftedProof: Proof | null;
}

/**
 * `asked`: what he himself asked for, as a call back or an appointment; `follow-up`: of a lead; `service`: what an owner is owed
 * (3DC, complaint, recall: not commercial, Q22); `campaign`: commercial, wants a consent (A51).
 */
export const PURPOSES = ['asked', 'follow-up', 'service', 'campaign'] as const;
export type Purpose = (typeof PURPOSES)[number];

export const WAYS = ['call', 'text'] as const;

export interface Wish {
  purpose: Purpose;
  way: (typeof WAYS)[number];
  /** When he asked for it himself; null: he did not. */
  askedAt: Instant | null;
}

/** What is known of whom it would reach, by all of his records and by his numbers. */
export interface PermissionFacts {
  refusals: readonly {
    scope: RefusalScope;
    at: Instant;
    /** Said to another controller, whose reasons are not ours to see. */
    elsewhere: boolean;
  }[];
  consents: readonly Pick<Consent, 'scope' | 'givenAt' | 'withdrawnAt'>[];
}

export type NotPermitted =
  | { why: 'do-not-call'; scope: RefusalScope; since: Instant }
  /** Another controller was told so: not when, and not of what. */
  | { why: 'do-not-call-now' }
  | { why: 'consent-withdrawn'; since: Instant }
  | { why: 'no-consent' };

/** What a refusal leaves free; what he asks for after it is his last word and is free as well. */
const FREE: Record<Exclude<RefusalScope, 'texts'>, readonly Purpose[]> = {
  marketing: ['asked', 'service'],
  unasked: ['asked'],
  all: [],
};

/** Null: it may be. The first reason that holds: the own books before others', the latest refusal first. */
export function notPermitted(
  { purpose, way, askedAt }: Wish,
  facts: PermissionFacts,
): NotPermitted | null {
  const isLater = (at: Instant): boolean => askedAt !== null && askedAt > at;
  const against = facts.refusals
    .filter(({ scope, at }) =>
      scope === 'texts' ? way === 'text' : !FREE[scope].includes(purpose) && !isLater(at),
    )
    .sort((a, b) => Number(a.elsewhere) - Number(b.elsewhere) || b.at - a.at);
  const [first] = against;
  if (first?.elsewhere === true) return { why: 'do-not-call-now' };
  if (first) return { why: 'do-not-call', scope: first.scope, since: first.at };
  const wanted = way === 'text' ? 'texts' : 'calls';
  const since = withdrawnSince(facts, wanted);
  if (since !== null && (way === 'text' || NEEDS_GOODWILL.includes(purpose)) && !isLater(since))
    return { why: 'consent-withdrawn', since };
  return purpose === 'campaign' && !stands(facts, wanted) ? { why: 'no-consent' } : null;
}

/** Who took back that he may be called is called for what he asked and is owed, and for nothing else. */
const NEEDS_GOODWILL: readonly Purpose[] = ['follow-up', 'campaign'];

const stands = ({ consents }: PermissionFacts, wanted: ConsentScope): boolean =>
  consents.some(({ scope, withdrawnAt }) => scope === wanted && withdrawnAt === null);

/** Null: he never took it back, or gave it anew. */
function withdrawnSince(facts: PermissionFacts, wanted: ConsentScope): Instant | null {
  if (stands(facts, wanted)) return null;
  const all = facts.consents.flatMap(({ scope, withdrawnAt }) =>
    scope === wanted && withdrawnAt !== null ? [withdrawnAt] : [],
  );
  return all.length === 0 ? null : Math.max(...all);
}

/** Sources of leads by which people ask for it themselves (Q22): whoever called, filled in a form or came. */
export const ASKING_SOURCES = ['inbound', 'web', 'showroom', 'walk-in'] as const;

/** That a lead is followed up by a call. */
export const followUpOf = (lead: {
  source: string;
  openedByCall: string | null;
  openedAt: Instant;
}): Wish => {
  const asked =
    lead.openedByCall !== null || (ASKING_SOURCES as readonly string[]).includes(lead.source);
  return { purpose: 'follow-up', way: 'call', askedAt: asked ? lead.openedAt : null };
};
