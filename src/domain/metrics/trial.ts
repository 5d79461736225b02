/**
 * Decides whether a centre has passed its trial run (试运行验收, A45, N11, B08): the share of sales (销售占比) that are the
 * centre's is 11 % or more.
 */
import type { LeadRules } from '../lead/rules';
import { isAtLeast, ratioOf, type Ratio } from './ratio';
import type { Deals } from './team-kpi';

export interface TrialResult {
  salesShare: Ratio;
  /** Per cent that it has to be. */
  needed: number;
  /** Null: the store sold nothing, which neither passes nor fails. */
  passed: boolean | null;
}

export function trialResult(
  { centre, store }: Deals,
  { trial }: Pick<LeadRules, 'trial'>,
): TrialResult {
  const salesShare = ratioOf(centre, store);
  const needed = trial.salesSharePercent;
  return { salesShare, needed, passed: isAtLeast(salesShare, needed) };
}
