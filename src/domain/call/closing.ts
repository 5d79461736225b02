/**
 * Decides how a call ends: every ending goes through `finish`, which gives the call its one outcome
 * and ends what is still alive; `closed` follows when the last leg and the recording's file are
 * done.
 */
import { outcomeOfCall } from '../attempt/attempt';
import type { EarlierTalk, Effect } from '../effects';
import { isOurFault, type EndCause } from '../end-cause';
import type { DomainEvent, RecordingFile, RecordingFinished } from '../events';
import type { LegEnded } from '../leg-events';
import type { AgentId, RecordingId, StoreId } from '../ids';
import type { EntryLeft } from '../raised-events';
import type { CallOutcome, PromiseReason } from '../records';
import { stay, type Step } from '../step';
import { seconds, type Instant, type Millis } from '../time';
import { knownBy, snapshot, type Call, type CallIn, type Stage } from './call';
import { promiseOwed } from './promise-owed';

/**
 * Legs and recordings end within seconds, and the database is back within seconds to say who called;
 * a call that still waits for any of them after this is let go. Its
 * recording is then filed as failed, which a file that comes later all the same corrects.
 */
export const LET_GO_MS: Millis = seconds(60);

/** Why the recording of a talk is no more, when an edge fell over it. */
const BROKEN_OFF = 'the talk was broken off';

interface Ending {
  outcome: CallOutcome;
  /** Why the call ended: for log, metric, record and report. */
  cause: EndCause;
  /** What legs still alive are told. */
  hangup: EndCause;
  /** When it ended, if that was before now. */
  endedAt?: Instant;
}

/**
 * The outcome as the ledger counts it: our fault outranks everything, and a caller whose offer could
 * not be met (488), or for whom there was no stream (503), was refused, wherever that came out.
 */
export const outcomeOf = (usual: CallOutcome, cause: EndCause): CallOutcome => {
  if (isOurFault(cause)) return 'broken';
  // The edge told a waiting caller in our place that he will be called back.
  if (cause === 'announced' && usual === 'left') return 'promise';
  if (cause === 'over-capacity') return cause;
  return cause === 'no-media' ? 'refused' : usual;
};

/** Gives the call its outcome, hangs up what is left, stops the recording. */
export function finish(call: Call, ending: Ending, now: Instant): Step<Call> {
  const recordingId = 'recordingId' in call.stage ? call.stage.recordingId : null;
  const consultRecordingId = consultRecording(call);
  const next: CallIn<'wrapping-up'> = {
    ...call,
    outcome: ending.outcome,
    endCause: ending.cause,
    endedAt: ending.endedAt ?? now,
    stage: {
      is: 'wrapping-up',
      recordingId,
      ...(consultRecordingId === null ? {} : { consultRecordingId }),
    },
  };
  const effects: Effect[] = call.legs.map((legId) => ({
    type: 'leg.hangup',
    legId,
    cause: ending.hangup,
  }));
  for (const id of [consultRecordingId, recordingId])
    if (id !== null)
      effects.push(
        ...(isOurFault(ending.cause) ? recordingBroken(next, id) : [recordingStopped(next, id)]),
      );
  effects.push(
    { type: 'timer.clear', timer: { kind: 'caller-rings', callId: call.id } },
    {
      type: 'timer.set',
      timer: { kind: 'overdue', callId: call.id },
      at: now + LET_GO_MS,
    },
    savedOver(next),
    { type: 'notify', notice: { kind: 'call.updated', call: snapshot(next) } },
    ...releaseColleague(call, now),
    ...attemptOver(call, ending, now),
  );
  return followedBy({ next, effects }, closeWhenDone(next));
}

/** What was made to reach him has its outcome with the call; unless it has had one before. */
function attemptOver({ id: callId, callBack }: Call, ending: Ending, at: Instant): Effect[] {
  if (!callBack) return [];
  const outcome = outcomeOfCall(ending.outcome, ending.cause);
  return [{ type: 'raise', event: { type: 'attempt.over', at, callId, outcome } }];
}

/** At the customer's end of an internal call; whoever stands there has nothing to wrap up. */
function releaseColleague({ id: callId, colleagueId }: Call, at: Instant): Effect[] {
  if (colleagueId === null) return [];
  const event = { type: 'talk.ended', at, callId, agentId: colleagueId, wrapUpMs: 0 } as const;
  return [{ type: 'raise', event }];
}

/** Of a consultation that is being recorded; null else. */
const consultRecording = ({ stage }: Call): RecordingId | null =>
  stage.is === 'consulting' && stage.asked.recording ? stage.asked.recordings.consult : null;

/** The talk ended by our fault, and so does its file. */
export const recordingBroken = (call: Call, recordingId: RecordingId): Effect[] => [
  recordingStopped(call, recordingId),
  filedBroken(call, recordingId),
];

/**
 * By our fault the file may be lost as well: filed as failed at once, which a finished one corrects. Whose it was is
 * written down with that, because the call may be closed before its file is told.
 */
export const filedBroken = (call: Call, recordingId: RecordingId): Effect =>
  fileRecording(call, { recordingId, file: { result: 'failed', reason: BROKEN_OFF } });

/** The outcome stands; only what is still ending is of interest. */
export function stepWrappingUp(call: CallIn<'wrapping-up'>, event: DomainEvent): Step<Call> {
  switch (event.type) {
    case 'leg.ended':
      return event.at < (call.endedAt ?? event.at) ? toldLate(call, event) : closeWhenDone(call);
    case 'recording.finished': {
      const effects = [fileRecording(call, event)];
      if (!filesOf(call).includes(event.recordingId)) return { next: call, effects };
      const next = { ...call, stage: withoutFile(call.stage, event.recordingId) };
      return followedBy({ next, effects }, closeWhenDone(next));
    }
    case 'timer.fired':
      return event.timer.kind === 'overdue' ? letGo(call) : stay(call);
    case 'leg.answered':
      // The 200 crossed our CANCEL: the leg was told to hang up already and will end (RFC 3261
      // §9.1), so nothing is to be done about it here.
      return stay(call);
    default:
      return stay(call);
  }
}

/** Files that are still being finished. */
const filesOf = ({ stage }: CallIn<'wrapping-up'>): RecordingId[] =>
  [stage.consultRecordingId, stage.recordingId].filter((id) => id !== undefined && id !== null);

function withoutFile(
  stage: CallIn<'wrapping-up'>['stage'],
  done: RecordingId,
): CallIn<'wrapping-up'>['stage'] {
  if (stage.recordingId === done) return { ...stage, recordingId: null };
  return { is: stage.is, recordingId: stage.recordingId };
}

/** Nobody tells of the file any more (its edge fell): the record says so instead of nothing. */
function letGo(call: CallIn<'wrapping-up'>): Step<Call> {
  const file = { result: 'failed', reason: 'its end was never told' } as const;
  const effects = filesOf(call).map((recordingId) => fileRecording(call, { recordingId, file }));
  return followedBy({ next: call, effects }, close(call));
}

/** A leg ended while the app was away: the call ended then, and for that reason. */
function toldLate(call: CallIn<'wrapping-up'>, event: LegEnded): Step<Call> {
  const next: CallIn<'wrapping-up'> = {
    ...call,
    endedAt: event.at,
    endCause: event.cause,
    outcome: outcomeOf(call.outcome ?? 'talk', event.cause),
  };
  return followedBy({ next, effects: [savedOver(next)] }, closeWhenDone(next));
}

/** The journal links the file to what the call knows; see `recording.saved`. */
export const fileRecording = (
  call: Call,
  event: Pick<RecordingFinished, 'recordingId' | 'file'>,
): Effect => ({
  type: 'journal.write',
  record: {
    kind: 'recording.saved',
    recording: {
      id: event.recordingId,
      callId: call.id,
      leadId: call.leadId,
      agentId: agentOfRecording(call, event),
      storeId: storeOfRecording(call, event.recordingId),
      file: event.file,
    },
  },
});

/** Of several talks of one call each has its own; null for one of before a fall, which the store finds by its legs. */
export function agentOfRecording(
  call: Call,
  { recordingId, file }: Pick<RecordingFinished, 'recordingId' | 'file'>,
): AgentId | null {
  const { earlier, stage, agentId } = call;
  const isLatest = 'recordingId' in stage && stage.recordingId === recordingId;
  if (isLatest || consultFileOf(stage) === recordingId) return agentId;
  const known = earlier.find((one) => one.recordingId === recordingId);
  return known?.agentId ?? (isForwarded(call, file) ? agentId : null);
}

/** That in which it was said, wherever the call went since. */
export const storeOfRecording = ({ earlier, route }: Call, id: RecordingId): StoreId | null =>
  earlier.find(({ recordingId }) => recordingId === id)?.storeId ?? route.storeId;

/** The call goes over to another store: what was said before stays its own store's. */
export const leftIn = (storeId: StoreId, talks: readonly EarlierTalk[]): EarlierTalk[] =>
  talks.map((talk) => ({ storeId, ...talk }));

/** The customer's talk with an outside number: no leg tells whose it is, which is who sent him there. */
const isForwarded = ({ stage, talkStartedAt }: Call, file: RecordingFile): boolean =>
  stage.is === 'forwarded' && file.result === 'stored' && file.startedAt >= (talkStartedAt ?? 0);

/** Of the consultation that goes on, or ended with the call: its asker's, who is the call's agent. */
function consultFileOf(stage: Stage): RecordingId | undefined {
  if (stage.is === 'consulting') return stage.asked.recordings.consult;
  return stage.is === 'wrapping-up' ? stage.consultRecordingId : undefined;
}

/** The talk is over, and its file is finished; that is told by `recording.finished`. */
export const recordingStopped = (call: Call, recordingId: RecordingId): Effect => ({
  type: 'record.stop',
  callId: call.id,
  recordingId,
});

/** The call gives up its place in the queue, for another reason than a talk. */
export const leaveQueue = (call: Call, outcome: EntryLeft['outcome'], now: Instant): Effect => ({
  type: 'raise',
  event: { type: 'entry.left', at: now, entryId: call.ids.entryId, outcome },
});

/** A caller without a number cannot be called back; everybody else is owed it. */
export const owePromise = (call: Call, reason: PromiseReason, now: Instant): Effect[] =>
  promiseOwed(call, { reason }, now);

/** Closes a call whose legs and file are done, and of whose caller it is known who he is. */
export const closeWhenDone = (call: CallIn<'wrapping-up'>): Step<Call> =>
  call.legs.length === 0 && filesOf(call).length === 0 && !owesLead(call)
    ? close(call)
    : stay<Call>(call);

/** Nobody could say in time who he is: recording and promise would hang on nobody, so it is asked on. */
export const owesLead = (call: Call): boolean =>
  call.lookup === 'unavailable' &&
  knownBy(call) !== '' &&
  call.leadId === null &&
  call.customerId === null;

/** Should nobody learn it any more, because the app falls or the call is let go, the store finds out (customers/unknown-callers.ts). */
const savedOver = (call: CallIn<'wrapping-up'>): Effect => ({
  type: 'journal.write',
  record: {
    kind: 'call.saved',
    call: snapshot(call),
    ...(owesLead(call) ? { unknown: { number: knownBy(call), leadId: call.ids.leadId } } : {}),
  },
});

const close = (call: CallIn<'wrapping-up'>): Step<Call> => ({
  next: { ...call, stage: { is: 'closed' } },
  effects: [
    { type: 'timer.clear', timer: { kind: 'overdue', callId: call.id } },
    { type: 'timer.clear', timer: { kind: 'lookup-again', callId: call.id } },
    { type: 'media.close', callId: call.id },
  ],
});

export const followedBy = (first: Step<Call>, second: Step<Call>): Step<Call> => ({
  next: second.next,
  effects: [...first.effects, ...second.effects],
});
