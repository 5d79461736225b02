/**
 * Key presses in the body of a SIP INFO, in the two forms that phones and trunks use. Neither is a
 * standard: `application/dtmf-relay` has lines `Signal=5` and `Duration=160`, `application/dtmf` the
 * key alone, and some send either under the other's name.
 */
import { KEYS } from './keys';

export interface InfoKey {
  /** One of `0123456789*#ABCD`. */
  key: string;
  durationMs: number;
}

/** Larger bodies are no key press. */
const MOST_CHARACTERS = 512;
/** What is taken where none or nonsense is told, and the bounds of what is told. */
const USUAL_MS = 160;
const SHORTEST_MS = 40;
const LONGEST_MS = 10_000;

/** Whether a body of that type tells a key press. */
export function isKeyInfo(contentType: string): boolean {
  const type = (contentType.split(';', 1)[0] as string).trim().toLowerCase();
  return type === 'application/dtmf-relay' || type === 'application/dtmf';
}

/** The key of an INFO body; null for another type of body or one without a key. */
export function keyOfInfo(contentType: string, body: string): InfoKey | null {
  if (!isKeyInfo(contentType)) return null;
  if (body.length > MOST_CHARACTERS) return null;
  let signal: string | null = null;
  let durationMs = USUAL_MS;
  for (const line of body.split(/[\r\n]+/)) {
    const [name, value] = fieldOf(line);
    if (name === 'signal') signal ??= value;
    else if (name === 'duration' || name === 'd') durationMs = durationOf(value);
  }
  const key = signal === null ? null : keyOf(signal);
  return key === null ? null : { key, durationMs };
}

/** `name = value`; a line without a name is the signal itself. */
function fieldOf(line: string): [name: string, value: string] {
  const at = line.indexOf('=');
  const value = line.slice(at + 1).trim();
  if (at < 0) return [value === '' ? '' : 'signal', value];
  return [line.slice(0, at).trim().toLowerCase(), value];
}

/** The key itself, or its event code where that has two digits (RFC 4733 §3.2). */
function keyOf(signal: string): string | null {
  const key = signal.replace(/^"(.*)"$/, '$1').toUpperCase();
  if (key.length === 1 && KEYS.includes(key)) return key;
  return /^1[0-5]$/.test(key) ? (KEYS[Number(key)] as string) : null;
}

function durationOf(value: string): number {
  if (!/^\d{1,9}$/.test(value)) return USUAL_MS;
  return Math.max(SHORTEST_MS, Math.min(Number(value), LONGEST_MS));
}
