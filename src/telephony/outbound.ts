/**
 * INVITEs of ours: the agent's phone rings, or an outside number is called (trunk-calls.ts). A hang-up before the answer is a CANCEL, and the race
 * with a 200 that crosses it is ended here by ACK (drachtio-srf) and BYE (RFC 3261 §15).
 */
import type { EndCause } from '../domain/end-cause';
import type { DialCommand } from '../engine/ports';
import { autoAnswerHeaders } from './auto-answer';
import { causeOfStatus, reasonHeader } from './cause';
import type { SipDialog, SipFailure, SipResponse } from './drachtio';
import { takeFinalAnswer } from './early-media';
import { identityHeaders } from './identity';
import type { Leg } from './legs';
import { carryDialog, dropDialog, endLeg, sendCancel, type LineContext } from './line';
import type { PhoneTarget } from './phone-watch';
import type { Registrar } from './registrar';
import type { NumberTarget, TrunkCalls } from './trunk-calls';

/** A phone that never answers our CANCEL does not keep its agent longer than this. */
const CANCEL_PATIENCE_MS = 2000;
const NOT_ACCEPTABLE_HERE = 488;

export interface OutboundContext extends LineContext {
  registrar: Registrar;
  trunkCalls: TrunkCalls;
}

export class Outbound {
  constructor(private readonly context: OutboundContext) {}

  async dial(command: DialCommand): Promise<void> {
    const { context } = this;
    const { legId: id, callId, to } = command;
    const whose =
      to.kind === 'phone'
        ? ({ role: 'agent', agentId: to.agentId } as const)
        : ({ role: 'outside' } as const);
    const leg = context.legs.add({ id, callId, ...whose, state: 'dialling' });
    const target = to.kind === 'phone' ? context.registrar.target(to.phoneId) : to;
    if (!target) return endLeg(context, leg, 'unreachable');
    try {
      const dialog = await this.inviteTo(leg, command, target);
      if (dialog === null) return endLeg(context, leg, leg.endingWith ?? 'withdrawn');
      await this.answered(leg, dialog);
    } catch (error) {
      this.failed(leg, error as SipFailure);
    }
  }

  private inviteTo(
    leg: Leg,
    command: DialCommand,
    target: PhoneTarget | NumberTarget,
  ): Promise<SipDialog | null> {
    if ('kind' in target) return this.context.trunkCalls.invite(leg, command, target);
    return target.secure
      ? this.inviteSecurely(leg, command, target)
      : this.invite(leg, command, target, false);
  }

  /** CANCEL while it rings; the leg ends with the INVITE's final answer, at the latest after 2 s. */
  cancel(leg: Leg, cause: EndCause): void {
    const { context } = this;
    leg.endingWith = cause;
    if (!leg.sent) return;
    sendCancel(context, leg.sent, reasonHeader(cause));
    setTimeout(() => endLeg(context, leg, cause), CANCEL_PATIENCE_MS).unref();
  }

  /**
   * Demands encryption. A phone that says by 488 that it has none is asked once more, without: it said so
   * on its own encrypted connection, where nobody else could have.
   */
  private async inviteSecurely(
    leg: Leg,
    command: DialCommand,
    target: PhoneTarget,
  ): Promise<SipDialog | null> {
    try {
      return await this.invite(leg, command, target, true);
    } catch (error) {
      if ((error as SipFailure).status !== NOT_ACCEPTABLE_HERE || leg.endingWith) throw error;
      const { callId, id: legId } = leg;
      const log = { callId, legId, to: command.to };
      this.context.log.warn(log, 'the phone refused encryption and is called without');
      return this.invite(leg, command, target, false);
    }
  }

  /** Null when the leg was to end before the INVITE left. */
  private async invite(
    leg: Leg,
    command: DialCommand,
    target: PhoneTarget,
    secure: boolean,
  ): Promise<SipDialog | null> {
    delete leg.sent;
    const order = { like: command.towards ?? undefined, secure };
    const offer = await this.context.media.makeOffer(leg.callId, leg.id, order);
    if (leg.endingWith) return null;
    const headers = identityHeaders(command.from, command.displayName);
    const { to } = command;
    const autoAnswer =
      to.kind === 'phone' ? autoAnswerHeaders(this.context.registrar.autoAnswer(to.phoneId)) : {};
    const options = {
      localSdp: offer,
      headers: { ...headers, ...autoAnswer, 'X-Call-ID': command.callId },
      ...(target.proxy ? { proxy: target.proxy } : {}),
    };
    return this.context.srf().createUAC(target.uri, options, {
      cbRequest: (error, request) => {
        if (error || !request) return;
        leg.sent = request;
        if (leg.endingWith) this.cancel(leg, leg.endingWith);
      },
      cbProvisional: (response) => this.ringing(leg, response),
    });
  }

  private ringing(leg: Leg, response: SipResponse): void {
    if (leg.state !== 'dialling' || response.status === 100) return;
    leg.state = 'ringing';
    this.context.submit({ type: 'leg.ringing', at: this.context.now(), legId: leg.id });
  }

  private async answered(leg: Leg, dialog: SipDialog): Promise<void> {
    const { context } = this;
    delete leg.sent;
    if (leg.endingWith || leg.state === 'ended') {
      endLeg(context, leg, leg.endingWith ?? 'withdrawn');
      return dropDialog(context, dialog, 'withdrawn');
    }
    carryDialog(context, leg, dialog);
    try {
      await takeFinalAnswer(context, leg, dialog.remote.sdp);
      context.submit({ type: 'leg.answered', at: context.now(), legId: leg.id });
    } catch (error) {
      context.log.error({ error, callId: leg.callId, legId: leg.id }, 'answer cannot be used');
      endLeg(context, leg, 'no-media');
      dropDialog(context, dialog, 'no-media');
    }
  }

  private failed(leg: Leg, error: SipFailure): void {
    const { context } = this;
    if (error.status === undefined) {
      context.log.warn({ error, callId: leg.callId, legId: leg.id }, 'INVITE not sent');
    }
    endLeg(
      context,
      leg,
      leg.endingWith ?? error.endCause ?? causeOfStatus(error.status, leg.far?.q850),
    );
  }
}
