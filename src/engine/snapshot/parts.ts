/**
 * A large object as lines of JSON: a line has so much that wording it holds nothing up, whatever the size of the whole.
 * Pure. Lists of the object, and of the objects directly in it, are divided; all else is one line each.
 */

/** Items of a list in one line: about a quarter of a millisecond of wording. */
const ITEMS = 100;

/** `items` go behind those of the lines before; the last line is `end`, or some are missing. */
export type Part =
  { path: string[]; value: unknown } | { path: string[]; items: unknown[] } | { end: true };

export function* partsOf(whole: Record<string, unknown>): Generator<Part> {
  for (const [key, value] of Object.entries(whole)) {
    if (!isPlain(value)) yield* partsAt([key], value);
    else for (const [inner, one] of Object.entries(value)) yield* partsAt([key, inner], one);
  }
  yield { end: true };
}

/** What `partsOf` divided, without what was `undefined`. Throws where a line is broken or missing. */
export function joined(lines: readonly string[]): Record<string, unknown> {
  const parts = lines.map((line) => JSON.parse(line) as Part);
  const last = parts.pop();
  if (last === undefined || !('end' in last)) throw new Error('its end is missing');
  const whole: Record<string, unknown> = {};
  for (const part of parts) if ('path' in part) put(whole, part);
  return whole;
}

function* partsAt(path: string[], value: unknown): Generator<Part> {
  if (!Array.isArray(value)) {
    if (value !== undefined) yield { path, value };
    return;
  }
  yield { path, items: value.slice(0, ITEMS) };
  for (let from = ITEMS; from < value.length; from += ITEMS) {
    yield { path, items: value.slice(from, from + ITEMS) };
  }
}

function put(whole: Record<string, unknown>, part: Exclude<Part, { end: true }>): void {
  const [key = '', inner] = part.path;
  const place = inner === undefined ? whole : ((whole[key] ??= {}) as Record<string, unknown>);
  const name = inner ?? key;
  if ('value' in part) place[name] = part.value;
  else if (place[name] === undefined) place[name] = part.items;
  else (place[name] as unknown[]).push(...part.items);
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
