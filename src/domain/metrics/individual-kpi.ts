/**
 * What a person is measured by (B07, N18, A43): a telemarketer by the leads that he kept (留有客户资料) and by those of
 * his who really arrived (实际到店), a direct salesperson by real deliveries (实际交车). Nobody is both (A37), and nobody is
 * measured by the other's figures.
 */
import type { AgentId } from '../ids';
import { TELEMARKETERS, type Post } from '../organisation';

/** What was counted of a person in the period. */
export interface PersonCounts {
  leadsKept: number;
  arrivals: number;
  deliveries: number;
}

export const NOTHING_COUNTED: PersonCounts = { leadsKept: 0, arrivals: 0, deliveries: 0 };

/** Null: he is not measured by it. */
export type IndividualKpi = { personId: AgentId } & {
  [K in keyof PersonCounts]: PersonCounts[K] | null;
};

/** `posts`: those that he holds in the store. Null: neither of the two, and no figure is his. */
export function individualKpi(
  personId: AgentId,
  posts: readonly Post[],
  { leadsKept, arrivals, deliveries }: PersonCounts,
): IndividualKpi | null {
  if (posts.some((post) => TELEMARKETERS.includes(post)))
    return { personId, leadsKept, arrivals, deliveries: null };
  if (posts.includes('direct-salesperson'))
    return { personId, leadsKept: null, arrivals: null, deliveries };
  return null;
}
