/** The PostgreSQL of the bench: filled once, fast and without care, then started as the product starts it. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type EmbeddedPostgres } from '../../../src/launcher/postgres';
import { openDatabase } from '../../../src/store/database';
import type { Instant } from '../../../src/domain/time';
import { migrate } from '../../../src/store/migrating';
import { fill } from './fill';
import type { Amounts } from './rows';

/** What breaks off is filled anew. */
const CARELESS = [
  ...['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'wal_level=minimal'],
  ...['max_wal_senders=0', 'max_wal_size=8GB', 'autovacuum=off', 'checkpoint_timeout=1h'],
];

export interface FilledServer {
  url: string;
  /** When it was filled: what is due is so as of then. */
  filledAt: Instant;
  /** Stops it; what was filled is gone, if nobody said where to keep it. */
  stop(): Promise<void>;
}

/** `BENCH_LEADS_DATA` names a folder in which what was filled is kept for the next run. */
export async function filledServer(
  amounts: Amounts,
  say: (what: string) => void,
): Promise<FilledServer> {
  const kept = process.env['BENCH_LEADS_DATA'];
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'openline-bench-leads-'));
  const password = 'bench';
  const done = join(folder, `filled-${amounts.customers}`);
  if (!existsSync(done)) {
    mkdirSync(folder, { recursive: true });
    rmSync(join(folder, 'postgres'), { recursive: true, force: true });
    const at = Date.now();
    const server = await startPostgres({ folder, password, settings: CARELESS });
    try {
      await migrated(server.url);
      await fill(server.url, amounts, at, say);
    } finally {
      await server.stop();
    }
    writeFileSync(done, String(at));
  }
  const server: EmbeddedPostgres = await startPostgres({ folder, password });
  await migrated(server.url);
  return {
    url: server.url,
    filledAt: Number(readFileSync(done, 'utf8')),
    async stop() {
      await server.stop();
      if (kept === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Of what was kept, migrations that came since are made good. */
async function migrated(url: string): Promise<void> {
  const db = openDatabase(url);
  await migrate(db);
  await db.destroy();
}
