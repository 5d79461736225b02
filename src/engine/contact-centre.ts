/**
 * The inbox of the contact centre. Facts come in through `submit`; each is drained fully, with
 * everything it brings about inside the domain, before the next: route to the aggregates it
 * concerns, perform their effects, dispatch the queues that changed, tell the desktops.
 *
 * It decides nothing itself. A bug in one call's step ends that call and never another.
 */
import type { Agent } from '../domain/agent/agent';
import type { AlarmCode } from '../domain/alarm';
import type { AlarmKey } from '../domain/alarm-standing';
import type { DaySoFar } from '../domain/agent/workday';
import { mayAsk, type Request } from '../domain/agent/desk';
import { snapshot, type Call, type ParkSlot } from '../domain/call/call';
import { mayFree } from '../domain/agent/seat';
import { mayOrder, mayPress, type ConsultTarget } from '../domain/call/consult-request';
import { mayHangUp } from '../domain/call/hanging-up';
import { seenBy } from '../domain/call/internal';
import { mayHold } from '../domain/call/holding';
import { mayMute } from '../domain/call/muting';
import type { TransferTarget } from '../domain/call/transfer';
import type { CallWish } from '../domain/dial/may-call';
import { placing, refusedDial } from '../domain/dial/placing';
import type { RefusalCode } from '../domain/errors';
import type { ConsultOrder } from '../domain/agent-events';
import type { DomainEvent } from '../domain/events';
import type { FormSnapshot } from '../domain/form/form';
import type { AgentId, CallId, OfferId, PhoneId, StoreId } from '../domain/ids';
import type {
  AgentView,
  CallerView,
  HotlineView,
  OfferView,
  ParkedView,
  QueueView,
} from '../domain/notices';
import type { Plan } from '../domain/plan';
import type { CallSnapshot, PromiseSnapshot } from '../domain/records';
import { isUnread } from '../domain/sign-in/acknowledgement';
import type { Instant } from '../domain/time';
import { consultOf, refusedTarget } from './consults';
import { Dispatcher } from './dispatcher';
import { FormFilling } from './forms';
import type { Known } from './known';
import { LiveState } from './live-state';
import type { Log } from './log';
import { Ordering } from './ordering';
import { parkedOf, parkOf, retrievalOf } from './parking';
import { PhoneWishes } from './phone-wishes';
import { pickUpOf } from './pick-ups';
import { Performer, type World } from './perform';
import { outboundAgentsOf } from './outbound-agents';
import { Presence } from './presence';
import type { AgentDesk, LiveView, MakeId, OutboundAgents } from './ports';
import { Router } from './router';
import { seatFact } from './seats';
import { workdays } from './snapshot/workdays';
import { transferOf } from './transfers';
import { noteLine } from './waits';
import { agentViews, callersOf, callsOf, hotlineViews, offersTo, queueViews } from './views';

/** The world outside, ids, and a logger. */
export interface ContactCentreOptions extends World {
  makeId: MakeId;
  /** Numbers from 0 to below 1, for what is decided by lot. */
  random?: () => number;
  log: Log;
}

/** See the head of this file. One instance is one cell. */
export class ContactCentre implements LiveView, AgentDesk, OutboundAgents {
  private readonly live = new LiveState();
  private readonly router: Router;
  private readonly dispatcher: Dispatcher;
  private readonly inbox: (readonly DomainEvent[])[] = [];
  private draining = false;

  constructor(private readonly options: ContactCentreOptions) {
    const { makeId, clock, log, pins, acknowledged, random = Math.random } = options;
    const performer = new Performer(options, (event) => this.submit(event));
    this.router = new Router({
      ...{ live: this.live, performer, log, makeId, pins, acknowledged, now: () => clock.now() },
      submit: (event) => this.submit(event),
    });
    this.dispatcher = new Dispatcher({ live: this.live, makeId, clock, random });
    const submit = (event: DomainEvent): void => this.submit(event);
    this.forms = new FormFilling(this.live, submit, () => clock.now(), makeId);
  }

  /**
   * Begins with what was known before.
   * Recovered calls are submitted afterwards.
   */
  start(plan: Plan, known: Known): void {
    this.router.restore(known);
    this.submit({ type: 'plan.applied', at: this.now(), plan });
  }

  /** Everything that lives on is known: from now on promises have their turn. */
  keepPromises(): void {
    this.router.callBacks.begin(this.now());
    this.submitTogether([]);
  }

  /** The one way in; may be called from within a port, the event then waits for its turn. */
  submit(event: DomainEvent): void {
    this.submitTogether([event]);
  }

  /** Facts that were found at once: nobody is offered to a caller before all of them are known. */
  submitTogether(events: readonly DomainEvent[]): void {
    this.inbox.push(events);
    if (this.draining) return;
    this.draining = true;
    try {
      for (let next = this.inbox.shift(); next; next = this.inbox.shift()) this.drain(next);
    } finally {
      this.draining = false;
    }
  }

  private drain(events: readonly DomainEvent[]): void {
    for (const event of events) this.router.handle(event);
    for (let made = this.dispatcher.next(); made.length > 0; made = this.dispatcher.next())
      for (const raised of made) this.router.handle(raised);
    this.tellQueues();
  }

  private tellQueues(): void {
    const at = this.now();
    for (const queue of this.live.changedQueues) {
      noteLine(queue, at);
      this.options.push.publish({ kind: 'queue.updated', queue: queue.view() }, at);
    }
    this.live.changedQueues.clear();
  }

  private now(): Instant {
    return this.options.clock.now();
  }

  // What is going on now (LiveView).

  plan(): Plan {
    return this.live.plan;
  }

  agents(): AgentView[] {
    return agentViews(this.live);
  }

  /** Alarms of that code that stand until their end is told. */
  standing(code: AlarmCode): AlarmKey[] {
    return this.router.alarms.of(code);
  }

  /** What agents have done today. */
  workdays(at: Instant): DaySoFar[] {
    return workdays(this.live.agents.values(), at);
  }

  queues(): QueueView[] {
    return queueViews(this.live);
  }

  hotlines(): HotlineView[] {
    return hotlineViews(this.live, this.now());
  }

  calls(): CallSnapshot[] {
    return callsOf(this.live);
  }

  /** Whether the call is not let go yet, though its outcome may stand. */
  holds(callId: CallId): boolean {
    return this.live.calls.has(callId);
  }

  parked(): ParkedView[] {
    return parkedOf(this.live);
  }

  offers(agentId: AgentId): OfferView[] {
    return offersTo(this.live, agentId);
  }

  callers(agentId: AgentId): (CallerView & { callId: CallId })[] {
    return callersOf(this.live, agentId);
  }

  promises(): PromiseSnapshot[] {
    return [...this.live.promises.values()];
  }

  unclassified(): FormSnapshot[] {
    return this.live.forms.unclassified();
  }

  outboundAgents(storeId: StoreId): AgentId[] {
    return outboundAgentsOf(this.live, storeId);
  }

  // What an agent may ask for (AgentDesk).

  signIn(agentId: AgentId): RefusalCode | null {
    return this.ask(agentId, 'sign-in', { type: 'agent.signed-in', at: this.now(), agentId });
  }

  ready(agentId: AgentId): RefusalCode | null {
    return this.ask(agentId, 'ready', { type: 'agent.readied', at: this.now(), agentId });
  }

  notReady(agentId: AgentId, reason: string): RefusalCode | null {
    const event = { type: 'agent.unreadied', at: this.now(), agentId, reason } as const;
    return this.ask(agentId, 'not-ready', event);
  }

  wrapUp(agentId: AgentId): RefusalCode | null {
    return this.ask(agentId, 'wrap-up', { type: 'agent.wrapped-up', at: this.now(), agentId });
  }

  signOut(agentId: AgentId): RefusalCode | null {
    return this.ask(agentId, 'sign-out', { type: 'agent.signed-out', at: this.now(), agentId });
  }

  sit(agentId: AgentId, phoneId: PhoneId): RefusalCode | null {
    const fact = seatFact({ agentId, phoneId }, this.live, this.now());
    return this.take(fact) ?? this.signIn(agentId);
  }

  freeSeat(by: AgentId, phoneId: PhoneId): RefusalCode | null {
    const holder = this.live.agentOfPhone(phoneId);
    const refusal = mayFree(by, phoneId, { plan: this.live.plan, holder });
    if (refusal === null && holder)
      this.submit({ type: 'agent.unseated', at: this.now(), agentId: holder.id, by });
    return refusal;
  }

  hold(agentId: AgentId, callId: CallId): RefusalCode | null {
    const refusal = mayHold(this.talkOf(callId, agentId), agentId, 'hold');
    if (refusal === null) this.submit({ type: 'talk.held', at: this.now(), callId, agentId });
    return refusal;
  }

  resume(agentId: AgentId, callId: CallId): RefusalCode | null {
    const refusal = mayHold(this.talkOf(callId, agentId), agentId, 'resume');
    if (refusal === null) this.submit({ type: 'talk.resumed', at: this.now(), callId, agentId });
    return refusal;
  }

  mute(agentId: AgentId, callId: CallId, muted = true): RefusalCode | null {
    const refusal = mayMute(this.talkOf(callId, agentId), agentId);
    const fact = { type: 'talk.muted', at: this.now(), callId, agentId, muted } as const;
    if (refusal === null) this.submit(fact);
    return refusal;
  }

  unmute(agentId: AgentId, callId: CallId): RefusalCode | null {
    return this.mute(agentId, callId, false);
  }

  hangUp(agentId: AgentId, callId: CallId): RefusalCode | null {
    const refusal = mayHangUp(this.live.calls.get(callId), agentId);
    return this.take(refusal ?? { type: 'talk.hung-up', at: this.now(), callId, agentId });
  }

  pressKeys(agentId: AgentId, callId: CallId, keys: string): RefusalCode | null {
    const refusal = mayPress(this.talkOf(callId, agentId), agentId);
    if (refusal === null)
      this.submit({ type: 'keys.pressed', at: this.now(), callId, agentId, keys });
    return refusal;
  }

  transfer(agentId: AgentId, callId: CallId, to: TransferTarget): RefusalCode | null {
    return this.takeFor({ agentId, to }, transferOf({ agentId, callId, to }, this.world()));
  }

  consult(agentId: AgentId, callId: CallId, whom: ConsultTarget): RefusalCode | null {
    const fact = consultOf({ agentId, callId, whom }, this.world());
    return this.takeFor({ agentId, to: whom }, fact);
  }

  orderConsult(agentId: AgentId, callId: CallId, order: ConsultOrder): RefusalCode | null {
    const refusal = mayOrder(this.live.calls.get(callId), agentId, order);
    const fact = { type: 'consult.ordered', at: this.now(), callId, agentId, order } as const;
    return this.take(refusal ?? fact);
  }

  pickUp(agentId: AgentId, callId: CallId): RefusalCode | null {
    return this.take(pickUpOf({ agentId, callId }, this.world()));
  }

  park(agentId: AgentId, callId: CallId): RefusalCode | null {
    return this.take(parkOf({ agentId, callId }, this.world()));
  }

  retrieve(agentId: AgentId, slot: ParkSlot): RefusalCode | null {
    return this.take(retrievalOf({ agentId, slot }, this.world()));
  }

  /** What is ordered beside the plan. */
  readonly orders = new Ordering(
    this.live,
    (fact) => this.submit(fact),
    () => this.now(),
  );

  /** Whose desktops are there. */
  readonly presence = new Presence(
    (fact) => this.submit(fact),
    () => this.now(),
  );

  /** What is answered of calls. */
  readonly forms: FormFilling;

  /** What phones ask for without a desk. */
  readonly phones = new PhoneWishes(
    () => this.world(),
    (fact) => this.submit(fact),
  );

  call(agentId: AgentId, wish: CallWish): RefusalCode | CallSnapshot {
    const { makeId } = this.options;
    const ids = {
      ...{ callId: makeId(), ownLegId: makeId(), legId: makeId(), recordingId: makeId() },
      ...{ entryId: makeId(), leadId: makeId(), promiseId: makeId() },
    };
    const fact = placing(wish, { agentId }, this.live.callView(this.now()), ids);
    if (typeof fact === 'string') {
      this.submit(refusedDial({ agentId }, wish.number, fact, this.now()));
      return fact;
    }
    this.submit(fact);
    const call = this.live.calls.get(fact.callId);
    return call ? snapshot(call) : 'OCCUPIED_YOURSELF';
  }

  offerReceived(agentId: AgentId, offerId: OfferId): void {
    this.submit({ type: 'offer.received', at: this.now(), offerId, agentId });
  }

  private talkOf(callId: CallId, agentId: AgentId): Call | undefined {
    return seenBy(this.live.calls.get(callId), agentId);
  }

  /** What a fact about a request is made of. */
  private world() {
    return { live: this.live, makeId: this.options.makeId, at: this.now() };
  }

  /** A number that may not be dialled is audited, however it was asked for. */
  private takeFor(
    asked: { agentId: AgentId; to: TransferTarget },
    fact: RefusalCode | DomainEvent,
  ): RefusalCode | null {
    const refused = typeof fact === 'string' ? refusedTarget(asked, fact, this.now()) : null;
    if (refused) this.submit(refused);
    return this.take(fact);
  }

  private take(fact: RefusalCode | DomainEvent): RefusalCode | null {
    if (typeof fact === 'string') return fact;
    this.submit(fact);
    return null;
  }

  private ask(agentId: AgentId, request: Request, event: DomainEvent): RefusalCode | null {
    const agent: Agent | undefined = this.live.agents.get(agentId);
    const refusal = mayAsk(
      agent,
      request,
      isUnread(this.live.plan, agentId, this.options.acknowledged),
    );
    if (refusal === null) this.submit(event);
    return refusal;
  }
}
