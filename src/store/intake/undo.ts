/**
 * Takes an import back, in one transaction: what it made goes, and the fields that it filled are empty again. What somebody has
 * worked with since stays, with all that came with it, and is told.
 */
import type { Knex } from 'knex';
import type { Kept } from '../../domain/intake/batch';
import { FILLED, type FilledTable } from '../../domain/intake/known';
import type { Instant } from '../../domain/time';
import { refreshSearch } from '../customers/customers';
import { timestamp } from '../statement';

import { columnOf } from './look-up';
import { NEVER_NULL } from './write';

/** So many of what is kept are named one by one. */
const NAMED = 500;
const SEARCHED_AT_ONCE = 500;

/** Ends in the state `undone`; of one that is not `undoing` nothing changes. */
export async function undoBatch(db: Knex, batchId: string, at: Instant): Promise<void> {
  await db.transaction(async (trx) => {
    const held = await trx('import_batch')
      .where({ id: batchId, state: 'undoing' })
      .forUpdate()
      .first<{ id: string } | undefined>('id');
    if (held === undefined) return;
    await collect(trx, batchId);
    await findKept(trx);
    await removeMade(trx);
    const fields = await emptyFilled(trx, at);
    await searchAnew(trx, batchId);
    await trx('import_row').where({ batch_id: batchId }).update({ fingerprint: null });
    const { count, named } = await keptOf(trx);
    const kept = [...named, ...fields].slice(0, NAMED);
    await trx('import_batch')
      .where({ id: batchId })
      .update({
        ...{ state: 'undone', undone_at: timestamp(at), kept: JSON.stringify(kept) },
        kept_count: count + fields.length,
      });
  });
}

/** What the rows made, as tables of this transaction. */
async function collect(trx: Knex.Transaction, batchId: string): Promise<void> {
  await trx.raw(`
    create temporary table made (what text, id uuid, primary key (what, id)) on commit drop;
    create temporary table filled (what text, id uuid, field text, value text) on commit drop;
    create temporary table kept_made (what text, id uuid, primary key (what, id)) on commit drop;
  `);
  for (const what of ['customer', 'lead', 'contact'])
    await trx.raw(
      `insert into made select ?, (made ->> ?)::uuid from import_row
       where batch_id = ? and made ->> ? is not null`,
      [what, what, batchId, what],
    );
  for (const what of ['number', 'vehicle', 'pair'])
    await trx.raw(
      `insert into made select ?, id::uuid from import_row, jsonb_array_elements_text(made -> ?) id
       where batch_id = ? and made -> ? is not null`,
      [what, `${what}s`, batchId, `${what}s`],
    );
  await trx.raw(
    `insert into filled select f ->> 'table', (f ->> 'id')::uuid, v.key, v.value
     from import_row, jsonb_array_elements(made -> 'fills') f, jsonb_each_text(f -> 'values') v
     where batch_id = ? and made -> 'fills' is not null`,
    [batchId],
  );
  await trx.raw(
    `create temporary table versions on commit drop as
     select f ->> 'table' as what, (f ->> 'id')::uuid as id, count(*) as times
     from import_row, jsonb_array_elements(made -> 'fills') f
     where batch_id = ? and made -> 'fills' is not null group by 1, 2`,
    [batchId],
  );
  await trx.raw('analyze made; analyze filled; analyze versions;');
}

/** That nobody but the import has made: a version for the row itself, and one for each row that filled it. */
const isChanged = (what: FilledTable, alias: string): string =>
  `${alias}.version <> 1 + coalesce(
     (select v.times from versions v where v.what = '${what}' and v.id = ${alias}.id), 0)`;

const isMade = (what: string, id: string): string =>
  `exists (select from made m where m.what = '${what}' and m.id = ${id})`;

const isKept = (what: string, id: string): string =>
  `exists (select from kept_made k where k.what = '${what}' and k.id = ${id})`;

/** It went to a telemarketer by the rules of distribution: nobody has asked for that. */
const BY_RULE = `o.by_id = '' and o.way in ('own', 'distributed')`;

/**
 * A run of cleaning has found it valid, and has given it to somebody: each is a version, too. Nobody has worked with it by
 * that.
 */
const WAS_CLEANED = `t.validity = 'valid'
  and t.version = 2 + coalesce((select v.times from versions v where v.what = 'lead' and v.id = t.id), 0)
    + (select count(*) from lead_owner o where o.lead_id = t.id and o.id <> t.id and ${BY_RULE})
  and exists (select from customer c join cleaning_run r on r.controller = c.controller where c.id = t.customer_id
    and t.changed_at between r.started_at and coalesce(r.ended_at, 'infinity'))`;

/** Of what was made, what somebody has worked with: it, and what hangs on it. */
async function findKept(trx: Knex.Transaction): Promise<void> {
  const keep = (what: string, table: string, conditions: readonly string[]) =>
    trx.raw(
      `insert into kept_made select '${what}', t.id from ${table} t join made m on m.what = '${what}' and m.id = t.id
       where ${conditions.join('\n or ')} on conflict do nothing`,
    );
  const named = async (table: string, but: readonly string[]) =>
    (await referringTo(trx, table))
      .filter(({ name }) => !but.includes(name))
      .map(({ name, column }) => `exists (select from ${name} o where o.${column} = t.id)`);
  await keep('lead', 'lead', [
    `${isChanged('lead', 't')} and not (${WAS_CLEANED})`,
    `t.state <> 'open'`,
    `exists (select from lead_owner o where o.lead_id = t.id and o.id <> t.id and not (${BY_RULE}))`,
    `exists (select from contact c where c.lead_id = t.id and not ${isMade('contact', 'c.id')})`,
    `exists (select from call c where c.lead_id = t.id)`,
    ...(await named('lead', ['lead_owner'])),
  ]);
  await keep('vehicle', 'vehicle', [isChanged('vehicle', 't'), ...(await named('vehicle', []))]);
  await keep('number', 'customer_number', [
    // Somebody has confirmed that it is his own.
    `t.identifies and t.kind <> 'mobile'`,
  ]);
  const has = (table: string, what: string) =>
    `exists (select from ${table} h where h.customer_id = t.id
       and (not ${isMade(what, 'h.id')} or ${isKept(what, 'h.id')}))`;
  await keep('customer', 'customer', [
    isChanged('customer', 't'),
    `t.root_id <> t.id`,
    `t.state <> 'active'`,
    `exists (select from customer c where c.root_id = t.id and c.id <> t.id)`,
    ...[has('lead', 'lead'), has('vehicle', 'vehicle'), has('customer_number', 'number')],
    has('contact', 'contact'),
    `exists (select from doubtful_pair p where t.id in (p.left_id, p.right_id) and p.state in ('same', 'different'))`,
    ...(await named('customer', [...PERSONS_OWN, 'doubtful_pair', 'customer'])),
  ]);
  // All that came with a person who is kept is kept with him.
  for (const [what, table] of [
    ...([
      ['lead', 'lead'],
      ['vehicle', 'vehicle'],
      ['number', 'customer_number'],
      ['contact', 'contact'],
    ] as const),
  ])
    await keep(what, table, [isKept('customer', 't.customer_id')]);
  await keep('contact', 'contact', [isKept('lead', 't.lead_id')]);
}

const PERSONS_OWN = ['customer_number', 'vehicle', 'lead', 'contact'];

/** Columns by which other tables hold a row of this one: who is held there has been worked with. */
async function referringTo(
  trx: Knex.Transaction,
  table: string,
): Promise<{ name: string; column: string }[]> {
  const { rows } = await trx.raw<{ rows: { name: string; column: string }[] }>(
    `select c.conrelid::regclass::text as name, a.attname as column
     from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
     where c.contype = 'f' and c.confrelid = ?::regclass`,
    [table],
  );
  return rows;
}

async function removeMade(trx: Knex.Transaction): Promise<void> {
  const gone = (what: string, id: string) => `${isMade(what, id)} and not ${isKept(what, id)}`;
  await trx.raw(`
    delete from doubtful_pair p where ${isMade('pair', 'p.id')} and p.state not in ('same', 'different');
    delete from doubtful_pair p using made m
      where m.what = 'customer' and m.id in (p.left_id, p.right_id) and not ${isKept('customer', 'm.id')};
    delete from contact t where ${gone('contact', 't.id')};
    delete from lead_owner t where ${gone('lead', 't.lead_id')};
    delete from lead t where ${gone('lead', 't.id')};
    delete from vehicle t where ${gone('vehicle', 't.id')};
    delete from customer_number t where ${gone('number', 't.id')};
    delete from customer t where ${gone('customer', 't.id')};
  `);
}

/** Of what was there before; answers the fields that say something else by now. */
async function emptyFilled(trx: Knex.Transaction, at: Instant): Promise<Kept[]> {
  const kept: Kept[] = [];
  for (const table of ['customer', 'lead', 'vehicle'] as const)
    for (const field of FILLED[table]) {
      const column = columnOf(field);
      const nothing = NEVER_NULL[table].includes(column) ? `''` : 'null';
      const changed = table === 'vehicle' ? '' : `, changed_at = '${timestamp(at)}'`;
      const of = `f.what = '${table}' and f.field = '${field}' and f.id = t.id and not ${isMade(table, 't.id')}`;
      const { rows } = await trx.raw<{ rows: { id: string }[] }>(
        `select t.id from ${table} t join filled f on ${of} where t.${column}::text is distinct from f.value`,
      );
      kept.push(...rows.map(({ id }) => ({ what: 'field' as const, id, field })));
      await trx.raw(
        `update ${table} t set ${column} = ${nothing}, version = t.version + 1${changed} from filled f
         where ${of} and t.${column}::text = f.value`,
      );
    }
  return kept;
}

/** Of those who stay: names, numbers and plates may have gone. */
async function searchAnew(trx: Knex.Transaction, batchId: string): Promise<void> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `select distinct c.id from import_row r join customer c on c.id = r.customer_id
     where r.batch_id = ? and r.made is not null`,
    [batchId],
  );
  const ids = rows.map(({ id }) => id);
  for (let from = 0; from < ids.length; from += SEARCHED_AT_ONCE)
    await refreshSearch(trx, ids.slice(from, from + SEARCHED_AT_ONCE));
}

/** Persons first; what hangs on one who is kept is not told by itself. */
async function keptOf(trx: Knex.Transaction): Promise<{ count: number; named: Kept[] }> {
  const { rows } = await trx.raw<{ rows: (Kept & { total: string })[] }>(
    `select k.what, case when k.what = 'number' then n.customer_id else k.id end as id, count(*) over () as total
     from kept_made k
     left join customer_number n on k.what = 'number' and n.id = k.id
     left join lead l on k.what = 'lead' and l.id = k.id
     left join vehicle v on k.what = 'vehicle' and v.id = k.id
     where k.what <> 'contact' and not (k.what <> 'customer'
       and ${isKept('customer', 'coalesce(n.customer_id, l.customer_id, v.customer_id)')})
     order by k.what, k.id limit ?`,
    [NAMED],
  );
  const named = rows.map(({ what, id }) => ({ what, id }));
  return { count: Number(rows[0]?.total ?? 0), named };
}
