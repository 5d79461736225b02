/** Deeds on many leads: each lead in a transaction of its own, with what it was before, so that the deed can be undone. */
import type { Knex } from 'knex';
import { CodedError } from '../../domain/errors';
import type { StoreId } from '../../domain/ids';
import type { Doing } from '../../http/customer-ports';
import type { BulkDeed, ManyDone, ManyRules, RowChange, RowLeft } from '../../http/lead-desk-ports';
import type { Page, PageRequest } from '../../http/queries';
import type { Database } from '../database';
import { isUuid, page } from '../page';
import { instant, timestamp } from '../statement';
import type { Deed } from './deed';
import { changeOne, restoredFields, restoreOne, type RestoredFields } from './lead-changes';
import { again } from './merge-tree';

interface Tools {
  db: Database;
  makeId: () => string;
}

/** What came of the rows, one after the other: those that are refused by a code are left, anything else ends it. */
async function eachOf<T extends { id: string }>(
  { db, makeId }: Tools,
  { by, at }: Doing,
  rows: readonly T[],
  work: (deed: Deed, row: T) => Promise<void>,
): Promise<Pick<ManyDone, 'changed' | 'left'>> {
  const changed: string[] = [];
  const left: RowLeft[] = [];
  for (const row of rows) {
    try {
      if (!isUuid(row.id)) throw new CodedError('UNKNOWN_LEAD');
      await again(() => db.transaction((trx) => work({ trx, makeId, at, by }, row)));
      changed.push(row.id);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      const { version = null } = (error.details ?? {}) as { version?: number };
      left.push({
        id: row.id,
        code: error.code === 'NOT_FOUND' ? 'UNKNOWN_LEAD' : error.code,
        version,
      });
    }
  }
  return { changed, left };
}

export async function changeMany(
  tools: Tools,
  rows: readonly RowChange[],
  {
    kept,
    rules,
    doing,
  }: { kept: { change: object; filter: object | null }; rules: ManyRules; doing: Doing },
): Promise<ManyDone> {
  const { db, makeId } = tools;
  const id = makeId();
  await db.transaction(async (trx) => {
    await trx('bulk_deed').insert({
      ...{ id, by_id: doing.by, done_at: timestamp(doing.at), changed: 0, left_out: rows.length },
      change: JSON.stringify(kept.change),
      filter: kept.filter && JSON.stringify(kept.filter),
    });
    await doing.noted(id);
  });
  const done = await eachOf(tools, doing, rows, async (deed, row) => {
    const { before, version } = await changeOne(deed, row, rules);
    await deed.trx('bulk_deed_lead').insert({
      ...{ bulk_id: id, lead_id: row.id, store_id: before.storeId, version },
      before: JSON.stringify(restoredFields(before)),
    });
    await deed
      .trx('bulk_deed')
      .where({ id })
      .update({ changed: deed.trx.raw('changed + 1'), left_out: deed.trx.raw('left_out - 1') });
  });
  return { id, ...done };
}

interface KeptRow {
  lead_id: string;
  store_id: StoreId;
  before: RestoredFields;
  version: number;
}

/** Leads of stores that are not his are left, and not named. */
export async function undoMany(
  tools: Tools,
  id: string,
  { rules, doing }: { rules: ManyRules; doing: Doing },
): Promise<ManyDone> {
  const { db } = tools;
  const kept = isUuid(id)
    ? await db<KeptRow & { bulk_id: string; undone: boolean }>('bulk_deed_lead')
        .where({ bulk_id: id })
        .orderBy('lead_id')
        .select('lead_id', 'store_id', 'before', 'version', 'undone')
    : [];
  const his = kept.filter(({ store_id }) => rules.may(store_id));
  if (his.length === 0) throw new CodedError('UNKNOWN_BULK');
  await db.transaction(async (trx) => {
    const { by, at } = doing;
    await trx('bulk_deed')
      .where({ id })
      .update({ undone_at: timestamp(at), undone_by: by });
    await doing.noted(id);
  });
  const rows = his
    .filter(({ undone }) => !undone)
    .map(({ lead_id, version, before }) => ({ id: lead_id, version, before }));
  const done = await eachOf(tools, doing, rows, async (deed, { before, ...seen }) => {
    await restoreOne(deed, seen, before);
    await deed
      .trx('bulk_deed_lead')
      .where({ bulk_id: id, lead_id: seen.id })
      .update({ undone: true });
  });
  return { id, ...done };
}

interface DeedRow {
  id: string;
  by_id: string;
  done_at: Date;
  change: object;
  filter: object | null;
  changed: number;
  left_out: number;
  undone_at: Date | null;
  undone_by: string | null;
}

export function deedPage(
  db: Knex,
  storeIds: readonly StoreId[],
  request: PageRequest,
): Promise<Page<BulkDeed>> {
  const query = db<DeedRow>('bulk_deed').whereExists(
    db('bulk_deed_lead').whereRaw('bulk_id = bulk_deed.id').whereIn('store_id', storeIds),
  ) as unknown as Knex.QueryBuilder<DeedRow, DeedRow[]>;
  const fromRow = (row: DeedRow): BulkDeed => ({
    ...{ id: row.id, byId: row.by_id, doneAt: instant(row.done_at), change: row.change },
    ...{ filter: row.filter, changed: row.changed, left: row.left_out },
    ...{ undoneAt: instant(row.undone_at), undoneBy: row.undone_by },
  });
  return page(query, request, { timeColumn: 'done_at', fromRow });
}
