/** What was expected of waits and what came, by what was journalled: as many as `store/waits.ts` reads out of the rows. */
import type { QueueId } from '../../domain/ids';
import type { CallSnapshot, WaitSnapshot } from '../../domain/records';

/** As many of each queue are looked back at. */
const LOOKED_BACK_AT = 200;

export class WaitsSoFar {
  private readonly open = new Map<string, WaitSnapshot>();
  /** By queue, in the order in which they were over. */
  private readonly over = new Map<QueueId, WaitSnapshot[]>();

  constructor(waits: readonly WaitSnapshot[]) {
    for (const wait of waits) this.take(wait);
  }

  take(wait: WaitSnapshot): void {
    const key = `${wait.entryId}|${wait.expected.at}`;
    if (wait.came === null) {
      this.open.set(key, wait);
      return;
    }
    this.open.delete(key);
    const others = (this.over.get(wait.queueId) ?? []).filter((one) => !isSame(one, wait));
    this.over.set(wait.queueId, [...others, wait].slice(-LOOKED_BACK_AT));
  }

  /** Those that are over first, then those of calls that go on. */
  all(isOpen: (callId: CallSnapshot['id']) => boolean): WaitSnapshot[] {
    for (const [key, { callId }] of this.open) if (!isOpen(callId)) this.open.delete(key);
    const over = [...this.over.values()].flat();
    over.sort((a, b) => (a.came?.at ?? 0) - (b.came?.at ?? 0) || a.expected.at - b.expected.at);
    return [...over, ...this.open.values()];
  }
}

const isSame = (a: WaitSnapshot, b: WaitSnapshot): boolean =>
  a.entryId === b.entryId && a.expected.at === b.expected.at;
