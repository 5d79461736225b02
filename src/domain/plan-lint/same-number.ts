/** Whether two spellings in a plan are one number, with country and area or without. */

/** Digits by which they have to agree, from the end. */
const OWN_DIGITS = 7;

/** A short number is itself only. */
export function isSameNumber(one: string, other: string): boolean {
  if (one === other) return true;
  const [a, b] = [one, other].map((number) => number.replace(/^\+86|\D/g, ''));
  const [short = '', long = ''] = [a ?? '', b ?? ''].sort((x, y) => x.length - y.length);
  return short.length >= OWN_DIGITS && long.endsWith(short.replace(/^0/, ''));
}
