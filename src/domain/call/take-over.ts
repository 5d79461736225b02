/**
 * Take-over: the agent of a talk goes on with it at another phone of his. The new leg stands before the old one is
 * hung up, so that his customer misses nothing; what is said from then on is a segment of its own.
 */
import type { TalkTakenOver } from '../agent-events';
import type { Effect } from '../effects';
import type { RefusalCode } from '../errors';
import type { AgentId, LegId } from '../ids';
import { stay, type Step } from '../step';
import type { Instant } from '../time';
import type { Call, CallIn } from './call';
import { callerNote } from './caller-line';
import { followedBy, recordingStopped } from './closing';
import { agentNote, holdAsPhonesDo, joinParties, mayHold } from './holding';
import { muteAgain } from './muting';
import { startRecording } from './talking';
import { told } from './telling';

/** Decides whether he may put another leg of his in the place of that one; null means yes. */
export function mayTakeOver(
  call: Call | undefined,
  agentId: AgentId,
  legId: LegId,
): RefusalCode | null {
  const refusal = mayHold(call, agentId, 'hold');
  if (refusal !== null) return refusal;
  return call?.stage.is === 'talking' && call.stage.agentLegId === legId ? null : 'NOT_YOUR_TALK';
}

/** His new leg is answered. A hold at his desk goes on; one by the phone that he leaves does not. */
export function takeOver(call: CallIn<'talking'>, event: TalkTakenOver, now: Instant): Step<Call> {
  const { agentId, from, legId, recordingId } = event;
  if (mayTakeOver(call, agentId, from) !== null) return stay<Call>(call);
  const { stage } = call;
  const isHeldAtDesk = stage.line.is === 'held' && stage.line.atDesk;
  const next: CallIn<'talking'> = {
    ...call,
    legs: [...call.legs, legId],
    holding: call.holding.filter((id) => id !== from),
    muted: call.muted.map((id) => (id === from ? legId : id)),
    earlier:
      stage.recordingId === null
        ? call.earlier
        : [...call.earlier, { recordingId: stage.recordingId, agentId }],
    stage: {
      ...{ is: 'talking', agentId, agentLegId: legId, recordingId },
      line: isHeldAtDesk ? { is: 'held', atDesk: true } : { is: 'joined' },
    },
  };
  const moved = { at: now, callId: call.id, to: call.id, agentId, legId };
  const effects: Effect[] = [
    ...(stage.recordingId === null ? [] : [recordingStopped(call, stage.recordingId)]),
    agentNote(next),
    // Before he is joined: not a word of his is heard.
    ...(next.muted.includes(legId) ? muteAgain({ ...next, muted: [legId] }) : []),
    callerNote(next),
    ...(isHeldAtDesk ? [] : [joinParties(next)]),
    startRecording(next, recordingId, now),
    { type: 'raise', event: { type: 'talk.moved', ...moved } },
    { type: 'leg.hangup', legId: from, cause: 'answered-elsewhere' },
    ...told(next),
  ];
  const taken: Step<Call> = { next, effects };
  return isHeldAtDesk ? taken : followedBy(taken, holdAsPhonesDo(next));
}
