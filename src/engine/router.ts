/**
 * Which aggregate hears which event. What an event raises is handled before anything else. A bug
 * in a step ends the call it concerns and nothing else.
 */
import { agentView, type AgentPhone } from '../domain/agent/agent';
import { lossOf } from '../domain/agent/phone-loss';
import { applyPlan, restoreIntent, seatPhone } from '../domain/agent/roster';
import { seatIn } from '../domain/agent/seat';
import { arrive } from '../domain/call/arrival';
import { breakCall } from '../domain/call/broken';
import { customerNumber } from '../domain/call/call';
import { agentOfRecording } from '../domain/call/closing';
import { arrivingLeg } from '../domain/call/leg';
import { recover } from '../domain/call/recovered';
import type { AlarmRaised } from '../domain/alarm';
import { place } from '../domain/call/outgoing';
import { route, routeOfLostHotline } from '../domain/call/routing';
import { callToEnd } from '../domain/dial/preempt';
import { audited, causeOfRefusal, placing, refusedDial } from '../domain/dial/placing';
import type { Effect } from '../domain/effects';
import { servedAlone } from '../domain/call/served-alone';
import type {
  CallArrived,
  CallPlaced,
  CallerServed,
  DialRefused,
  DomainEvent,
  LegEnded,
  PhoneDialled,
  PlanApplied,
  RecordingFinished,
  RecordingStored,
  TimerFired,
} from '../domain/events';
import type { CallRecovered } from '../domain/recovered-call';
import type { OfferReceived } from '../domain/agent-events';
import type { AgentId, RecordingId } from '../domain/ids';
import type { AgentSnapshot, PromiseSnapshot, RecordingSnapshot } from '../domain/records';
import { joinQueue } from '../domain/queue/entry';
import type { EntryJoined } from '../domain/raised-events';
import type { Instant } from '../domain/time';
import { Aggregates } from './aggregates';
import { callConcerned } from './call-concerned';
import { budgetOfPlaced, budgetOfRefused } from './dial-budget';
import type { LiveState } from './live-state';
import type { Log } from './log';
import type { Performer } from './perform';
import { legsOf } from './recovered-legs';
import { RecentLeads } from './recent-leads';

interface RouterOptions {
  live: LiveState;
  performer: Performer;
  log: Log;
  now: () => Instant;
}

/** See the head of this file. */
export class Router {
  private readonly recentLeads = new RecentLeads();
  private readonly to: Aggregates;
  /** What agents wanted before the start, until a plan names them. */
  private readonly restored = new Map<AgentId, AgentSnapshot>();
  /** Recordings on their way to the database, for the notice that says they have arrived. */
  private readonly filed = new Map<RecordingId, RecordingSnapshot>();

  constructor(private readonly options: RouterOptions) {
    const { live, performer, log } = options;
    this.to = new Aggregates({ live, performer, log, recentLeads: this.recentLeads });
  }

  restore(agents: AgentSnapshot[], promises: PromiseSnapshot[]): void {
    for (const agent of agents) this.restored.set(agent.id, agent);
    for (const promise of promises) this.options.live.setPromise(promise);
  }

  /** Handles the event and everything it raises. Never throws. */
  handle(event: DomainEvent): void {
    const { raised } = this.to;
    raised.push(event);
    for (let next = raised.shift(); next; next = raised.shift()) this.guard(next);
  }

  private guard(event: DomainEvent): void {
    try {
      this.route(event);
    } catch (error) {
      this.breakCall(event, error);
    }
  }

  /** The one place that says who hears what; at most six lines a case. */
  private route(event: DomainEvent): void {
    switch (event.type) {
      case 'call.arrived':
        return this.arrive(event);
      case 'phone.dialled':
        return this.dialled(event);
      case 'dial.refused':
        return this.refused(event);
      case 'call.placed':
        return this.place(event);
      case 'caller.served':
        return this.servedAlone(event);
      case 'call.recovered':
        return this.recover(event);
      case 'plan.applied':
        return this.applyPlan(event);
      case 'leg.ringing':
      case 'leg.answered':
      case 'leg.held':
      case 'leg.resumed':
        return this.toLegAndCall(event.legId, event);
      case 'leg.ended':
        return this.legEnded(event);
      case 'play.ended':
      case 'promise.written':
      case 'entry.held':
      case 'queue.deserted':
      case 'offer.revoked':
      case 'talk.held':
      case 'talk.resumed':
      case 'talk.muted':
      case 'talk.transferred':
      case 'talk.parked':
      case 'call.picked-up':
      case 'keys.pressed':
      case 'call.preempted':
      case 'consult.begun':
      case 'consult.ordered':
        return this.to.call(event.callId, event);
      case 'lookup.completed': {
        const call = this.options.live.calls.get(event.callId);
        if (!call) return;
        const lookup = this.recentLeads.correct(
          event.lookup,
          call.route.storeId,
          customerNumber(call),
        );
        return this.to.call(event.callId, { ...event, lookup });
      }
      case 'recording.finished':
        return this.recordingFinished(event);
      case 'recording.stored':
        return this.recordingStored(event);
      case 'alarm.raised':
        return this.alarm(event);
      case 'entry.joined':
        return this.join(event);
      case 'entry.left':
        return this.to.entry(event.entryId, event);
      case 'offer.made':
        this.to.call(event.callId, event);
        this.to.entry(event.entryId, event);
        return this.to.agent(event.agentId, event);
      case 'offer.received':
        return this.offerReceived(event);
      case 'offer.ended':
      case 'talk.started':
        this.to.entry(event.entryId, event);
        return this.to.agent(event.agentId, event);
      case 'talk.joined':
      case 'promise.owed':
        return this.to.promise(event.hotline, event.number, event);
      case 'phone.reachable':
      case 'phone.unreachable': {
        const { live } = this.options;
        live.phoneLosses.set(event.phoneId, lossOf(event));
        const agent = live.agentOfPhone(event.phoneId);
        return agent && this.to.agent(agent.id, event);
      }
      case 'timer.fired':
        return this.timerFired(event);
      case 'calling.began':
      case 'calling.joined':
      case 'calling.ended':
      case 'colleague.asked':
      case 'talk.recovered':
      case 'talk.ended':
      case 'agent.signed-in':
      case 'agent.readied':
      case 'agent.unreadied':
      case 'agent.wrapped-up':
      case 'agent.signed-out':
      case 'agent.seated':
      case 'agent.unseated':
        return this.to.agent(event.agentId, event);
    }
  }

  private arrive(event: CallArrived): void {
    const { live } = this.options;
    if (live.calls.has(event.callId)) return;
    const { callId, legId: id, at } = event;
    const target = route(live.routes, event.to);
    const lookup = this.recentLeads.correct(event.lookup, target?.storeId ?? '', event.from);
    const { next, effects } = arrive({ ...event, lookup }, target, at);
    live.setLeg(arrivingLeg({ id, callId }, at));
    if (next) live.setCall(next);
    this.to.perform(effects, at);
  }

  /** A phone at which nobody sits dials for help alone. */
  private dialled(event: PhoneDialled): void {
    const { live } = this.options;
    const { phoneId, number, ids, at, unusable } = event;
    const planned = live.plan.phones.find(({ id }) => id === phoneId)?.person;
    const agentId = live.agentOfPhone(phoneId)?.id ?? planned ?? '';
    const fact = placing({ number }, { agentId, phoneId }, live.callView(at), ids);
    if (typeof fact !== 'string' && !unusable) return this.place(fact);
    const cause = typeof fact === 'string' ? causeOfRefusal(fact) : 'no-media';
    const refusal: Effect = { type: 'leg.refuse', legId: ids.ownLegId, cause };
    this.to.perform([refusal], at);
    if (typeof fact === 'string') this.refused(refusedDial({ agentId, phoneId }, number, fact, at));
  }

  private makeRoom({ out: { to }, at }: CallPlaced): void {
    const { live } = this.options;
    const trunk = live.plan.trunks.find(({ id }) => to.kind === 'number' && id === to.via[0]);
    const call = trunk && callToEnd(live.calls.values(), trunk, live.book);
    if (call) this.to.call(call.id, { type: 'call.preempted', at, callId: call.id });
  }

  /** Audited; whose limit is reached pauses from now on, and his supervisors hear of it once. */
  private refused(event: DialRefused): void {
    const { live } = this.options;
    const tripped = budgetOfRefused(live, event);
    this.to.perform([audited(event)], event.at);
    if (tripped === null) return;
    live.budget = tripped.budget;
    this.alarm(tripped.alarm);
  }

  private alarm(event: AlarmRaised): void {
    const { code, detail, storeId, at } = event;
    const record = { kind: 'alarm.raised', code, detail } as const;
    this.to.perform([{ type: 'journal.write', record }], at);
    if (storeId === undefined) return;
    const notice = { kind: 'alarm.raised', alarm: { code, detail, storeId, at } } as const;
    this.to.perform([{ type: 'notify', notice }], at);
  }

  /** From a phone its leg is there already; every other leg is known once it is dialled. */
  private place(event: CallPlaced): void {
    const { live } = this.options;
    const { callId, at, out } = event;
    if (live.calls.has(callId)) return;
    live.budget = budgetOfPlaced(live, event);
    if (out.emergency) this.makeRoom(event);
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

  private servedAlone(event: CallerServed): void {
    const { live } = this.options;
    const target = route(live.routes, event.hotline);
    const lookup = this.recentLeads.correct(event.lookup, target?.storeId ?? '', event.from);
    this.to.perform(servedAlone({ ...event, lookup }, target, event.at), event.at);
  }

  private recover(event: CallRecovered): void {
    const { live } = this.options;
    const { call: found, at } = event;
    if (live.calls.has(found.callId)) return;
    const target = route(live.routes, found.hotline) ?? routeOfLostHotline(found);
    const { next, effects } = recover(event, { ...target, queueId: found.queueId }, at);
    for (const leg of legsOf(found, at)) live.setLeg(leg);
    live.setCall(next);
    this.to.perform(effects, at);
  }

  private applyPlan(event: PlanApplied): void {
    const { live } = this.options;
    live.setPlan(event.plan);
    for (const { agent, sign } of applyPlan(live.agents, event.plan, event.at)) {
      const wanted = this.restored.get(agent.id);
      this.restored.delete(agent.id);
      live.setAgent(wanted ? restoreIntent(agent, wanted, this.seatOf(wanted, event)) : agent);
      const { id: agentId } = agent;
      this.tellAgent(agentId, event.at);
      if (sign === 'out')
        this.to.agent(agentId, { type: 'agent.signed-out', at: event.at, agentId });
      if (sign !== 'in' || wanted) continue;
      this.to.agent(agentId, { type: 'agent.signed-in', at: event.at, agentId });
      this.to.agent(agentId, { type: 'agent.readied', at: event.at, agentId });
    }
  }

  /** Where he sat before the start, if the plan still has that seat. */
  private seatOf({ seat }: AgentSnapshot, { plan, at }: PlanApplied): AgentPhone | undefined {
    const phone = seatIn(plan, seat ?? null);
    return phone && seatPhone(phone, this.options.live.phoneLosses.get(phone.id), at);
  }

  /** Name, queues or phones may have changed; the board shows the agent as the plan has him. */
  private tellAgent(agentId: AgentId, at: Instant): void {
    const agent = this.options.live.agents.get(agentId);
    if (!agent || agent.retired) return;
    const notice = { kind: 'agent.updated', agent: agentView(agent) } as const;
    this.to.perform([{ type: 'notify', notice }], at);
  }

  private toLegAndCall(legId: string, event: DomainEvent): void {
    const leg = this.options.live.legs.get(legId);
    if (!leg) return;
    this.to.leg(legId, event);
    this.to.call(leg.callId, event);
  }

  /** The agent's phone is clear before the call hears of it; unknown legs are named by their call. */
  private legEnded(event: LegEnded): void {
    const leg = this.options.live.legs.get(event.legId);
    if (leg?.agentId) this.to.agent(leg.agentId, event);
    if (leg) return this.toLegAndCall(event.legId, event);
    if (event.callId !== undefined) this.to.call(event.callId, event);
  }

  private offerReceived(event: OfferReceived): void {
    const activity = this.options.live.agents.get(event.agentId)?.activity;
    if (activity?.is === 'reserved') this.to.call(activity.callId, event);
  }

  private timerFired(event: TimerFired): void {
    if ('agentId' in event.timer) this.to.agent(event.timer.agentId, event);
    else this.to.call(event.timer.callId, event);
  }

  private join(event: EntryJoined): void {
    const call = this.options.live.calls.get(event.callId);
    if (!call) return;
    const { next, effects } = joinQueue(event);
    this.options.live.queue(event.queueId, call.route.storeId);
    this.options.live.setEntry(next);
    this.to.perform(effects, event.at);
  }

  /** The file is kept even when nothing is known of its call: the store links it by the call's row. */
  private recordingFinished(event: RecordingFinished): void {
    const call = this.options.live.calls.get(event.callId);
    const recording: RecordingSnapshot = {
      id: event.recordingId,
      callId: event.callId,
      leadId: call?.leadId ?? null,
      agentId: call ? agentOfRecording(call, event.recordingId) : null,
      storeId: call?.route.storeId ?? null,
      file: event.file,
    };
    this.filed.set(recording.id, recording);
    if (call) return this.to.call(event.callId, event);
    const record = { kind: 'recording.saved', recording } as const;
    this.to.perform([{ type: 'journal.write', record }], event.at);
  }

  private recordingStored(event: RecordingStored): void {
    const filed = this.filed.get(event.recordingId);
    this.filed.delete(event.recordingId);
    const notice = {
      kind: 'recording.stored',
      recordingId: event.recordingId,
      callId: event.callId,
      agentId: filed?.agentId ?? null,
      storeId: filed?.storeId ?? null,
    } as const;
    this.to.perform([{ type: 'notify', notice }], event.at);
  }

  /** Our bug: the call it concerns is ended and counted as broken, every other one goes on. */
  private breakCall(event: DomainEvent, error: unknown): void {
    const { live, log } = this.options;
    const call = live.calls.get(callConcerned(event, live) ?? '');
    log.error({ err: error, event: event.type, callId: call?.id }, 'bug; its call is ended');
    if (!call) return;
    const at = this.options.now();
    const { next, effects } = breakCall(call, at);
    live.setCall(next);
    this.to.perform(effects, at);
  }
}
