/**
 * What callers who wait are told of how long it takes, and what comes of it. A wait is looked at when it begins, whenever
 * its caller is to be told, and when it is over; between these moments nothing is done for it.
 */
import { expectWait, learn, relearn, type Came } from '../domain/queue/expect';
import { pacedAt, pacedBy } from '../domain/queue/pace';
import type { Call } from '../domain/call/call';
import type { Effect } from '../domain/effects';
import type { CallId, EntryId, QueueId } from '../domain/ids';
import type { WaitSnapshot } from '../domain/records';
import type { Instant } from '../domain/time';
import type { Aggregates } from './aggregates';
import type { LiveQueue } from './live-queue';
import type { LiveState } from './live-state';

/** Of one wait no more than so much is kept and judged: who waits long is not to count for many. */
const MOST = 5;

/** The line, and who works at it, are as they are from now on. */
export function noteLine(queue: LiveQueue, at: Instant): void {
  const { expectation } = queue;
  const pace = pacedAt(expectation.pace, at, queue.line);
  queue.expectation = { ...expectation, pace };
}

/** See the head of this file. */
export class Waits {
  /** Of those who wait or are being rung for, what was expected; empty where that was nothing. */
  private readonly open = new Map<EntryId, WaitSnapshot[]>();
  private readonly restored = new Map<QueueId, WaitSnapshot[]>();

  constructor(
    private readonly live: LiveState,
    private readonly to: Aggregates,
  ) {}

  /** The queues come with the plan, after this. */
  restore(waits: readonly WaitSnapshot[] = []): void {
    for (const wait of waits) {
      if (wait.came === null) put(this.open, wait.entryId, wait);
      else put(this.restored, wait.queueId, wait);
    }
  }

  /** The plan is there: its queues know what they knew before this app started. */
  planned(at: Instant): void {
    for (const [queueId, waits] of this.restored) {
      const queue = this.live.queues.get(queueId);
      if (!queue) continue;
      this.restored.delete(queueId);
      const cases = waits.flatMap(({ expected, came }) => (came ? [{ expected, came }] : []));
      queue.expectation = relearn(cases, at);
    }
  }

  /** He begins to wait, or is to be told again: his call knows how he stands, while he stands in the line. */
  tell(callId: CallId, at: Instant): void {
    const call = this.live.calls.get(callId);
    const entry = call && this.live.entries.get(call.ids.entryId);
    const queue = entry && this.live.queues.get(entry.queueId);
    if (!queue || entry.state !== 'waiting' || entry.back !== undefined) return;
    noteLine(queue, at);
    const ahead = queue.ahead(entry);
    const range = this.expect(call, queue, ahead, at);
    this.to.call(callId, { type: 'wait.known', at, callId, position: ahead + 1, range });
  }

  /** How a wait ended; whose began with nobody told of it never stood in the line. */
  over(entryId: EntryId, how: Came['how'], at: Instant): void {
    const expected = this.open.get(entryId);
    const entry = this.live.entries.get(entryId);
    const queue = entry && this.live.queues.get(entry.queueId);
    this.open.delete(entryId);
    if (!expected || !queue) return;
    if (how === 'connected' || how === 'abandoned')
      this.paced(queue, how === 'connected' ? 'taken' : 'left', at);
    const came: Came = { at, how };
    for (const wait of expected) {
      queue.expectation = learn(queue.expectation, wait.expected, came);
      this.to.perform([save({ ...wait, came })], at);
    }
    if (expected.length > 0) this.live.changedQueues.add(queue);
  }

  private expect(call: Call, queue: LiveQueue, ahead: number, at: Instant) {
    const { entryId } = call.ids;
    const before = this.open.get(entryId) ?? [];
    this.open.set(entryId, before);
    const { working } = queue.line;
    const expected = expectWait(queue.expectation, { ahead, working, now: at });
    if (expected === null) return null;
    if (before.length < MOST) {
      const wait = { callId: call.id, entryId, queueId: queue.id, expected, came: null };
      before.push(wait);
      this.to.perform([save(wait)], at);
    }
    return expected.told ? expected.range : null;
  }

  private paced(queue: LiveQueue, how: 'taken' | 'left', at: Instant): void {
    const { expectation } = queue;
    queue.expectation = { ...expectation, pace: pacedBy(expectation.pace, how, at) };
  }
}

const save = (wait: WaitSnapshot): Effect => ({
  type: 'journal.write',
  record: { kind: 'wait.saved', wait },
});

function put<K>(map: Map<K, WaitSnapshot[]>, key: K, wait: WaitSnapshot): void {
  const list = map.get(key) ?? [];
  list.push(wait);
  map.set(key, list);
}
