/**
 * Mute: what somebody of ours says is silence to all and in every recording, through hold and consultation as well,
 * until he is unmuted. The edge does it and keeps it; the note of his leg says so to the app that comes after a fall.
 * It is written before the edge is told to mute, and after it was told to unmute: who is shown as heard is heard.
 */
import type { TalkMuted } from '../agent-events';
import type { Effect } from '../effects';
import type { RefusalCode } from '../errors';
import type { AgentId, LegId } from '../ids';
import { stay, type Step } from '../step';
import type { Call, CallIn } from './call';
import { consultAgentNote } from './consult-notes';
import { agentNote, mayHold } from './holding';
import { told } from './telling';

/** Decides whether the agent may mute himself; null means yes. In a consultation as well, whoever he talks with. */
export function mayMute(call: Call | undefined, agentId: AgentId): RefusalCode | null {
  const { stage } = call ?? {};
  return stage?.is === 'consulting' && stage.agentId === agentId && stage.agentLegId !== null
    ? null
    : mayHold(call, agentId, 'hold');
}

/** The agent of a talk that was joined. To ask for what is so already changes nothing. */
export function muteTalk(call: CallIn<'talking'>, { agentId, muted }: TalkMuted): Step<Call> {
  const { line, agentId: own, agentLegId } = call.stage;
  if (own !== agentId || (line.is !== 'joined' && line.is !== 'held')) return stay<Call>(call);
  const next = { ...call, muted: mutedLegs(call, agentLegId, muted) };
  return muting(call, next, { legId: agentLegId, note: agentNote(next) });
}

/** The agent who asks somebody. */
export function muteConsult(call: CallIn<'consulting'>, { agentId, muted }: TalkMuted): Step<Call> {
  const { agentId: own, agentLegId } = call.stage;
  if (own !== agentId || agentLegId === null) return stay<Call>(call);
  const next = { ...call, muted: mutedLegs(call, agentLegId, muted) };
  return muting(call, next, { legId: agentLegId, note: consultAgentNote(next, agentLegId) });
}

/** After a restart: nobody knows whether the edge was told before the fall. */
export const muteAgain = ({ id: callId, muted }: Call): Effect[] =>
  muted.map((legId) => ({ type: 'media.mute', callId, legId, muted: true }));

const mutedLegs = ({ muted: before }: Call, legId: LegId, muted: boolean): LegId[] => [
  ...before.filter((id) => id !== legId),
  ...(muted ? [legId] : []),
];

function muting(before: Call, next: Call, { legId, note }: { legId: LegId; note: Effect }) {
  const muted = next.muted.includes(legId);
  if (before.muted.includes(legId) === muted) return stay(before);
  const order: Effect = { type: 'media.mute', callId: next.id, legId, muted };
  return { next, effects: [...(muted ? [note, order] : [order, note]), ...told(next)] };
}
