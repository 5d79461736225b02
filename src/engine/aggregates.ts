/**
 * Steps one aggregate: takes it from the live maps, lets its machine answer, puts the next state
 * back and performs the effects. What is raised is kept for the router. Aggregates that are not
 * known (any more) are left alone: late facts are normal.
 */
import { isNailedAt, phonesBeside } from '../domain/agent/agent';
import { stepAgent } from '../domain/agent/agent-machine';
import type { Call } from '../domain/call/call';
import { stepCall } from '../domain/call/call-machine';
import { dialledLeg, stepLeg } from '../domain/call/leg';
import type { Effect } from '../domain/effects';
import type { DomainEvent } from '../domain/events';
import type { AgentId, CallId, EntryId, LegId, PromiseId } from '../domain/ids';
import { inheriting, promiseKey, stepPromise } from '../domain/promise/promise';
import { stepEntry } from '../domain/queue/entry';
import type { PromiseOwed } from '../domain/raised-events';
import type { Instant } from '../domain/time';
import { budgetOfLeg, budgetOfUndialled } from './dial-budget';
import { followed } from './forms';
import type { LiveState } from './live-state';
import type { Log } from './log';
import type { OutwardEffect, Performer } from './perform';
import type { RecentLeads } from './recent-leads';

/** What a step reads and writes. */
export interface AggregatesOptions {
  live: LiveState;
  performer: Performer;
  recentLeads: RecentLeads;
  log: Log;
}

/** One method an aggregate; each steps it by one event. */
export class Aggregates {
  /** What the steps raised, in order; the router takes it from here. */
  readonly raised: DomainEvent[] = [];

  constructor(private readonly options: AggregatesOptions) {}

  call(id: CallId, event: DomainEvent): void {
    const { live, log } = this.options;
    const call = live.calls.get(id);
    if (!call) return;
    const { next, effects } = stepCall(call, event, event.at);
    this.become(call, next, event.at);
    if (call.outcome === null && next.outcome !== null) {
      const { outcome, endCause, route } = next;
      live.budget = budgetOfUndialled(live, call, event.at);
      log.info({ callId: id, storeId: route.storeId, outcome, endCause }, 'call ended');
    }
    this.perform(effects, event.at);
  }

  /** The call stands elsewhere, and its form follows it. What is owed is known before the talk's end is told. */
  become(before: Call | undefined, next: Call, at: Instant): void {
    const { live } = this.options;
    live.setCall(next);
    this.perform(followed(live, before, next, at), at);
  }

  leg(id: LegId, event: DomainEvent): void {
    const { live } = this.options;
    const leg = live.legs.get(id);
    if (!leg) return;
    const { next, effects } = stepLeg(leg, event, event.at);
    live.setLeg(next);
    live.budget = budgetOfLeg(live, next);
    this.perform(effects, event.at);
  }

  entry(id: EntryId, event: DomainEvent): void {
    const { live } = this.options;
    const entry = live.entries.get(id);
    if (!entry) return;
    const { next, effects } = stepEntry(entry, event, event.at);
    if (next !== entry) live.setEntry(next);
    this.perform(effects, event.at);
  }

  agent(id: AgentId, event: DomainEvent): void {
    const { live } = this.options;
    const agent = live.agents.get(id);
    if (!agent) return;
    const { next, effects } = stepAgent(agent, event, event.at);
    live.setAgent(next);
    this.perform(effects, event.at);
  }

  promise(hotline: string, number: string, event: DomainEvent): void {
    const { live } = this.options;
    const open = live.promises.get(promiseKey(hotline, number)) ?? null;
    const { next, effects } = stepPromise(open, event, event.at, live.ringBack(hotline));
    if (next) live.setPromise(next);
    this.perform(effects, event.at);
  }

  /** What it takes the place of is withdrawn after it: a fall between the two leaves him more, and not less. */
  owed(event: PromiseOwed): void {
    const { hotline, at, insteadOf = [] } = event;
    const former = insteadOf.flatMap(({ number, callId }) => {
      const before = this.options.live.promises.get(promiseKey(hotline, number));
      return before && (callId === null || callId === before.callId) ? [before] : [];
    });
    this.promise(hotline, event.number, inheriting(event, former));
    for (const { number, callId } of former)
      this.promise(hotline, number, { type: 'promise.moved', at, callId, hotline, number });
  }

  /** One that stands open; nothing is done about others. */
  promiseById(id: PromiseId, event: DomainEvent): void {
    const promise = this.options.live.promise(id);
    if (promise) this.promise(promise.hotline, promise.number, event);
  }

  /** A port that throws must not leave the domain half way: its fault is logged, the rest is done. */
  perform(effects: readonly Effect[], at: Instant): void {
    for (const effect of effects) {
      if (effect.type === 'raise') {
        this.raised.push(effect.event);
        continue;
      }
      this.remember(effect, at);
      try {
        this.options.performer.perform(this.everyPhone(effect), at);
      } catch (error) {
        this.options.log.error({ err: error, effect: effect.type }, 'a port threw');
      }
    }
  }

  /**
   * Who is dialled at one of his phones is dialled at all of them, or over his own leg, whatever part of the domain
   * wants it. While he talks over that (and calls for help), his phone rings.
   */
  private everyPhone(effect: OutwardEffect): OutwardEffect {
    if (effect.type !== 'leg.dial' || effect.to.kind !== 'phone') return effect;
    const agent = this.options.live.agents.get(effect.to.agentId);
    if (!agent) return effect;
    const { phoneId } = effect.to;
    const isOpen = agent.line === null || agent.line === effect.legId;
    if (isOpen && isNailedAt(agent, phoneId))
      return { ...effect, to: { ...effect.to, nailed: true } };
    const also = phonesBeside(agent, phoneId);
    return also.length === 0 ? effect : { ...effect, to: { ...effect.to, also } };
  }

  /** Effects that the engine itself has to know of: a dialled leg lives, a lead is on its way. */
  private remember(effect: Effect, at: Instant): void {
    if (effect.type === 'leg.dial') {
      const { legId: id, callId, to } = effect;
      this.options.live.setLeg(dialledLeg({ id, callId }, to, at));
    }
    if (effect.type === 'journal.write' && effect.record.kind === 'lead.opened')
      this.options.recentLeads.opened(effect.record.lead);
  }
}
