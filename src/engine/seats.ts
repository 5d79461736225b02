/** Sitting down and getting up, as the facts that they become; at desks, and by codes that phones dial. */
import type { Agent } from '../domain/agent/agent';
import { seatPhone } from '../domain/agent/roster';
import { maySit, seatIn } from '../domain/agent/seat';
import {
  afterWrong,
  NO_TRIES,
  seatAnswered,
  seatBegins,
  seatDone,
  seatKey,
  seatOver,
  seatWrong,
  type PinTries,
  type SeatCall,
  type SeatCode,
  type SeatStep,
} from '../domain/agent/seat-code';
import type { AgentSeated, AgentUnseated } from '../domain/agent-events';
import type { Effect } from '../domain/effects';
import type { RefusalCode } from '../domain/errors';
import type { DomainEvent } from '../domain/events';
import type { PhoneDialled } from '../domain/outgoing-events';
import type { PinChecked } from '../domain/phone-events';
import type { AgentId, CallId, PhoneId } from '../domain/ids';
import { isUnread } from '../domain/sign-in/acknowledgement';
import type { Instant } from '../domain/time';
import type { Aggregates } from './aggregates';
import type { LiveState } from './live-state';
import type { Acknowledged, Pins, Submit } from './ports';

/** He sits at that phone from now on, or at his own again; a code says why not. */
export function seatFact(
  { agentId, phoneId }: { agentId: AgentId; phoneId: PhoneId },
  live: LiveState,
  at: Instant,
): RefusalCode | AgentSeated | AgentUnseated {
  const { plan, agents, phoneLosses } = live;
  const holder = live.agentOfPhone(phoneId);
  const refusal = maySit(agents.get(agentId), phoneId, { plan, holder });
  if (refusal !== null) return refusal;
  const seat = seatIn(plan, phoneId);
  return seat
    ? { type: 'agent.seated', at, agentId, phone: seatPhone(seat, phoneLosses.get(phoneId), at) }
    : { type: 'agent.unseated', at, agentId };
}

/** What the codes need of the world. */
export interface SeatCodesOptions {
  live: LiveState;
  to: Aggregates;
  pins: Pins;
  acknowledged: Acknowledged;
  submit: Submit;
  now: () => Instant;
}

/** Phones that have dialled a code; their legs are those of no call. */
export class SeatCodes {
  private readonly calls = new Map<CallId, SeatCall>();
  private readonly tries = new Map<AgentId, PinTries>();

  constructor(private readonly options: SeatCodesOptions) {}

  begin({ phoneId, ids, at, unusable }: PhoneDialled, code: SeatCode): void {
    const { live, to } = this.options;
    const { callId, ownLegId: legId } = ids;
    if (unusable) return to.perform([{ type: 'leg.refuse', legId, cause: 'no-media' }], at);
    const extension = code.is === 'sign-in' ? code.extension : null;
    const person = live.plan.people.find((one) => one.extension === extension);
    const call: SeatCall = {
      ...{ callId, legId, phoneId, code, keys: '', wrong: 0, stage: 'answering' },
      agentId: extension === null ? null : (person?.id ?? null),
    };
    this.calls.set(callId, call);
    to.perform(seatBegins(call, at), at);
  }

  /** True when the event is about one of these phones, and has been seen to. */
  takes(event: DomainEvent): boolean {
    const call = this.concerned(event);
    if (!call) return event.type === 'pin.checked';
    this.step(call, event);
    return true;
  }

  private concerned(event: DomainEvent): SeatCall | undefined {
    if (this.calls.size === 0) return undefined;
    if (event.type === 'timer.fired')
      return event.timer.kind === 'seat-code' ? this.calls.get(event.timer.callId) : undefined;
    if (!('legId' in event)) return undefined;
    return [...this.calls.values()].find(({ legId }) => legId === event.legId);
  }

  private step(call: SeatCall, event: DomainEvent): void {
    switch (event.type) {
      case 'leg.answered':
        return this.take(seatAnswered(call), event.at);
      case 'key.pressed':
        return this.take(seatKey(call, event.key), event.at);
      case 'pin.checked':
        return this.checked(call, event);
      case 'play.ended':
        return call.stage === 'telling' ? this.end(call, event.at) : undefined;
      case 'timer.fired':
      case 'leg.ended':
        return this.end(call, event.at);
      default:
        return undefined;
    }
  }

  private take({ next, effects, wants }: SeatStep, at: Instant): void {
    this.calls.set(next.callId, next);
    this.options.to.perform(effects, at);
    if (wants?.do === 'check') this.check(next, wants.pin, at);
    if (wants?.do === 'sign-out') this.signOut(next, at);
  }

  private end(call: SeatCall, at: Instant): void {
    this.calls.delete(call.callId);
    this.options.to.perform(seatOver(call), at);
  }

  /** A person who is blocked is told what everybody is told whose PIN is wrong, and nothing is looked up. */
  private check({ callId, legId, agentId }: SeatCall, pin: string, at: Instant): void {
    const { live, pins, acknowledged, submit, now } = this.options;
    const answer = (result: PinChecked['result']): void =>
      submit({ type: 'pin.checked', at: now(), callId, legId, result });
    if (agentId === null || this.triesOf(agentId).blockedUntil > at) return answer('wrong');
    pins.verify(agentId, pin).then(
      (right) => {
        if (!right) return answer('wrong');
        const isReady = live.agents.get(agentId)?.intent.is === 'ready';
        answer(!isReady && isUnread(live.plan, agentId, acknowledged) ? 'unread' : 'right');
      },
      () => answer('unknown'),
    );
  }

  private triesOf = (agentId: AgentId): PinTries => this.tries.get(agentId) ?? NO_TRIES;

  private checked(call: SeatCall, { result, at }: PinChecked): void {
    if (call.stage !== 'checking') return;
    if (result === 'unknown') return this.take(seatDone(call, 'refused'), at);
    if (result === 'wrong') return this.wrong(call, at);
    const { agentId, phoneId } = call;
    if (agentId === null) return;
    this.tries.delete(agentId);
    if (result === 'unread') this.tellUnread(call, agentId, at);
    const fact =
      result === 'unread' ? 'NOTICE_UNREAD' : seatFact({ agentId, phoneId }, this.options.live, at);
    if (typeof fact === 'string') {
      this.audit(call, `seat.refused ${fact}`, at);
      return this.take(seatDone(call, 'refused'), at);
    }
    const { raised } = this.options.to;
    raised.push(fact, { type: 'agent.signed-in', at, agentId });
    raised.push({ type: 'agent.readied', at, agentId, byPhone: true });
    this.audit(call, 'seat.taken', at);
    this.take(seatDone(call, 'done'), at);
  }

  private wrong(call: SeatCall, at: Instant): void {
    const { agentId } = call;
    this.audit(call, 'seat.pin-wrong', at);
    if (agentId === null) return this.take(seatWrong(call, false), at);
    const before = this.triesOf(agentId);
    if (before.blockedUntil > at) return this.take(seatWrong(call, true), at);
    const after = afterWrong(before, at);
    this.tries.set(agentId, after);
    if (after.blockedUntil > at) this.tellBlocked(call, agentId, at);
    this.take(seatWrong(call, after.blockedUntil > at), at);
  }

  /** The phone cannot tell him why: who oversees him does. */
  private tellUnread({ phoneId }: SeatCall, agentId: AgentId, at: Instant): void {
    const detail = `${agentId}: at phone ${phoneId}`;
    this.tell('SEAT_NOTICE_UNREAD', { agentId, detail, at });
  }

  private tellBlocked({ phoneId }: SeatCall, agentId: AgentId, at: Instant): void {
    const detail = `wrong PINs of ${agentId}, the last at phone ${phoneId}`;
    this.tell('SEAT_PIN_BLOCKED', { agentId, detail, at });
  }

  private tell(
    code: 'SEAT_PIN_BLOCKED' | 'SEAT_NOTICE_UNREAD',
    { agentId, detail, at }: { agentId: AgentId; detail: string; at: Instant },
  ): void {
    const { live, to } = this.options;
    const storeId = live.plan.people.find(({ id }) => id === agentId)?.store ?? '';
    to.raised.push({ type: 'alarm.raised', at, code, detail, storeId });
  }

  /** Who sits there, or whose phone it is, goes home. */
  private signOut(call: SeatCall, at: Instant): void {
    const { live, to } = this.options;
    const holder: Agent | undefined = live.agentOfPhone(call.phoneId);
    if (!holder) return this.take(seatDone(call, 'refused'), at);
    const { id: agentId } = holder;
    if (holder.seat === call.phoneId)
      to.raised.push({ type: 'agent.unseated', at, agentId, by: agentId });
    to.raised.push({ type: 'agent.signed-out', at, agentId });
    this.take(seatDone(call, 'done'), at);
  }

  private audit({ phoneId, agentId, code }: SeatCall, what: string, at: Instant): void {
    const whose = agentId ?? (code.is === 'sign-in' ? code.extension : '');
    const record = { kind: 'audit.noted', who: phoneId, what, subject: whose } as const;
    const effects: Effect[] = [{ type: 'journal.write', record }];
    this.options.to.perform(effects, at);
  }
}
