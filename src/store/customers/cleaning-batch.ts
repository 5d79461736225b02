/**
 * The steps of cleaning (E31), each on a few rows in one short transaction, in which what was counted is written down too: a run
 * that broke off goes on where it was, and nobody who works waits for it for long. Whoever is being talked with is left for later.
 */
import type { Knex } from 'knex';
import { cleanedName, cleanedNumber, type CleanedNumber } from '../../domain/customer/cleaned';
import type { CustomerId, StoreId } from '../../domain/ids';
import { numberBook } from '../../domain/number/book';
import { numberingOf } from '../../domain/number/entered';
import type { Plan } from '../../domain/plan';
import type { Instant } from '../../domain/time';
import { refreshSearch } from './customers';
import { lockNumbers } from './deed';
import { settleDuplicates } from './duplicates';
import { lockRoots } from './merge-tree';

/** What a run knows of the world; read anew for each batch. */
export interface CleaningBatch {
  runId: string;
  controller: string;
  plan: Plan;
  /** Numbers (E.164), leads and customers of calls that are going on. */
  busy: ReadonlySet<string>;
  makeId: () => string;
  at: Instant;
}

export interface CustomersCleaned {
  came: number;
  exceptions: number;
  duplicates: number;
  merged: number;
  doubtful: number;
}

/** Ids of customers of these books that want cleaning, after that one; none: there are no more. */
export async function uncleanCustomers(
  db: Knex,
  controller: string,
  { after, most }: { after: CustomerId; most: number },
): Promise<CustomerId[]> {
  const { rows } = await db.raw<{ rows: { id: string }[] }>(
    `(select id from customer where controller = :controller and state = 'active' and id > :after
        and cleaned_version is distinct from version order by id limit :most)
     union
     (select distinct customer_id as id from customer_number
      where controller = :controller and not cleaned and customer_id > :after order by id limit :most)
     order by id limit :most`,
    { controller, after, most },
  );
  return rows.map(({ id }) => id);
}

/** Cleans these rows and looks for who is there twice. */
export async function cleanCustomers(
  trx: Knex,
  ids: readonly CustomerId[],
  batch: CleaningBatch,
): Promise<CustomersCleaned> {
  await lockNumbers(trx as Knex.Transaction, batch.controller, await numbersToBe(trx, ids, batch));
  const roots = await lockRoots(trx, ids);
  const busy = await busyAmong(trx, [...new Set([...roots.values()].map(({ id }) => id))], batch);
  const free = ids.filter((id) => {
    const root = roots.get(id);
    return root?.state === 'active' && !busy.has(root.id);
  });
  await cleanNames(trx, free);
  await cleanNumbers(trx, free, batch);
  await refreshSearch(trx, free);
  await trx('customer')
    .whereIn('id', free)
    .update({ cleaned_version: trx.raw('version') });
  const freeRoots = [...new Set(free.map((id) => roots.get(id)?.id ?? id))];
  const { runId, controller, makeId, at } = batch;
  const found = await settleDuplicates(trx, freeRoots, {
    ...{ controller, makeId, by: 'cleaning', at, runId },
    isBusy: ({ id, numbers }) =>
      batch.busy.has(id) || busy.has(id) || numbers.some(({ number }) => batch.busy.has(number)),
  });
  return { came: free.length, exceptions: ids.length - free.length, ...found };
}

/** Roots of whom a call is going on: by his number, by his lead, or as himself. */
async function busyAmong(
  trx: Knex,
  roots: readonly CustomerId[],
  { busy }: CleaningBatch,
): Promise<Set<CustomerId>> {
  if (busy.size === 0) return new Set();
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `with busy as (select word from unnest(?::text[]) as words (word))
     select distinct c.root_id as id from customer c where c.root_id = any(?::uuid[]) and (
       c.id::text in (select word from busy) or c.root_id::text in (select word from busy)
       or exists (select from customer_number n where n.customer_id = c.id and n.number in (select word from busy))
       or exists (select from lead l where l.customer_id = c.id
         and (l.id::text in (select word from busy) or l.number in (select word from busy))))`,
    [[...busy], [...roots]],
  );
  return new Set(rows.map(({ id }) => id));
}

async function cleanNames(trx: Knex, ids: readonly CustomerId[]): Promise<void> {
  const rows = (await trx('customer').whereIn('id', ids).select('id', 'name')) as {
    id: string;
    name: string;
  }[];
  for (const { id, name } of rows) {
    const cleaned = cleanedName(name);
    if (cleaned !== name)
      await trx('customer')
        .where({ id })
        .update({ name: cleaned, version: trx.raw('version + 1') });
  }
}

interface NumberRow {
  id: string;
  customer_id: string;
  store_id: StoreId;
  number: string;
  confirmed: boolean;
}

/** By which these rows will be known. Held before any row, as whoever adds a number does. */
async function numbersToBe(
  trx: Knex,
  ids: readonly CustomerId[],
  batch: CleaningBatch,
): Promise<string[]> {
  const cleaned = await readNumbers(trx, ids, batch);
  return cleaned.filter(({ now }) => now.identifies).map(({ now }) => now.number);
}

/** To E.164, of its kind by the plan as it is now; it identifies its customer unless another one has it. */
async function cleanNumbers(
  trx: Knex,
  ids: readonly CustomerId[],
  batch: CleaningBatch,
): Promise<void> {
  const cleaned = await readNumbers(trx, ids, batch);
  const wanted = cleaned.filter(({ now }) => now.identifies).map(({ now }) => now.number);
  const holders = await holdersOf(trx, batch.controller, wanted);
  for (const { row, now } of cleaned) {
    const isHis = now.identifies && (holders.get(now.number) ?? row.id) === row.id;
    if (isHis) holders.set(now.number, row.id);
    await trx('customer_number')
      .where({ id: row.id })
      .update({ number: now.number, kind: now.kind, identifies: isHis, cleaned: true });
  }
}

async function readNumbers(
  trx: Knex,
  ids: readonly CustomerId[],
  { plan, at }: CleaningBatch,
): Promise<{ row: NumberRow; now: CleanedNumber }[]> {
  const { rows } = await trx.raw<{ rows: NumberRow[] }>(
    `select n.id, n.customer_id, c.store_id, n.number,
       (n.identifies and n.kind <> 'mobile') or exists (
         select from confirmed_number f join lead l on l.id = f.lead_id join customer h on h.id = l.customer_id
         where f.number = n.number and h.root_id = c.root_id) as confirmed
     from customer_number n join customer c on c.id = n.customer_id
     where n.customer_id = any(?::uuid[]) order by n.since, n.id`,
    [[...ids]],
  );
  const book = numberBook(plan);
  return rows.map((row) => {
    const { store_id: storeId } = row;
    const reading = { book, storeId, numbering: numberingOf(plan, storeId), at };
    return { row, now: cleanedNumber(row.number, row.confirmed, reading) };
  });
}

/** Rows by which these numbers identify somebody now. */
async function holdersOf(
  trx: Knex,
  controller: string,
  numbers: readonly string[],
): Promise<Map<string, string>> {
  const rows = (await trx('customer_number')
    .where({ controller, identifies: true })
    .whereIn('number', numbers)
    .select('id', 'number')) as { id: string; number: string }[];
  return new Map(rows.map(({ id, number }) => [number, id]));
}
