/** Decides how what was promised to customers came out: a follow-up by a day, a call back by a moment. */
import type { AgentId } from '../ids';
import type { Instant } from '../time';
import { ratioOf, type Ratio } from './ratio';

/** `late`: it was done after its last moment; `missed`: that moment is over, and it is not done. */
export type Kept = 'kept' | 'late' | 'missed' | 'open';

export interface Promised {
  /** Whose it was; null: of the store. */
  agentId: AgentId | null;
  /** The last moment at which it is in time. */
  dueAt: Instant;
  /** Null: it is not done. */
  doneAt: Instant | null;
}

export const keptOf = ({ dueAt, doneAt }: Omit<Promised, 'agentId'>, now: Instant): Kept => {
  if (doneAt !== null) return doneAt <= dueAt ? 'kept' : 'late';
  return now <= dueAt ? 'open' : 'missed';
};

export interface KeptCounts extends Record<Kept, number> {
  /** Kept of those whose time is over or that were done. */
  rate: Ratio;
}

export function keptCounts(outcomes: readonly Kept[]): KeptCounts {
  const count = (which: Kept) => outcomes.filter((one) => one === which).length;
  const [kept, late, missed, open] = [count('kept'), count('late'), count('missed'), count('open')];
  return { kept, late, missed, open, rate: ratioOf(kept, kept + late + missed) };
}

/** Of each whose they were, in order of id; what is of the store alone is last, as null. */
export function keptByPerson(
  promised: readonly Promised[],
  now: Instant,
): ({ agentId: AgentId | null } & KeptCounts)[] {
  const people = [...new Set(promised.map(({ agentId }) => agentId))].sort((a, b) =>
    a === null ? 1 : b === null ? -1 : a < b ? -1 : 1,
  );
  return people.map((agentId) => {
    const his = promised.filter((one) => one.agentId === agentId);
    return { agentId, ...keptCounts(his.map((one) => keptOf(one, now))) };
  });
}
