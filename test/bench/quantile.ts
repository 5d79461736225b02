/**
 * The value below which the share `q` (0-1) of the values lies; NaN for none. The same rule as in the
 * comparison figures: the element at `floor(n * q)` of the sorted list.
 */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

/** Rounded to `digits` decimals, for a figure that people read. */
export function rounded(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
