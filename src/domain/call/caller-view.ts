/** Whom a call's agent is shown, and who else is shown him: the part of a screen pop that is about the caller. */
import type { Effect } from '../effects';
import type { AgentId } from '../ids';
import type { CallerView } from '../notices';
import type { Call, CallFacts } from './call';

/** Whoever opened a lead by calling, or by being called, came from that. */
export const callerView = (call: CallFacts): CallerView => ({
  lookup: call.lookup,
  name: call.callerName,
  leadId: call.leadId,
  customerId: call.customerId,
  level: call.card?.level ?? null,
  source: call.card?.source ?? (call.lookup === 'none' ? openedBy(call) : null),
  owner: call.card?.owner ?? null,
  customerType: call.card?.customerType ?? null,
  vehicles: call.card?.vehicles ?? [],
  contacts: call.card?.contacts ?? [],
  promises: call.promises ?? [],
});

const openedBy = ({ direction, leadId }: CallFacts): string | null =>
  leadId === null || direction === 'internal' ? null : direction;

/** Who has the call before him: those it is offered to, its agent, and whom he asks. */
function seenBy({ stage, agentId }: Call): AgentId[] {
  if (stage.is === 'offered') return stage.offers.map((offer) => offer.agentId);
  const asked =
    stage.is === 'consulting' && stage.asked.to.kind === 'phone' ? stage.asked.to : null;
  return [agentId, asked?.agentId ?? null].filter((id) => id !== null);
}

/** What is known of the caller came late: their screens are filled. Nothing where nobody has a screen. */
export function callerKnown(call: Call): Effect[] {
  const agentIds = seenBy(call);
  if (agentIds.length === 0 || call.outcome !== null) return [];
  const caller = { callId: call.id, ...callerView(call) };
  return [{ type: 'notify', notice: { kind: 'caller.updated', agentIds, caller } }];
}
