/**
 * Who stands in which line: a call joins a queue, at the place that its caller has had before or with a head start, and
 * leaves it. What it means is decided in domain/queue.
 */
import { customerNumber, type Call } from '../domain/call/call';
import type { Left } from '../domain/queue/left';
import { spokenBy } from '../domain/queue/language';
import { joinQueue, type Entry } from '../domain/queue/entry';
import type {
  CallerKnown,
  EntryJoined,
  EntryLeft,
  PromiseOwed,
  TalkStarted,
} from '../domain/raised-events';
import type { Step } from '../domain/step';
import type { Instant } from '../domain/time';
import type { Aggregates } from './aggregates';
import type { LiveQueue } from './live-queue';
import type { LiveState } from './live-state';
import { RecentLeavers } from './recent-leavers';
import { RecentlyTaken } from './recently-taken';

/** See the head of this file. */
export class Lines {
  private readonly leavers = new RecentLeavers();
  private readonly taken = new RecentlyTaken();

  constructor(
    private readonly live: LiveState,
    private readonly to: Aggregates,
  ) {}

  restore(left: readonly Left[] = []): void {
    for (const one of left) this.leavers.left(one);
  }

  /** Consultations are not taken up where they waited: their agents have their customers on hold, and are told. */
  begin(at: Instant): void {
    const record = { kind: 'consults.swept', endedAt: at } as const;
    this.to.perform([{ type: 'journal.write', record }], at);
  }

  join(event: EntryJoined): void {
    const call = this.live.calls.get(event.callId);
    if (!call) return;
    const queue = this.live.queue(event.queueId, call.route.storeId);
    const again = this.taken.again(event);
    if (again) return this.set(again, event.at);
    const step = joinQueue(this.comesBack(event, call, queue), {
      headStart: queue.headStartOf(event.caller),
      ...(isCaller(event) ? { language: spokenBy(call.route.language, event.at) } : {}),
      ...(isFirstWait(event, call) ? { number: customerNumber(call) } : {}),
    });
    this.set(step, event.at);
  }

  private set({ next, effects }: Step<Entry>, at: Instant): void {
    this.live.setEntry(next);
    this.to.perform(effects, at);
  }

  /** An agent has him, who may hang up before anything is said. */
  started(event: TalkStarted): void {
    const entry = this.live.entries.get(event.entryId);
    if (entry && entry.back === undefined) this.taken.by(event.agentId, entry);
    this.to.entry(event.entryId, event);
  }

  /** Who has left this queue a moment ago has his place back, and who was promised to keep it has it still. */
  private comesBack(event: EntryJoined, call: Call, queue: LiveQueue): EntryJoined {
    if (!isFirstWait(event, call)) return event;
    const { queueId } = event;
    // It is when he rang again that must be in time: who has outlived an app since has waited long.
    const number = customerNumber(call);
    const before = this.leavers.comesBack(queueId, number, call.arrivedAt, queue.returnMs);
    const places = [event.joinedAt, ...(before === undefined ? [] : [before])];
    const kept = this.live
      .promisesOf(call)
      .flatMap((one) => (one.queueId === queueId ? (one.place ?? []) : []));
    return { ...event, joinedAt: Math.min(...places, ...kept) };
  }

  known(event: CallerKnown): void {
    const { live } = this;
    const entry = live.entries.get(event.entryId);
    const queue = entry && live.queues.get(entry.queueId);
    if (!queue) return;
    this.to.entry(event.entryId, { ...event, headStartMs: queue.headStartOf(event.caller) });
  }

  /** Who asked to be called keeps the place that he has; it is told before he leaves it. */
  inPlace(event: PromiseOwed): PromiseOwed {
    if (event.reason !== 'asked') return event;
    const entryId = this.live.calls.get(event.callId)?.ids.entryId;
    const entry = this.live.entries.get(entryId ?? '');
    return entry ? { ...event, place: entry.place } : event;
  }

  left(event: EntryLeft): void {
    const entry = this.live.entries.get(event.entryId);
    this.to.entry(event.entryId, event);
    if (event.outcome !== 'abandoned' || entry?.number === undefined) return;
    const { queueId, number, joinedAt } = entry;
    this.leavers.left({ queueId, number, joinedAt, leftAt: event.at });
  }
}

/** Neither called back nor a colleague who asks. */
const isCaller = ({ back, askedBy }: EntryJoined): boolean =>
  back === undefined && askedBy === undefined;

/** He waits since he came, and has a number by which he is known when he comes again. */
const isFirstWait = ({ joinedAt, askedBy }: EntryJoined, call: Call): boolean =>
  askedBy === undefined &&
  call.direction === 'inbound' &&
  joinedAt === call.arrivedAt &&
  customerNumber(call) !== '';
