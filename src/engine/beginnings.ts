/**
 * How calls come to be: a caller arrives, a phone dials, an agent or the app places a call, the edge has
 * served a caller alone, or a call is found again after a start. A call that is known already begins no
 * second time.
 */
import { arrive } from '../domain/call/arrival';
import { helpUnplaced } from '../domain/call/emergency';
import { arrivingLeg } from '../domain/call/leg';
import { place } from '../domain/call/outgoing';
import { recover } from '../domain/call/recovered';
import { route, routeOfLostHotline, type Route } from '../domain/call/routing';
import { messageAt } from '../domain/hours/message';
import { servedAlone } from '../domain/call/served-alone';
import { callToEnd } from '../domain/dial/preempt';
import {
  audited,
  causeOfRefusal,
  isHelpWithoutWay,
  placing,
  refusedDial,
} from '../domain/dial/placing';
import type { Effect } from '../domain/effects';
import type { CallArrived, CallerServed } from '../domain/events';
import type { CallPlaced, DialRefused, HelpCrowded, PhoneDialled } from '../domain/outgoing-events';
import type { AgentId, StoreId } from '../domain/ids';
import { shownPromises, type OpenPromise } from '../domain/lead/caller-card';
import type { CallRecovered } from '../domain/recovered-call';
import type { Instant } from '../domain/time';
import type { Aggregates } from './aggregates';
import { alarmEffects } from './alarm-effects';
import { budgetOfPlaced, budgetOfRefused } from './dial-budget';
import type { LiveState } from './live-state';
import type { RecentLeads } from './recent-leads';
import { legsOf } from './recovered-legs';

/** See the head of this file. */
export class Beginnings {
  constructor(
    private readonly live: LiveState,
    private readonly to: Aggregates,
    private readonly recentLeads: RecentLeads,
  ) {}

  arrive(event: CallArrived): void {
    const { live } = this;
    if (live.calls.has(event.callId)) return;
    const { callId, legId: id, at } = event;
    const target = this.told(route(live.routes, event.to), at);
    const lookup = this.recentLeads.correct(event.lookup, target?.storeId ?? '', event.from);
    const door = target ? live.door(target, event.from, at) : undefined;
    const promises = this.promisesTo(target?.storeId, event.from);
    const { next, effects } = arrive({ ...event, lookup, promises }, target, at, door);
    live.setLeg(arrivingLeg({ id, callId }, at));
    if (next) live.setCall(next);
    this.to.perform(effects, at);
  }

  private promisesTo(storeId: StoreId | undefined, number: string): OpenPromise[] {
    return storeId === undefined ? [] : shownPromises(this.live.promisesTo(storeId, number));
  }

  /** With what its callers are to know at that moment. */
  private told(target: Route | null, at: Instant): Route | null {
    const message = target && messageAt(this.live.hotlines.get(target.hotline), at);
    return message ? { ...target, message: message.prompt } : target;
  }

  /** A phone at which nobody sits dials for help alone. */
  dialled(event: PhoneDialled): void {
    const { live } = this;
    const { phoneId, number, ids, at, unusable } = event;
    const planned = live.plan.phones.find(({ id }) => id === phoneId)?.person;
    const agentId = live.agentOfPhone(phoneId)?.id ?? planned ?? '';
    const fact = placing({ number }, { agentId, phoneId }, live.callView(at), ids);
    if (typeof fact !== 'string' && !unusable) return this.place(fact);
    const cause = typeof fact === 'string' ? causeOfRefusal(fact) : (unusable ?? 'no-media');
    const refusal: Effect = { type: 'leg.refuse', legId: ids.ownLegId, cause };
    this.to.perform([refusal], at);
    if (typeof fact === 'string') this.refused(refusedDial({ agentId, phoneId }, number, fact, at));
    else if (fact.out.emergency) this.alarmOfHelp({ agentId, who: phoneId, number }, cause, at);
  }

  /** Supervisors of who asked for it; a phone at which nobody sits is one of the first store. */
  private alarmOfHelp(
    asked: { agentId: AgentId; who: string; number: string },
    why: string,
    at: Instant,
  ): void {
    const { people, stores } = this.live.plan;
    const storeId = people.find(({ id }) => id === asked.agentId)?.store ?? stores[0]?.id ?? '';
    this.to.perform(alarmEffects(helpUnplaced({ ...asked, storeId }, why, at)), at);
  }

  /** The trunk's legs are told by who carries them: by which of its trunks a call went is decided there. */
  makeRoom({ legIds, at }: HelpCrowded): void {
    const { live } = this;
    const callIds = new Set(legIds.map((id) => live.legs.get(id)?.callId));
    const call = callToEnd([...live.calls.values()].filter(({ id }) => callIds.has(id)));
    // Not in the name of the call for help: a bug in this one must not end that.
    if (call) this.to.raised.push({ type: 'call.preempted', at, callId: call.id });
  }

  /**
   * Audited; whose limit is reached pauses from now on, and his supervisors hear of it once. So they do of help that
   * was asked for and has no way out.
   */
  refused(event: DialRefused): void {
    const { live } = this;
    const { agentId, who, number, what, at } = event;
    if (agentId !== undefined && isHelpWithoutWay(event, live.book))
      this.alarmOfHelp({ agentId, who, number }, what, at);
    const tripped = budgetOfRefused(live, event);
    this.to.perform([audited(event)], event.at);
    if (tripped === null) return;
    live.budget = tripped.budget;
    this.to.perform(alarmEffects(tripped.alarm), event.at);
  }

  /** From a phone its leg is there already; every other leg is known once it is dialled. */
  place(event: CallPlaced): void {
    const { live } = this;
    const { callId, at, out } = event;
    if (live.calls.has(callId)) return;
    live.budget = budgetOfPlaced(live, event);
    const { next, effects } = place(event, at);
    if (out.by === 'phone')
      live.setLeg({
        ...arrivingLeg({ id: out.agentLegId, callId }, at),
        role: 'agent',
        agentId: out.agentId,
      });
    live.setCall(next);
    this.to.perform(effects, at);
  }

  servedAlone(event: CallerServed): void {
    const { live } = this;
    const target = route(live.routes, event.hotline);
    const lookup = this.recentLeads.correct(event.lookup, target?.storeId ?? '', event.from);
    this.to.perform(servedAlone({ ...event, lookup }, target, event.at), event.at);
  }

  recover(event: CallRecovered): void {
    const { live } = this;
    const { call: found, at } = event;
    if (live.calls.has(found.callId)) return;
    const target = route(live.routes, found.hotline) ?? routeOfLostHotline(found);
    const number = found.direction === 'outbound' ? found.to : found.from;
    const promises = this.promisesTo(target.storeId, number);
    const { next, effects } = recover(
      { ...event, call: { ...found, promises } },
      { ...target, queueId: found.queueId },
      at,
    );
    for (const leg of legsOf(found, at)) live.setLeg(leg);
    this.to.become(undefined, next, at);
    this.to.perform(effects, at);
  }
}
