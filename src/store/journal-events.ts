/** Rows that are written once and never change: journal entries, alarms, audit. */
import type { JournalEntry, JournalRecord } from '../domain/records';
import type { Instant } from '../domain/time';
import {
  insertNew,
  rowsOf,
  run,
  timestamp,
  type Columns,
  type Line,
  type Statement,
} from './statement';

const EVENT: Columns = { id: 'uuid', at: 'timestamptz', kind: 'text', data: 'jsonb' };

const NOTE_EVENTS: Statement = {
  name: 'note_events',
  sql: `insert into event (id, at, kind, data) select r.id, r.at, r.kind, r.data
    from ${rowsOf(EVENT)} on conflict (id) do nothing returning id`,
};

const ALARM = insertNew(
  'alarm',
  { id: 'uuid', at: 'timestamptz', code: 'text', detail: 'text', store_id: 'text' },
  'id',
);

const AUDIT = insertNew(
  'audit',
  { id: 'uuid', at: 'timestamptz', who: 'text', what: 'text', subject: 'text' },
  'id',
);

interface Noted<K extends JournalRecord['kind']> {
  id: string;
  at: Instant;
  record: Extract<JournalRecord, { kind: K }>;
}

/** Notes the entries and answers which of them were not noted before, in their order. */
export async function noteEntries(
  line: Line,
  entries: readonly JournalEntry[],
): Promise<JournalEntry[]> {
  const rows = entries.map(({ id, at, record }) => ({
    id,
    at: timestamp(at),
    kind: record.kind,
    data: record,
  }));
  const added = await run<{ id: string }>(line, NOTE_EVENTS, rows);
  const fresh = new Set(added.map((row) => row.id));
  return entries.filter((entry) => fresh.has(entry.id));
}

export async function saveAlarms(
  line: Line,
  alarms: readonly Noted<'alarm.raised'>[],
): Promise<void> {
  const rows = alarms.map(({ id, at, record }) => ({
    id,
    at: timestamp(at),
    code: record.code,
    detail: record.detail,
    store_id: record.storeId ?? null,
  }));
  await run(line, ALARM, rows);
}

export async function saveAudit(line: Line, notes: readonly Noted<'audit.noted'>[]): Promise<void> {
  const rows = notes.map(({ id, at, record }) => ({
    id,
    at: timestamp(at),
    who: record.who,
    what: record.what,
    subject: record.subject,
  }));
  await run(line, AUDIT, rows);
}
