/**
 * How often somebody may ask: a budget of so many requests a minute for each kind of request, of which half may be spent at
 * once. State of its own, the time comes in. It does not know who asks: a key is a text.
 *
 *     the earliest time at which all that was asked would have been due (GCRA, ITU-T I.371 Annex A) -- one number a key
 */
import type { Instant, Millis } from '../domain/time';

/** What requests are counted as: those that dial, those that hear or export, other changes, and reading. */
export const KINDS = ['reads', 'changes', 'exports', 'dials'] as const;
export type Kind = (typeof KINDS)[number];

/** Requests a minute; at least two. `strangers`: of all who come from one network without having signed in. */
export type Budgets = Record<Kind | 'strangers', number>;

/** How much of the future may be spent at once. */
export const WINDOW_MS: Millis = 30_000;

/** Keys that are remembered, some 15 MB; where more ask within the window, the longest unused one has a fresh budget. */
const MOST_KEYS = 100_000;
/** Looked at per request: more than one, so that what is over goes sooner than new keys come. */
const FORGOTTEN_AT_ONCE = 2;

/** What a request was answered: how many more may follow at once, and how long until the next one may when it may not. */
export interface Spent {
  allowed: boolean;
  left: number;
  /** Until the budget is whole again, or, refused, until one more is due. */
  waitMs: Millis;
}

export class Spending {
  readonly #due = new Map<string, Instant>();

  /** Spends one of `perMinute` of the key, or refuses. */
  spend(key: string, perMinute: number, now: Instant): Spent {
    const everyMs = 60_000 / perMinute;
    const known = this.#due.get(key) ?? now;
    // Later than anybody can get, it is of before the clock was set back.
    const due = known > now + WINDOW_MS ? now : Math.max(known, now);
    this.#forget(now);
    const allowed = due - now <= WINDOW_MS - everyMs;
    if (!allowed) return { allowed, left: 0, waitMs: due - now - (WINDOW_MS - everyMs) };
    const next = due + everyMs;
    // Set again so that the map stays in the order of use.
    this.#due.delete(key);
    this.#due.set(key, next);
    return { allowed, left: Math.floor((WINDOW_MS - (next - now)) / everyMs), waitMs: next - now };
  }

  /** Keys that it remembers. */
  get size(): number {
    return this.#due.size;
  }

  /** Whose budget is whole again is as good as one who never asked. */
  #forget(now: Instant): void {
    for (let n = 0; n < FORGOTTEN_AT_ONCE; n += 1) {
      const [oldest] = this.#due;
      if (oldest === undefined) return;
      if (oldest[1] > now && this.#due.size < MOST_KEYS) return;
      this.#due.delete(oldest[0]);
    }
  }
}
