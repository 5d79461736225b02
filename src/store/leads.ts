/** Rows of leads. A lead opened by a call is empty but for its number (A19). */
import type { Knex } from 'knex';
import type { NewLead } from '../domain/records';
import type { LeadRow } from '../http/queries';
import { insertNew, instant, run, timestamp, type Columns, type Line, type Row } from './statement';

const COLUMNS: Columns = {
  id: 'uuid',
  store_id: 'text',
  number: 'text',
  source: 'text',
  opened_by_call: 'uuid',
  opened_at: 'timestamptz',
};

const OPEN = insertNew('lead', COLUMNS, 'id');

/** A row of `lead` as pg gives it. */
export interface LeadDbRow {
  id: string;
  store_id: string;
  number: string;
  name: string;
  owner_id: string | null;
  source: string;
  opened_at: Date;
  opened_by_call: string | null;
  number_confirmed: boolean;
  kind: LeadRow['kind'];
  level: LeadRow['level'];
  channel: string | null;
}

/** A lead with what is known of its number. */
export const leadRows = (db: Knex) =>
  db<LeadDbRow>('lead').select<LeadDbRow[]>(
    'lead.*',
    db.raw(
      `exists (select from confirmed_number n where n.number = lead.number
        and n.store_id = lead.store_id and n.lead_id = lead.id) as number_confirmed`,
    ),
  );

/** Opens leads; one that exists is left alone, because people may have filled it in since. */
export async function openLeads(line: Line, leads: readonly NewLead[]): Promise<void> {
  await run(line, OPEN, leads.map(toRow));
}

export async function findLead(db: Knex, id: string): Promise<LeadRow | null> {
  const row = await leadRows(db).where({ id }).first<LeadDbRow | undefined>();
  return row ? leadFromRow(row) : null;
}

function toRow(lead: NewLead): Row {
  return {
    id: lead.id,
    store_id: lead.storeId,
    number: lead.number,
    source: lead.source,
    opened_by_call: lead.openedByCall,
    opened_at: timestamp(lead.openedAt),
  };
}

export function leadFromRow(row: LeadDbRow): LeadRow {
  return {
    id: row.id,
    storeId: row.store_id,
    number: row.number,
    name: row.name,
    ownerId: row.owner_id,
    source: row.source,
    openedAt: instant(row.opened_at),
    openedByCall: row.opened_by_call,
    kind: row.kind,
    level: row.level,
    channel: row.channel,
    numberConfirmed: row.number_confirmed,
  };
}
