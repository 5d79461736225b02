/**
 * A caller who was being asked or told something when the app fell: it begins again at the question that he was at,
 * so that nothing which he gave or was promised is lost. A message goes on being written meanwhile.
 *
 *     asked for a callback         asked again, in his line
 *     told that nobody is there    told again, from the number on; with a promise, which is written once more,
 *                                  what becomes of him
 *     leaving a message            goes on; one that is over is thanked for
 */
import type { DialogueNote } from '../effects';
import type { RecordingId } from '../ids';
import type { RecoveredCall } from '../recovered-call';
import type { CallOutcome } from '../records';
import type { Step } from '../step';
import type { Instant } from '../time';
import { announceAgain } from './announcing';
import { snapshot, type Call, type CallFacts, type CallIn } from './call';
import { beginCallback } from './press-one';
import { followedBy } from './closing';
import { goodbye, listenOn, SAVED, type Announcing } from './message';
import type { Absence } from './prompts';

/** He stands in his line again already, and hears music. */
export const askedBefore = (call: CallIn<'queued'>, waits: Step<Call>, now: Instant): Step<Call> =>
  followedBy(waits, beginCallback(call, now));

export function announcedBefore(
  facts: CallFacts,
  found: RecoveredCall,
  { about, opensAt, settled, message }: DialogueNote & { about: Absence },
  now: Instant,
): Step<Call> {
  const call: Announcing = {
    ...facts,
    stage: {
      ...{ is: 'announcing', why: about, opensAt: opensAt ?? null, step: { is: 'answering' } },
      ...{ promised: null, unwritten: null, recordingId: null },
    },
  };
  const known: Step<Call> = {
    next: call,
    effects: [
      { type: 'journal.write', record: { kind: 'call.saved', call: snapshot(call) } },
      { type: 'notify', notice: { kind: 'call.updated', call: snapshot(call) } },
    ],
  };
  return followedBy(
    known,
    message === undefined
      ? announceAgain(call, settled === true, now)
      : spokenTo(call, found, message, now),
  );
}

/** Who had been promised his call is no leaver. */
export const leftOutcome = ({ dialogue }: RecoveredCall): CallOutcome =>
  dialogue?.promised === undefined ? 'left' : 'promise';

function spokenTo(
  call: Announcing,
  { recordingId }: RecoveredCall,
  message: RecordingId,
  now: Instant,
): Step<Call> {
  return recordingId === message ? listenOn(call, message, now) : goodbye(call, SAVED, now);
}
