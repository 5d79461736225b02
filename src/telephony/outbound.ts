/** INVITEs of ours: where a leg is dialled to decides how. To phones: forking.ts; to outside numbers: trunk-calls.ts. */
import type { EndCause } from '../domain/end-cause';
import type { DialCommand } from '../engine/ports';
import { causeOfStatus, reasonHeader } from './cause';
import { answeredDialled, auditDiversion, cancelDialled } from './dialled';
import type { SipFailure } from './drachtio';
import { takeFinalAnswer } from './early-media';
import { ringPhones, type ForkContext } from './forking';
import type { Leg } from './legs';
import { endLeg, sendCancel } from './line';
import type { NailedLegs } from './nailed-legs';
import type { NumberTarget, TrunkCalls } from './trunk-calls';

export interface OutboundContext extends ForkContext {
  nailed: NailedLegs;
  trunkCalls: TrunkCalls;
}

export class Outbound {
  constructor(private readonly context: OutboundContext) {}

  dial(command: DialCommand): void {
    const { context } = this;
    const { legId: id, callId, to } = command;
    if (to.kind === 'phone' && to.nailed) return context.nailed.connect(command, to.agentId);
    const whose =
      to.kind === 'phone'
        ? ({ role: 'agent', agentId: to.agentId } as const)
        : ({ role: 'outside' } as const);
    const leg = context.legs.add({ id, callId, ...whose, state: 'dialling' });
    if (to.kind === 'phone') return ringPhones(context, leg, command, to);
    void this.dialNumber(leg, command, to);
  }

  /** See `cancelDialled`. */
  cancel(leg: Leg, cause: EndCause): void {
    cancelDialled(this.context, leg, cause);
  }

  private async dialNumber(leg: Leg, command: DialCommand, to: NumberTarget): Promise<void> {
    const { context } = this;
    leg.takeBack = (cause) => this.takeBack(leg, cause);
    try {
      const dialog = await context.trunkCalls.invite(leg, command, to);
      delete leg.sent;
      if (dialog === null) return endLeg(context, leg, leg.endingWith ?? 'withdrawn');
      const { sdp } = dialog.remote;
      await answeredDialled(context, leg, dialog, () => takeFinalAnswer(context, leg, sdp));
    } catch (error) {
      this.failed(leg, error as SipFailure);
    }
  }

  private takeBack(leg: Leg, cause: EndCause): void {
    if (leg.sent) sendCancel(this.context, leg.sent, reasonHeader(cause));
  }

  private failed(leg: Leg, error: SipFailure): void {
    const { context } = this;
    if (error.status === undefined) {
      context.log.warn({ error, callId: leg.callId, legId: leg.id }, 'INVITE not sent');
    }
    auditDiversion(context, leg, error);
    endLeg(
      context,
      leg,
      leg.endingWith ?? error.endCause ?? causeOfStatus(error.status, leg.far?.q850),
    );
  }
}
