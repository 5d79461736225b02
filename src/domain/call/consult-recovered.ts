/**
 * A consultation, or a talk with an outside number, that outlived the app: it stands as it stood. What each hears
 * is said once more, because nobody knows what was carried out. An agent who had gone meanwhile had left the other
 * two to each other.
 */
import type { EarlierTalk, Effect, LegNote } from '../effects';
import type { RecoveredCall } from '../recovered-call';
import type { Step } from '../step';
import type { Instant } from '../time';
import type { Call, CallFacts, CallIn } from './call';
import { followedBy } from './closing';
import { handOver } from './consult-end';
import { bridge, hear, record, resume } from './consult-hearing';
import { thirdNote } from './consult-notes';
import { told } from './telling';

/** The third party's leg lives; whether its agent's does decides what comes of it. */
export function resumeConsult(
  facts: CallFacts,
  found: RecoveredCall,
  third: NonNullable<RecoveredCall['third']>,
  now: Instant,
): Step<Call> {
  const { consult, legId, recording, takerRoute } = third;
  const { agentLeg } = found;
  // Without its agent nothing is recorded any more but the talk that begins; nor when one has gone, which is told next.
  const goesOn = agentLeg !== undefined && !found.partyGone;
  const next: CallIn<'consulting'> = {
    ...facts,
    earlier: recording ? facts.earlier : [...facts.earlier, fileOf(consult)],
    agentId: consult.by,
    talkStartedAt: facts.talkStartedAt ?? now,
    bridgedAt: facts.bridgedAt ?? now,
    stage: {
      is: 'consulting',
      agentId: consult.by,
      agentLegId: agentLeg?.legId ?? null,
      recordingId: found.recordingId ?? (goesOn ? found.spareRecordingId : null),
      asked: {
        to: consult.to,
        shown: '',
        by: { agentId: consult.by, name: consult.by },
        at: now,
        // The offer is long over.
        offerId: legId,
        legId,
        recordings: recording
          ? consult.recordings
          : { ...consult.recordings, consult: third.spareRecordingId },
        entryId: consult.entryId,
        ...(takerRoute ? { takerRoute } : {}),
        dialled: true,
        answered: true,
        recording: recording || goesOn,
      },
      hears: consult.hears,
      handsOver: false,
    },
  };
  const colleague =
    consult.to.kind === 'phone' ? [recovered(next, consult.to.agentId, legId, now, now)] : [];
  if (!agentLeg) {
    const theirs = followedBy({ next, effects: colleague }, handOver(next, now));
    return found.partyGone ? withoutSound(theirs) : theirs;
  }
  return {
    next,
    effects: [
      recovered(next, agentLeg.agentId, agentLeg.legId, next.talkStartedAt ?? now, now),
      ...colleague,
      ...(goesOn
        ? [...recordAgain(next, found, agentLeg.legId, now), ...hearAgain(next, agentLeg.legId)]
        : []),
      ...told(next),
    ],
  };
}

/** The consultation's file, whenever it is told of: it is the asker's. */
export const fileOf = ({ recordings, by }: NonNullable<LegNote['consult']>): EarlierTalk => ({
  recordingId: recordings.consult,
  agentId: by,
});

/** One of the two is gone, which is told next: there is nothing to hear, and nothing to record. */
function withoutSound({ next, effects }: Step<Call>): Step<Call> {
  const { stage } = next;
  return {
    next: 'recordingId' in stage ? { ...next, stage: { ...stage, recordingId: null } } : next,
    effects: effects.filter(({ type }) => type !== 'media.bridge' && type !== 'record.start'),
  };
}

/** Of what is recorded no more. */
function recordAgain(
  call: CallIn<'consulting'>,
  { recordingId, spareRecordingId, third }: RecoveredCall,
  right: string,
  now: Instant,
): Effect[] {
  const { legId, recordings } = call.stage.asked;
  return [
    ...(recordingId === undefined
      ? [record(call, spareRecordingId, { left: call.callerLegId, right }, now)]
      : []),
    ...(third?.recording
      ? []
      : [thirdNote(call), record(call, recordings.consult, { left: legId, right }, now)]),
  ];
}

/** All three: the two who had been joined last are joined, and recorded, before the customer comes in. */
function hearAgain(call: CallIn<'consulting'>, agentLegId: string): Effect[] {
  const { asked, hears } = call.stage;
  if (hears !== 'all') return hear(call, agentLegId, hears);
  const apart: CallIn<'consulting'> = { ...call, stage: { ...call.stage, hears: 'third' } };
  return [
    bridge(call, asked.legId, agentLegId),
    ...resume(call, asked.recordings.consult),
    ...hear(apart, agentLegId, 'all'),
  ];
}

/** Caller and number talk on; the agent is free. */
export function resumeForwarded(
  facts: CallFacts,
  found: RecoveredCall,
  outside: NonNullable<RecoveredCall['outsideLeg']>,
  now: Instant,
): Step<Call> {
  const { legId: outsideLegId, by: agentId, number } = outside;
  const next: CallIn<'forwarded'> = {
    ...facts,
    agentId,
    // When they were joined may not have been written before the fall.
    talkStartedAt: facts.talkStartedAt ?? now,
    bridgedAt: facts.bridgedAt ?? now,
    stage: {
      is: 'forwarded',
      ...{ agentId, outsideLegId, number },
      // One of them may be gone, which is told next: nothing more is recorded.
      recordingId: found.recordingId ?? (found.partyGone ? null : found.spareRecordingId),
    },
  };
  const parties = { left: next.callerLegId, right: outsideLegId };
  const again: Effect[] = [
    bridge(next, parties.left, parties.right),
    ...(found.recordingId === undefined
      ? [record(next, found.spareRecordingId, parties, now)]
      : []),
  ];
  return { next, effects: [...(found.partyGone ? [] : again), ...told(next)] };
}

const recovered = (
  call: Call,
  agentId: string,
  legId: string,
  since: Instant,
  at: Instant,
): Effect => ({
  type: 'raise',
  event: { type: 'talk.recovered', at, callId: call.id, agentId, legId, since },
});
