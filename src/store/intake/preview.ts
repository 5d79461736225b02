/**
 * Lands portions where nothing stays: what rows would make of whom is known is kept in tables of this transaction alone, by which
 * the next portion knows them. No row and no number of the books is locked, and memory does not grow with the file.
 */
import type { Knex } from 'knex';
import type { ImportBatch, ImportCounts, Portion } from '../../domain/intake/batch';
import type { KnownPerson, Outcome } from '../../domain/intake/known';
import { Books, type LandingTerms } from '../../domain/intake/landing';
import { insertRows, jsonOf, recordset } from './insert';
import { countsOf, knownRows, landedPrints } from './land';
import { knownPersons } from './look-up';
import { piecewise } from './piecewise';

/** What of an import says where it would land. */
export type PreviewPlace = Pick<ImportBatch, 'storeId' | 'controller' | 'as' | 'source'>;

export interface PreviewedPortion {
  counts: ImportCounts;
  /** By row of the file; those that are rejected are none of it. */
  outcomes: Map<number, Outcome>;
}

/** Of the transaction in which portions are previewed, before the first. Rejects of a store that never was. */
export async function openPreview(
  trx: Knex.Transaction,
  order: Omit<PreviewPlace, 'controller'>,
): Promise<PreviewPlace> {
  const store = await trx('store')
    .where({ id: order.storeId })
    .first<{ controller: string } | undefined>('controller');
  if (store === undefined) throw new Error(`no store ${order.storeId}`);
  await trx.raw(`
    create temporary table previewed_print (print text primary key) on commit drop;
    create temporary table previewed_person (id uuid primary key, person jsonb not null) on commit drop;
    create temporary table previewed_number
      (number text, person_id uuid, primary key (number, person_id)) on commit drop;
    create temporary table previewed_pair
      (left_id uuid, right_id uuid, primary key (left_id, right_id)) on commit drop;
  `);
  return { ...order, controller: store.controller };
}

export async function previewPortion(
  trx: Knex.Transaction,
  place: PreviewPlace,
  portion: Portion,
  terms: LandingTerms,
): Promise<PreviewedPortion> {
  const { ready, prints } = await knownRows(place, portion.ready, async (asked) => [
    ...(await landedPrints(trx, asked)),
    ...(await printsBefore(trx, asked)),
  ]);
  const numbers = ready.flatMap(({ record }) => record.numbers.map(({ number }) => number));
  const books = new Books(await personsNow(trx, place, numbers), terms);
  await piecewise(ready, (row) => books.land(row));
  const { landed } = books;
  await insertRows(trx, 'previewed_print', {
    columns: { print: 'text' },
    rows: [...prints.values()].map((print) => ({ print })),
  });
  const changed = landed.rows.filter(({ outcome }) => outcome !== 'same');
  const ids = new Set(changed.map(({ customerId }) => customerId));
  await keepPersons(
    trx,
    books.persons().filter(({ id }) => ids.has(id)),
  );
  const doubtful = await newPairs(trx, landed.pairs);
  return {
    counts: countsOf(landed, { rejected: portion.rejected.length, doubtful }),
    outcomes: new Map(landed.rows.map(({ row, outcome }) => [row, outcome])),
  };
}

const printsBefore = (trx: Knex, prints: readonly string[]): Promise<string[]> =>
  trx('previewed_print')
    .whereRaw('print = any(?::text[])', [[...prints]])
    .pluck<string[]>('print');

/** As the books have them, and over that what earlier portions would have made of them. */
async function personsNow(
  trx: Knex.Transaction,
  place: PreviewPlace,
  numbers: readonly string[],
): Promise<KnownPerson[]> {
  const inBooks = await knownPersons(trx, place, numbers, 'free');
  const { rows } = await trx.raw<{ rows: { person: KnownPerson }[] }>(
    `select person from previewed_person where id = any(?::uuid[])
       or id in (select person_id from previewed_number where number = any(?::text[]))`,
    [inBooks.map(({ id }) => id), [...numbers]],
  );
  const named = new Set(numbers);
  const byId = new Map(inBooks.map((person) => [person.id, person]));
  for (const { person } of rows) {
    const his = byId.get(person.id)?.numbers ?? [];
    const others = person.numbers.filter(
      ({ number }) => named.has(number) && !his.some((one) => one.number === number),
    );
    byId.set(person.id, { ...person, numbers: [...his, ...others] });
  }
  return [...byId.values()];
}

async function keepPersons(trx: Knex.Transaction, persons: readonly KnownPerson[]): Promise<void> {
  if (persons.length === 0) return;
  // What is filled says who he is, as it does when he is read from the books.
  const kept = persons.map((person) => ({
    id: person.id,
    person: { ...person, kind: person.fields.kind },
  }));
  await trx.raw(
    `insert into previewed_person (id, person) select id, person from ${recordset({ id: 'uuid', person: 'jsonb' })}
     on conflict (id) do update set person = excluded.person`,
    [jsonOf(kept)],
  );
  const numbers = persons.flatMap(({ id, numbers: his }) =>
    his.map(({ number }) => ({ number, person_id: id })),
  );
  await insertRows(trx, 'previewed_number', {
    columns: { number: 'text', person_id: 'uuid' },
    rows: numbers,
    end: 'on conflict do nothing',
  });
}

/** How many of them would be new in the work list. */
async function newPairs(
  trx: Knex.Transaction,
  pairs: readonly { left: string; right: string }[],
): Promise<number> {
  return insertRows(trx, 'previewed_pair', {
    columns: { left_id: 'uuid', right_id: 'uuid' },
    rows: pairs.map(({ left, right }) => ({ left_id: left, right_id: right })),
    end: `where not exists (select from doubtful_pair p where p.left_id = r.left_id and p.right_id = r.right_id)
      on conflict do nothing`,
  });
}
