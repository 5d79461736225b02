/**
 * A caller who was being asked or told something when the app fell: it begins again at the question that he was at,
 * so that nothing which he gave or was promised is lost. A message goes on being written meanwhile.
 *
 *     asked for a callback         asked again, in his line
 *     told that nobody is there    told again, from the number on; with a promise, which is written once more,
 *                                  what becomes of him
 *     leaving a message            goes on; one that is over is thanked for
 */
import type { DialogueNote, Effect } from '../effects';
import type { RecordingId } from '../ids';
import type { RecoveredCall } from '../recovered-call';
import type { CallOutcome } from '../records';
import type { Step } from '../step';
import type { Instant } from '../time';
import { announceAgain } from './announcing';
import { calledBackAt, snapshot, type Call, type CallFacts, type CallIn } from './call';
import { beginCallback } from './press-one';
import { followedBy, owePromise } from './closing';
import { goodbye, listenOn, SAVED, type Announcing } from './message';
import { announcedOwed } from './promise-owed';
import type { Absence } from './prompts';

/** He stands in his line again already, and hears music. */
export const askedBefore = (call: CallIn<'queued'>, waits: Step<Call>, now: Instant): Step<Call> =>
  followedBy(waits, beginCallback(call, now));

export function announcedBefore(
  facts: CallFacts,
  found: RecoveredCall,
  dialogue: DialogueNote & { about: Absence },
  now: Instant,
): Step<Call> {
  const { settled, message } = dialogue;
  const call = announcedTo(facts, dialogue);
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

function announcedTo(
  facts: CallFacts,
  { about, opensAt, promised, former = [] }: DialogueNote & { about: Absence },
): Announcing {
  return {
    ...facts,
    stage: {
      ...{ is: 'announcing', why: about, opensAt: opensAt ?? null, step: { is: 'answering' } },
      ...{ promised: promised ?? null, former, unwritten: null, recordingId: null },
    },
  };
}

/** He hung up while nobody listened. Who was being told is no leaver, and what he was promised is at one number. */
export function leftWhileAway(
  call: Call,
  { dialogue }: RecoveredCall,
  now: Instant,
): { outcome: CallOutcome; owed: Effect[] } {
  if (!dialogue || dialogue.about === 'callback')
    return { outcome: 'left', owed: owePromise(call, 'abandoned', now) };
  const { about, promised } = dialogue;
  const told = announcedTo(call, { ...dialogue, about });
  const former = [...told.stage.former, ...(promised === undefined ? [] : [promised])];
  return {
    outcome: calledBackAt(call) === '' ? 'no-number' : 'promise',
    owed: announcedOwed({ ...told, stage: { ...told.stage, former } }, now),
  };
}

function spokenTo(
  call: Announcing,
  { recordingId }: RecoveredCall,
  message: RecordingId,
  now: Instant,
): Step<Call> {
  return recordingId === message ? listenOn(call, message, now) : goodbye(call, SAVED, now);
}
