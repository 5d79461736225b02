/**
 * Who hears whom in a consultation, and what is recorded of it. Two files run and never both of two who talk
 * alone: the talk's (left the customer, right the agent) and the consultation's (left the third party, right
 * the agent). The one whose party hears music is paused; in a talk of three both go on, so that each of the
 * three is heard in one of them.
 */
import type { Effect } from '../effects';
import type { LegId, RecordingId } from '../ids';
import { recordingPath } from '../recording/path';
import type { Instant } from '../time';
import type { Call, CallIn, Hearing } from './call';

type Consulting = CallIn<'consulting'>;

/** The agent, still there, hears the customer no more, the third party, or both of them. */
export function hear(call: Consulting, agentLegId: LegId, after: Hearing): Effect[] {
  const { callerLegId } = call;
  const { asked, hears: before } = call.stage;
  const third = asked.legId;
  switch (after) {
    case 'third':
      return [
        hold(call, callerLegId),
        ...pause(call, call.stage.recordingId),
        bridge(call, third, agentLegId),
        ...resume(call, consultFile(call)),
      ];
    case 'customer':
      return [
        hold(call, third),
        ...pause(call, consultFile(call)),
        bridge(call, callerLegId, agentLegId),
        ...resume(call, call.stage.recordingId),
      ];
    case 'all':
      return before === 'third'
        ? [join(call, callerLegId, agentLegId), ...resume(call, call.stage.recordingId)]
        : [join(call, third, agentLegId), ...resume(call, consultFile(call))];
  }
}

const consultFile = ({ stage: { asked } }: Consulting): RecordingId | null =>
  asked.recording ? asked.recordings.consult : null;

/** Music, and what he says meanwhile is in no file. */
export const hold = (call: Call, legId: LegId): Effect => ({
  type: 'media.hold',
  callId: call.id,
  legId,
});

export const bridge = (call: Call, a: LegId, b: LegId): Effect => ({
  type: 'media.bridge',
  callId: call.id,
  a,
  b,
});

const join = (call: Call, legId: LegId, on: LegId): Effect => ({
  type: 'media.join',
  callId: call.id,
  legId,
  on,
});

export const pause = (call: Call, recordingId: RecordingId | null): Effect[] =>
  recordingId === null ? [] : [{ type: 'record.pause', callId: call.id, recordingId }];

export const resume = (call: Call, recordingId: RecordingId | null): Effect[] =>
  recordingId === null ? [] : [{ type: 'record.resume', callId: call.id, recordingId }];

/** A segment begins: left what the one says who is not ours, right what ours says. */
export const record = (
  call: Call,
  recordingId: RecordingId,
  { left, right }: { left: LegId; right: LegId },
  startedAt: Instant,
): Effect => ({
  type: 'record.start',
  callId: call.id,
  recordingId,
  path: recordingPath({ storeId: call.route.storeId, callId: call.id, recordingId, startedAt }),
  left,
  right,
});
