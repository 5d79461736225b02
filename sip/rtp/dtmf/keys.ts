/**
 * The sixteen keys of a telephone: their event codes (RFC 4733 §3.2) and tones (ITU-T Q.23). Whatever
 * way a key press comes, it is told to one listener.
 */

/** All keys, at the place of their event code. */
export const KEYS = '0123456789*#ABCD';

/** Lower tones of the rows and higher tones of the columns of the pad in Hz (Q.23). */
export const LOW_TONES: readonly number[] = [697, 770, 852, 941];
export const HIGH_TONES: readonly number[] = [1209, 1336, 1477, 1633];
const GRID = '123A456B789C*0#D';

/** Hears of every key press once: its begin and its end, in turn. */
export interface KeyListener {
  /** A key, one of `KEYS`, is down. */
  keyDown(key: string): void;
  /** The same key is up again after so many milliseconds. */
  keyUp(key: string, durationMs: number): void;
}

/** The event code of a key, 0 to 15; -1 for anything else. */
export function codeOf(key: string): number {
  return key.length === 1 ? KEYS.indexOf(key) : -1;
}

/** The key at a row (lower tone) and column (higher tone) of the pad. */
export function keyAt(row: number, column: number): string {
  return GRID[4 * row + column] as string;
}

/** The lower frequency of a key in Hz. */
export function lowOf(key: string): number {
  return LOW_TONES[GRID.indexOf(key) >> 2] as number;
}

/** The higher frequency of a key in Hz. */
export function highOf(key: string): number {
  return HIGH_TONES[GRID.indexOf(key) & 3] as number;
}
