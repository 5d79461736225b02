/** Rows of kept filters of the leads' list. */
import type { Knex } from 'knex';
import { CodedError } from '../../domain/errors';
import type { AgentId, StoreId } from '../../domain/ids';
import type { LeadFilter } from '../../domain/lead/filter';
import type { Seen } from '../../http/customer-ports';
import type { LeadView } from '../../http/lead-desk-ports';
import type { Page, PageRequest } from '../../http/queries';
import { isUuid, page } from '../page';
import { instant, timestamp } from '../statement';
import type { Deed } from './deed';

interface ViewRow {
  id: string;
  person_id: string;
  store_id: string;
  name: string;
  filter: LeadFilter;
  shared: boolean;
  version: number;
  created_at: Date;
}

const fromRow = (row: ViewRow): LeadView => ({
  ...{ id: row.id, personId: row.person_id, storeId: row.store_id, name: row.name },
  ...{ filter: row.filter, shared: row.shared, version: row.version },
  createdAt: instant(row.created_at),
});

export function viewPage(
  db: Knex,
  { personId, storeIds }: { personId: AgentId; storeIds: readonly StoreId[] },
  request: PageRequest,
): Promise<Page<LeadView>> {
  const query = db<ViewRow>('lead_view')
    .whereIn('store_id', storeIds)
    .whereRaw('(person_id = ? or shared)', [personId]);
  return page(query as Knex.QueryBuilder<ViewRow, ViewRow[]>, request, {
    ...{ timeColumn: 'created_at', fromRow },
  });
}

/** Null: there is none. */
export async function findView(db: Knex, id: string): Promise<LeadView | null> {
  const row = isUuid(id) ? await db<ViewRow>('lead_view').where({ id }).first() : undefined;
  return row ? fromRow(row as ViewRow) : null;
}

export async function keepView(
  { trx, makeId, at }: Deed,
  {
    personId,
    storeId,
    name,
    filter,
    shared,
  }: Pick<LeadView, 'personId' | 'storeId' | 'name' | 'filter' | 'shared'>,
): Promise<string> {
  const id = makeId();
  await trx('lead_view').insert({
    ...{ id, person_id: personId, store_id: storeId, name, shared },
    ...{ filter: JSON.stringify(filter), created_at: timestamp(at) },
  });
  return id;
}

/** The next version. Throws `VERSION_MOVED` with the present one, `UNKNOWN_VIEW`. */
export async function changeView(
  { trx }: Deed,
  { id, version }: Seen,
  { name, filter, shared }: Pick<LeadView, 'name' | 'filter' | 'shared'>,
): Promise<number> {
  const next = version + 1;
  const changed = await trx('lead_view')
    .where({ id, version })
    .update({ name, shared, filter: JSON.stringify(filter), version: next });
  if (changed > 0) return next;
  const present = await findView(trx, id);
  throw present
    ? new CodedError('VERSION_MOVED', { version: present.version })
    : new CodedError('UNKNOWN_VIEW');
}
