/**
 * How many leads there are, and how good they are (B10, N42-N46): new ones, those that are qualified (合格), hot, warm and
 * cold, and the rates of these.
 */
import { isQualified, type LeadFacts } from '../lead/qualified';
import type { LeadRules } from '../lead/rules';
import { temperatureOf, type Temperature } from '../lead/temperature';
import type { Instant } from '../time';
import { ratioOf, type Ratio } from './ratio';

/** Leads that are alike in all that is judged here, and how many of them there are. */
export interface AlikeLeads {
  facts: LeadFacts;
  count: number;
}

export interface LeadQuality {
  leads: number;
  qualified: number;
  byTemperature: Record<Temperature | 'unknown', number>;
  /** Qualified of all (合格地址率, N43). */
  qualifiedRate: Ratio;
  /** Hot of all. */
  hotRate: Ratio;
}

export function leadQuality(
  groups: readonly AlikeLeads[],
  at: { now: Instant; zone: string },
  rules: Pick<LeadRules, 'temperature'>,
): LeadQuality {
  const byTemperature = { hot: 0, warm: 0, cold: 0, unknown: 0 };
  let [leads, qualified] = [0, 0];
  for (const { facts, count } of groups) {
    leads += count;
    if (isQualified(facts)) qualified += count;
    byTemperature[temperatureOf(facts.intendedOn ?? null, at, rules) ?? 'unknown'] += count;
  }
  return {
    ...{ leads, qualified, byTemperature },
    qualifiedRate: ratioOf(qualified, leads),
    hotRate: ratioOf(byTemperature.hot, leads),
  };
}
