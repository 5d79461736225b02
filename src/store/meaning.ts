/** When a value of a plan's row is another one, and not only written in another way. */

/** Two values that mean the same give the same: of an object that is kept as text whatever the order of its keys. */
export function meaning(value: unknown): string {
  if (typeof value !== 'string' || !value.startsWith('{')) return JSON.stringify(value);
  try {
    return JSON.stringify(JSON.parse(value), sorted);
  } catch {
    // A name that only looks like one.
    return value;
  }
}

const sorted = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
