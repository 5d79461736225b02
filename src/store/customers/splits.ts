/**
 * Taking leads, numbers and vehicles out of a customer into another, or into a new one, and taking that back. Contacts go with
 * the lead that they are about, and calls of no lead with their number: none is left behind or lost.
 */
import type { Knex } from 'knex';
import { CodedError } from '../../domain/errors';
import type { CustomerId } from '../../domain/ids';
import type { Instant } from '../../domain/time';
import { refreshSearch } from './customers';
import { lockRoots, type TreeRow } from './merge-tree';

/** What a split moves; each has a customer. */
const TABLES = ['lead', 'customer_number', 'vehicle'] as const;
type Table = (typeof TABLES)[number] | 'contact';

/** Rows by table, and whose they were. */
type Moved = Partial<Record<Table, Record<string, CustomerId>>>;

export interface SplitOrder {
  /** Id of the split to be. */
  id: string;
  customerId: CustomerId;
  /** That whoever asks has seen; left out: whatever it is. */
  version?: number;
  /** Whose they are from now on; `new`: of a customer of that id, who is made. */
  to: { id: CustomerId } | { new: CustomerId };
  leads: readonly string[];
  /** Ids of rows, as those of vehicles. */
  numbers: readonly string[];
  vehicles: readonly string[];
  by: string;
  at: Instant;
}

/**
 * Rejects: `UNKNOWN_CUSTOMER`, `VERSION_MOVED`, `SAME_CUSTOMER` of one person, `OTHER_CONTROLLER`, and `NOT_OF_CUSTOMER` of what
 * is not his, or of nothing at all.
 */
export async function splitCustomer(trx: Knex, order: SplitOrder): Promise<{ toId: CustomerId }> {
  const { customerId, to, by, at } = order;
  const toId = 'new' in to ? to.new : to.id;
  const roots = await lockRoots(trx, 'new' in to ? [customerId] : [customerId, to.id]);
  const from = roots.get(customerId);
  if (!from || from.state !== 'active') throw new CodedError('UNKNOWN_CUSTOMER');
  if (order.version !== undefined && order.version !== from.version)
    throw new CodedError('VERSION_MOVED', { version: from.version });
  if ('new' in to) await addCustomer(trx, from, toId, at);
  else check(from, roots.get(to.id));
  const moved = await move(trx, from, { ...order, toId });
  await touch(trx, [from.id, roots.get(toId)?.id ?? toId], at);
  await refreshSearch(trx, rowsOf(moved, toId));
  await trx('customer_split').insert({
    // Whoever moves one of these rows again waits for this one: the roots are locked.
    nth: trx.raw('(select coalesce(max(nth), 0) + 1 from customer_split)'),
    ...{ id: order.id, controller: from.controller, from_id: from.id, to_id: toId },
    ...{ made: 'new' in to, moved: JSON.stringify(moved), by_id: by, at: new Date(at) },
  });
  return { toId };
}

/** What stayed where it is, because it has gone on since, or because something new hangs on it. */
export interface Unsplit {
  stayed: { table: Table; id: string }[];
  /** The customer who had been made for it is there still: he has got something of his own. */
  remains: boolean;
}

/** Rejects: `NOT_FOUND`, `UNDONE_ALREADY`. */
export async function undoSplit(
  trx: Knex,
  { id, by, at }: { id: string; by: string; at: Instant },
): Promise<Unsplit> {
  const found = await trx('customer_split').where({ id }).first('from_id', 'to_id');
  if (!found) throw new CodedError('NOT_FOUND');
  const { from_id: fromId, to_id: toId } = found;
  const roots = await lockRoots(trx, [fromId, toId]);
  // Another one that was taken back meanwhile may have changed whose its rows were.
  const split = await trx('customer_split').where({ id }).first();
  const { made } = split;
  const undone = { undone_at: new Date(at), undone_by: by };
  const isUndone = await trx('customer_split').where({ id }).whereNull('undone_at').update(undone);
  if (isUndone === 0) throw new CodedError('UNDONE_ALREADY');
  const moved = split.moved as Moved;
  const stayed = await moveBack(trx, { toId, nth: split.nth }, moved);
  await refreshSearch(trx, rowsOf(moved, toId));
  await touch(
    trx,
    [...roots.values()].map((root) => root.id),
    at,
  );
  const remains = made && !(await dropEmpty(trx, toId));
  // Made by a split that was taken back while this one stood.
  await dropEmpty(trx, fromId);
  return { stayed, remains };
}

function check(from: TreeRow, to: TreeRow | undefined): void {
  if (!to || to.state !== 'active') throw new CodedError('UNKNOWN_CUSTOMER');
  if (to.id === from.id) throw new CodedError('SAME_CUSTOMER');
  if (to.controller !== from.controller) throw new CodedError('OTHER_CONTROLLER');
}

const addCustomer = (trx: Knex, from: TreeRow, id: CustomerId, at: Instant) =>
  trx('customer').insert({
    ...{ id, root_id: id, controller: from.controller, store_id: from.storeId, source: 'split' },
    ...{ created_at: new Date(at), changed_at: new Date(at) },
  });

const touch = (trx: Knex, ids: readonly CustomerId[], at: Instant) =>
  trx('customer')
    .whereIn('id', [...new Set(ids)].sort())
    .update({ version: trx.raw('version + 1'), changed_at: new Date(at) });

async function move(
  trx: Knex,
  from: TreeRow,
  order: SplitOrder & { toId: CustomerId },
): Promise<Moved> {
  const { toId, leads, numbers, vehicles } = order;
  const asked = { lead: leads, customer_number: numbers, vehicle: vehicles };
  if ([...leads, ...numbers, ...vehicles].length === 0) throw new CodedError('NOT_OF_CUSTOMER');
  const his = trx('customer').where({ root_id: from.id }).select('id');
  const moved: Moved = {};
  for (const table of TABLES) {
    const ids = [...new Set(asked[table])].sort();
    const rows = await trx(table).whereIn('id', ids).whereIn('customer_id', his).select();
    if (rows.length < ids.length) throw new CodedError('NOT_OF_CUSTOMER');
    moved[table] = await hand(trx, table, rows, toId);
  }
  await follow(trx, leads, toId);
  const calls = await trx('contact')
    .whereIn('customer_id', his)
    .whereNull('lead_id')
    .whereIn('call_id', callsOf(trx, numbers))
    .select();
  moved.contact = await hand(trx, 'contact', calls, toId);
  return moved;
}

/** What was noted of a lead is with whom the lead is. */
const follow = (trx: Knex, leads: readonly string[], customerId: CustomerId) =>
  trx('contact')
    .whereIn('lead_id', [...leads])
    .update({ customer_id: customerId });

/** Rows of customers that had something, or have it now. */
const rowsOf = (moved: Moved, toId: CustomerId): CustomerId[] => [
  ...new Set([toId, ...Object.values(moved).flatMap((rows) => Object.values(rows))]),
];

/** Calls from or to these numbers. */
const callsOf = (trx: Knex, numbers: readonly string[]) =>
  trx('call')
    .join('customer_number as n', (on) =>
      on.on('n.number', 'call.from_number').orOn('n.number', 'call.to_number'),
    )
    .whereIn('n.id', [...numbers])
    .select('call.id');

async function hand(
  trx: Knex,
  table: Table,
  rows: readonly { id: string; customer_id: string }[],
  toId: CustomerId,
): Promise<Record<string, CustomerId>> {
  const ids = rows.map(({ id }) => id);
  if (ids.length > 0)
    await trx(table)
      .whereIn('id', ids)
      .update(of(trx, table, toId));
  return Object.fromEntries(rows.map(({ id, customer_id: whose }) => [id, whose]));
}

/** Whoever has a lead or vehicle open sees that it is another's. */
const of = (trx: Knex, table: Table, customerId: CustomerId) => ({
  customer_id: customerId,
  ...((table === 'lead' || table === 'vehicle') && { version: trx.raw('version + 1') }),
});

async function moveBack(
  trx: Knex,
  { toId, nth }: { toId: CustomerId; nth: string },
  moved: Moved,
): Promise<Unsplit['stayed']> {
  const stayed: Unsplit['stayed'] = [];
  for (const table of [...TABLES, 'contact'] as const)
    for (const [id, whose] of Object.entries(moved[table] ?? {})) {
      const hasGoneOn = await nextComesFrom(trx, { table, id, toId, nth, whose });
      const back = hasGoneOn
        ? 0
        : await trx(table)
            .where({ id, customer_id: toId })
            .update(of(trx, table, whose));
      if (back === 0) stayed.push({ table, id });
      else if (table === 'lead') await follow(trx, [id], whose);
    }
  return stayed;
}

interface Taken {
  table: Table;
  id: string;
  toId: CustomerId;
  nth: string;
  whose: CustomerId;
}

/**
 * Whether the next split after that one took the row on from there: then it stays, and goes back to the first owner when that
 * one is taken back, too. Only the next: a row may have come to the same customer again, and gone on again.
 */
async function nextComesFrom(trx: Knex, { table, id, toId, nth, whose }: Taken): Promise<boolean> {
  const next = trx('customer_split')
    .whereNull('undone_at')
    .where('nth', '>', nth)
    .whereRaw('moved #>> ? = ?', [[table, id], toId])
    .orderBy('nth')
    .limit(1)
    .select('id');
  const changed = await trx('customer_split')
    .whereIn('id', next)
    .update({ moved: trx.raw('jsonb_set(moved, ?, to_jsonb(?::text))', [[table, id], whose]) });
  return changed > 0;
}

/** Whether the row is gone: it was made for a split that stands no more, nothing hangs on it, and nobody decided about it. */
async function dropEmpty(trx: Knex, id: CustomerId): Promise<boolean> {
  const hanging = [...TABLES, 'contact', 'consent', 'do_not_call'].map(
    (table) => `select from ${table} where customer_id = c.id`,
  );
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `delete from customer c where id = ? and root_id = id
      and exists (select from customer_split where to_id = c.id and made and undone_at is not null)
      and not exists (${hanging.join(' union all ')}
        union all select from customer_merge where kept_id = c.id or merged_id = c.id
        union all select from doubtful_pair where left_id = c.id or right_id = c.id
        union all select from customer_split where (from_id = c.id or to_id = c.id) and undone_at is null)`,
    [id],
  );
  return rowCount === 1;
}
