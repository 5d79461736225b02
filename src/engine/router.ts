/**
 * Which aggregate hears which event. What an event raises is handled before anything else. A bug
 * in a step ends the call it concerns and nothing else.
 */
import { UNUSED, type DialBudget } from '../domain/dial/budget';
import { changeOf } from '../domain/dial/kept-budget';
import { lossOf } from '../domain/agent/phone-loss';
import { readSeatCode } from '../domain/agent/seat-code';
import { breakCall } from '../domain/call/broken';
import { knownBy } from '../domain/call/call';
import type { DomainEvent, TimerFired } from '../domain/events';
import type { LegEnded } from '../domain/leg-events';
import type { PhoneDialled } from '../domain/outgoing-events';
import { auditedRegistration } from '../domain/registration-audit';
import type { OfferReceived, TalksJoined } from '../domain/agent-events';
import type { EntryJoined, TalkJoined } from '../domain/raised-events';
import type { Instant } from '../domain/time';
import { Aggregates } from './aggregates';
import { Alarms } from './alarms';
import { Beginnings } from './beginnings';
import { CallBacks } from './call-backs';
import { callConcerned } from './call-concerned';
import { Desks } from './desks';
import { budgetOfAsked } from './dial-budget';
import { filled, openForms } from './forms';
import type { Known } from './known';
import { Lines } from './lines';
import type { LiveState } from './live-state';
import type { Log } from './log';
import type { Performer } from './perform';
import { RecentLeads } from './recent-leads';
import type { Acknowledged, MakeId, Pins, Submit } from './ports';
import { Orders } from './orders';
import { Recordings } from './recordings';
import { Roster } from './roster';
import { SeatCodes } from './seats';
import { Waits } from './waits';
import { TestCalls } from './test-calls';

interface RouterOptions {
  live: LiveState;
  performer: Performer;
  log: Log;
  now: () => Instant;
  pins: Pins;
  acknowledged: Acknowledged;
  makeId: MakeId;
  submit: Submit;
}

/** See the head of this file. */
export class Router {
  private readonly recentLeads = new RecentLeads();
  private readonly to: Aggregates;
  private readonly roster: Roster;
  private readonly beginnings: Beginnings;
  private readonly lines: Lines;
  private readonly recordings: Recordings;
  private readonly desks: Desks;
  private readonly orders: Orders;
  private readonly seatCodes: SeatCodes;
  private readonly waits: Waits;
  readonly alarms: Alarms;
  readonly callBacks: CallBacks;
  private readonly testCalls: TestCalls;
  /** The budget as the journal has it. */
  private kept: DialBudget = UNUSED;

  constructor(private readonly options: RouterOptions) {
    const { live, performer, log, makeId } = options;
    const { recentLeads } = this;
    this.to = new Aggregates({ live, performer, log, recentLeads, makeId });
    this.beginnings = new Beginnings(live, this.to, this.recentLeads);
    this.lines = new Lines(live, this.to);
    this.roster = new Roster(live, this.to);
    this.recordings = new Recordings(live, this.to);
    this.desks = new Desks(live, this.to);
    this.orders = new Orders(live, this.to);
    const onBug = (promiseId: string, err: unknown) =>
      options.log.error({ err, promiseId }, 'bug; nothing is done about this promise now');
    this.callBacks = new CallBacks(live, this.to, options.makeId, onBug);
    this.testCalls = new TestCalls(live, this.to);
    this.seatCodes = new SeatCodes({ ...options, to: this.to });
    this.waits = new Waits(live, this.to);
    this.alarms = new Alarms(live, this.to);
  }

  restore(known: Known): void {
    const { agents, promises, budget, hotlines, blocks, work, left, waits, forms = [] } = known;
    this.options.live.budget = this.kept = budget;
    for (const form of forms) this.options.live.forms.set(form);
    this.roster.restore(agents, work ?? [], openForms(forms));
    this.callBacks.restore(promises);
    this.orders.restore(hotlines, blocks);
    this.lines.restore(left);
    this.lines.begin(this.options.now());
    this.waits.restore(waits);
    this.alarms.restore(known.alarms ?? []);
    this.desks.restore(this.alarms.of('DESKTOPS_GONE'), this.options.now());
  }

  /** Handles the event and everything it raises. Never throws. */
  handle(event: DomainEvent): void {
    const { raised } = this.to;
    raised.push(event);
    do for (let next = raised.shift(); next; next = raised.shift()) this.guard(next);
    while (this.callBacks.settle(event.at));
    this.keepBudget(event.at);
  }

  /** What was dialled is written down, so that a restart is no way round the limits. */
  private keepBudget(at: Instant): void {
    const { budget } = this.options.live;
    const change = changeOf(this.kept, budget);
    this.kept = budget;
    if (change === null) return;
    this.to.perform([{ type: 'journal.write', record: { kind: 'dial.counted', change } }], at);
  }

  private guard(event: DomainEvent): void {
    try {
      if (!this.testCalls.takes(event) && !this.seatCodes.takes(event)) this.route(event);
    } catch (error) {
      this.breakCall(event, error);
    }
  }

  private dialled(event: PhoneDialled): void {
    const code = readSeatCode(event.number);
    if (code) this.seatCodes.begin(event, code);
    else this.beginnings.dialled(event);
  }

  /** The one place that says who hears what; at most six lines a case. */
  private route(event: DomainEvent): void {
    switch (event.type) {
      case 'call.arrived':
        return this.beginnings.arrive(event);
      case 'phone.dialled':
        return this.dialled(event);
      case 'dial.refused':
        return this.beginnings.refused(event);
      case 'help.crowded':
        return this.beginnings.makeRoom(event);
      case 'registration.refused':
        return this.to.perform([auditedRegistration(event)], event.at);
      case 'call.placed':
        return this.beginnings.place(event);
      case 'caller.served':
        return this.beginnings.servedAlone(event);
      case 'call.recovered':
        return this.beginnings.recover(event);
      case 'test.arrived':
        return this.testCalls.arrive(event);
      case 'test.ordered':
        return this.testCalls.order(event.hotline, event.at);
      case 'hotline.tested':
        return this.testCalls.tested(event);
      case 'plan.applied':
        this.roster.applyPlan(event);
        this.callBacks.planApplied(event.at);
        this.desks.planApplied(event.at);
        this.waits.planned(event.at);
        this.alarms.planApplied(event.at);
        return this.testCalls.applyPlan(event.at);
      case 'leg.ringing':
      case 'leg.answered':
      case 'leg.released':
      case 'leg.held':
      case 'leg.resumed':
        return this.toLegAndCall(event.legId, event);
      case 'leg.ended':
        return this.legEnded(event);
      case 'pin.checked':
        // Of phones that dial codes, and seen to.
        return undefined;
      case 'key.pressed':
      case 'play.ended':
      case 'promise.written':
      case 'wait.known':
      case 'queue.deserted':
      case 'offer.revoked':
      case 'talk.held':
      case 'talk.resumed':
      case 'talk.muted':
      case 'talk.hung-up':
      case 'talk.transferred':
      case 'talk.parked':
      case 'talk.taken-over':
      case 'keys.pressed':
      case 'call.preempted':
      case 'help.refused':
      case 'consult.ordered':
        return this.to.call(event.callId, event);
      case 'call.picked-up':
        this.callBacks.joinNow(event.callId);
        return this.to.call(event.callId, event);
      case 'entry.held':
        this.to.call(event.callId, event);
        return this.waits.tell(event.callId, event.at);
      case 'wait.wanted':
        return this.waits.tell(event.callId, event.at);
      case 'consult.begun':
        this.options.live.budget = budgetOfAsked(this.options.live, event);
        return this.to.call(event.callId, event);
      case 'talks.joined':
        return this.joinTalks(event);
      case 'lookup.completed': {
        const call = this.options.live.calls.get(event.callId);
        if (!call) return;
        const lookup = this.recentLeads.correct(event.lookup, call.route.storeId, knownBy(call));
        return this.to.call(event.callId, { ...event, lookup });
      }
      case 'recording.finished':
        return this.recordings.finished(event);
      case 'recording.stored':
        return this.recordings.stored(event);
      case 'trunk.counted': {
        const { trunkId, use } = event;
        const record = { kind: 'trunk.saved', trunkId, use } as const;
        return this.to.perform([{ type: 'journal.write', record }], event.at);
      }
      case 'hotline.ordered':
        this.options.live.stirPromises();
        return this.orders.hotline(event);
      case 'hotline.told':
        return this.orders.message(event);
      case 'caller.blocked':
        this.options.live.stirPromises();
        return this.orders.block(event);
      case 'form.filled':
        return this.to.perform(filled(this.options.live, event), event.at);
      case 'alarm.raised':
        return this.alarms.raised(event);
      case 'entry.joined':
        return this.joins(event);
      case 'entry.left':
        this.waits.over(event.entryId, event.outcome, event.at);
        return this.lines.left(event);
      case 'caller.known':
        return this.lines.known(event);
      case 'offer.made':
        this.to.call(event.callId, event);
        this.to.entry(event.entryId, event);
        return this.to.agent(event.agentId, event);
      case 'desktop.connected':
        return this.desks.connected(event);
      case 'desktop.lost':
        return this.desks.lost(event);
      case 'offer.received':
        return this.offerReceived(event);
      case 'talk.started':
        this.waits.over(event.entryId, 'connected', event.at);
        this.lines.started(event);
        return this.to.agent(event.agentId, event);
      case 'offer.ended':
        this.to.entry(event.entryId, event);
        return this.to.agent(event.agentId, event);
      case 'promise.settled':
        return this.to.promiseById(event.promiseId, event);
      case 'attempt.wanted':
      case 'attempt.claimed':
      case 'attempt.refused':
      case 'attempt.intended':
      case 'attempt.over':
      case 'attempt.ended':
      case 'attempts.lost':
      case 'call-back.cancelled':
        return this.callBacks.claims.hear(event);
      case 'talk.joined':
        return this.keepPromises(event);
      case 'promise.moved':
        return this.to.promise(event.hotline, event.number, event);
      case 'promise.owed':
        return this.to.owed(this.lines.inPlace(event));
      case 'phone.reachable':
      case 'phone.unreachable': {
        const { live } = this.options;
        live.phoneLosses.set(event.phoneId, lossOf(event));
        const agent = live.agentOfPhone(event.phoneId);
        return agent && this.to.agent(agent.id, event);
      }
      case 'timer.fired':
        return this.timerFired(event);
      case 'calling.joined':
        this.callBacks.claims.follow(event.callId, event);
        return this.to.agent(event.agentId, event);
      case 'calling.began':
      case 'calling.ended':
      case 'colleague.asked':
      case 'talk.recovered':
      case 'talk.moved':
      case 'talk.ended':
      case 'receipt.missed':
      case 'desktop.awaited':
      case 'form.owed':
      case 'form.settled':
      case 'agent.signed-in':
      case 'agent.readied':
      case 'agent.unreadied':
      case 'agent.wrapped-up':
      case 'agent.signed-out':
      case 'agent.seated':
      case 'agent.unseated':
      case 'nailed.answered':
      case 'nailed.ended':
      case 'nailed.recovered':
        return this.to.agent(event.agentId, event);
    }
  }

  private joins(event: EntryJoined): void {
    const joins = event.askedBy === undefined ? this.callBacks.crosses(event) : event;
    if (joins) this.lines.join(joins);
  }

  /** The far side leaves the one call before the other takes it in. */
  private joinTalks(event: TalksJoined): void {
    const { live } = this.options;
    const leg = live.legs.get(event.far.legId);
    if (!leg) return;
    this.to.call(event.otherId, event);
    live.setLeg({ ...leg, callId: event.callId });
    this.to.call(event.callId, event);
  }

  /** A talk keeps what any hotline of its store has promised to that number. */
  private keepPromises(event: TalkJoined): void {
    const { storeId, hotline, number } = event;
    const own = this.options.live.plan.hotlines.filter(({ store }) => store === storeId);
    // Also that of a hotline which has left the plan meanwhile.
    const owed = this.options.live.promisesTo(storeId, number).map((one) => one.hotline);
    for (const name of new Set([hotline, ...own.map((one) => one.number), ...owed]))
      this.to.promise(name, number, event);
  }

  private toLegAndCall(legId: string, event: DomainEvent): void {
    const leg = this.options.live.legs.get(legId);
    if (!leg) return;
    this.to.leg(legId, event);
    this.callBacks.claims.follow(leg.callId, event);
    this.to.call(leg.callId, event);
  }

  /** The agent's phone is clear before the call hears of it; unknown legs are named by their call. */
  private legEnded(event: LegEnded): void {
    const leg = this.options.live.legs.get(event.legId);
    if (leg?.agentId) this.to.agent(leg.agentId, event);
    this.callBacks.lineEnded();
    if (leg) return this.toLegAndCall(event.legId, event);
    if (event.callId !== undefined) this.to.call(event.callId, event);
  }

  private offerReceived(event: OfferReceived): void {
    const activity = this.options.live.agents.get(event.agentId)?.activity;
    this.to.agent(event.agentId, event);
    if (activity?.is === 'reserved') this.to.call(activity.callId, event);
  }

  private timerFired(event: TimerFired): void {
    const { timer } = event;
    if (this.callBacks.timerFired(timer, event.at)) return;
    if ('queueId' in timer) return this.options.live.queueIsDue(timer.queueId);
    if (timer.kind === 'desktop-grace') return this.desks.graceOver(event, timer.agentId);
    if ('agentId' in timer) this.to.agent(timer.agentId, event);
    else if ('callId' in timer) this.to.call(timer.callId, event);
  }

  /** Our bug: the call it concerns is ended and counted as broken, every other one goes on. */
  private breakCall(event: DomainEvent, error: unknown): void {
    const { live, log } = this.options;
    const call = live.calls.get(callConcerned(event, live) ?? '');
    log.error({ err: error, event: event.type, callId: call?.id }, 'bug; its call is ended');
    if (!call) return;
    const at = this.options.now();
    const { next, effects } = breakCall(call, at);
    this.to.become(call, next, at);
    this.to.perform(effects, at);
  }
}
