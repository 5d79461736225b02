/**
 * Hotline calls counted a second time, where they come in and where their ends are written, beside the engine and not by
 * it: what came has ended or is going on. Looked at when somebody asks, and when a call comes, at most every ten seconds.
 * A restart counts anew, and takes over what is found going on.
 */
import type { AlarmRaised } from '../domain/alarm';
import type { DomainEvent } from '../domain/events';
import type { CallId } from '../domain/ids';
import type { CallSnapshot, JournalRecord } from '../domain/records';
import { seconds, type Instant } from '../domain/time';

/** Of one hotline, or of all. */
export interface DoorView {
  /** When the count began. */
  since: Instant;
  came: number;
  ended: number;
  inProgress: number;
  /** Came, did not end, and are not there; or are there and never came. 0: the ledger balances. */
  lost: number;
}

interface DoorCountOptions {
  live: () => readonly CallSnapshot[];
  submit: (alarm: AlarmRaised) => void;
  now: () => Instant;
}

/** A fact that has just come in may still wait for its turn. */
const SETTLED_MS = seconds(1);
const LOOK_EVERY_MS = seconds(10);

interface Open {
  at: Instant;
  hotline: string;
}

export class DoorCount {
  private readonly since: Instant;
  private readonly open = new Map<CallId, Open>();
  private readonly ended = new Map<string, number>();
  private readonly told = new Set<CallId>();
  private lookedAt: Instant;

  constructor(private readonly options: DoorCountOptions) {
    this.since = this.lookedAt = options.now();
  }

  /** Before the engine hears it. */
  heard(event: DomainEvent): void {
    if (event.type === 'call.arrived') this.comes(event.callId, event.to);
    else if (event.type === 'caller.served') this.comes(event.callId, event.hotline);
  }

  written(record: JournalRecord): void {
    if (record.kind !== 'call.saved' || record.call.outcome === null) return;
    const known = this.open.get(record.call.id);
    if (!known) return;
    this.open.delete(record.call.id);
    this.told.delete(record.call.id);
    this.ended.set(known.hotline, (this.ended.get(known.hotline) ?? 0) + 1);
  }

  /** Null: of all hotlines. */
  view(hotlines: readonly string[] | null): DoorView {
    const isMeant = (hotline: string): boolean => hotlines?.includes(hotline) ?? true;
    const lost = this.look().filter(({ hotline }) => isMeant(hotline)).length;
    let ended = 0;
    for (const [hotline, count] of this.ended) if (isMeant(hotline)) ended += count;
    const open = [...this.open.values()].filter(({ hotline }) => isMeant(hotline)).length;
    return { since: this.since, came: ended + open, ended, inProgress: open, lost };
  }

  private comes(callId: CallId, hotline: string): void {
    const at = this.options.now();
    if (at >= this.lookedAt + LOOK_EVERY_MS) this.look();
    if (!this.open.has(callId)) this.open.set(callId, { at, hotline });
  }

  /** Those that are lost; each of them is an alarm once. */
  private look(): { callId: CallId; hotline: string }[] {
    const now = (this.lookedAt = this.options.now());
    const live = new Map<CallId, CallSnapshot>();
    for (const call of this.options.live())
      if (call.direction === 'inbound' && call.outcome === null) live.set(call.id, call);
    const lost: { callId: CallId; hotline: string }[] = [];
    for (const [id, { hotline, arrivedAt }] of live)
      if (this.open.has(id)) continue;
      else if (arrivedAt < this.since) this.open.set(id, { at: arrivedAt, hotline });
      else lost.push({ callId: id, hotline });
    for (const [callId, { at, hotline }] of this.open)
      if (!live.has(callId) && at + SETTLED_MS <= now) lost.push({ callId, hotline });
    for (const { callId } of lost) this.tell(callId, now);
    return lost;
  }

  private tell(callId: CallId, at: Instant): void {
    if (this.told.has(callId)) return;
    this.told.add(callId);
    const detail = `call ${callId} came and has neither ended nor is it there, or it never came`;
    this.options.submit({ type: 'alarm.raised', at, code: 'LEDGER_UNBALANCED', detail });
  }
}
