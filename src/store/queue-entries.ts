/** Rows of queue entries: how long a call waited, or the consultation of its agent, and how its waiting ended. */
import type { Knex } from 'knex';
import type { EntrySnapshot } from '../domain/records';
import { instant, run, timestamp, upsert, type Columns, type Line, type Row } from './statement';

const COLUMNS: Columns = {
  id: 'uuid',
  call_id: 'uuid',
  queue_id: 'text',
  asked_by: 'text',
  joined_at: 'timestamptz',
  ended_at: 'timestamptz',
  outcome: 'text',
};

const SAVE = upsert('queue_entry', COLUMNS, 'id');

interface EntryDbRow {
  id: string;
  call_id: string;
  queue_id: string;
  asked_by: string | null;
  joined_at: Date;
  ended_at: Date | null;
  outcome: EntrySnapshot['outcome'];
}

/** Writes each entry as it is now. At most one snapshot an entry. */
export async function saveEntries(line: Line, entries: readonly EntrySnapshot[]): Promise<void> {
  await run(line, SAVE, entries.map(toRow));
}

/** The entries of a call in the order it joined its queues. */
export async function entriesOfCall(db: Knex, callId: string): Promise<EntrySnapshot[]> {
  const rows = await db<EntryDbRow>('queue_entry')
    .where({ call_id: callId })
    .orderBy(['joined_at', 'id']);
  return rows.map(fromRow);
}

function toRow(entry: EntrySnapshot): Row {
  return {
    id: entry.id,
    call_id: entry.callId,
    queue_id: entry.queueId,
    asked_by: entry.askedBy ?? null,
    joined_at: timestamp(entry.joinedAt),
    ended_at: timestamp(entry.endedAt),
    outcome: entry.outcome,
  };
}

function fromRow(row: EntryDbRow): EntrySnapshot {
  return {
    id: row.id,
    callId: row.call_id,
    queueId: row.queue_id,
    ...(row.asked_by === null ? {} : { askedBy: row.asked_by }),
    joinedAt: instant(row.joined_at),
    endedAt: instant(row.ended_at),
    outcome: row.outcome,
  };
}
