/**
 * How far what came was from what the pace had said, and the shortest range of minutes that takes in a share of it.
 *
 * Errors are those of the logarithm: half as long is as wrong as twice as long. Who is next waits for one talk to end, and who
 * is twentieth for twenty: the farther behind, the smaller the error of the whole, so that all are brought to one scale. Of
 * who hung up only the least is known; what share of the others lies where is Kaplan and Meier's (1958).
 */
import type { Millis } from '../time';

/** What was expected of one wait, and how long it was, at least if he left. */
export interface Case {
  readonly paceMs: Millis;
  readonly position: number;
  readonly waitedMs: Millis;
  readonly left: boolean;
}

/** Errors of the pace itself, which do not grow smaller with the number of talks that must end. */
const PACE_ERROR = 0.05;
const SECOND: Millis = 1000;
const MINUTE: Millis = 60_000;
/** Shares of the errors that may be left out below the range. */
const LEFT_BELOW = [0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1];

const scale = (position: number): number => Math.sqrt(1 / position + PACE_ERROR);

const errorOf = ({ paceMs, position, waitedMs }: Case): number =>
  Math.log(Math.max(waitedMs, SECOND) / Math.max(paceMs, SECOND)) / scale(position);

/** Range null while the cases do not reach so far. */
export function spread(
  cases: readonly Case[],
  { paceMs, position, share }: { paceMs: Millis; position: number; share: number },
): { medianMs: Millis; range: readonly [number, number] | null } {
  const errors = errorsOf(cases);
  const at = (error: number): Millis =>
    Math.max(paceMs, SECOND) * Math.exp(error * scale(position));
  const median = errors.quantile(0.5);
  let range: readonly [number, number] | null = null;
  for (const below of LEFT_BELOW) {
    const high = errors.quantile(below + share);
    if (high === null || below + share > 1) break;
    const low = below === 0 ? null : errors.quantile(below);
    const from = low === null ? 0 : Math.floor(at(low) / MINUTE);
    const to = Math.max(1, Math.ceil(at(high) / MINUTE));
    if (range === null || to - from < range[1] - range[0]) range = [from, to];
  }
  return { medianMs: Math.round(median === null ? paceMs : at(median)), range };
}

const sorted = new WeakMap<readonly Case[], Errors>();

/** A thousand may be told the same cases' worth. */
function errorsOf(cases: readonly Case[]): Errors {
  const known = sorted.get(cases) ?? new Errors(cases);
  sorted.set(cases, known);
  return known;
}

/** The distribution of errors of those who were taken, had nobody left. */
class Errors {
  private readonly steps: { error: number; below: number }[] = [];

  constructor(cases: readonly Case[]) {
    const sorted = cases
      .map((one) => ({ error: errorOf(one), left: one.left }))
      .sort((a, b) => a.error - b.error || Number(a.left) - Number(b.left));
    let beyond = 1;
    sorted.forEach(({ error, left }, at) => {
      if (left) return;
      beyond *= 1 - 1 / (sorted.length - at + 1);
      this.steps.push({ error, below: 1 - beyond });
    });
  }

  /** Null when what is known does not reach so far. */
  quantile(share: number): number | null {
    let [low, high] = [0, this.steps.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.steps[middle]?.below ?? 1) < share) low = middle + 1;
      else high = middle;
    }
    return this.steps[low]?.error ?? null;
  }
}
