/**
 * UUIDv7 (RFC 9562 §5.7): 48 bits of milliseconds, then a counter, then chance. Ids of one maker
 * grow strictly (§6.2, method 1: 12 bits of counter), also when the clock stands or goes back, so
 * that rows lie in the order of their making and ids decide between equal instants.
 */
import { randomFillSync } from 'node:crypto';
import type { MakeId } from './ports';

const COUNTER_LIMIT = 0x1000;
/** Chance is fetched for many ids at once: one call into the system for 512 of them. */
const POOL_BYTES = 4096;

/** `now` in milliseconds since the epoch. */
export function uuidv7Maker(now: () => number = Date.now): MakeId {
  const pool = Buffer.alloc(POOL_BYTES);
  let used = POOL_BYTES;
  let millis = 0;
  let counter = 0;
  return () => {
    if (used === POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    const chance = pool.toString('hex', used, used + 8);
    used += 8;
    const current = now();
    if (current > millis) {
      millis = current;
      counter = 0;
    } else if (++counter === COUNTER_LIMIT) {
      // More than 4,096 ids in a millisecond: borrow the next one.
      millis += 1;
      counter = 0;
    }
    return format(millis, counter, chance);
  };
}

function format(millis: number, counter: number, chance: string): string {
  const time = millis.toString(16).padStart(12, '0');
  const order = counter.toString(16).padStart(3, '0');
  const variant = (0x8 | (parseInt(chance.charAt(0), 16) & 0x3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${order}-${variant}${chance.slice(1, 4)}-${chance.slice(4)}`;
}
