/**
 * The ledger of a day, kept beside the engine from its journal alone: at every moment the calls that arrived are those
 * that have an outcome and those in progress, and nobody has two open promises or is called back twice at once.
 */
import type { DomainEvent } from '../../src/domain/events';
import type { AttemptSnapshot, CallSnapshot, PromiseSnapshot } from '../../src/domain/records';
import { stands } from '../../src/domain/promise/promise';
import { TRIES } from '../../src/domain/promise/ring-back';
import type { TestCentre } from '../support/centre/centre';

export class Ledger {
  readonly arrived = new Set<string>();
  /** Calls of ours of which anything was written down. */
  private readonly placed = new Set<string>();
  private readonly ended = new Map<string, string>();
  private readonly promises = new Map<string, PromiseSnapshot>();
  private readonly attempts = new Map<string, AttemptSnapshot>();
  private read = 0;
  private fault: string | null = null;

  constructor(private readonly centre: TestCentre) {}

  hear(events: readonly DomainEvent[]): void {
    for (const event of events) if (event.type === 'call.arrived') this.arrived.add(event.callId);
  }

  /** Of the moment after the event that was heard last. */
  check(): string | null {
    const { records } = this.centre.journal;
    for (; this.read < records.length; this.read += 1) {
      const one = records[this.read];
      if (one?.kind === 'call.saved') this.call(one.call);
      else if (one?.kind === 'promise.saved') this.promise(one.promise);
      else if (one?.kind === 'attempt.saved') this.attempts.set(one.attempt.id, one.attempt);
    }
    return this.fault ?? this.balance() ?? this.people() ?? this.calledBack();
  }

  private call({ id, direction, outcome }: CallSnapshot): void {
    if (direction !== 'inbound') this.placed.add(id);
    if (outcome === null) return;
    if (this.ended.has(id)) this.fault ??= `${id} ended twice`;
    this.ended.set(id, outcome);
  }

  private promise(promise: PromiseSnapshot): void {
    const before = this.promises.get(promise.id);
    this.promises.set(promise.id, promise);
    const { number, state, endedBy, tries = 0 } = promise;
    if (before && !stands(before)) this.fault ??= `${promise.id} ended and was changed`;
    if (tries > TRIES) this.fault ??= `${number} was called back ${tries} times`;
    if (endedBy !== undefined || (state !== 'kept' && state !== 'late')) return;
    const talks = this.centre.engine.calls().some((call) => talksWith(call, number));
    if (!talks && !this.hasTalked(number)) this.fault ??= `${promise.id} is kept without a talk`;
  }

  /** In this very moment a talk may have begun and ended. */
  private hasTalked(number: string): boolean {
    return this.centre.journal
      .of('call.saved')
      .some(({ call }) => call.firstTalkAt !== undefined && isWith(call, number));
  }

  private balance(): string | null {
    const live = this.centre.engine.calls();
    const inProgress = live.filter(({ direction }) => direction === 'inbound');
    let outcomes = 0;
    for (const id of this.ended.keys()) if (this.arrived.has(id)) outcomes += 1;
    const both = inProgress.find(({ id }) => this.ended.has(id) || !this.arrived.has(id));
    if (both) return `${both.id} is in progress and has ended, or never came`;
    if (this.arrived.size !== outcomes + inProgress.length)
      return `${this.arrived.size} arrived, ${outcomes} ended, ${inProgress.length} in progress`;
    const known = new Set(live.map(({ id }) => id));
    for (const id of this.placed)
      if (!this.ended.has(id) && !known.has(id)) return `${id} was placed and is lost`;
    return null;
  }

  private people(): string | null {
    const open = [...this.promises.values()].filter(stands);
    const people = new Set(open.map(({ hotline, number }) => `${hotline}|${number}`));
    if (people.size !== open.length) return 'somebody has two open promises';
    const live = this.centre.engine.promises().filter(stands);
    return live.length === open.length
      ? null
      : `${open.length} promises stand in the journal, ${live.length} in the engine`;
  }

  /** One call at a time, and none to who is on the phone with us already. */
  private calledBack(): string | null {
    const { rows } = this.centre.attempts;
    const subjects = new Set<string>();
    for (const row of rows.values()) {
      const { id, subject, outcome } = this.attempts.get(row.id) ?? row;
      if (outcome !== null) continue;
      if (subjects.has(subject.id)) return `${subject.id} is attempted twice at once (${id})`;
      subjects.add(subject.id);
    }
    return null;
  }
}

const isWith = ({ direction, from, to }: CallSnapshot, number: string): boolean =>
  (direction === 'inbound' ? from : to) === number;

const talksWith = (call: CallSnapshot, number: string): boolean =>
  call.bridgedAt !== null && isWith(call, number);
