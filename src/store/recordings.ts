/**
 * Rows of recordings. Decides how a recording is filed: with the lead, customer, agent and store of
 * its call, whichever of the two rows comes first. Without a call it is not linked: recording-links.ts.
 */
import type { Knex } from 'knex';
import type { RecordingId } from '../domain/ids';
import type { RecordingSnapshot } from '../domain/records';
import type { Instant } from '../domain/time';
import type { RecordingRow } from '../http/queries';
import {
  instant,
  prepared,
  rowsOf,
  run,
  timestamp,
  type Columns,
  type Line,
  type Row,
  type Statement,
} from './statement';

const COLUMNS: Columns = {
  id: 'uuid',
  call_id: 'uuid',
  lead_id: 'uuid',
  agent_id: 'text',
  store_id: 'text',
  state: 'text',
  path: 'text',
  started_at: 'timestamptz',
  duration_ms: 'integer',
  bytes: 'bigint',
  sha256: 'text',
  failure: 'text',
  gaps_ms: 'jsonb',
  reconciles: 'boolean',
  folder: 'smallint',
  saved_at: 'timestamptz',
};
const FILED = ['lead_id', 'agent_id', 'store_id'];
/** Clocks of app and edge may differ by so much, and a talk is recorded from its pick-up on. */
const PICKED_UP = "r.started_at + interval '2 seconds'";
/** Whose talk it was, when only the edge still knew it: the call's last, or of those before who picked up last. */
const TALKED = `case when c.talk_started_at <= ${PICKED_UP} then c.agent_id end,
      (select l.agent_id from leg l
        where l.call_id = r.call_id and l.role = 'agent' and l.answered_at <= ${PICKED_UP}
        order by l.answered_at desc limit 1)`;
const fileBy = (name: string): string =>
  [`r.${name}`, ...(name === 'agent_id' ? [TALKED] : []), `c.${name}`].join(', ');
const REPLACED = [
  ...['state', 'path', 'started_at', 'duration_ms', 'bytes', 'sha256', 'failure'],
  ...['gaps_ms', 'reconciles', 'folder'],
];

/** Whose it is was known when it broke off; of a file that is found later it is read from the legs. */
const SAVE: Statement = {
  name: 'save_recording',
  sql: `insert into recording (${Object.keys(COLUMNS).join(', ')}, customer_id, is_linked)
    select ${Object.keys(COLUMNS)
      .map((name) => (FILED.includes(name) ? `coalesce(${fileBy(name)})` : `r.${name}`))
      .join(', ')}, c.customer_id, c.id is not null
    from ${rowsOf(COLUMNS)} left join call c on c.id = r.call_id
    on conflict (id) do update set
      ${REPLACED.map((name) => `${name} = excluded.${name}`).join(', ')},
      ${['lead_id', 'store_id', 'customer_id']
        .map((name) => `${name} = coalesce(excluded.${name}, recording.${name})`)
        .join(', ')},
      agent_id = coalesce(recording.agent_id, excluded.agent_id),
      is_linked = excluded.is_linked
    returning id, is_linked`,
};

/** The statement that files recordings (`r`) whose call (`c`) came, or learnt its lead, after them. */
export const fileLater = (which: string): string => `update recording r set
      ${[...FILED, 'customer_id'].map((name) => `${name} = coalesce(${fileBy(name)})`).join(', ')},
      is_linked = true
    from call c where c.id = r.call_id and ${which}`;

const FILE_LATER: Statement = {
  name: 'file_recordings',
  sql: fileLater(`r.call_id = any (?::uuid[])
      and (not r.is_linked or (r.lead_id is null and c.lead_id is not null)
        or (r.customer_id is null and c.customer_id is not null))`),
};

/** A row of `recording` as pg gives it. */
export interface RecordingDbRow {
  id: string;
  call_id: string;
  lead_id: string | null;
  customer_id: string | null;
  agent_id: string | null;
  store_id: string | null;
  state: RecordingRow['state'];
  path: string | null;
  started_at: Date | null;
  duration_ms: number | null;
  /** bigint comes as text. */
  bytes: string | null;
  sha256: string | null;
  failure: string | null;
  gaps_ms: RecordingRow['gapsMs'];
  reconciles: boolean | null;
  folder: RecordingRow['folder'];
  saved_at: Date;
}

/** A recording and when its record was made. */
export interface SavedRecording {
  recording: RecordingSnapshot;
  at: Instant;
}

/**
 * Writes each recording and files it with its call. At most one snapshot a recording. Answers the ids of those
 * whose call has no row.
 */
export async function saveRecordings(
  line: Line,
  saved: readonly SavedRecording[],
): Promise<Set<RecordingId>> {
  const rows = await run<{ id: RecordingId; is_linked: boolean }>(line, SAVE, saved.map(toRow));
  return new Set(rows.filter((row) => !row.is_linked).map(({ id }) => id));
}

/** Files recordings that were written before their call knew its lead. */
export async function fileRecordingsOf(line: Line, callIds: readonly string[]): Promise<void> {
  if (callIds.length > 0) await prepared(line, FILE_LATER, [callIds as string[]]);
}

export async function findRecording(db: Knex, id: string): Promise<RecordingRow | null> {
  const row = await db<RecordingDbRow>('recording').where({ id }).first();
  return row ? recordingFromRow(row) : null;
}

/** The recordings of a call in the order they began. */
export async function recordingsOfCall(db: Knex, callId: string): Promise<RecordingRow[]> {
  const rows = await db<RecordingDbRow>('recording')
    .where({ call_id: callId })
    .orderBy(['started_at', 'id']);
  return rows.map(recordingFromRow);
}

function toRow({ recording, at }: SavedRecording): Row {
  const { file } = recording;
  const stored = file.result === 'stored' ? file : null;
  return {
    id: recording.id,
    call_id: recording.callId,
    lead_id: recording.leadId,
    agent_id: recording.agentId,
    store_id: recording.storeId,
    state: file.result,
    path: stored?.path ?? null,
    started_at: timestamp(stored?.startedAt ?? null),
    duration_ms: stored === null ? null : Math.round(stored.durationMs),
    bytes: stored?.bytes ?? null,
    sha256: stored?.sha256 ?? null,
    failure: file.result === 'failed' ? file.reason : null,
    gaps_ms: stored?.gapsMs ?? null,
    reconciles: stored?.reconciles ?? null,
    folder: stored?.folder ?? 1,
    saved_at: timestamp(at),
  };
}

export function recordingFromRow(row: RecordingDbRow): RecordingRow {
  return {
    id: row.id,
    callId: row.call_id,
    leadId: row.lead_id,
    customerId: row.customer_id,
    agentId: row.agent_id,
    storeId: row.store_id,
    state: row.state,
    path: row.path,
    startedAt: instant(row.started_at),
    durationMs: row.duration_ms,
    bytes: row.bytes === null ? null : Number(row.bytes),
    sha256: row.sha256,
    failure: row.failure,
    gapsMs: row.gaps_ms,
    reconciles: row.reconciles,
    folder: row.folder,
  };
}
