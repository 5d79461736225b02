/**
 * Whether a text is sent now, later, or not at all. Decided in the moment in which it would go, by what is known then: a
 * text that waited for the morning is not sent to whom somebody has talked with meanwhile.
 */
import { notPermitted, type PermissionFacts } from '../customer/permission';
import { instantOf, localTime } from '../hours/local-time';
import type { NumberKind } from '../number/kinds';
import type { PlanStore } from '../plan';
import type { PromiseSnapshot } from '../records';
import { seconds, type Instant, type Millis } from '../time';
import { templateOf, type DropReason, type TextMessage } from './message';
import { filledText, partsOf } from './text';

const HOUR_MS: Millis = seconds(3600);
/** A text that could not go for so long says nothing any more. */
export const LATE_MS: Millis = 24 * HOUR_MS;
export const USUAL_QUIET = '21:00-09:00';
const USUAL_EVERY_HOURS = 24;
/** S80: 0.06 yuan each. */
const USUAL_PRICE = 6;
/** A thousand texts of one part: no store promises so many calls in a day. */
export const USUAL_SPEND_PER_DAY = 6000;

/** What is known of the person and the store in that moment. */
export interface TextFacts {
  numberKind: NumberKind;
  optedOut: boolean;
  /** What he has consented to and refused. */
  permission: PermissionFacts;
  blocked: boolean;
  /** Of a missed call; null: it has none. */
  promise: PromiseSnapshot['state'] | null;
  /** Somebody of the store has talked with him since. */
  talked: boolean;
  /** When a text of that kind was last sent to him by the store. */
  lastSentAt: Instant | null;
  /** What texts have cost the store today. */
  spentToday: number;
}

export type TextDecision =
  | { do: 'send'; body: string; price: number }
  | { do: 'hold'; until: Instant }
  | { do: 'drop'; reason: DropReason };

/** `store` as the plan has it now; undefined: it has left the plan. */
export function decideText(
  message: TextMessage,
  facts: TextFacts,
  { store, now }: { store: PlanStore | undefined; now: Instant },
): TextDecision {
  const template = templateOf(store?.texts, message.kind, message.language);
  if (store === undefined || template === null) return { do: 'drop', reason: 'off' };
  const reason = personReason(message, facts, now) ?? againReason(message, facts, { store, now });
  if (reason !== null) return { do: 'drop', reason };
  const until = quietUntil(now, store);
  if (until !== null) return { do: 'hold', until };
  const body = filledText(template, { store: store.name, ...message.values });
  const price = partsOf(body) * (store.texts?.price ?? USUAL_PRICE);
  const most = store.texts?.spendPerDay ?? USUAL_SPEND_PER_DAY;
  if (facts.spentToday + price > most) return { do: 'drop', reason: 'limit' };
  return { do: 'send', body, price };
}

/** What stands against it whatever the text is. */
function personReason(
  { kind, askedAt }: TextMessage,
  { numberKind, optedOut, blocked, permission }: TextFacts,
  now: Instant,
): DropReason | null {
  if (optedOut) return 'opted-out';
  // Both kinds are about what he himself has begun.
  const wish = { purpose: 'asked', way: 'text', askedAt } as const;
  if (notPermitted(wish, permission) !== null) return 'refused-contact';
  if (numberKind === 'withheld' || numberKind === 'own') return numberKind;
  if (numberKind !== 'mobile') return 'not-mobile';
  if (blocked && kind === 'missed-call') return 'blocked';
  return now - askedAt > LATE_MS ? 'late' : null;
}

/** Of a missed call alone: he need not be told again, or any more. */
function againReason(
  { kind }: TextMessage,
  { promise, talked, lastSentAt }: TextFacts,
  { store, now }: { store: PlanStore; now: Instant },
): DropReason | null {
  if (kind !== 'missed-call') return null;
  if (promise === 'withdrawn') return 'withdrawn';
  if (talked || promise === 'kept' || promise === 'late') return 'reached';
  const againMs = (store.texts?.everyHours ?? USUAL_EVERY_HOURS) * HOUR_MS;
  return lastSentAt !== null && now - lastSentAt < againMs ? 'recent' : null;
}

/** When the store's quiet hours end in which `now` is; null: it is in none. */
export function quietUntil(
  now: Instant,
  { timezone, texts }: Pick<PlanStore, 'timezone' | 'texts'>,
): Instant | null {
  const [from = 0, to = 0] = (texts?.quiet ?? USUAL_QUIET).split('-').map(minutesOf);
  const { day, minute } = localTime(now, timezone);
  const isQuiet = from <= to ? minute >= from && minute < to : minute >= from || minute < to;
  if (!isQuiet) return null;
  return instantOf({ day: minute < to ? day : day + 1, minute: to }, timezone);
}

const minutesOf = (text: string): number => {
  const [hours, minutes] = text.split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
};
