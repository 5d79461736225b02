/** What people say to each other, and the chance by which they differ. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLinear } from '../sip/media/wav';

export type Line = { who: 'agent' | 'caller'; says: string };

const line = (text: string): Line => {
  const [who = '', says = ''] = text.split(':');
  return { who: who === 'agent' ? 'agent' : 'caller', says };
};

const SALES =
  'agent:hello caller:price agent:model caller:suv agent:invite caller:saturday agent:booked caller:thanks';
const UPKEEP = 'agent:hello caller:upkeep agent:upkeep caller:thanks';

export interface Talk {
  kind: 'pre-sale' | 'after-sale';
  lines: readonly Line[];
}

export const TALKS: readonly Talk[] = [
  { kind: 'pre-sale', lines: SALES.split(' ').map(line) },
  { kind: 'after-sale', lines: UPKEEP.split(' ').map(line) },
];

const sounds = new Map<string, Int16Array>();

/** The sound of a line; read once. */
export function soundOf({ who, says }: Line): Int16Array {
  const name = `${who}/${says}`;
  const known = sounds.get(name);
  if (known) return known;
  const { samples } = readLinear(readFileSync(join(__dirname, 'speech', `${name}.wav`)));
  sounds.set(name, samples);
  return samples;
}

/** Chance that can be repeated (mulberry32): the same seed makes the same day. */
export class Chance {
  constructor(private state: number) {}

  /** From 0 to below 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  between(from: number, to: number): number {
    return from + (to - from) * this.next();
  }

  /** True in so many cases of one. */
  happens(share: number): boolean {
    return this.next() < share;
  }

  of<T>(all: readonly T[]): T {
    return all[Math.floor(this.next() * all.length)] as T;
  }

  /** Milliseconds to the next of events that come at random, so many a minute. */
  untilNext(perMinute: number): number {
    return (-Math.log(1 - this.next()) * 60_000) / perMinute;
  }
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));
