/**
 * Promises in their turn: stands each in its queue when it may be kept, has it claimed before an agent is rung, follows
 * its attempt, and takes it out again when its person is on the phone himself, or it is over. When a turn is, and what
 * an attempt means, is decided in domain/promise and domain/attempt.
 */
import { claimAttempt, endedOf, stepAttempt } from '../domain/attempt/attempt';
import { isStillOwed, standInLine } from '../domain/call/call-back';
import type { Call } from '../domain/call/call';
import { routeToQueue } from '../domain/call/routing';
import type { DomainEvent, Timer } from '../domain/events';
import type { AgentId, CallId, PromiseId } from '../domain/ids';
import { countryOf } from '../domain/number/book';
import { normaliseNumber } from '../domain/number/normalise';
import { stands, SOON_AGAIN_MS, withTask } from '../domain/promise/promise';
import { waysBack } from '../domain/promise/dialable';
import { turnOf } from '../domain/promise/turn';
import type {
  AttemptClaimed,
  AttemptRefused,
  AttemptsLost,
  AttemptWanted,
} from '../domain/promise-events';
import type { EntryJoined } from '../domain/raised-events';
import type { AttemptOutcome, PromiseSnapshot } from '../domain/records';
import { seconds, type Instant, type Millis } from '../domain/time';
import type { Aggregates } from './aggregates';
import type { LiveState } from './live-state';
import type { MakeId } from './ports';

/** Nobody came for it in this time: it is let go, and its turn comes again. */
const UNTAKEN_MS: Millis = seconds(60);
/** The database is asked again after this, by one of them. */
const AWAY_MS: Millis = seconds(10);
/** A phone that was told to stop ringing says so within milliseconds. */
const LINE_CLEAR_MS: Millis = seconds(1);

type Heard = Extract<
  DomainEvent,
  {
    type:
      | 'promise.settled'
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
export class CallBacks {
  private isServing = false;
  /** Until when nobody asks the database; it was away. */
  private pausedUntil: Instant = 0;
  /** Claims that are somebody else's, and when they are looked at again. */
  private readonly notBefore = new Map<PromiseId, Instant>();
  /** Callers whose agent's phone still rings to call them back. */
  private readonly crossing = new Map<CallId, { joins: EntryJoined; agentId: AgentId }>();

  constructor(
    private readonly live: LiveState,
    private readonly to: Aggregates,
    private readonly makeId: MakeId,
    /** A bug in what is done about one promise is told, and concerns no other. */
    private readonly onBug: (promiseId: PromiseId, error: unknown) => void,
  ) {}

  /** Of a former life: who was claimed then is open, and whether he was dialled its lease will tell. */
  restore(promises: readonly PromiseSnapshot[]): void {
    for (const { attemptId: _attempt, ...promise } of promises)
      this.live.setPromise(promise.state === 'claimed' ? { ...promise, state: 'open' } : promise);
  }

  /** From now on; what lives on from a former life is known. */
  begin(at: Instant): void {
    this.isServing = true;
    this.to.perform([{ type: 'attempts.close' }], at);
    this.stirAll();
  }

  stirAll(): void {
    for (const promise of this.live.promises.values())
      this.live.stirredPromises.set(promise.id, promise);
  }

  /** Looks at what has changed; true when that has raised something. */
  settle(at: Instant): boolean {
    const { stirredPromises } = this.live;
    if (!this.isServing || stirredPromises.size === 0) return false;
    const stirred = [...stirredPromises.values()];
    stirredPromises.clear();
    for (const promise of stirred) this.lookSafely(promise, at);
    stirredPromises.clear();
    return this.to.raised.length > 0;
  }

  private lookSafely(promise: PromiseSnapshot, at: Instant): void {
    try {
      this.look(promise, at);
    } catch (error) {
      this.onBug(promise.id, error);
    }
  }

  /** Queues, trunks and hotlines may be others: who stands in line and was not claimed stands in it anew. */
  planApplied(at: Instant): void {
    for (const callId of [...this.live.callBacks.values()]) {
      const call = this.live.calls.get(callId);
      if (call?.callBack?.attemptId === null) this.leaveLine(call, at);
    }
    this.stirAll();
  }

  hear(event: Heard): void {
    switch (event.type) {
      case 'promise.settled':
        return this.toPromise(event.promiseId, event);
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
        return this.toPromise(event.subject.id, event);
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
    switch (timer.kind) {
      case 'promise-due': {
        const promise = this.live.promise(timer.promiseId);
        if (promise) this.live.stirredPromises.set(promise.id, promise);
        return true;
      }
      case 'attempts-lost':
        this.to.perform([{ type: 'attempts.close' }], at);
        return true;
      case 'attempt-lease':
        this.untaken(timer.callId, at);
        return true;
      case 'line-clear':
        this.joinNow(timer.callId);
        return true;
      default:
        return false;
    }
  }

  /**
   * He rings himself while an agent is rung for him, or has him dialled: that attempt is over, and his call is that
   * agent's, as soon as his phone is free. True when he joins the line only then.
   */
  crosses(joins: EntryJoined): boolean {
    const call = this.live.calls.get(joins.callId);
    if (!call || call.callBack) return false;
    const agentId = this.live
      .promisesOf(call)
      .map((one) => this.reservedFor(one))
      .find(Boolean);
    for (const promise of this.live.promisesOf(call)) this.giveUp(promise, 'crossed', joins.at);
    if (agentId === undefined) return false;
    this.crossing.set(call.id, { joins: { ...joins, recall: agentId }, agentId });
    const timer = { kind: 'line-clear', callId: call.id } as const;
    this.to.perform([{ type: 'timer.set', timer, at: joins.at + LINE_CLEAR_MS }], joins.at);
    return true;
  }

  /** A leg has ended: whoever waited for that phone joins the line. */
  lineEnded(): void {
    for (const [callId, { agentId }] of this.crossing) {
      const agent = this.live.agents.get(agentId);
      if (!agent || agent.line === null) this.joinNow(callId);
    }
  }

  /** Also when a colleague takes him before that phone is free. */
  joinNow(callId: CallId): void {
    const waiting = this.crossing.get(callId);
    this.crossing.delete(callId);
    if (!waiting || this.live.calls.get(callId)?.stage.is !== 'queued') return;
    this.to.perform(
      [
        { type: 'timer.clear', timer: { kind: 'line-clear', callId } },
        { type: 'raise', event: waiting.joins },
      ],
      waiting.joins.at,
    );
  }

  /** Whom his call takes: who is rung for him, or has picked up. */
  private reservedFor({ id }: PromiseSnapshot): AgentId | undefined {
    const stage = this.callOf(id)?.stage;
    if (stage?.is === 'offered') return stage.offers[0]?.agentId;
    return stage?.is === 'calling' ? stage.out.agentId : undefined;
  }

  private callOf(id: PromiseId): Call | undefined {
    return this.live.calls.get(this.live.callBacks.get(id) ?? '');
  }

  private look(before: PromiseSnapshot, at: Instant): void {
    const { live } = this;
    if (!stands(before)) return this.forget(before, at);
    const { plan, book } = live;
    const via = waysBack(before, { plan, book, at });
    const tasked = withTask(before, typeof via === 'string' ? via : null);
    const promise = tasked?.next ?? before;
    if (tasked) {
      live.setPromise(promise);
      this.to.perform(tasked.effects, at);
    }
    const isHere = live.isHere(promise);
    const block = live.blockOf(promise.storeId, promise.number, at);
    const opening = live.opening(promise.hotline, at);
    const turn = turnOf(promise, { opening, isHere, block, now: at });
    const until = Math.max(this.pausedUntil, this.notBefore.get(promise.id) ?? 0);
    const timer = { kind: 'promise-due', promiseId: promise.id } as const;
    if (turn.is === 'now' && until <= at) {
      if (!this.callOf(promise.id) && typeof via !== 'string')
        this.stand(promise, via, turn.place, at);
      return;
    }
    // Who has been picked up for, or is being rung, is called: only he himself, or a person, ends that.
    if (isHere || this.reservedFor(promise) === undefined)
      this.giveUp(promise, isHere ? 'crossed' : 'withdrawn', at);
    const again = turn.is === 'later' ? Math.max(turn.at, until) : until;
    if (turn.is === 'never') this.to.perform([{ type: 'timer.clear', timer }], at);
    else this.to.perform([{ type: 'timer.set', timer, at: again }], at);
  }

  /** It has ended: nothing more is due. */
  private forget(promise: PromiseSnapshot, at: Instant): void {
    this.notBefore.delete(promise.id);
    const timer = { kind: 'promise-due', promiseId: promise.id } as const;
    this.to.perform([{ type: 'timer.clear', timer }], at);
    this.giveUp(promise, 'withdrawn', at);
  }

  private stand(
    promise: PromiseSnapshot,
    via: readonly string[],
    place: Instant,
    at: Instant,
  ): void {
    const { live, makeId } = this;
    const hotline = live.routes.get(promise.hotline);
    if (!hotline) return;
    const route = routeToQueue(live.plan, hotline, promise.queueId) ?? hotline;
    const ids = {
      ...{ callId: makeId(), legId: makeId(), entryId: makeId() },
      ...{ leadId: makeId(), promiseId: makeId() },
    };
    const trunk = live.plan.trunks.find(({ id }) => id === via[0]);
    const shown = normaliseNumber(promise.hotline, countryOf(live.plan, trunk), trunk?.area);
    const { next, effects } = standInLine(promise, { route, via, shown, place, ids }, at);
    live.setCall(next);
    live.callBacks.set(promise.id, next.id);
    this.to.perform(effects, at);
  }

  private claim({ callId, at }: AttemptWanted): void {
    const call = this.live.calls.get(callId);
    if (!call?.callBack) return;
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
    this.toPromise(attempt.subject.id, event);
  }

  /** Before anybody was rung it is out of the line again; after that its call ends. */
  private refused(event: AttemptRefused): void {
    const { callId, why, at } = event;
    const call = this.live.calls.get(callId);
    if (why === 'away') {
      // Many ask at once, and all are refused: the first of them has the others wait.
      const isPaused = this.pausedUntil > at;
      this.pausedUntil = at + AWAY_MS;
      if (!isPaused) this.stirAll();
    }
    if (!call?.callBack || call.callBack.attemptId !== null) return this.to.call(callId, event);
    const { promiseId } = call.callBack;
    if (why === 'taken') {
      this.notBefore.set(promiseId, at + SOON_AGAIN_MS);
      this.to.perform([{ type: 'attempts.close' }], at);
    }
    this.leaveLine(call, at);
    const promise = this.live.promise(promiseId);
    if (promise) this.live.stirredPromises.set(promiseId, promise);
  }

  private lost({ lost, nextAt, at }: AttemptsLost): void {
    for (const attempt of lost)
      if (!this.live.attempts.has(attempt.callId)) this.to.perform([endedOf(attempt, at)], at);
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

  private giveUp(promise: PromiseSnapshot, outcome: AttemptOutcome, at: Instant): void {
    const call = this.callOf(promise.id);
    if (!call?.callBack) return void this.live.callBacks.delete(promise.id);
    if (call.callBack.attemptId === null) this.leaveLine(call, at);
    else this.cancel(call.id, outcome, at);
  }

  /** Of what stood in line and was never claimed nothing is written, and nothing has to be. */
  private leaveLine(call: Call, at: Instant): void {
    const { entryId } = call.ids;
    this.to.entry(entryId, { type: 'entry.left', at, entryId, outcome: 'closed' });
    this.live.calls.delete(call.id);
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

  private toPromise(id: PromiseId, event: DomainEvent): void {
    const promise = this.live.promise(id);
    if (promise) this.to.promise(promise.hotline, promise.number, event);
  }
}
