/**
 * Recordings whose call has no row: the call's record was lost, or has not come yet. Decides what is linked; when
 * that is an alarm is the domain's.
 */
import type { OpenLink } from '../domain/recording/unlinked';
import type { RecordingLinks } from '../engine/ports';
import type { Database } from './database';
import { fileLater } from './recordings';
import { instant, prepared, timestamp, type Statement } from './statement';

const LINK: Statement = { name: 'link_recordings', sql: fileLater('not r.is_linked') };

/** Both partial conditions are those of the index `recording_unlinked`: normally it has no row. */
const OPEN: Statement = {
  name: 'open_links',
  sql: `select id, call_id, store_id, path, saved_at, is_linked, unlinked_told_at from recording
    where (not is_linked or unlinked_told_at is not null) and state = 'stored' order by saved_at, id`,
};

const TOLD: Statement = {
  name: 'links_told',
  sql: `update recording set unlinked_told_at = case when is_linked then null else ?::timestamptz end
    where id = any (?::uuid[])`,
};

interface OpenRow {
  id: string;
  call_id: string;
  store_id: string | null;
  path: string;
  saved_at: Date;
  is_linked: boolean;
  unlinked_told_at: Date | null;
}

export function recordingLinks(db: Database): RecordingLinks {
  return {
    async open() {
      await prepared(db, LINK, []);
      return (await prepared<OpenRow>(db, OPEN, [])).map(fromRow);
    },
    async told(recordings, at) {
      if (recordings.length > 0) await prepared(db, TOLD, [timestamp(at), [...recordings]]);
    },
  };
}

const fromRow = (row: OpenRow): OpenLink => ({
  recordingId: row.id,
  callId: row.call_id,
  storeId: row.store_id,
  path: row.path,
  savedAt: instant(row.saved_at),
  linked: row.is_linked,
  told: row.unlinked_told_at !== null,
});
