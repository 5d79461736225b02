/**
 * What is kept of numbers whose data was deleted (A23): a keyed hash, by which a number that is there can be told from one that
 * is not, for do-not-call and for who imports it again. Without the key of this installation nobody can ask.
 */
import { createHmac } from 'node:crypto';
import type { Knex } from 'knex';
import type { Instant } from '../../domain/time';

/** Why its data was deleted: the lead was invalid, or its person asked for it. */
export type ErasedWhy = 'invalid' | 'asked';

/** From a secret of the data folder, which serves other ends too, a key for this one. */
export const hashKeyOf = (secret: Buffer): Buffer =>
  createHmac('sha256', secret).update('numbers of deleted data').digest();

/** Of a number (E.164) in the books of a controller; in another's it is another. */
export const numberHash = (key: Buffer, controller: string, number: string): string =>
  createHmac('sha256', key).update(`${controller}\n${number}`).digest('base64url');

export async function keepHashes(
  trx: Knex,
  numbers: readonly string[],
  { key, controller, why, at }: { key: Buffer; controller: string; why: ErasedWhy; at: Instant },
): Promise<void> {
  const rows = [...new Set(numbers)]
    .filter((number) => number !== '')
    .map((number) => ({
      ...{ controller, hash: numberHash(key, controller, number), why, at: new Date(at) },
    }));
  if (rows.length > 0)
    await trx('erased_number').insert(rows).onConflict(['controller', 'hash']).merge(['why', 'at']);
}

/** Of these numbers those whose data was deleted in these books, and why. */
export async function erasedAmong(
  db: Knex,
  numbers: readonly string[],
  { key, controller }: { key: Buffer; controller: string },
): Promise<Map<string, ErasedWhy>> {
  const byHash = new Map(numbers.map((number) => [numberHash(key, controller, number), number]));
  const rows = (await db('erased_number')
    .where({ controller })
    .whereIn('hash', [...byHash.keys()])
    .select('hash', 'why')) as { hash: string; why: ErasedWhy }[];
  return new Map(rows.map(({ hash, why }) => [byHash.get(hash) ?? '', why]));
}
