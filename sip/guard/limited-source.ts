/**
 * What a guard remembers of one address that it is holding back at this moment. Durations instead of
 * times, since the guards do not share a clock.
 */
export interface LimitedSource {
  /** As the socket shows it. */
  address: string;
  /**
   * `flood`: too many messages; `scanner`: named itself as one; `digest`: wrong digests; `secret`: wrong
   * secrets on a port for apps.
   */
  why: 'flood' | 'scanner' | 'digest' | 'secret';
  /** How long already, milliseconds. */
  forMs: number;
  /** How long still if nothing more comes from there, milliseconds. */
  leftMs: number;
  /** Messages that were not served meanwhile. */
  dropped: number;
}

/** One guard, asked what it holds back. `now` is of the guard's own clock. */
export interface Holding {
  held(now: number): LimitedSource[];
  /** Forgets what is held against that address; false when nothing is. */
  release(address: string, now: number): boolean;
}

/** Removes the oldest entry of what has grown over its bound, so that a flood fills no memory. */
export function forgetOldest(known: Map<string, unknown> | Set<string>, most: number): void {
  if (known.size <= most) return;
  const oldest = known.keys().next().value;
  if (oldest !== undefined) known.delete(oldest);
}
