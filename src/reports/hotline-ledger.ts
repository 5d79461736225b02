/**
 * The ledger of hotline calls (architecture, "The ledger balances"): every call that arrived counts
 * once, by how it ended itself. Decides the arithmetic; which calls are meant is the filter's.
 */
import type { Knex } from 'knex';
import type { CallOutcome } from '../domain/records';
import type { Instant } from '../domain/time';
import type { Ledger } from '../http/queries';

export interface LedgerFilter {
  /** The dialled number; all hotlines when absent. */
  hotline?: string;
  /** Calls that arrived at or after `from` and before `to`. */
  from: Instant;
  to: Instant;
}

/** How many calls ended with an outcome; null is still going on. */
export interface OutcomeCount {
  outcome: CallOutcome | null;
  calls: number;
}

/** Adds up the counts. Unknown outcomes are in `arrived` only, so that `balanced` shows them. */
export function balance(filter: LedgerFilter, counts: readonly OutcomeCount[]): Ledger {
  const of = (outcome: CallOutcome | null): number =>
    counts.filter((count) => count.outcome === outcome).reduce((sum, { calls }) => sum + calls, 0);
  const arrived = counts.reduce((sum, { calls }) => sum + calls, 0);
  const parts = {
    inProgress: of(null),
    talks: of('talk'),
    promises: of('promise'),
    left: of('left'),
    noNumber: of('no-number'),
    blocked: of('blocked'),
    refused: of('refused'),
    overCapacity: of('over-capacity'),
    broken: of('broken'),
  };
  const counted = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return {
    hotline: filter.hotline ?? null,
    from: filter.from,
    to: filter.to,
    arrived,
    ...parts,
    balanced: arrived === counted,
  };
}

/**
 * Refused, and brought again by its carrier within 5 s, by this route or the next one: the same call, of which the last
 * try says how it ended. Whoever shows no number is not known again; a blocked caller is told so for good (603).
 */
const TRIED_AGAIN = `outcome in ('refused', 'over-capacity') and from_number <> '' and exists (
  select from call again
  where again.from_number = call.from_number and again.hotline = call.hotline
    and again.direction = 'inbound' and again.arrived_at > call.arrived_at
    and again.arrived_at <= coalesce(call.ended_at, call.arrived_at) + interval '5 seconds')`;

/** The ledger of a span of time, from the call rows. */
export async function hotlineLedger(db: Knex, filter: LedgerFilter): Promise<Ledger> {
  const query = db('call')
    .where('direction', 'inbound')
    .where('arrived_at', '>=', new Date(filter.from))
    .where('arrived_at', '<', new Date(filter.to))
    .whereRaw(`(${TRIED_AGAIN}) is not true`)
    .groupBy('outcome')
    .select('outcome', db.raw('count(*)::int as calls'));
  if (filter.hotline !== undefined) query.where('hotline', filter.hotline);
  const counts: OutcomeCount[] = await query;
  return balance(filter, counts);
}
