/**
 * What a restart must know of the budgets: each step adds what it changed to the journal, and what was kept makes the
 * budget again. Pure.
 */
import type { Instant } from '../time';
import type { DialBudget, Payer } from './budget';

/** What one step changed. Sums and pauses are whole: of several the newest counts. */
export interface BudgetChange {
  attempts: { at: Instant; who: Payer }[];
  day: number;
  /** By subject, in hundredths of the currency, on that day. */
  spent: Record<string, number>;
  /** By subject, when the breaker closes. */
  paused: Record<string, Instant>;
}

/** Null when nothing changed. */
export function changeOf(before: DialBudget, after: DialBudget): BudgetChange | null {
  if (before === after) return null;
  const last = before.attempts.at(-1);
  const known = last === undefined ? -1 : after.attempts.lastIndexOf(last);
  const sameDay = before.day === after.day;
  return {
    attempts: after.attempts.slice(known + 1),
    day: after.day,
    spent: changed(sameDay ? before.spent : new Map(), after.spent),
    paused: changed(before.broken, after.broken),
  };
}

const changed = (
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): Record<string, number> =>
  Object.fromEntries([...after].filter(([subject, value]) => before.get(subject) !== value));

/** One change after another, the oldest first. */
export function withChange(budget: DialBudget, change: BudgetChange): DialBudget {
  const spent = new Map(budget.day === change.day ? budget.spent : []);
  const broken = new Map(budget.broken);
  for (const [subject, sum] of Object.entries(change.spent)) spent.set(subject, sum);
  for (const [subject, until] of Object.entries(change.paused)) broken.set(subject, until);
  return { attempts: [...budget.attempts, ...change.attempts], day: change.day, spent, broken };
}
