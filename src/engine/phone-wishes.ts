/**
 * What phones ask for by SIP alone, REFER and INVITE with Replaces: judged as what their persons ask for at a desk,
 * and submitted as the same facts.
 */
import { arrivingLeg } from '../domain/call/leg';
import { mayPickUp } from '../domain/call/pick-up';
import { mayTakeOver } from '../domain/call/take-over';
import type { RefusalCode } from '../domain/errors';
import type { CallPickedUp, TalkTakenOver } from '../domain/agent-events';
import type { LegId } from '../domain/ids';
import type { ConsultWorld } from './consults';
import type { Refer, Replace, Replacing, Submit } from './ports';
import { joiningOf, referralOf } from './referring';

export class PhoneWishes implements Replace {
  constructor(
    private readonly world: () => ConsultWorld,
    private readonly submit: Submit,
  ) {}

  /** As a transfer from the desk, to whom the phone dialled; or his two talks become one. */
  readonly refer: Refer = (asked) => {
    const { with: otherId } = asked;
    const world = this.world();
    const fact =
      otherId === undefined ? referralOf(asked, world) : joiningOf({ ...asked, otherId }, world);
    if ('refused' in fact) {
      if (fact.audit) this.submit(fact.audit);
      return { refused: fact.refused };
    }
    this.submit(fact);
    if (fact.type === 'consult.begun') return { ringing: fact.legId };
    return { ringing: fact.type === 'talk.transferred' ? (fact.offer?.legId ?? null) : null };
  };

  mayReplace({ agentId, callId, legId, rings }: Replacing): RefusalCode | null {
    const { live } = this.world();
    const call = live.calls.get(callId);
    return rings ? mayPickUp(call, live.agents.get(agentId)) : mayTakeOver(call, agentId, legId);
  }

  replace(asked: Replacing, by: LegId): RefusalCode | null {
    const refusal = this.mayReplace(asked);
    if (refusal !== null) return refusal;
    const { live, makeId, at } = this.world();
    const { agentId, callId, phoneId, legId: from } = asked;
    live.setLeg({ ...arrivingLeg({ id: by, callId }, at), role: 'agent', agentId });
    const about = { at, callId, agentId };
    const [recordingId, offerId] = [makeId(), makeId()];
    const fact: CallPickedUp | TalkTakenOver = asked.rings
      ? {
          ...{ type: 'call.picked-up', ...about },
          offer: {
            ...{ offerId, agentId, legId: by, recordingId, phoneId },
            ...{ awaitsReceipt: false, isHere: true },
          },
        }
      : { type: 'talk.taken-over', ...about, from, legId: by, recordingId };
    this.submit(fact);
    return null;
  }
}
