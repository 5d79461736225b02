import type { GuardDirectory } from '../control/ports';
import type { GuardStatus } from '../control/protocol';
import { Door, type DoorLimits, type DoorOptions } from '../guard/door';
import type { Holding } from '../guard/limited-source';
import { withoutMapping } from '../guard/trunk-sources';
import { WrongSecrets } from '../guard/wrong-secrets';
import type { Context } from './context';
import type { Counters } from './counters';

/** More are only counted: whoever reads the list wants to know who, not all. */
export const LISTED_SOURCES = 200;

/** A guard and the clock by which it counts. */
export interface Guarding {
  guard: Holding;
  now: () => number;
}

/** What control asks of the guards: what they counted, whom they hold back, and to let one go. */
export class Guards implements GuardDirectory {
  constructor(
    private readonly counters: Readonly<Counters>,
    private readonly guards: readonly Guarding[],
    /** Milliseconds since the epoch. */
    private readonly now: () => number,
  ) {}

  status(): GuardStatus {
    const at = this.now();
    const held = this.guards.flatMap(({ guard, now }) => guard.held(now()));
    const worst = held.sort((a, b) => b.dropped - a.dropped).slice(0, LISTED_SOURCES);
    const sources = worst.map(({ address, why, forMs, leftMs, dropped }) => ({
      address: withoutMapping(address),
      why,
      since: Math.round(at - forMs),
      until: Math.round(at + leftMs),
      dropped,
    }));
    return { counters: { ...this.counters }, sources, more: held.length - sources.length };
  }

  /** A dual-stack socket shows IPv4 addresses in another spelling. */
  unblock(address: string): boolean {
    const spellings = [address, `::ffff:${address}`];
    const released = this.guards.flatMap(({ guard, now }) =>
      spellings.map((spelling) => guard.release(spelling, now())),
    );
    return released.includes(true);
  }
}

/** The list of all whom a guard of this edge holds back, and doors for its ports that ask for a secret. */
export function guards(
  context: Context,
  limits: DoorLimits | undefined,
): { guard: GuardDirectory; door: () => Door } {
  const { counters, sourceLimits, scannersHeard, digestBlock, now } = context;
  const wrongSecrets = new WrongSecrets();
  const steady = [sourceLimits, scannersHeard, wrongSecrets];
  const guarding: Guarding[] = steady.map((guard) => ({ guard, now: () => performance.now() }));
  const counted: DoorOptions['counted'] = (what) => void counters[what]++;
  return {
    guard: new Guards(counters, [...guarding, { guard: digestBlock, now }], now),
    door: () => new Door({ limits, wrongSecrets, counted }),
  };
}
