/** The own legs of agents whose phones are nailed up: one each. What a former process left is theirs again. */
import type { NailedNote } from '../domain/effects';
import type { EndCause } from '../domain/end-cause';
import type { AgentId, PhoneId } from '../domain/ids';
import type { DialCommand, MakeId } from '../engine/ports';
import type { ForkContext } from './forking';
import type { Leg } from './legs';
import { endLeg } from './line';
import { NailedLeg, type NailedContext } from './nailed-leg';

export interface NailedLegsContext extends ForkContext {
  makeId: MakeId;
}

export class NailedLegs {
  private readonly legs = new Map<AgentId, NailedLeg>();
  private readonly context: NailedContext;
  private readonly makeId: MakeId;
  /** Phones that are to be dialled once it is known which legs a former process has left; null after that. */
  private asked: Map<AgentId, PhoneId> | null = new Map();

  constructor(context: NailedLegsContext, isUp: () => boolean) {
    this.makeId = context.makeId;
    this.context = { ...context, isUp, gone: (leg) => this.forget(leg) };
  }

  /** Who has one, or is being dialled, is not dialled. */
  dial(agentId: AgentId, phoneId: PhoneId): void {
    if (this.asked) return void this.asked.set(agentId, phoneId);
    if (this.legs.has(agentId)) return;
    const leg = NailedLeg.begin(this.context, { id: this.makeId(), agentId, phoneId });
    this.legs.set(agentId, leg);
    leg.ring();
  }

  /** Ends it, or the dialling. */
  hangup(agentId: AgentId, cause: EndCause): void {
    this.asked?.delete(agentId);
    const leg = this.legs.get(agentId);
    this.legs.delete(agentId);
    leg?.end(cause);
  }

  /** A call reaches the agent over his leg. */
  connect(command: DialCommand, agentId: AgentId): void {
    const { context } = this;
    const standing = this.legs.get(agentId);
    if (standing) return standing.connect(command);
    const { legId: id, callId } = command;
    const leg = context.legs.add({ id, callId, role: 'agent', agentId, state: 'dialling' });
    endLeg(context, leg, 'unreachable');
  }

  /** The leg was found in the name of `leg`. */
  adopt(leg: Leg, note: NailedNote): void {
    if (leg.agentId === undefined) return;
    this.legs.set(leg.agentId, NailedLeg.found(this.context, leg, leg.agentId, note));
  }

  /** The connection stands, again: phones are brought to where they are wanted. */
  goOn(): void {
    for (const leg of this.legs.values()) leg.goOn();
  }

  /** From now on phones are dialled. */
  open(): void {
    const asked = this.asked ?? [];
    this.asked = null;
    for (const [agentId, phoneId] of asked) this.dial(agentId, phoneId);
  }

  private forget(leg: NailedLeg): void {
    if (this.legs.get(leg.agentId) === leg) this.legs.delete(leg.agentId);
  }
}
