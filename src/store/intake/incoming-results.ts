/** What has become of the leads that HQ handed in, in the order in which they changed. */
import type { LeadState, Lead } from '../../domain/lead/lead';
import type { StoreId } from '../../domain/ids';
import type { LeadLevel } from '../../domain/queue/place';
import type { Instant } from '../../domain/time';
import type { HqResult, HqResults } from '../../http/incoming-ports';
import type { PageRequest } from '../../http/queries';
import type { Database } from '../database';
import { cursorOf, lastSeen } from '../page';
import { instant } from '../statement';

interface ResultRow {
  id: string;
  key: string;
  lead_id: string;
  store_id: string;
  state: LeadState;
  level: LeadLevel | null;
  prospect: Lead['prospect'];
  validity: Lead['validity'];
  owner_id: string | null;
  end_reason: string | null;
  opened_at: Date;
  closed_at: Date | null;
  changed: Date;
}

export interface ResultsAsked {
  origin: string;
  /** The stores whose leads the asker may see. */
  storeIds: readonly StoreId[];
  /** What changed later is told the next time: it may stand in a transaction that is not seen yet. */
  until: Instant;
}

/** Those that changed after the cursor, the earliest first. */
export async function hqResults(
  db: Database,
  { origin, storeIds, until }: ResultsAsked,
  request: PageRequest,
): Promise<HqResults> {
  const last = lastSeen(request);
  const since =
    last === null
      ? ''
      : 'and l.changed_at >= ?::timestamptz and (r.changed, i.id) > (?::timestamptz, ?::uuid)';
  const { rows } = await db.raw<{ rows: ResultRow[] }>(
    `select i.id, i.key, i.lead_id, l.store_id, l.state, l.level, l.prospect, l.validity, l.owner_id, l.end_reason,
       l.opened_at, l.closed_at, r.changed
     from incoming_lead i join lead l on l.id = i.lead_id
     cross join lateral (select date_trunc('milliseconds', greatest(l.changed_at, i.received_at)) as changed) r
     where i.origin = ? and l.store_id = any(?::text[]) and r.changed <= ?::timestamptz ${since}
     order by r.changed, i.id limit ?`,
    [
      ...[origin, [...storeIds], new Date(until).toISOString()],
      ...(last === null ? [] : [last[0], ...last]),
      request.limit + 1,
    ],
  );
  const shown = rows.slice(0, request.limit);
  const end = shown.at(-1);
  const cursor = end && cursorOf({ at: end.changed.getTime(), id: end.id });
  return {
    items: shown.map(resultFromRow),
    next: rows.length > shown.length ? (cursor ?? null) : null,
    last: cursor ?? request.after ?? null,
  };
}

const resultFromRow = (row: ResultRow): HqResult => ({
  ...{ id: row.key, leadId: row.lead_id, storeId: row.store_id, state: row.state },
  ...{ level: row.level, prospect: row.prospect, validity: row.validity, ownerId: row.owner_id },
  ...{ reason: row.end_reason, openedAt: instant(row.opened_at) },
  ...{ closedAt: instant(row.closed_at), changedAt: instant(row.changed) },
});
