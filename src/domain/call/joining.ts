/**
 * Attended transfer by an agent's phone: he talks with two in two calls, of which one is on hold, and joins them.
 * One of the calls goes on, with all that was said before in it and the new talk as a segment of its own; the other
 * ends as a talk of its own, with its own recording.
 *
 *     talk with a customer ------------------------------------> customer and third party
 *     talk with a colleague or an outside number --the far side goes over--> ended, `transferred`
 *
 * The customer's call goes on, whichever of the two was first; with a colleague of another store it is that one's from
 * then on. Who joins them is done with both.
 */
import type { TalksJoined } from '../agent-events';
import type { DialTarget, Effect } from '../effects';
import type { RefusalCode } from '../errors';
import type { AgentId, CallId, LegId } from '../ids';
import { stay, type Step } from '../step';
import type { Instant } from '../time';
import type { Asked, Call, CallIn } from './call';
import { finish } from './closing';
import { handOver } from './consult-end';
import { mayHold } from './holding';

/** Which call goes on, which one ends, and whose far side comes over. */
export interface Joining {
  callId: CallId;
  otherId: CallId;
  far: { legId: LegId; to: DialTarget };
}

/** Decides whether he may; `isHelp` tells numbers for help, from which nobody is sent on. */
export function mayJoin(
  one: Call | undefined,
  other: Call | undefined,
  agentId: AgentId,
  isHelp: (number: string) => boolean,
): RefusalCode | Joining {
  const refusal = mayHold(one, agentId, 'hold') ?? mayHold(other, agentId, 'hold');
  if (refusal !== null || !one || !other) return refusal ?? 'NOT_YOUR_TALK';
  if (one.id === other.id) return 'NO_SUCH_TARGET';
  if ([one, other].some(({ direction, to }) => direction === 'outbound' && isHelp(to)))
    return 'DIAL_FORBIDDEN';
  const [kept, gone] = rankOf(one) <= rankOf(other) ? [one, other] : [other, one];
  const to = farOf(gone);
  return to === null
    ? 'NO_SUCH_TARGET'
    : { callId: kept.id, otherId: gone.id, far: { legId: gone.callerLegId, to } };
}

/** A caller's call goes before one to a customer, and that before one among ourselves; of equals the older. */
const rankOf = ({ direction, arrivedAt }: Call): number =>
  ['inbound', 'outbound', 'internal'].indexOf(direction) * 1e15 + arrivedAt;

/** Nobody of ours has two callers at a time. */
function farOf({ direction, to, colleagueId }: Call): DialTarget | null {
  if (direction === 'outbound') return { kind: 'number', number: to, via: [] };
  if (colleagueId === null) return null;
  return { kind: 'phone', agentId: colleagueId, phoneId: to };
}

/** Either of the two calls, still as they were when it was asked for. */
export function joinTalks(call: CallIn<'talking'>, event: TalksJoined, now: Instant): Step<Call> {
  const refusal = mayHold(call, event.agentId, 'hold');
  if (refusal !== null) return stay<Call>(call);
  return event.callId === call.id ? takeIn(call, event, now) : sendOver(call, event, now);
}

/** The call that goes on: as if he had asked the other one in it, and completed. */
function takeIn(call: CallIn<'talking'>, event: TalksJoined, now: Instant): Step<Call> {
  const { agentId, agentLegId, recordingId } = call.stage;
  const consulting: CallIn<'consulting'> = {
    ...call,
    legs: [...call.legs, event.far.legId],
    holding: event.isHolding ? [...call.holding, event.far.legId] : call.holding,
    stage: {
      is: 'consulting',
      ...{ agentId, agentLegId, recordingId },
      asked: askedIn(call, event),
      hears: 'third',
      handsOver: true,
    },
  };
  return handOver(consulting, now);
}

/** What was said with it stands in the call that it came from. */
const askedIn = ({ ids }: Call, { far, taken, agentId, recordingId, at }: TalksJoined): Asked => ({
  ...{ to: far.to, shown: '', by: { agentId, name: '' }, at },
  ...{ offerId: '', legId: far.legId, entryId: taken?.entryId ?? ids.entryId },
  ...(taken ? { takerRoute: taken.route } : {}),
  recordings: { consult: '', talk: recordingId },
  ...{ dialled: true, answered: true, recording: false },
});

/** The call that ends: its far side, whose stream goes on, is none of its legs any more. */
function sendOver(call: CallIn<'talking'>, event: TalksJoined, now: Instant): Step<Call> {
  const { far, callId, agentId } = event;
  const left: Call = {
    ...call,
    colleagueId: null,
    legs: call.legs.filter((id) => id !== far.legId),
  };
  const ended = finish(left, { outcome: 'talk', cause: 'transferred', hangup: 'transferred' }, now);
  const move: Effect = { type: 'leg.move', legId: far.legId, callId: call.id, to: callId };
  const about = { at: now, callId: call.id };
  const raised: Effect[] = [
    { type: 'raise', event: { type: 'talk.ended', ...about, agentId, wrapUpMs: 0 } },
  ];
  if (far.to.kind === 'phone')
    raised.push({
      type: 'raise',
      event: { type: 'talk.moved', ...about, agentId: far.to.agentId, to: callId },
    });
  return { next: ended.next, effects: [move, ...ended.effects, ...raised] };
}
