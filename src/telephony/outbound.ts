/** INVITEs of ours: where a leg is dialled to decides how. To phones: forking.ts. */
import type { EndCause } from '../domain/end-cause';
import type { DialCommand } from '../engine/ports';
import { cancelDialled } from './dialled';
import { ringPhones, type ForkContext } from './forking';
import type { Leg } from './legs';
import { endLeg } from './line';

export type OutboundContext = ForkContext;

export class Outbound {
  constructor(private readonly context: OutboundContext) {}

  dial(command: DialCommand): void {
    const { context } = this;
    const { legId: id, callId, to } = command;
    const whose =
      to.kind === 'phone'
        ? ({ role: 'agent', agentId: to.agentId } as const)
        : ({ role: 'outside' } as const);
    const leg = context.legs.add({ id, callId, ...whose, state: 'dialling' });
    if (to.kind === 'phone') return ringPhones(context, leg, command, to);
    endLeg(context, leg, 'unreachable');
  }

  /** See `cancelDialled`. */
  cancel(leg: Leg, cause: EndCause): void {
    cancelDialled(this.context, leg, cause);
  }
}
