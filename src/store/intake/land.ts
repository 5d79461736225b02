/**
 * Lands a portion of an import in one transaction: what it makes and fills, what became of each row, and how far the import is,
 * so that it goes on behind that after whatever ended it.
 */
import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { ImportBatch, ImportCounts, Portion } from '../../domain/intake/batch';
import { sayRefusal } from '../../domain/intake/cell';
import type { Landed } from '../../domain/intake/known';
import { Books, type LandingTerms, type ReadyRow } from '../../domain/intake/landing';
import { contentOf, type IntakeRecord } from '../../domain/intake/record';
import { lockNumbers } from '../customers/deed';
import { timestamp } from '../statement';
import { insertRows } from './insert';
import { knownPersons } from './look-up';
import { piecewise } from './piecewise';
import { sourceOf, writeLanded, type LandingPlace } from './write';

export type Terms = Omit<LandingTerms, 'controller' | 'as' | 'source' | 'origin'>;

/** Lands it, unless the import is no longer running; answers whether it is. */
export async function landPortion(
  db: Knex,
  batch: ImportBatch,
  portion: Portion,
  terms: Terms,
): Promise<boolean> {
  return db.transaction(async (trx) => {
    const numbers = portion.ready.flatMap(({ record }) =>
      record.numbers.map(({ number }) => number),
    );
    await lockNumbers(trx, batch.controller, numbers);
    const held = await trx('import_batch')
      .where({ id: batch.id, state: 'running' })
      .forUpdate()
      .first<{ row_done: number } | undefined>('row_done');
    // Somebody has taken it over, or it was landed by the app before.
    if (held === undefined || held.row_done >= portion.upTo) return held !== undefined;
    const { ready, prints } = await knownRows(batch, portion.ready, (asked) =>
      landedPrints(trx, asked),
    );
    const { landed, doubtful } = await landRecords(
      trx,
      { ...batch, origin: sourceOf(batch.id) },
      ready,
      {
        ...terms,
        ...{ controller: batch.controller, as: batch.as, source: batch.source },
        origin: (row) => `${batch.fileName} #${row}`,
      },
    );
    await writeRows(trx, batch, { landed, portion, prints });
    await count(trx, batch, { landed, portion, doubtful });
    return true;
  });
}

/**
 * Makes and fills what rows say, whoever brought them: an import, a web form or HQ. The caller holds their numbers
 * (`lockNumbers`), in the same transaction.
 */
export async function landRecords(
  trx: Knex.Transaction,
  place: LandingPlace,
  ready: readonly ReadyRow[],
  terms: LandingTerms,
): Promise<{ landed: Landed; doubtful: number }> {
  const numbers = ready.flatMap(({ record }) => record.numbers.map(({ number }) => number));
  const known = await knownPersons(trx, place, numbers);
  const books = new Books(known, terms);
  await piecewise(ready, (row) => books.land(row));
  const { landed } = books;
  await writeLanded(trx, place, landed, terms.at);
  return { landed, doubtful: await writePairs(trx, place, landed, terms) };
}

/** Which of these have landed before. */
export const landedPrints = (trx: Knex, prints: readonly string[]): Promise<string[]> =>
  trx('import_row')
    .whereRaw('fingerprint = any(?::text[])', [[...prints]])
    .pluck<string[]>('fingerprint');

/** Which of the rows have landed before: with this content, in this store, as the same. */
export async function knownRows(
  batch: Pick<ImportBatch, 'storeId' | 'as' | 'source'>,
  rows: Portion['ready'],
  there: (prints: string[]) => Promise<string[]>,
) {
  const prints = new Map<number, string>();
  const taken = new Set<string>();
  const all = await piecewise(rows, ({ row, record }) => ({
    ...{ row, record, print: printOf(batch, record) },
  }));
  for (const print of await there(all.map(({ print }) => print))) taken.add(print);
  const ready: ReadyRow[] = all.map(({ row, record, print }) => {
    const isKnown = taken.has(print);
    taken.add(print);
    if (!isKnown) prints.set(row, print);
    return { row, record, isKnown };
  });
  return { ready, prints };
}

/** A source that is not named is the one of the import. */
const printOf = (
  { storeId, as, source }: Pick<ImportBatch, 'storeId' | 'as' | 'source'>,
  record: IntakeRecord,
): string =>
  createHash('sha256')
    .update(`${storeId}\n${as}\n${contentOf({ ...record, source: record.source ?? source })}`)
    .digest('base64url')
    .slice(0, 24);

/** For the work list; a pair of which somebody has decided, or is to, is not asked of again. */
async function writePairs(
  trx: Knex.Transaction,
  { controller }: LandingPlace,
  landed: Landed,
  { at }: LandingTerms,
): Promise<number> {
  return insertRows(trx, 'doubtful_pair', {
    columns: {
      ...{ id: 'uuid', controller: 'text', left_id: 'uuid', right_id: 'uuid', reason: 'text' },
      ...{ left_number: 'text', right_number: 'text', found_at: 'timestamptz' },
    },
    rows: landed.pairs.map(({ id, left, right, why, leftNumber, rightNumber }) => ({
      ...{ id, controller, left_id: left, right_id: right, reason: why },
      ...{ left_number: leftNumber, right_number: rightNumber, found_at: timestamp(at) },
    })),
    end: 'on conflict (left_id, right_id) do nothing',
  });
}

interface Writing {
  landed: Landed;
  portion: Portion;
}

async function writeRows(
  trx: Knex.Transaction,
  { id }: ImportBatch,
  { landed, portion, prints }: Writing & { prints: ReadonlyMap<number, string> },
): Promise<void> {
  const landedRows = landed.rows.map(({ row, outcome, customerId, made }) => ({
    ...{ batch_id: id, row_no: row, outcome, fingerprint: prints.get(row) ?? null },
    ...{ customer_id: customerId, made: Object.keys(made).length > 0 ? made : null },
    ...{ cells: null, reasons: null },
  }));
  const rejected = await piecewise(portion.rejected, ({ row, cells, refusals }) => ({
    ...{ batch_id: id, row_no: row, outcome: 'rejected', fingerprint: null, customer_id: null },
    ...{ made: null, cells },
    reasons: refusals.map((refusal) => ({ ...refusal, ...sayRefusal(refusal, row) })),
  }));
  await insertRows(trx, 'import_row', {
    columns: {
      ...{ batch_id: 'uuid', row_no: 'integer', outcome: 'text', fingerprint: 'text' },
      ...{ customer_id: 'uuid', made: 'jsonb', cells: 'jsonb', reasons: 'jsonb' },
    },
    rows: [...landedRows, ...rejected],
  });
}

/** What of it counts. */
export function countsOf(
  landed: Landed,
  { rejected, doubtful }: Pick<ImportCounts, 'rejected' | 'doubtful'>,
): ImportCounts {
  const of = (outcome: string) => landed.rows.filter((row) => row.outcome === outcome).length;
  return {
    ...{ rows: landed.rows.length + rejected, customers: landed.customers.length },
    ...{ leads: landed.leads.length, vehicles: landed.vehicles.length, filled: of('filled') },
    ...{ same: of('same'), rejected, doubtful },
  };
}

async function count(
  trx: Knex.Transaction,
  { id }: ImportBatch,
  { landed, portion, doubtful }: Writing & { doubtful: number },
): Promise<void> {
  const more = countsOf(landed, { rejected: portion.rejected.length, doubtful });
  await trx('import_batch')
    .where({ id })
    .update({
      ...Object.fromEntries(
        Object.entries(more).map(([column, by]) => [column, trx.raw('?? + ?', [column, by])]),
      ),
      row_done: portion.upTo,
    });
}
