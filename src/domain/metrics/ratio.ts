/**
 * A ratio that stays what it is, a part of a whole: what is said of two counts holds exactly, and no border moves by a
 * rounding. Percentages are for the eye.
 */
export interface Ratio {
  part: number;
  whole: number;
  /** With one decimal, half up; null where there is no whole of which it could be a part. */
  percent: number | null;
}

export const ratioOf = (part: number, whole: number): Ratio => ({
  ...{ part, whole },
  percent: whole === 0 ? null : Math.round((part * 1000) / whole) / 10,
});

/** That share of a count: `share(ratioOf(a, b), b)` is `a`, exactly. Of nothing there is none. */
export const share = ({ part, whole }: Ratio, count: number): number =>
  whole === 0 ? 0 : (count * part) / whole;

/** Whether it is so many per cent or more; null: there is nothing to judge. */
export const isAtLeast = ({ part, whole }: Ratio, percent: number): boolean | null =>
  whole === 0 ? null : part * 100 >= percent * whole;
