/** Rows of sessions. */
import type { Knex } from 'knex';
import type { SessionEnd, SessionSnapshot } from '../../domain/sign-in/snapshots';
import type { Instant } from '../../domain/time';
import type { Database } from '../database';
import { instant, prepared, run, timestamp, upsert } from '../statement';
import type { Line, Row, Statement } from '../statement';

const SAVE = upsert(
  'session',
  {
    id: 'text',
    person_id: 'text',
    started_at: 'timestamptz',
    seen_at: 'timestamptz',
    expires_at: 'timestamptz',
    address: 'text',
    client: 'text',
    ended_at: 'timestamptz',
    ended_by: 'text',
    why_ended: 'text',
  },
  'id',
);

interface SessionDbRow {
  id: string;
  person_id: string;
  started_at: Date;
  seen_at: Date;
  expires_at: Date;
  address: string;
  client: string;
  ended_at: Date | null;
  ended_by: string | null;
  why_ended: SessionEnd | null;
}

export async function saveSessions(
  line: Line,
  sessions: readonly SessionSnapshot[],
): Promise<void> {
  await run(line, SAVE, sessions.map(toRow));
}

/** Those that nobody has ended, and whose time is not over. */
export async function loadSessions(db: Knex, at: Instant): Promise<SessionSnapshot[]> {
  const rows = await db<SessionDbRow>('session')
    .whereNull('ended_at')
    .where('expires_at', '>', timestamp(at))
    .orderBy('id');
  return rows.map((row) => ({
    ...{ id: row.id, personId: row.person_id, address: row.address, client: row.client },
    startedAt: instant(row.started_at),
    seenAt: instant(row.seen_at),
    expiresAt: instant(row.expires_at),
  }));
}

/** So long after they were over they can be looked up. */
export const SESSIONS_KEPT_DAYS = 90;

/** `coalesce` as in the index `session_over`. */
const SWEEP: Statement = {
  name: 'sweep_sessions',
  sql: `delete from session where id in (
      select id from session
      where coalesce(ended_at, expires_at) < now() - interval '${SESSIONS_KEPT_DAYS} days' limit ?::integer)
    returning id`,
};

/** Deletes at most `most` of those that have been over for so long; how many there were. */
export const sweepSessions = async (db: Database, most: number): Promise<number> =>
  (await prepared(db, SWEEP, [most])).length;

const toRow = ({ id, personId, address, client, end, ...at }: SessionSnapshot): Row => ({
  ...{ id, person_id: personId, address, client },
  started_at: timestamp(at.startedAt),
  seen_at: timestamp(at.seenAt),
  expires_at: timestamp(at.expiresAt),
  ended_at: timestamp(end?.at ?? null),
  ended_by: end?.by ?? null,
  why_ended: end?.why ?? null,
});
