/** Work on the rows of a portion that calls do not wait for: between small pieces of it others have their turn. */
import { setImmediate as othersTurn } from 'node:timers/promises';

/** Some milliseconds of work on rows. */
const AT_ONCE = 25;

/** What `make` makes of each, in their order. */
export async function piecewise<T, R>(all: readonly T[], make: (one: T) => R): Promise<R[]> {
  const made: R[] = [];
  for (let from = 0; from < all.length; from += AT_ONCE) {
    if (from > 0) await othersTurn();
    for (const one of all.slice(from, from + AT_ONCE)) made.push(make(one));
  }
  return made;
}
