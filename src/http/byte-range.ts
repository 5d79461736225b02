/**
 * Decides which bytes of a file a `Range` header asks for (RFC 9110 §14). Pure. One range is
 * served; of several, or of one that cannot be read, the whole file, as §14.2 allows.
 */

/** First and last byte, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

/** `whole`: send all. `unsatisfiable`: 416. */
export function rangeOf(
  header: string | undefined,
  size: number,
): ByteRange | 'whole' | 'unsatisfiable' {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return 'whole';
  if (first === '') return lastBytes(Number(last), size);
  const start = Number(first);
  const end = last === '' ? size - 1 : Number(last);
  // §14.1.1: a last position before the first makes the range invalid, and it is ignored.
  if (end < start && last !== '') return 'whole';
  if (start >= size) return 'unsatisfiable';
  return { start, end: Math.min(end, size - 1) };
}

function lastBytes(count: number, size: number): ByteRange | 'unsatisfiable' {
  if (count === 0 || size === 0) return 'unsatisfiable';
  return { start: Math.max(0, size - count), end: size - 1 };
}
