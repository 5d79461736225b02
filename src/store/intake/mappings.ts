/** Which column holds what, as somebody said for files with these headings. */
import type { Knex } from 'knex';
import type { Given } from '../../domain/intake/header';
import type { StoreId } from '../../domain/ids';
import type { Instant } from '../../domain/time';
import { createHash } from 'node:crypto';
import { timestamp } from '../statement';

const keyOf = (shape: string): string => createHash('sha256').update(shape).digest('hex');

/** `shape`: of `shapeOf`. */
export async function rememberMapping(
  db: Knex,
  said: { storeId: StoreId; shape: string; mapping: Given; by: string; at: Instant },
): Promise<void> {
  const { storeId, shape, mapping, by, at } = said;
  await db('import_mapping')
    .insert({
      ...{ store_id: storeId, shape: keyOf(shape), mapping: JSON.stringify(mapping), by_id: by },
      at: timestamp(at),
    })
    .onConflict(['store_id', 'shape'])
    .merge();
}

/** The one of the first of these shapes of which something was said; null: of none. */
export async function rememberedMapping(
  db: Knex,
  storeId: StoreId,
  shapes: readonly string[],
): Promise<Given | null> {
  const keys = shapes.map(keyOf);
  const rows = await db('import_mapping')
    .where({ store_id: storeId })
    .whereIn('shape', keys)
    .select<{ shape: string; mapping: Given }[]>('shape', 'mapping');
  const found = keys.map((key) => rows.find(({ shape }) => shape === key)).find(Boolean);
  return found?.mapping ?? null;
}
