/** How the callers of stores rated each of those whom they talked with, in a span of time. */
import type { Knex } from 'knex';
import type { StoreId } from '../domain/ids';
import type { Instant } from '../domain/time';
import type { AgentRatings } from '../http/queries';

interface RatedRow {
  agent_id: string;
  ratings: number;
  mean: number;
  settled: number;
  not_settled: number;
}

/** Who was rated by nobody is left out. Talks that were over at or after `from` and before `to`. */
export async function agentRatings(
  db: Knex,
  { storeIds, from, to }: { storeIds: readonly StoreId[]; from: Instant; to: Instant },
): Promise<AgentRatings[]> {
  const rows: RatedRow[] = await db('rating')
    .whereIn('store_id', storeIds)
    .where('at', '>=', new Date(from))
    .where('at', '<', new Date(to))
    .groupBy('agent_id')
    .orderBy('agent_id')
    .select(
      'agent_id',
      db.raw('count(*)::int as ratings'),
      db.raw('avg(score)::float8 as mean'),
      db.raw('count(*) filter (where settled)::int as settled'),
      db.raw('count(*) filter (where not settled)::int as not_settled'),
    );
  return rows.map(({ agent_id: agentId, ratings, mean, settled, not_settled: notSettled }) => ({
    ...{ agentId, ratings, mean: Math.round(mean * 100) / 100, settled, notSettled },
  }));
}
