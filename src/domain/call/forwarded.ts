/**
 * A customer who talks with an outside number, to which his agent sent him. The agent is free; we carry and
 * record the talk. It ends when either of them hangs up. Should the outside leg break by our fault, the customer
 * waits in line again. Where both came through one trunk and it allows that, the carrier may have the talk.
 */
import { isOurFault } from '../end-cause';
import type { DomainEvent } from '../events';
import type { LegId } from '../ids';
import { stay, type Step } from '../step';
import type { Instant } from '../time';
import type { Call, CallIn } from './call';
import { fileRecording, finish, outcomeOf, recordingBroken } from './closing';
import { backToQueue } from './requeue';

/** One event for a forwarded call. */
export function stepForwarded(
  call: CallIn<'forwarded'>,
  event: DomainEvent,
  now: Instant,
): Step<Call> {
  const { outsideLegId, recordingId } = call.stage;
  if (event.type === 'recording.finished') {
    const effects = [fileRecording(call, event)];
    if (event.recordingId !== recordingId) return { next: call, effects };
    return { next: { ...call, stage: { ...call.stage, recordingId: null } }, effects };
  }
  if (event.type === 'leg.released') return released(call, event.legId, now);
  if (event.type !== 'leg.ended') return stay<Call>(call);
  const { legId, cause } = event;
  if (legId !== outsideLegId && legId !== call.callerLegId) return stay<Call>(call);
  if (legId === outsideLegId && isOurFault(cause)) return queueAgain(call, now);
  return finish(call, { outcome: outcomeOf('talk', cause), cause, hangup: 'partner-left' }, now);
}

/** For us the talk is over, and so is its file; its record says that the two talk on. */
const released = (call: CallIn<'forwarded'>, legId: LegId, now: Instant): Step<Call> =>
  legId === call.callerLegId
    ? finish(call, { outcome: 'talk', cause: 'carrier-joined', hangup: 'carrier-joined' }, now)
    : stay<Call>(call);

function queueAgain(call: CallIn<'forwarded'>, now: Instant): Step<Call> {
  const { agentId, recordingId } = call.stage;
  const talk: CallIn<'talking'> = {
    ...call,
    stage: { is: 'talking', line: { is: 'joined' }, agentId, agentLegId: '', recordingId },
  };
  const waits = backToQueue(talk, { route: call.route, entryId: call.ids.entryId }, now);
  const stop = recordingId === null ? [] : recordingBroken(waits.next, recordingId);
  return { next: waits.next, effects: [...waits.effects, ...stop] };
}
