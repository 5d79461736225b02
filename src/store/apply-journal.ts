/**
 * Replays journal entries into PostgreSQL. Decides what of a batch must be written: entries not seen
 * before, and of several snapshots of one subject only the newest. Must not know where entries come
 * from or when the next batch follows.
 *
 * Statements are sent without waiting for one another, and PostgreSQL runs them in the order in which they stand here; it
 * is waited only where an answer is read.
 */
import { blockKey } from '../domain/block/block';
import { outsideEventsOf } from '../domain/outside/event';
import type { CallSnapshot, JournalEntry, JournalRecord } from '../domain/records';
import type { CallId, RecordingId } from '../domain/ids';
import type { Instant } from '../domain/time';
import { saveAgentStates } from './agent-states';
import { putTogether } from './alarms';
import { saveAttempts } from './attempts';
import { saveCalls } from './calls';
import { saveConfirmedNumbers } from './confirmed-numbers';
import { saveBlocks } from './blocks';
import type { Database } from './database';
import { saveDialCounts, saveTrunkUses } from './day-counts';
import { noteEntries, saveAlarms, saveAudit } from './journal-events';
import { endFollowUps } from './follow-ups';
import { saveForms, tellLeads } from './forms';
import { saveHotlineOrders } from './hotline-orders';
import { openLeads } from './leads';
import { takeLease, type Lease } from './lease';
import { saveLegs } from './legs';
import { sweepCalls, sweepConsults } from './sweep';
import { saveOffers } from './offers';
import { saveOutsideEvents } from './outside-events';
import { savePromises } from './promises';
import { saveEntries } from './queue-entries';
import { fileRecordingsOf, saveRecordings, type SavedRecording } from './recordings';
import { saveRatings } from './ratings';
import { saveAcknowledgements } from './sign-in/acknowledgements';
import { saveApiTokens } from './sign-in/api-tokens';
import { saveCredentials } from './sign-in/credentials';
import { saveSecondFactors } from './sign-in/second-factors';
import { saveSessions } from './sign-in/sessions';
import { inTransaction, type Line } from './statement';
import { saveWaits } from './waits';

/** A recording whose row is now in the database; the app makes it `recording.stored`. */
export interface StoredRecording {
  recordingId: RecordingId;
  callId: CallId;
  at: Instant;
  /** Its call has no row. */
  unlinked?: true;
}

/**
 * Applies a batch in one transaction; a batch applied before changes nothing. Answers the recordings
 * that this batch stored. Throws what PostgreSQL throws, or `LeaseOver` when another app has the lease, and then
 * nothing of the batch is written.
 */
export async function applyJournal(
  db: Database,
  entries: readonly JournalEntry[],
  lease?: Lease,
): Promise<StoredRecording[]> {
  if (entries.length === 0) return [];
  return inTransaction(db, async (line) => {
    const leased = lease && takeLease(line, lease);
    const [fresh] = await Promise.all([noteEntries(line, entries), leased]);
    const batch = newestOfEach(fresh);
    await Promise.all(callsOf(line, batch));
    await savePromises(
      line,
      records(batch['promise.saved']).map((record) => record.promise),
    );
    const recordings = [...batch['recording.saved'].values()].map(({ at, record }) => ({
      at,
      recording: record.recording,
    }));
    const filed = talksOf(line, batch);
    const unlinked = saveRecordings(line, recordings);
    const outside = saveOutsideEvents(line, outsideEventsOf(fresh));
    await Promise.all([...filed, unlinked, ...othersOf(line, batch), outside]);
    return storedOf(recordings, await unlinked);
  });
}

/** Calls and what belongs to them. */
const callsOf = (line: Line, batch: Batch): Promise<void>[] => [
  openLeads(
    line,
    records(batch['lead.opened']).map((record) => record.lead),
  ),
  saveCalls(line, records(batch['call.saved'])),
  saveLegs(
    line,
    records(batch['leg.saved']).map((record) => record.leg),
  ),
  saveConfirmedNumbers(
    line,
    [...batch['number.confirmed'].values()].map(({ at, record: { number } }) => ({ at, number })),
  ),
  saveEntries(
    line,
    records(batch['entry.saved']).map((record) => record.entry),
  ),
  saveOffers(
    line,
    records(batch['offer.saved']).map((record) => record.offer),
  ),
  saveRatings(
    line,
    records(batch['rating.saved']).map((record) => record.rating),
  ),
  saveWaits(
    line,
    records(batch['wait.saved']).map((record) => record.wait),
  ),
  sweepCalls(line, records(batch['call.swept'])),
  sweepConsults(line, records(batch['consults.swept'])),
];

/** Who was sent on and gave up before anybody else picked up has talked as well. */
const hasTalked = ({ firstTalkAt, talkStartedAt }: CallSnapshot): boolean =>
  firstTalkAt !== undefined || talkStartedAt !== null;

/** What comes of talks, but their recordings. */
function talksOf(line: Line, batch: Batch): Promise<void>[] {
  const forms = records(batch['form.saved']).map((record) => record.form);
  const ended = records(batch['call.saved']).flatMap(({ call }) =>
    call.endedAt === null ? [] : [call],
  );
  const talked = ended.filter(hasTalked).map(({ id }) => id);
  // Of calls that had a talk the forms: they say something of a lead that is learnt only now.
  const told = new Set([...forms.map(({ callId }) => callId), ...talked]);
  return [
    saveAttempts(
      line,
      records(batch['attempt.saved']).map((record) => record.attempt),
    ),
    saveForms(line, forms),
    endFollowUps(line, records(batch['follow-up.done'])),
    // They may have learnt their lead after a recording's row was written, and after a fall of ours nobody knows that they talked.
    fileRecordingsOf(
      line,
      ended.map(({ id }) => id),
    ),
    tellLeads(line, [...told]),
  ];
}

/** What stands beside calls. */
const othersOf = (line: Line, batch: Batch): Promise<void>[] => [
  saveAgentStates(
    line,
    records(batch['agent.saved']).map((record) => record.agent),
  ),
  saveDialCounts(
    line,
    records(batch['dial.counted']).map(({ change }) => change),
  ),
  saveTrunkUses(line, records(batch['trunk.saved'])),
  saveHotlineOrders(
    line,
    records(batch['hotline.saved']).map((record) => record.hotline),
  ),
  saveBlocks(
    line,
    records(batch['block.saved']).map((record) => record.block),
  ),
  saveSessions(
    line,
    records(batch['session.saved']).map((record) => record.session),
  ),
  saveCredentials(
    line,
    records(batch['credential.saved']).map((record) => record.credential),
  ),
  saveAcknowledgements(
    line,
    records(batch['acknowledgement.saved']).map((record) => record.acknowledgement),
  ),
  saveSecondFactors(
    line,
    records(batch['factor.saved']).map((record) => record.factor),
  ),
  saveApiTokens(
    line,
    records(batch['token.saved']).map((record) => record.token),
  ),
  saveAlarms(line, [...batch['alarm.raised'].values()]),
  putTogether(line, [...batch['alarm.raised'].values()]),
  saveAudit(line, [...batch['audit.noted'].values()]),
];

const storedOf = (
  recordings: readonly SavedRecording[],
  unlinked: ReadonlySet<RecordingId>,
): StoredRecording[] =>
  recordings
    .filter(({ recording }) => recording.file.result === 'stored')
    .map(({ at, recording: { id: recordingId, callId } }) => ({
      ...{ at, recordingId, callId },
      ...(unlinked.has(recordingId) ? { unlinked: true } : {}),
    }));

type Kind = JournalRecord['kind'];
type EntryOf<K extends Kind> = Omit<JournalEntry, 'record'> & {
  record: Extract<JournalRecord, { kind: K }>;
};
/** By kind, then by subject; only the newest entry of each subject. */
type Batch = { [K in Kind]: Map<string, EntryOf<K>> };

function newestOfEach(entries: readonly JournalEntry[]): Batch {
  const batch: Batch = {
    'call.saved': new Map(),
    'leg.saved': new Map(),
    'entry.saved': new Map(),
    'offer.saved': new Map(),
    'wait.saved': new Map(),
    'rating.saved': new Map(),
    'call.swept': new Map(),
    'consults.swept': new Map(),
    'lead.opened': new Map(),
    'number.confirmed': new Map(),
    'promise.saved': new Map(),
    'attempt.saved': new Map(),
    'form.saved': new Map(),
    'follow-up.done': new Map(),
    'recording.saved': new Map(),
    'agent.saved': new Map(),
    'dial.counted': new Map(),
    'trunk.saved': new Map(),
    'hotline.saved': new Map(),
    'block.saved': new Map(),
    'session.saved': new Map(),
    'credential.saved': new Map(),
    'token.saved': new Map(),
    'factor.saved': new Map(),
    'acknowledgement.saved': new Map(),
    'alarm.raised': new Map(),
    'audit.noted': new Map(),
  };
  for (const entry of entries) {
    const ofKind = batch[entry.record.kind] as Map<string, JournalEntry>;
    const subject = subjectOf(entry);
    // Set anew at the end, so that the order stays that of the newest entries.
    ofKind.delete(subject);
    ofKind.set(subject, entry);
  }
  return batch;
}

function subjectOf(entry: JournalEntry): string {
  const { record } = entry;
  switch (record.kind) {
    case 'call.saved':
      return record.call.id;
    case 'call.swept':
      return record.callId;
    case 'leg.saved':
      return record.leg.id;
    case 'entry.saved':
      return record.entry.id;
    case 'offer.saved':
      return record.offer.id;
    case 'rating.saved':
      return `${record.rating.callId}|${record.rating.agentId}`;
    case 'wait.saved':
      return `${record.wait.entryId}|${record.wait.expected.at}`;
    case 'lead.opened':
      return record.lead.id;
    case 'number.confirmed':
      return `${record.number.storeId}|${record.number.number}`;
    case 'promise.saved':
      return record.promise.id;
    case 'attempt.saved':
      return record.attempt.id;
    case 'form.saved':
      return record.form.callId;
    case 'follow-up.done':
      return record.followUpId;
    case 'recording.saved':
      return record.recording.id;
    case 'agent.saved':
      return record.agent.id;
    case 'trunk.saved':
      return record.trunkId;
    case 'block.saved':
      return blockKey(record.block.storeId, record.block.number);
    case 'session.saved':
      return record.session.id;
    case 'acknowledgement.saved':
      return `${record.acknowledgement.personId}|${record.acknowledgement.version}`;
    case 'factor.saved':
      return record.factor.personId;
    case 'token.saved':
      return record.token.id;
    case 'credential.saved':
      return record.credential.personId;
    case 'hotline.saved':
      return record.hotline.number;
    case 'consults.swept':
      return record.kind;
    case 'dial.counted':
    case 'alarm.raised':
    case 'audit.noted':
      return entry.id;
  }
}

function records<K extends Kind>(entries: Map<string, EntryOf<K>>): EntryOf<K>['record'][] {
  return [...entries.values()].map((entry) => entry.record);
}
