import type { Client } from 'pg';
import { waitFor } from './wait';

/** What a lane's calls became in the records. */
export interface LaneFacts {
  /** Outcome and end cause of each call, in the order of the callers. */
  ledger: string[];
  /** State of each recording, and why it failed if it did; those that were never finished come last. */
  recordings: string[];
}

/** Every call, leg and place of the lane has its end, and its files are filed. */
export async function allIsClosed(db: Client, hotline: string): Promise<void> {
  await waitFor('everything to be closed', async () => {
    const { rows } = await db.query(
      `with mine as (select id, state, ended_at from call where hotline = $1)
       select id from mine where state <> 'closed' or ended_at is null
       union all select leg.id from leg join mine on mine.id = call_id where leg.ended_at is null
       union all select q.id from queue_entry q join mine on mine.id = call_id
                 where q.ended_at is null`,
      [hotline],
    );
    const all = await db.query('select id from call where hotline = $1', [hotline]);
    return all.rows.length > 0 && rows.length === 0;
  });
}

export async function factsOf(db: Client, hotline: string): Promise<LaneFacts> {
  const calls = await db.query<{ fact: string }>(
    `select coalesce(outcome, '?') || ' ' || coalesce(end_cause, '?') as fact
     from call where hotline = $1 order by from_number, arrived_at`,
    [hotline],
  );
  const recordings = await db.query<{ fact: string }>(
    `select r.state || coalesce(': ' || r.failure, '') as fact
     from recording r join call on call.id = r.call_id
     where call.hotline = $1 order by call.from_number, r.started_at`,
    [hotline],
  );
  const facts = (rows: { fact: string }[]) => rows.map(({ fact }) => fact);
  return { ledger: facts(calls.rows), recordings: facts(recordings.rows) };
}
