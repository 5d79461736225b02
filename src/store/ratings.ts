/** Rows of ratings: what a caller said of a talk when it was over. */
import type { Knex } from 'knex';
import type { RatingSnapshot } from '../domain/records';
import { instant, run, timestamp, upsert, type Columns, type Line } from './statement';

const COLUMNS: Columns = {
  ...{ call_id: 'uuid', agent_id: 'text', store_id: 'text', queue_id: 'text' },
  ...{ at: 'timestamptz', score: 'smallint', settled: 'boolean' },
};

const SAVE = upsert('rating', COLUMNS, 'call_id, agent_id');

interface RatingDbRow {
  call_id: string;
  agent_id: string;
  store_id: string;
  queue_id: string;
  at: Date;
  score: number;
  settled: boolean | null;
}

/** At most one of a talk. */
export async function saveRatings(line: Line, ratings: readonly RatingSnapshot[]): Promise<void> {
  const rows = ratings.map(({ callId, agentId, storeId, queueId, at, score, settled }) => ({
    ...{ call_id: callId, agent_id: agentId, store_id: storeId, queue_id: queueId },
    ...{ at: timestamp(at), score, settled },
  }));
  await run(line, SAVE, rows);
}

/** Those of a call, in the order of its talks. */
export async function ratingsOfCall(db: Knex, callId: string): Promise<RatingSnapshot[]> {
  const rows = await db<RatingDbRow>('rating').where({ call_id: callId }).orderBy('at');
  return rows.map((row) => ({
    ...{ callId: row.call_id, agentId: row.agent_id, storeId: row.store_id },
    ...{ queueId: row.queue_id, at: instant(row.at), score: row.score, settled: row.settled },
  }));
}
