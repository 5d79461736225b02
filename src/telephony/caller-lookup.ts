/** Who is calling, asked while the call goes on: a slow database delays nobody. */
import type { Lookup } from '../domain/events';
import type { CallerLookup } from '../engine/ports';

/** An arriving call waits this long for the database to say who is calling (architecture). */
const LOOKUP_WAIT_MS = 50;

/**
 * The caller's record in the store, or `unavailable` when that takes longer than a call may wait; `late`
 * is then told what came of it. Without store or number nobody is asked.
 */
export async function findCaller(
  lookup: CallerLookup,
  { store, from }: { store: string | undefined; from: string },
  late: (found: Lookup) => void,
): Promise<Lookup> {
  if (from === '' || store === undefined) return { result: 'none' };
  let isLate = false;
  const found = lookup
    .find(store, from)
    .catch((): Lookup => ({ result: 'unavailable' }))
    .then((result) => {
      if (isLate) late(result);
      return result;
    });
  const { promise: wait, cancel } = waitAtMost(LOOKUP_WAIT_MS);
  const inTime = await Promise.race([found, wait]);
  cancel();
  isLate = inTime === null;
  return inTime ?? { result: 'unavailable' };
}

function waitAtMost(ms: number): { promise: Promise<null>; cancel: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  return { promise, cancel: () => clearTimeout(timer) };
}
