/**
 * Promises in their turn: stands each in its queue when it may be kept, and takes it out again when its person is on
 * the phone himself, or it is over. When a turn is, is decided in domain/promise; what becomes of it from there on is
 * the business of its claim (claims.ts).
 */
import { willBeFree } from '../domain/agent/agent';
import { standInLine } from '../domain/call/call-back';
import type { Call } from '../domain/call/call';
import { routeOfPromise, type Route } from '../domain/call/routing';
import type { Timer } from '../domain/events';
import type { AgentId, CallId, PromiseId, QueueId } from '../domain/ids';
import { countryOf } from '../domain/number/book';
import { normaliseNumber } from '../domain/number/normalise';
import { stands, withTask } from '../domain/promise/promise';
import { waysBack } from '../domain/promise/dialable';
import { turnOf } from '../domain/promise/turn';
import type { EntryJoined } from '../domain/raised-events';
import type { AttemptOutcome, PromiseSnapshot } from '../domain/records';
import { seconds, type Instant, type Millis } from '../domain/time';
import type { Aggregates } from './aggregates';
import { Claims } from './claims';
import type { LiveState } from './live-state';
import type { MakeId } from './ports';

/** A phone that was told to stop ringing says so within milliseconds. */
const LINE_CLEAR_MS: Millis = seconds(1);

/** See the head of this file. */
export class CallBacks {
  readonly claims: Claims;
  private isServing = false;
  /** Callers whose agent's phone still rings to call them back. */
  private readonly crossing = new Map<CallId, { joins: EntryJoined; agentId: AgentId }>();

  constructor(
    private readonly live: LiveState,
    private readonly to: Aggregates,
    private readonly makeId: MakeId,
    /** A bug in what is done about one promise is told, and concerns no other. */
    private readonly onBug: (promiseId: PromiseId, error: unknown) => void,
  ) {
    this.claims = new Claims(live, to, makeId);
  }

  /** Of a former life: who was claimed then is open, and whether he was dialled its lease will tell. */
  restore(promises: readonly PromiseSnapshot[]): void {
    for (const { attemptId: _attempt, ...promise } of promises)
      this.live.setPromise(promise.state === 'claimed' ? { ...promise, state: 'open' } : promise);
  }

  /** From now on; what lives on from a former life is known. */
  begin(at: Instant): void {
    this.isServing = true;
    this.claims.closeLost(at);
    this.live.stirPromises();
  }

  /** Looks at what has changed; true when that has raised something. */
  settle(at: Instant): boolean {
    if (this.live.keptFor.size > 0) this.letGoOfGone();
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
      if (call?.callBack?.attemptId === null) this.claims.giveUp(call, 'withdrawn', at);
    }
    this.live.stirPromises();
  }

  /** True when the timer is one of these. */
  timerFired(timer: Timer, at: Instant): boolean {
    switch (timer.kind) {
      case 'promise-due': {
        const promise = this.live.promise(timer.promiseId);
        if (promise) this.live.stirredPromises.set(promise.id, promise);
        return true;
      }
      case 'line-clear':
        this.joinNow(timer.callId);
        return true;
      default:
        return this.claims.timerFired(timer, at);
    }
  }

  /**
   * He rings himself while an agent is rung for him, or has him dialled: that attempt is over, and his call is that
   * agent's, as soon as his phone is free. Null when he joins the line only then.
   */
  crosses(joins: EntryJoined): EntryJoined | null {
    const call = this.live.calls.get(joins.callId);
    if (!call || call.callBack) return joins;
    const kept = this.letGo(call.id);
    const promises = this.live.promisesOf(call);
    const rung = promises.map((one) => this.reservedFor(one)).find(Boolean);
    for (const promise of promises) this.giveUp(promise, 'crossed', joins.at);
    const isTheirs = promises.some(({ queueId }) => queueId === joins.queueId);
    const agentId = rung ?? (isTheirs ? kept : undefined);
    const agent = this.live.agents.get(agentId ?? '');
    if (agentId === undefined || !agent || (rung === undefined && !willBeFree(agent))) return joins;
    const recalls = { ...joins, recall: agentId };
    if (rung === undefined && agent.line === null) return recalls;
    this.crossing.set(call.id, { joins: recalls, agentId });
    const timer = { kind: 'line-clear', callId: call.id } as const;
    this.to.perform([{ type: 'timer.set', timer, at: joins.at + LINE_CLEAR_MS }], joins.at);
    return null;
  }

  /** He has rung himself, and a menu asks him first: whoever is rung for him is his if he chooses that queue. */
  private keepAside(promise: PromiseSnapshot): void {
    const agentId = this.reservedFor(promise);
    const chooses = this.live
      .callsHere(promise)
      .find(({ stage, route }) => stage.is === 'routing' && leadsTo(route, promise.queueId));
    if (agentId !== undefined && chooses) this.live.keptFor.set(agentId, chooses.id);
  }

  /** Whoever was kept for that call is free for everybody. */
  private letGo(callId: CallId): AgentId | undefined {
    const { keptFor } = this.live;
    const agentId = [...keptFor].find(([, id]) => id === callId)?.[0];
    if (agentId === undefined) return undefined;
    keptFor.delete(agentId);
    this.live.stirQueuesOf(agentId);
    return agentId;
  }

  /** Of callers who hung up, or have gone elsewhere, before they had chosen. */
  private letGoOfGone(): void {
    for (const callId of new Set(this.live.keptFor.values()))
      if (this.live.calls.get(callId)?.stage.is !== 'routing') this.letGo(callId);
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
    const route = routeOfPromise(plan, live.routes, before);
    const hotline = route?.hotline ?? before.hotline;
    const { after } = live.ringBack(hotline);
    const ways = () => (route ? waysBack(before, { plan, book, at }) : 'no-queue');
    const via = after.has(before.reason) ? ways() : 'by-hand';
    const tasked = withTask(before, typeof via === 'string' ? via : null);
    const promise = tasked?.next ?? before;
    if (tasked) {
      live.setPromise(promise);
      this.to.perform(tasked.effects, at);
    }
    const isHere = live.isHere(promise);
    const block = live.blockOf(promise.storeId, promise.number, at);
    const opening = live.ringing(promise, hotline, at);
    const turn = turnOf(promise, { opening, isHere, block, now: at });
    const until = this.claims.openFrom(promise.id);
    const timer = { kind: 'promise-due', promiseId: promise.id } as const;
    if (turn.is === 'now' && until <= at) {
      if (!this.callOf(promise.id) && route && typeof via !== 'string')
        this.stand(promise, { route, via, place: turn.place }, at);
      return;
    }
    // Who has been picked up for, or is being rung, is called: only he himself, or a person, ends that.
    if (isHere) this.keepAside(promise);
    if (isHere || this.reservedFor(promise) === undefined)
      this.giveUp(promise, isHere ? 'crossed' : 'withdrawn', at);
    const again = turn.is === 'later' ? Math.max(turn.at, until) : until;
    if (turn.is === 'never') this.to.perform([{ type: 'timer.clear', timer }], at);
    else this.to.perform([{ type: 'timer.set', timer, at: again }], at);
  }

  /** It has ended: nothing more is due. */
  private forget(promise: PromiseSnapshot, at: Instant): void {
    this.claims.forget(promise.id);
    const timer = { kind: 'promise-due', promiseId: promise.id } as const;
    this.to.perform([{ type: 'timer.clear', timer }], at);
    this.giveUp(promise, 'withdrawn', at);
  }

  private stand(
    promise: PromiseSnapshot,
    { route, via, place }: { route: Route; via: readonly string[]; place: Instant },
    at: Instant,
  ): void {
    const { live, makeId } = this;
    const ids = {
      ...{ callId: makeId(), legId: makeId(), entryId: makeId() },
      ...{ leadId: makeId(), promiseId: makeId() },
    };
    const trunk = live.plan.trunks.find(({ id }) => id === via[0]);
    const { ringMs } = live.ringBack(route.hotline);
    const shown = normaliseNumber(route.hotline, countryOf(live.plan, trunk), trunk?.area);
    const { next, effects } = standInLine(promise, { route, via, shown, place, ringMs, ids }, at);
    live.setCall(next);
    live.callBacks.set(promise.id, next.id);
    this.to.perform(effects, at);
  }

  private giveUp(promise: PromiseSnapshot, outcome: AttemptOutcome, at: Instant): void {
    const call = this.callOf(promise.id);
    if (call?.callBack) this.claims.giveUp(call, outcome, at);
    else this.live.callBacks.delete(promise.id);
  }
}

const leadsTo = ({ menu }: Route, queueId: QueueId): boolean =>
  menu?.choices.some(({ route }) => route.queueId === queueId) ?? false;
