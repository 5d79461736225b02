/**
 * Why leads were lost (战败分析, B27): defeat (战败) and lost control (失控), which want a reason each (Q02, A33), by their
 * reasons, the most frequent first. Reasons are what people write: of the rarest only the count is told.
 */
import { ratioOf, type Ratio } from './ratio';

export type DefeatKind = 'defeated' | 'lost-control';

export interface DefeatCount {
  kind: DefeatKind;
  /** `''`: none was given, as by a version before it was asked for. */
  reason: string;
  count: number;
}

export interface Defeats {
  defeated: number;
  lostControl: number;
  /** At most `REASONS_SHOWN`. */
  reasons: (DefeatCount & { share: Ratio })[];
  /** Leads whose reason is not shown. */
  others: number;
}

export const REASONS_SHOWN = 100;

/** Of equally frequent ones in order of the reason. */
export function defeatsOf(counts: readonly DefeatCount[]): Defeats {
  const sum = (of: readonly DefeatCount[]): number => of.reduce((all, { count }) => all + count, 0);
  const ofKind = (kind: DefeatKind): number => sum(counts.filter((one) => one.kind === kind));
  const sorted = [...counts].sort(
    (a, b) => b.count - a.count || compare(a.reason, b.reason) || compare(a.kind, b.kind),
  );
  const all = sum(counts);
  return {
    ...{ defeated: ofKind('defeated'), lostControl: ofKind('lost-control') },
    reasons: sorted
      .slice(0, REASONS_SHOWN)
      .map((one) => ({ ...one, share: ratioOf(one.count, all) })),
    others: sum(sorted.slice(REASONS_SHOWN)),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
