import { seeded } from '../simulation/random';
import { mutate } from './mutate';
import { targets, type Target } from './targets';

/** A million inputs pass through in about two minutes; the same seed makes the same inputs. */

export interface FuzzOptions {
  count: number;
  seed: number;
  /** Called now and then with what the heap holds after a collection, where that can be asked for. */
  onRest?: (done: number, heapBytes: number) => void;
}

export interface Crash {
  target: string;
  /** Byte text. */
  input: string;
  error: Error;
}

export interface FuzzResult {
  inputs: number;
  crashes: Crash[];
  /** The longest that one input took, milliseconds. */
  slowestMs: number;
  slowest: string;
}

const REST_EVERY = 2000;
/** More would only say the same again. */
const ENOUGH_CRASHES = 20;

export function fuzz({ count, seed, onRest }: FuzzOptions): FuzzResult {
  const random = seeded(seed);
  const all = targets();
  const result: FuzzResult = { inputs: 0, crashes: [], slowestMs: 0, slowest: '' };
  for (let i = 0; i < count && result.crashes.length < ENOUGH_CRASHES; i++) {
    const target = all[i % all.length] as Target;
    const seedOf = () => random.pick(target.seeds) as string;
    feed(target, mutate(seedOf(), seedOf(), random), result);
    if ((i + 1) % REST_EVERY > 0) continue;
    for (const each of all) each.rest?.();
    globalThis.gc?.();
    onRest?.(i + 1, process.memoryUsage().heapUsed);
  }
  for (const each of all) each.rest?.();
  return result;
}

function feed(target: Target, input: string, result: FuzzResult): void {
  const before = performance.now();
  try {
    target.feed(input);
  } catch (error) {
    result.crashes.push({ target: target.name, input, error: error as Error });
  }
  const took = performance.now() - before;
  result.inputs++;
  if (took > result.slowestMs) {
    result.slowestMs = took;
    result.slowest = `${target.name}: ${JSON.stringify(input.slice(0, 200))}`;
  }
}
