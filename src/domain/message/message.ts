/** Text messages (SMS) to customers: what they are for, what became of each, and who wants none. */
import type { StoreId } from '../ids';
import type { Plan, PlanTexts } from '../plan';
import { USUAL_LANGUAGE, type Language } from '../spoken';
import type { Instant } from '../time';
import { placesOf } from './text';

/** Both are about what the person himself has begun; advertising is not offered. */
export type TextKind = 'missed-call' | 'appointment';

/** `sending`: it is at the gateway; one that stays so when the app falls is `failed`, because nobody knows. */
export type TextState = 'queued' | 'sending' | 'sent' | 'failed' | 'dropped';

/** Why it was not sent. */
export type DropReason =
  /** He wants none. */
  | 'opted-out'
  /** He wants no contact at all, or has taken back that he may be texted (A51). */
  | 'refused-contact'
  /** The plan has no text of that kind any more. */
  | 'off'
  | 'withheld'
  | 'own'
  | 'not-mobile'
  | 'blocked'
  /** Somebody has talked with him since. */
  | 'reached'
  /** Somebody decided that there will be no call. */
  | 'withdrawn'
  /** He had one not long ago. */
  | 'recent'
  /** What texts may cost the store in a day is used up. */
  | 'limit'
  /** It could not be sent for a day. */
  | 'late';

/** `refused`: by the gateway; `unknown`: it may have gone, and is not sent twice. */
export type TextReason = DropReason | 'refused' | 'unknown';

export interface TextMessage {
  id: string;
  /** Names it within its store: what is asked for twice by one key is one message. */
  key: string;
  kind: TextKind;
  storeId: StoreId;
  number: string;
  language: Language;
  values: Record<string, string>;
  /** Its promise; null: none. */
  promiseId: string | null;
  state: TextState;
  reason: TextReason | null;
  /** What the gateway said. */
  detail: string;
  /** As it was sent; empty before. */
  body: string;
  /** What it costs, in hundredths of the currency; 0 before it is sent. */
  price: number;
  askedAt: Instant;
  askedBy: string;
  sentAt: Instant | null;
}

/** A person who wants no texts of that legal entity, with the proof of it. */
export interface OptOut {
  id: string;
  /** The store's legal entity, or the store itself (`store:bj01`) where it has none. */
  scope: string;
  number: string;
  at: Instant;
  by: string;
  /** How he said so, in the words of who heard it. */
  how: string;
}

/** Within whom a refusal holds: who wants no texts of a company wants none of its other stores. */
export function scopeOf(plan: Plan, storeId: StoreId): string {
  const entity = plan.stores.find(({ id }) => id === storeId)?.entity;
  return entity ?? `store:${storeId}`;
}

/** The text of that kind in the plan, in that language or the usual one; null: none are sent. */
export function templateOf(
  texts: PlanTexts | undefined,
  kind: TextKind,
  language: Language,
): string | null {
  const of = kind === 'missed-call' ? texts?.missedCall : texts?.appointment;
  return of?.[language] ?? of?.[USUAL_LANGUAGE] ?? null;
}

/** Which places of a text have neither a value nor one that we know. */
export const lackingIn = (template: string, values: Record<string, string>): string[] =>
  placesOf(template).filter((name) => name !== 'store' && !Object.hasOwn(values, name));

/** Whether a missed call of that hotline is to have a text at all. */
export function wantsText(plan: Plan, { store, number }: { store: StoreId; number: string }) {
  const texts = plan.stores.find(({ id }) => id === store)?.texts;
  const hotline = plan.hotlines.find((one) => one.number === number);
  const language = hotline?.language ?? USUAL_LANGUAGE;
  return hotline?.texts !== 'off' && templateOf(texts, 'missed-call', language) !== null
    ? language
    : null;
}
