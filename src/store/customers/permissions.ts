/** Consents and refusals of customers with their proofs (port `Permissions` of http). */
import type { Knex } from 'knex';
import type { Consent, DoNotCall, PermissionFacts, Proof } from '../../domain/customer/permission';
import { CodedError } from '../../domain/errors';
import type {
  GivenConsent,
  Permissions,
  Proved,
  Reached,
  Refusing,
  Said,
} from '../../http/permission-ports';
import type { Doing } from '../../http/customer-ports';
import type { Database } from '../database';
import { isUuid, page } from '../page';
import { instant } from '../statement';
import { numberHash } from './erased-numbers';
import { lockRoots } from './merge-tree';
import { consentFrom, refusalFrom, type ConsentRow, type RefusalRow } from './permission-rows';

/** Of a number wherever it is: a refusal may hold in all books. */
export const refusalHash = (key: Buffer, number: string): string => numberHash(key, '', number);

/** `key`: of hashes of numbers. */
export function storePermissions(db: Database, makeId: () => string, key: Buffer): Permissions {
  const find = <T>(table: string, id: string, fromRow: (row: never) => T): Promise<T | null> =>
    isUuid(id)
      ? db(table)
          .where({ id })
          .first()
          .then((row) => (row ? fromRow(row as never) : null))
      : Promise.resolve(null);
  return {
    facts: (reached) => permissionFacts(db, key, reached),
    said: (reached) => saidBy(db, key, reached),
    consent: (given, doing) => db.transaction((trx) => addConsent(trx, makeId(), given, doing)),
    findConsent: (id) => find('consent', id, consentFrom),
    withdraw: (id, proof, doing) =>
      db.transaction(async (trx) => {
        const row = await ended(trx, 'consent', id, {
          ...{ withdrawn_at: new Date(doing.at), withdrawn_by: doing.by },
          withdrawn_proof: JSON.stringify(proof),
        });
        await doing.noted(id);
        return consentFrom(row as never);
      }),
    refuse: (said, doing) =>
      db.transaction((trx) => refuse(trx, { id: makeId(), key, said, doing })),
    findRefusal: (id) => find('do_not_call', id, refusalFrom),
    lift: (id, proof, doing) =>
      db.transaction(async (trx) => {
        const row = await ended(trx, 'do_not_call', id, {
          ...{ lifted_at: new Date(doing.at), lifted_by: doing.by },
          lifted_proof: JSON.stringify(proof),
        });
        await doing.noted(id);
        return refusalFrom(row as never);
      }),
    refusals: (books, request) =>
      page<RefusalRow, DoNotCall>(
        db('do_not_call').whereIn('controller', books).whereNull('lifted_at') as never,
        request,
        { timeColumn: 'at', fromRow: refusalFrom },
      ),
  };
}

const OVER = { consent: 'withdrawn_at', do_not_call: 'lifted_at' } as const;

async function ended(trx: Knex, table: keyof typeof OVER, id: string, change: object) {
  const [row] = await trx(table).where({ id }).whereNull(OVER[table]).update(change).returning('*');
  if (!row) throw new CodedError(table === 'consent' ? 'CONSENT_OVER' : 'DO_NOT_CALL_OVER');
  return row as unknown;
}

async function addConsent(
  trx: Knex,
  id: string,
  given: GivenConsent,
  { by, at, noted }: Doing,
): Promise<Consent> {
  const root = (await lockRoots(trx, [given.customerId])).get(given.customerId);
  if (root?.state !== 'active') throw new CodedError('UNKNOWN_CUSTOMER');
  const stands = await trx('consent')
    .join('customer', 'customer.id', 'consent.customer_id')
    .where({ 'customer.root_id': root.id, 'consent.scope': given.scope })
    .whereNull('withdrawn_at')
    .first('consent.id');
  if (stands) throw new CodedError('CONSENT_STANDS');
  const [row] = await trx('consent')
    .insert({
      ...{ id, controller: root.controller, customer_id: root.id, scope: given.scope, by_id: by },
      ...{ store_id: given.storeId, given_at: new Date(Math.min(given.givenAt, at)) },
      proof: JSON.stringify(given.proof),
    })
    .returning('*');
  await noted(id);
  return consentFrom(row as never);
}

interface RefusingOrder {
  id: string;
  key: Buffer;
  said: Refusing;
  doing: Doing;
}

async function refuse(trx: Knex, { id, key, said, doing }: RefusingOrder): Promise<DoNotCall> {
  const { customerId, number } = said;
  const root =
    customerId === null ? null : ((await lockRoots(trx, [customerId])).get(customerId) ?? null);
  if (customerId !== null && root?.state !== 'active') throw new CodedError('UNKNOWN_CUSTOMER');
  const his = root === null ? [] : await numbersOfRoot(trx, root.id);
  const [row] = await trx('do_not_call')
    .insert({
      ...{ id, controller: root?.controller ?? said.controller, customer_id: root?.id ?? null },
      ...{ number, scope: said.scope, everywhere: said.everywhere, store_id: said.storeId },
      ...{ said_by: said.saidBy, by_id: doing.by, at: new Date(doing.at) },
      proof: JSON.stringify(said.proof),
    })
    .returning('*');
  await keepRefused(trx, key, id, [...his, ...(number === null ? [] : [number])]);
  await doing.noted(id);
  return refusalFrom(row as never);
}

/** By these numbers the refusal is found, whatever becomes of the data. */
export async function keepRefused(
  trx: Knex,
  key: Buffer,
  id: string,
  numbers: readonly string[],
): Promise<void> {
  const rows = [...new Set(numbers)]
    .filter((number) => number !== '')
    .map((number) => ({ do_not_call_id: id, hash: refusalHash(key, number) }));
  if (rows.length > 0)
    await trx('do_not_call_number').insert(rows).onConflict(['hash', 'do_not_call_id']).ignore();
}

const numbersOfRoot = (db: Knex, rootId: string): Promise<string[]> =>
  db('customer_number as n')
    .join('customer as c', 'c.id', 'n.customer_id')
    .where('c.root_id', rootId)
    .pluck('n.number');

/** Ids of his records, and all of his numbers. */
async function recordsOf(db: Knex, { controller, customerId, numbers }: Reached) {
  const { rows } = await db.raw<{ rows: { id: string; number: string | null }[] }>(
    `with root as (
       select root_id from customer where id = ?::uuid
       union select c.root_id from customer_number n join customer c on c.id = n.customer_id
         where ?::uuid is null and n.controller = ? and n.identifies and n.number = any(?::text[]))
     select m.id, n.number from root join customer m on m.root_id = root.root_id
       left join customer_number n on n.customer_id = m.id`,
    [customerId, customerId, controller, [...numbers]],
  );
  const his = rows.flatMap(({ number }) => (number === null ? [] : [number]));
  return {
    ids: [...new Set(rows.map(({ id }) => id))],
    numbers: [...new Set([...numbers, ...his])].filter((number) => number !== ''),
  };
}

/** What stands, and what was withdrawn: of him in these books, and of his numbers in whichever a refusal holds. */
export async function permissionFacts(
  db: Knex,
  key: Buffer,
  reached: Reached,
): Promise<PermissionFacts> {
  const { ids, numbers } = await recordsOf(db, reached);
  const [refusals, consents] = await Promise.all([
    refusalRows(db, key, { ids, numbers, controller: reached.controller }),
    db<ConsentRow>('consent').whereIn('customer_id', ids),
  ]);
  return {
    refusals: refusals
      .filter(({ lifted_at: liftedAt }) => liftedAt === null)
      .map(({ scope, at, controller }) => ({
        ...{ scope, at: instant(at), elsewhere: controller !== reached.controller },
      })),
    consents: consents.map((row) => ({
      ...{ scope: row.scope, givenAt: instant(row.given_at) },
      withdrawnAt: instant(row.withdrawn_at),
    })),
  };
}

async function refusalRows(
  db: Knex,
  key: Buffer,
  { ids, numbers, controller }: { ids: string[]; numbers: string[]; controller: string },
): Promise<RefusalRow[]> {
  const hashes = numbers.map((number) => refusalHash(key, number));
  const { rows } = await db.raw<{ rows: RefusalRow[] }>(
    `select d.* from do_not_call d where d.customer_id = any(?::uuid[])
     union select d.* from do_not_call_number n join do_not_call d on d.id = n.do_not_call_id
       where n.hash = any(?::text[]) and (d.controller = ? or d.everywhere)
     order by at desc, id desc`,
    [ids, hashes, controller],
  );
  return rows;
}

/** What is seen in these books: what was said to others is not. */
async function saidBy(db: Knex, key: Buffer, reached: Reached): Promise<Said> {
  const { ids, numbers } = await recordsOf(db, reached);
  const [refusals, consents] = await Promise.all([
    refusalRows(db, key, { ids, numbers, controller: reached.controller }),
    db<ConsentRow>('consent').whereIn('customer_id', ids).orderBy('given_at', 'desc').orderBy('id'),
  ]);
  const own = refusals.filter(({ controller }) => controller === reached.controller);
  return {
    consents: await proved(db, consents.map(consentFrom), ({ proof, withdrawnProof }) => [
      ...[proof, withdrawnProof],
    ]),
    doNotCall: await proved(db, own.map(refusalFrom), ({ proof, liftedProof }) => [
      ...[proof, liftedProof],
    ]),
  };
}

async function proved<T>(
  db: Knex,
  rows: readonly T[],
  proofs: (row: T) => (Proof | null)[],
): Promise<Proved<T>[]> {
  const callsOf = (row: T): string[] => proofs(row).flatMap((proof) => proof?.callId ?? []);
  const recordings = (await db('recording')
    .whereIn('call_id', rows.flatMap(callsOf).filter(isUuid))
    .orderBy(['saved_at', 'id'])
    .select('id', 'call_id')) as { id: string; call_id: string }[];
  return rows.map((row) => ({
    ...row,
    recordingIds: recordings
      .filter(({ call_id: callId }) => callsOf(row).includes(callId))
      .map(({ id }) => id),
  }));
}
