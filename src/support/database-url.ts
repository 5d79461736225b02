/** Where a data folder's database is reached by whoever looks at it beside the product. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../config';
import { embeddedUrl } from '../launcher/postgres';
import { readSecret } from '../secrets';

/** Null: it was never made. Whether it answers is another question. */
export function databaseUrlOf({ databaseUrl, dataDir }: Settings): string | null {
  if (databaseUrl !== null) return databaseUrl;
  const password = readSecret(dataDir, 'postgres');
  if (password === null) return null;
  try {
    return embeddedUrl(Number(readFileSync(join(dataDir, 'postgres.port'), 'utf8')), password);
  } catch {
    return null;
  }
}
