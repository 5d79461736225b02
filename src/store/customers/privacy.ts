/** A person's data on request (port `Privacy` of http): shown, deleted with a certificate, held. */
import type { Knex } from 'knex';
import type { Certificate } from '../../domain/customer/erasure';
import { CodedError } from '../../domain/errors';
import type { LegalHold, Privacy } from '../../http/privacy-ports';
import type { Database } from '../database';
import { isUuid, page } from '../page';
import { instant } from '../statement';
import { erasePerson, queueRecordings } from './erase';
import { again, lockRoots } from './merge-tree';
import { heldData, personRows } from './person-rows';

export interface PrivacyWorld {
  db: Database;
  makeId: () => string;
  /** Of hashes of numbers. */
  key: Buffer;
  /** Numbers, leads and customers of calls that go on. */
  busy: () => ReadonlySet<string>;
}

export function storePrivacy(world: PrivacyWorld): Privacy {
  const { db, makeId, key, busy } = world;
  const certificates = () => db('erasure').select('erasure.*', LEFT(db)) as never;
  return {
    held: async (customerId) => {
      const root = (await lockRoots(db, [customerId])).get(customerId);
      if (root?.state !== 'active') throw new CodedError('UNKNOWN_CUSTOMER');
      return heldData(db, await personRows(db, root));
    },
    erase: ({ id: customerId, version, storeId }, { by, at, noted }) =>
      again(() =>
        db.transaction(async (trx) => {
          const order = { id: makeId(), customerId, version, storeId, by, at };
          const done = await erasePerson(trx, { ...order, key, makeId, busy: busy() });
          await noted(done.id);
          return done;
        }),
      ),
    certificate: async (id) => {
      if (!isUuid(id)) return null;
      const row = await db('erasure').where({ id }).first('erasure.*', LEFT(db));
      return row ? certificateFrom(row as ErasureRow) : null;
    },
    certificates: (books, request) =>
      page<ErasureRow, Certificate>(
        (certificates() as Knex.QueryBuilder<ErasureRow, ErasureRow[]>).whereIn(
          'controller',
          books,
        ),
        request,
        { timeColumn: 'at', fromRow: certificateFrom },
      ),
    hold: ({ customerId, storeId, why }, { by, at, noted }) =>
      db.transaction(async (trx) => {
        const root = (await lockRoots(trx, [customerId])).get(customerId);
        if (root?.state !== 'active') throw new CodedError('UNKNOWN_CUSTOMER');
        const id = makeId();
        const { controller } = root;
        const [row] = await trx('legal_hold')
          .insert({
            ...{ id, customer_id: root.id, controller, store_id: storeId, why, by_id: by },
            at: new Date(at),
          })
          .returning('*');
        await noted(id);
        return holdFrom(row as HoldRow);
      }),
    findHold: async (id) => {
      const row = isUuid(id) ? await db('legal_hold').where({ id }).first() : undefined;
      return row ? holdFrom(row as HoldRow) : null;
    },
    lift: (id, { by, at, noted }) =>
      db.transaction(async (trx) => {
        const [row] = (await trx('legal_hold')
          .where({ id })
          .whereNull('lifted_at')
          .update({ lifted_at: new Date(at), lifted_by: by })
          .returning('*')) as HoldRow[];
        if (row === undefined) throw new CodedError('HOLD_OVER');
        await releaseRecordings(trx, row.customer_id);
        await noted(id);
        return holdFrom(row);
      }),
  };
}

/** What an erasure had to leave is deleted when the last hold is lifted, and its certificate says so. */
async function releaseRecordings(trx: Knex, customerId: string): Promise<void> {
  const root = (await lockRoots(trx, [customerId])).get(customerId);
  if (root?.state !== 'erased') return;
  const person = await personRows(trx, root);
  const held = await trx('legal_hold')
    .whereIn('customer_id', person.customers)
    .whereNull('lifted_at')
    .first('id');
  const erasure = (await trx('erasure')
    .where({ customer_was: root.id })
    .orderBy('at', 'desc')
    .first()) as ErasureRow | undefined;
  if (held || erasure === undefined) return;
  const recordings = await queueRecordings(trx, erasure.id, person.calls);
  const { erased, kept } = erasure;
  await trx('erasure')
    .where({ id: erasure.id })
    .update({
      erased: JSON.stringify({ ...erased, recordings: erased.recordings + recordings }),
      kept: JSON.stringify(kept.filter(({ what }) => what !== 'recordings')),
      ...(recordings > 0 && { files_deleted_at: null }),
    });
}

const LEFT = (db: Knex) =>
  db.raw(
    '(select count(*)::int from erasure_file f where f.erasure_id = erasure.id and f.deleted_at is null) as files_left',
  );

interface ErasureRow {
  id: string;
  controller: string;
  store_id: string;
  by_id: string;
  at: Date;
  erased: Certificate['erased'];
  kept: Certificate['kept'];
  files_left: number;
  files_deleted_at: Date | null;
}

const certificateFrom = (row: ErasureRow): Certificate => ({
  ...{ id: row.id, controller: row.controller, storeId: row.store_id, by: row.by_id },
  ...{ at: instant(row.at), erased: row.erased, kept: row.kept, filesLeft: row.files_left },
  filesDeletedAt: instant(row.files_deleted_at),
});

interface HoldRow {
  id: string;
  customer_id: string;
  controller: string;
  store_id: string;
  why: LegalHold['why'];
  by_id: string;
  at: Date;
  lifted_at: Date | null;
  lifted_by: string | null;
}

const holdFrom = (row: HoldRow): LegalHold => ({
  ...{ id: row.id, customerId: row.customer_id, controller: row.controller, storeId: row.store_id },
  ...{ why: row.why, by: row.by_id, at: instant(row.at), liftedAt: instant(row.lifted_at) },
  liftedBy: row.lifted_by,
});
