/**
 * Attempts to keep promises, from the claim to the outcome: has each claimed in the database before an agent is rung,
 * follows its call, and lets go what nobody came for or what a former life has left behind. What an attempt means is
 * decided in domain/attempt; whose turn it is, in call-backs.ts.
 */
import { claimAttempt, endedOf, stepAttempt } from '../domain/attempt/attempt';
import type { Call } from '../domain/call/call';
import { isStillOwed } from '../domain/call/call-back';
import type { DomainEvent, Timer } from '../domain/events';
import type { AttemptId, CallId, PromiseId } from '../domain/ids';
import { SOON_AGAIN_MS } from '../domain/promise/promise';
import type {
  AttemptClaimed,
  AttemptEnded,
  AttemptRefused,
  AttemptsLost,
  AttemptWanted,
} from '../domain/promise-events';
import type { AttemptOutcome } from '../domain/records';
import { seconds, type Instant, type Millis } from '../domain/time';
import type { Aggregates } from './aggregates';
import type { LiveState } from './live-state';
import type { MakeId } from './ports';

/** Nobody came for it in this time: it is let go, and its turn comes again. */
const UNTAKEN_MS: Millis = seconds(60);
/** The database is asked again after this, by one of them. */
const AWAY_MS: Millis = seconds(10);

type Heard = Extract<
  DomainEvent,
  {
    type:
      | 'attempt.wanted'
      | 'attempt.claimed'
      | 'attempt.refused'
      | 'attempt.intended'
      | 'attempt.over'
      | 'attempt.ended'
      | 'attempts.lost'
      | 'call-back.cancelled';
  }
>;

/** See the head of this file. */
export class Claims {
  /** Until when nobody asks the database; it was away. */
  private pausedUntil: Instant = 0;
  /** Claims that are somebody else's, and when they are looked at again. */
  private readonly notBefore = new Map<PromiseId, Instant>();
  /** The last attempt of each that has ended here. The database may not know yet, and tell it as lost. */
  private readonly ended = new Map<PromiseId, AttemptId>();

  constructor(
    private readonly live: LiveState,
    private readonly to: Aggregates,
    private readonly makeId: MakeId,
  ) {}

  /** Those of a former life whose lease is over have been lost; of the others it is asked again when theirs is. */
  closeLost(at: Instant): void {
    this.to.perform([{ type: 'attempts.close' }], at);
  }

  /** From when on it may be claimed. */
  openFrom(id: PromiseId): Instant {
    return Math.max(this.pausedUntil, this.notBefore.get(id) ?? 0);
  }

  /** It has ended: there is nothing to claim. */
  forget(id: PromiseId): void {
    this.notBefore.delete(id);
    this.ended.delete(id);
  }

  hear(event: Heard): void {
    switch (event.type) {
      case 'attempt.wanted':
        return this.claim(event);
      case 'attempt.claimed':
        return this.claimed(event);
      case 'attempt.refused':
        return this.refused(event);
      case 'attempt.intended':
        this.toAttempt(event.callId, event);
        return this.to.call(event.callId, event);
      case 'attempt.over':
        return this.over(event.callId, event);
      case 'attempt.ended':
        return this.attemptEnded(event);
      case 'attempts.lost':
        return this.lost(event);
      case 'call-back.cancelled':
        return this.to.call(event.callId, event);
    }
  }

  /** What happened to a leg, or that they talk; others than the customer's are not asked about. */
  follow(callId: CallId, event: DomainEvent): void {
    const call = this.live.calls.get(callId);
    if (!call?.callBack) return;
    if ('legId' in event && event.legId !== call.callerLegId) return;
    this.toAttempt(callId, event);
    // From here on it is a talk like any other.
    if (event.type === 'calling.joined') this.live.callBacks.delete(call.callBack.promiseId);
  }

  /** True when the timer is one of these. */
  timerFired(timer: Timer, at: Instant): boolean {
    if (timer.kind === 'attempts-lost') this.closeLost(at);
    else if (timer.kind === 'attempt-lease') this.untaken(timer.callId, at);
    else return false;
    return true;
  }

  /** Out of the line, or, once claimed, its call is over with that outcome. */
  giveUp(call: Call, outcome: AttemptOutcome, at: Instant): void {
    if (call.callBack?.attemptId === null) this.leaveLine(call, at);
    else this.cancel(call.id, outcome, at);
  }

  private claim({ callId, at }: AttemptWanted): void {
    const call = this.live.calls.get(callId);
    if (!call?.callBack) return;
    const promise = this.live.promise(call.callBack.promiseId);
    // An agent may come only when it is night.
    if (promise && this.live.ringing(promise, call.route.hotline, at).is === 'closed') {
      this.leaveLine(call, at);
      return void this.live.stirredPromises.set(promise.id, promise);
    }
    this.to.entry(call.ids.entryId, { type: 'attempt.wanted', at, callId });
    const attempt = claimAttempt(
      {
        ...{ id: this.makeId(), subject: { kind: 'promise', id: call.callBack.promiseId } },
        ...{ storeId: call.route.storeId, number: call.to, callId },
      },
      at,
    );
    this.to.perform([{ type: 'attempt.claim', attempt }], at);
  }

  private claimed(event: AttemptClaimed): void {
    const { live } = this;
    const { attempt, at } = event;
    const call = live.calls.get(attempt.callId);
    live.attempts.set(attempt.callId, attempt);
    if (call?.stage.is !== 'queued' || !call.callBack) {
      const gone = {
        type: 'attempt.over',
        at,
        callId: attempt.callId,
        outcome: 'withdrawn',
      } as const;
      return this.over(attempt.callId, gone);
    }
    live.setCall({ ...call, arrivedAt: at, callBack: { ...call.callBack, attemptId: attempt.id } });
    const { number, storeId, callId } = attempt;
    const timer = { kind: 'attempt-lease', callId } as const;
    this.to.perform(
      [
        { type: 'lookup.ask', callId, number, storeId, placed: true },
        { type: 'timer.set', timer, at: at + UNTAKEN_MS },
      ],
      at,
    );
    this.to.entry(call.ids.entryId, event);
    this.to.promiseById(attempt.subject.id, event);
  }

  /** Before anybody was rung it is out of the line again; after that its call ends. */
  private refused(event: AttemptRefused): void {
    const { callId, why, at } = event;
    const call = this.live.calls.get(callId);
    if (why === 'away') {
      // Many ask at once, and all are refused: the first of them has the others wait.
      const isPaused = this.pausedUntil > at;
      this.pausedUntil = at + AWAY_MS;
      if (!isPaused) this.live.stirPromises();
    }
    if (!call?.callBack || call.callBack.attemptId !== null) return this.to.call(callId, event);
    const { promiseId } = call.callBack;
    if (why === 'taken') {
      this.notBefore.set(promiseId, at + SOON_AGAIN_MS);
      this.closeLost(at);
    }
    this.leaveLine(call, at);
    const promise = this.live.promise(promiseId);
    if (promise) this.live.stirredPromises.set(promiseId, promise);
  }

  /** Once, whoever tells it. */
  private attemptEnded(event: AttemptEnded): void {
    const { attemptId, subject } = event;
    if (this.ended.get(subject.id) === attemptId) return;
    if (this.live.promise(subject.id)) this.ended.set(subject.id, attemptId);
    this.to.promiseById(subject.id, event);
  }

  /** Also one that goes on here may be told, when the database was away for longer than its lease. */
  private lost({ lost, nextAt, at }: AttemptsLost): void {
    for (const attempt of lost)
      if (this.live.attempts.get(attempt.callId)?.id !== attempt.id)
        this.to.perform([endedOf(attempt, at)], at);
    for (const { subject } of lost) this.notBefore.delete(subject.id);
    if (nextAt === null) return;
    const timer = { kind: 'attempts-lost' } as const;
    this.to.perform([{ type: 'timer.set', timer, at: Math.max(nextAt, at + 1) }], at);
  }

  /** Nobody picked up, or was free. A phone that rings is let ring. */
  private untaken(callId: CallId, at: Instant): void {
    const call = this.live.calls.get(callId);
    if (!call || !isStillOwed(call)) return;
    if (call.stage.is !== 'queued' && call.stage.is !== 'offered') return;
    const timer = { kind: 'attempt-lease', callId } as const;
    if (call.stage.is === 'offered')
      return this.to.perform([{ type: 'timer.set', timer, at: at + seconds(5) }], at);
    this.cancel(callId, 'no-agent', at);
  }

  /** Of what stood in line and was never claimed nothing is written, and nothing has to be. */
  private leaveLine(call: Call, at: Instant): void {
    const { entryId } = call.ids;
    this.to.entry(entryId, { type: 'entry.left', at, entryId, outcome: 'closed' });
    this.live.forgetCall(call);
    if (call.callBack) this.live.callBacks.delete(call.callBack.promiseId);
  }

  /** Its outcome is said before the call ends, which knows none so good. */
  private cancel(callId: CallId, outcome: AttemptOutcome, at: Instant): void {
    this.over(callId, { type: 'attempt.over', at, callId, outcome });
    this.to.call(callId, { type: 'call-back.cancelled', at, callId });
  }

  private over(callId: CallId, event: Extract<DomainEvent, { type: 'attempt.over' }>): void {
    const attempt = this.live.attempts.get(callId);
    if (attempt && this.live.callBacks.get(attempt.subject.id) === callId)
      this.live.callBacks.delete(attempt.subject.id);
    this.to.perform([{ type: 'timer.clear', timer: { kind: 'attempt-lease', callId } }], event.at);
    this.toAttempt(callId, event);
  }

  private toAttempt(callId: CallId, event: DomainEvent): void {
    const { attempts } = this.live;
    const attempt = attempts.get(callId);
    if (!attempt) return;
    const { next, effects } = stepAttempt(attempt, event, event.at);
    if (next.state === 'done') attempts.delete(callId);
    else attempts.set(callId, next);
    this.to.perform(effects, event.at);
  }
}
