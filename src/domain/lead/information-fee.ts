/**
 * Decides what the source of a transferred lead has of it (W08): an information fee (信息费) when, and only when, the lead
 * closes that he transferred (A34); and no commission in a month in which he transferred fewer than his task asks (A35,
 * 不转入不提成, Q20).
 */
import type { AgentId } from '../ids';
import type { LeadRules } from './rules';

/** How a lead came to the centre. */
export type TransferWay = 'forced' | 'evening-meeting';
export const TRANSFER_WAYS: readonly TransferWay[] = ['forced', 'evening-meeting'];

/** In hundredths of the currency; null: nothing is to be entered. `way` is null of a lead that nobody transferred. */
export function feeOf(
  { way, isWon }: { way: TransferWay | null; isWon: boolean },
  { informationFee }: Pick<LeadRules, 'informationFee'>,
): number | null {
  return way !== null && isWon ? informationFee : null;
}

export interface MonthTask {
  task: number;
  transferred: number;
  /** 已完成 or 未完成. */
  state: 'completed' | 'not-completed';
  hasCommission: boolean;
}

/** The month's task of one source of the showroom. */
export function monthTask(
  transferred: number,
  { transfersAMonth: task }: Pick<LeadRules, 'transfersAMonth'>,
): MonthTask {
  const isDone = transferred >= task;
  const state = isDone ? 'completed' : 'not-completed';
  return { task, transferred, state, hasCommission: isDone };
}

/** The tasks of all sources, by how many each has transferred; who has transferred none has a task as well. */
export const monthTasks = (
  sources: readonly AgentId[],
  transferred: ReadonlyMap<AgentId, number>,
  rules: Pick<LeadRules, 'transfersAMonth'>,
): (MonthTask & { personId: AgentId })[] =>
  [...new Set([...sources, ...transferred.keys()])].map((personId) => ({
    ...{ personId, ...monthTask(transferred.get(personId) ?? 0, rules) },
  }));
