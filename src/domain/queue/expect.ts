/**
 * Decides what a caller who waits may be told of how long it takes: a range of minutes that holds, measured at what was
 * expected of those before him and at what came, or nothing.
 *
 * What the line's pace says is made a range by the errors of the latest cases (a conformal prediction), and how much of them
 * it must take in follows what the ranges were worth: one that did not hold makes the next ones wider. Who hung up waited
 * longer than he did: he counts as that, and not as nobody.
 */
import type { EntrySnapshot } from '../records';
import type { Instant, Millis } from '../time';
import { expectedMs, paceOf, ratesOf, UNPACED, type Pace, type Rates } from './pace';
import { spread, type Case } from './spread';

/** Whole minutes, from 0 ("less than"). */
export type WaitRange = readonly [from: number, to: number];

/** What is expected of one wait, at one moment of it. */
export interface Expected {
  readonly at: Instant;
  /** 1: he is next. */
  readonly position: number;
  readonly working: number;
  readonly rates: Rates;
  /** As the pace has it, and as the latest cases correct it. */
  readonly paceMs: Millis;
  readonly medianMs: Millis;
  /** Null: too little is known of errors. */
  readonly range: WaitRange | null;
  /** He was told; else the ranges had not held, or this one says nothing. */
  readonly told: boolean;
}

/** What came of it. */
export interface Came {
  readonly at: Instant;
  readonly how: NonNullable<EntrySnapshot['outcome']>;
}

/** One queue's. */
export interface Expectation {
  readonly pace: Pace;
  /** The latest, the oldest first. */
  readonly cases: readonly Case[];
  /** Of the latest ranges of which it is known, whether they held; told or not. */
  readonly held: readonly boolean[];
  /** Of those that were told. */
  readonly told: readonly boolean[];
  /** Errors of what was expected of those who were taken. */
  readonly errors: readonly Millis[];
  /** The share of cases that the next range takes in. */
  readonly share: number;
}

/** Cases in which nothing is told yet. */
const ENOUGH = 20;
const MINUTE: Millis = 60_000;
const CASES = 200;
const JUDGED = 100;
/** Nothing is told while fewer of the latest ranges held. */
const MUST_HOLD = 0.8;
/** What ranges are made for: so much above it that chance does not take them below. */
const AIM = 0.9;
const STEP = 0.03;
const [LEAST, MOST] = [0.8, 0.99];
/** Beyond four hours it is no wait any more. */
const LONGEST_MINUTES = 240;
/** A range may span so much, or as many minutes as its lower end. */
const WIDEST_MINUTES = 5;

export const NOTHING_EXPECTED: Expectation = {
  ...{ pace: UNPACED, cases: [], held: [], told: [], errors: [], share: AIM },
};

/** Null while the line's pace is not known, and while nobody works. */
export function expectWait(
  known: Expectation,
  { ahead, working, now }: { ahead: number; working: number; now: Instant },
): Expected | null {
  const rates = ratesOf(known.pace);
  const paceMs = rates && expectedMs(rates, ahead, working);
  if (rates === null || paceMs === null) return null;
  const position = ahead + 1;
  const { medianMs, range } = spread(known.cases, { paceMs, position, share: known.share });
  const told = range !== null && isTold(known) && saysSomething(range);
  return { at: now, position, working, rates, paceMs, medianMs, range, told };
}

const isTold = ({ cases, held }: Expectation): boolean =>
  cases.length >= ENOUGH && held.length >= ENOUGH / 2 && shareOf(held) >= MUST_HOLD;

const saysSomething = ([from, to]: WaitRange): boolean =>
  to <= LONGEST_MINUTES && to - from <= Math.max(WIDEST_MINUTES, from);

/** Did it hold? Null where nobody knows: he left before it could have proved wrong. */
export function heldOf(expected: Expected, came: Came): boolean | null {
  if (expected.range === null) return null;
  const [from, to] = expected.range;
  const waitedMs = came.at - expected.at;
  if (waitedMs > to * MINUTE) return false;
  return came.how === 'connected' ? waitedMs >= from * MINUTE : null;
}

/** What came of one makes the next ones better. */
export function learn(known: Expectation, expected: Expected, came: Came): Expectation {
  const waitedMs = came.at - expected.at;
  const taken = came.how === 'connected';
  const { paceMs, position, medianMs } = expected;
  const cases = latest(known.cases, { paceMs, position, waitedMs, left: !taken }, CASES);
  const errors = taken ? latest(known.errors, Math.abs(waitedMs - medianMs), JUDGED) : known.errors;
  const held = heldOf(expected, came);
  if (held === null) return { ...known, cases, errors };
  const share = known.share + STEP * ((held ? 0 : 1) - (1 - AIM));
  return {
    ...{ pace: known.pace, cases, errors },
    held: latest(known.held, held, JUDGED),
    told: expected.told ? latest(known.told, held, JUDGED) : known.told,
    share: Math.min(MOST, Math.max(LEAST, share)),
  };
}

/** As it was when it was written down: the latest that were judged, the oldest first. */
export function relearn(
  cases: readonly { expected: Expected; came: Came }[],
  now: Instant,
): Expectation {
  const last = cases.at(-1);
  const pace = last ? paceOf(last.expected.rates, now) : UNPACED;
  return cases.reduce<Expectation>((known, { expected, came }) => learn(known, expected, came), {
    ...NOTHING_EXPECTED,
    pace,
  });
}

/** How good what is told is. */
export interface ExpectationView {
  /** Of the latest hundred told ranges, the share that held; null before the first. */
  coverage: number | null;
  /** The same of all, told or not. */
  wouldHold: number | null;
  /** Mean error of what was expected, in ms. */
  meanErrorMs: Millis | null;
  /** Cases that it is made of. */
  cases: number;
}

export const viewOf = ({ cases, held, told, errors }: Expectation): ExpectationView => ({
  coverage: told.length === 0 ? null : shareOf(told),
  wouldHold: held.length === 0 ? null : shareOf(held),
  meanErrorMs:
    errors.length === 0
      ? null
      : Math.round(errors.reduce((sum, one) => sum + one, 0) / errors.length),
  cases: cases.length,
});

const shareOf = (held: readonly boolean[]): number => held.filter(Boolean).length / held.length;

const latest = <T>(list: readonly T[], one: T, count: number): readonly T[] => [
  ...list.slice(Math.max(0, list.length + 1 - count)),
  one,
];
