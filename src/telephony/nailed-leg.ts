/**
 * An agent's own leg: one dialog with a phone that is nailed up, which outlives the calls that he is given over it.
 * Media of a call are a session of one worker of the edge, and a stream moves to another session only within its
 * worker: so it is the phone that is moved, by a re-INVITE with the description of the next stream (RFC 3264 §8.3.1),
 * one round trip for each call and one back.
 *
 *     idle --connect--> re-INVITE --200, tone--> the call's --leave, at once--> idle, re-INVITE
 *                           \--refused: idle as before, the call's leg ends
 *
 * `carrier` is the leg in whose name the dialog is heard, `at` the one whose stream the phone sends to; they differ
 * while a re-INVITE is on its way. One at a time; what is wanted meanwhile comes next.
 */
import type { NailedNote } from '../domain/effects';
import type { EndCause } from '../domain/end-cause';
import type { AgentId, LegId, PhoneId } from '../domain/ids';
import type { DialCommand } from '../engine/ports';
import { causeOfStatus } from './cause';
import { cancelDialled } from './dialled';
import type { SipDialog } from './drachtio';
import { ringPhones, type ForkContext } from './forking';
import { isIdle, type Leg, type Standing } from './legs';
import { byeLeg, carryDialog, endLeg, tellAnswered } from './line';
import { Described, isEncrypted } from './nailed-sdp';
import { isGone, reinvite } from './reinvite';

export interface NailedContext extends ForkContext {
  /** False while requests do not reach the edge. */
  isUp: () => boolean;
  /** It is over, by whose word ever. */
  gone: (leg: NailedLeg) => void;
}

export interface Nailing {
  id: LegId;
  agentId: AgentId;
  phoneId: PhoneId;
}

/** How long the tone before a call is (media/prompts, `beep`). */
const SIGNAL_MS = 300;

export class NailedLeg implements Standing {
  private carrier: Leg;
  private at: Leg | null = null;
  private wants: Leg;
  private readonly ours: Described;
  /** The leg whose codec a call's offer lists first. */
  private towards: LegId | null = null;
  private isMoving = false;
  /** A re-INVITE is on its way. */
  private asking: { dialog: SipDialog; giveUp: AbortController } | null = null;
  private isOver = false;
  private stood = false;

  private constructor(
    private readonly context: NailedContext,
    private readonly who: Nailing,
    carrier: Leg | null,
    version: number,
  ) {
    this.ours = new Described(() => this.carrier.dialog?.local.sdp ?? '', version);
    this.carrier = carrier ?? this.idleLeg('dialling');
    this.wants = this.carrier;
  }

  /** Not dialled yet: see `ring`. */
  static begin(context: NailedContext, who: Nailing): NailedLeg {
    return new NailedLeg(context, who, null, 0);
  }

  /** One of a former process, found as `leg`. Idle, it may not have come to its own stream yet. */
  static found(context: NailedContext, leg: Leg, agentId: AgentId, note: NailedNote): NailedLeg {
    const found = new NailedLeg(context, { ...note, agentId }, leg, note.version);
    leg.standing = found;
    found.stood = true;
    if (!isIdle(leg)) found.at = leg;
    return found;
  }

  get id(): LegId {
    return this.who.id;
  }

  get agentId(): AgentId {
    return this.who.agentId;
  }

  get note(): NailedNote {
    const { id, phoneId } = this.who;
    return { id, phoneId, version: this.ours.version };
  }

  ring(): void {
    const { context, carrier } = this;
    const { id, agentId, phoneId } = this.who;
    const to = { kind: 'phone', agentId, phoneId } as const;
    const shown = { from: phoneId, displayName: 'Openline', towards: null };
    context.legs.add(carrier);
    ringPhones(context, carrier, { type: 'leg.dial', legId: id, callId: id, to, ...shown }, to);
  }

  answered(leg: Leg): void {
    const { agentId, phoneId } = this.who;
    this.stood = true;
    this.at = leg;
    void this.context.media.quiet(leg.callId, leg.id);
    this.context.submit({ type: 'nailed.answered', at: this.context.now(), agentId, phoneId });
  }

  /** A call reaches the agent: its leg is answered once the phone has moved to it and he has heard the tone. */
  connect({ legId: id, callId, towards }: DialCommand): void {
    const { context, agentId } = this;
    const leg: Leg = { id, callId, role: 'agent', agentId, state: 'dialling', standing: this };
    context.legs.add(leg);
    if (!this.stood || !isIdle(this.wants)) return endLeg(context, leg, 'busy');
    this.wants = leg;
    this.towards = towards;
    this.goOn();
  }

  leave(leg: Leg, cause: EndCause): void {
    if (isIdle(leg) || leg.state === 'ended') return;
    if (this.carrier === leg) this.carry(this.idleLeg('answered'));
    if (this.wants === leg) this.wants = this.carrier;
    endLeg(this.context, leg, cause);
    this.goOn();
  }

  over(leg: Leg, cause: EndCause, at: number): void {
    if (leg !== this.carrier) {
      if (leg === this.wants) this.wants = this.carrier;
      return;
    }
    if (this.isOver) return;
    const { agentId, stood, wants, context } = this;
    this.isOver = true;
    context.gone(this);
    if (wants !== leg) endLeg(context, wants, cause, at);
    context.submit({ type: 'nailed.ended', at, agentId, cause, stood });
  }

  described(sdp: string): string {
    return this.ours.of(sdp);
  }

  renew(): void {
    this.at = null;
    this.goOn();
  }

  /** The agent has no use for it any more; nothing is told of its end. */
  end(cause: EndCause): void {
    const { context, carrier } = this;
    this.isOver = true;
    if (carrier.dialog) byeLeg(context, carrier, cause);
    else cancelDialled(context, carrier, cause);
  }

  /** Brings the phone to where it is wanted, if it is not there; also after a cut of the connection. */
  goOn(): void {
    if (!this.isMoving) return void this.settle();
    // Nobody answers any more what was asked by a connection that is gone.
    if (this.asking && this.asking.dialog !== this.carrier.dialog) this.asking.giveUp.abort();
  }

  private async settle(): Promise<void> {
    this.isMoving = true;
    const isAway = () => !this.isOver && this.stood && this.at !== this.wants;
    while (isAway() && this.context.isUp() && this.carrier.dialog) await this.move(this.wants);
    this.isMoving = false;
  }

  private async move(to: Leg): Promise<void> {
    const offer = await this.offerFor(to);
    const { dialog } = this.carrier;
    if (offer === null || !dialog || this.isOver || this.wants !== to) return;
    const isWanted = () => !this.isOver && this.wants === to && this.carrier.dialog === dialog;
    const giveUp = new AbortController();
    this.asking = { dialog, giveUp };
    const answer = await reinvite(dialog, offer, isWanted, giveUp.signal);
    this.asking = null;
    if (this.isOver || answer === 'unasked') return;
    // A cut: what became of it is not known.
    if (!this.context.isUp() || this.carrier.dialog !== dialog) return void (this.at = null);
    if (answer === undefined || isGone(answer)) return this.drop('unreachable');
    if (answer.status >= 300) return this.refused(to, causeOfStatus(answer.status));
    await this.took(to, answer.body);
  }

  private async offerFor(to: Leg): Promise<string | null> {
    const { media } = this.context;
    const secure = isEncrypted(this.ours.first);
    const like = (isIdle(to) ? null : this.towards) ?? undefined;
    try {
      return this.described(await media.makeOffer(to.callId, to.id, { like, secure }));
    } catch (error) {
      this.context.log.error({ error, legId: to.id }, 'no media for a leg that is nailed up');
      this.refused(to, 'no-media');
      return null;
    }
  }

  /** The session is as it was (RFC 3261 §14.1). Without a way back to its own stream the leg is of no use. */
  private refused(to: Leg, cause: EndCause): void {
    if (isIdle(to)) return this.drop(cause);
    const { id: legId, callId } = to;
    this.context.log.warn({ legId, callId, cause }, 'the phone did not take the call');
    endLeg(this.context, to, cause);
  }

  private async took(to: Leg, answer: string): Promise<void> {
    const { context } = this;
    this.at = null;
    try {
      await context.media.acceptAnswer(to.callId, to.id, answer);
    } catch (error) {
      if (this.wants === to && !this.isOver) {
        context.log.error({ error, legId: to.id }, 'answer cannot be used');
        this.refused(to, 'no-media');
      }
      return;
    }
    if (this.isOver || this.wants !== to) return;
    this.at = to;
    if (isIdle(to)) return void context.media.quiet(to.callId, to.id);
    context.media.close(this.id);
    this.carry(to);
    await context.media.quiet(to.callId, to.id, 'beep');
    await new Promise((resolve) => setTimeout(resolve, SIGNAL_MS));
    // Read anew: either side may have hung up during the tone.
    if ((to as Leg).state === 'answered') tellAnswered(context, to, answer);
  }

  /** From now on the dialog is heard, and noted, in the name of this leg. */
  private carry(leg: Leg): void {
    const { context, carrier } = this;
    const { dialog } = carrier;
    if (!dialog) return;
    dialog.removeAllListeners();
    context.legs.forget(carrier);
    this.carrier = leg;
    carryDialog(context, context.legs.add(leg), dialog);
  }

  private drop(cause: EndCause): void {
    byeLeg(this.context, this.carrier, cause);
  }

  private idleLeg(state: 'dialling' | 'answered'): Leg {
    const { id, agentId } = this.who;
    const role = 'agent' as const;
    const note = { callId: id, legId: id, role, agentId };
    return { id, callId: id, role, agentId, state, note, standing: this };
  }
}
