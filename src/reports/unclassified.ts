/** Calls that arrived in a span of time and whose forms are not complete, by the agent of their last talk. */
import type { Knex } from 'knex';
import type { Instant } from '../domain/time';
import type { UnclassifiedReport } from '../http/queries';

interface Counted {
  agent_id: string;
  calls: number;
  unclassified: number;
  oldest: Date | null;
}

/** Of calls that go on nothing is said yet. Who owes most comes first. */
export async function unclassifiedCalls(
  db: Knex,
  { storeIds, from, to }: { storeIds: readonly string[]; from: Instant; to: Instant },
): Promise<UnclassifiedReport> {
  const rows = (await db('call_form')
    .whereIn('store_id', storeIds)
    .whereNotNull('call_ended_at')
    .where('call_arrived_at', '>=', new Date(from))
    .where('call_arrived_at', '<', new Date(to))
    .groupBy('agent_id')
    .orderBy([{ column: 'unclassified', order: 'desc' }, 'agent_id'])
    .select(
      'agent_id',
      db.raw('count(*)::int as calls'),
      db.raw(`(count(*) filter (where state = 'unclassified'))::int as unclassified`),
      db.raw(`min(call_arrived_at) filter (where state = 'unclassified') as oldest`),
    )) as Counted[];
  const sum = (of: 'calls' | 'unclassified') => rows.reduce((all, row) => all + row[of], 0);
  return {
    ...{ from, to, calls: sum('calls'), unclassified: sum('unclassified') },
    agents: rows.map(({ agent_id, calls, unclassified, oldest }) => ({
      ...{ agentId: agent_id, calls, unclassified },
      oldestAt: oldest === null ? null : oldest.getTime(),
    })),
  };
}
