/** Who owned a lead when (A31): exactly one row of a lead is open, and says the same as `lead.owner_id`. */
import type { Knex } from 'knex';
import { CodedError } from '../../domain/errors';
import type { LeadId } from '../../domain/ids';
import type { LeadOwning, OwnerWay } from '../../domain/lead/lead';
import { instant, timestamp } from '../statement';
import { moved } from './customers';
import type { Deed } from './deed';

interface OwnerRow {
  id: string;
  lead_id: string;
  owner_id: string | null;
  way: OwnerWay;
  by_id: string;
  reason: string;
  from_at: Date;
  until_at: Date | null;
}

interface HeldLead {
  owner_id: string | null;
  version: number;
  opened_at: Date;
}

export interface OwnerChange {
  leadId: LeadId;
  /** Null: nobody's, the store's own. */
  ownerId: string | null;
  way: OwnerWay;
  reason?: string;
  /** That the one who changes it has seen; nothing said: whichever. */
  version?: number;
}

/**
 * Gives a lead to another owner: closes the row that is open, opens the next, and writes `lead.owner_id`, all in the deed's
 * transaction. Answers the lead's version then. To the owner whom it has it is not given again: nothing changes. Throws
 * `UNKNOWN_LEAD`, and `VERSION_MOVED` with the present version.
 */
export async function changeOwner(deed: Deed, change: OwnerChange): Promise<number> {
  const { trx, makeId, at, by } = deed;
  const { leadId, ownerId, way, reason = '', version } = change;
  const lead = await trx('lead')
    .where({ id: leadId })
    .forUpdate()
    .first<HeldLead | undefined>('owner_id', 'version', 'opened_at');
  if (lead === undefined) throw new CodedError('UNKNOWN_LEAD');
  if (version !== undefined && version !== lead.version) throw await moved(trx, 'lead', leadId);
  if (lead.owner_id === ownerId) return lead.version;
  // Two changes within one moment of a clock: the former was its owner for no time.
  const [closed] = (await trx('lead_owner')
    .where({ lead_id: leadId })
    .whereNull('until_at')
    .update({ until_at: trx.raw('greatest(from_at, ?::timestamptz)', [timestamp(at)]) })
    .returning('until_at')) as { until_at: Date }[];
  // A call has just opened it, and nothing is written of its first owner yet.
  if (closed === undefined)
    await trx('lead_owner').insert({
      ...{ id: makeId(), lead_id: leadId, owner_id: lead.owner_id, way: 'opened', by_id: '' },
      ...{ from_at: lead.opened_at, until_at: timestamp(at) },
    });
  await trx('lead_owner').insert({
    ...{ id: makeId(), lead_id: leadId, owner_id: ownerId, way, by_id: by, reason },
    from_at: closed?.until_at ?? timestamp(at),
  });
  await trx('lead')
    .where({ id: leadId })
    .update({
      ...{ owner_id: ownerId, version: lead.version + 1, changed_at: timestamp(at) },
    });
  return lead.version + 1;
}

/** Who owned these leads, the first owner first. */
export async function ownersOf(trx: Knex, leadIds: readonly LeadId[]): Promise<LeadOwning[]> {
  const rows = await trx<OwnerRow>('lead_owner')
    .whereIn('lead_id', leadIds)
    .orderByRaw('from_at, until_at nulls last, id')
    .select();
  return rows.map((row) => ({
    ...{ id: row.id, leadId: row.lead_id, ownerId: row.owner_id, way: row.way, byId: row.by_id },
    ...{ reason: row.reason, fromAt: instant(row.from_at), untilAt: instant(row.until_at) },
  }));
}
