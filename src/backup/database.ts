/**
 * Finds the database of a data folder: `DATABASE_URL`, the embedded one of the product that runs, or the embedded one
 * started for this purpose alone while the product is stopped.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../config';
import { FolderInUse, lockFolder } from '../launcher/folder-lock';
import { embeddedUrl, startPostgres } from '../launcher/postgres';
import { loadSecret, readSecret } from '../secrets';
import { BackupFault } from './manifest';

export interface FoundDatabase {
  url: string;
  /** Ends what was started for this. */
  release: () => Promise<void>;
}

/** Throws `BackupFault` when there is none. */
export async function findDatabase({ dataDir, databaseUrl }: Settings): Promise<FoundDatabase> {
  if (databaseUrl !== null) return { url: databaseUrl, release: () => Promise.resolve() };
  if (!existsSync(join(dataDir, 'postgres'))) throw new BackupFault('NO_DATABASE', dataDir);
  const unlock = lockUnlessRunning(dataDir);
  if (unlock === null) return { url: runningUrl(dataDir), release: () => Promise.resolve() };
  return startedFor(dataDir, unlock);
}

/** Starts the embedded one, making it when there is none; `unlock` is called when it is released. */
export async function startedFor(dataDir: string, unlock: () => void): Promise<FoundDatabase> {
  try {
    const password = loadSecret(dataDir, 'postgres');
    const server = await startPostgres({ folder: dataDir, password });
    const release = () => server.stop().finally(unlock);
    return { url: server.url, release };
  } catch (error) {
    unlock();
    throw error;
  }
}

function lockUnlessRunning(dataDir: string): (() => void) | null {
  try {
    return lockFolder(dataDir);
  } catch (error) {
    if (error instanceof FolderInUse) return null;
    throw error;
  }
}

function runningUrl(dataDir: string): string {
  const password = readSecret(dataDir, 'postgres');
  const port = Number(readFileSync(join(dataDir, 'postgres.port'), 'utf8'));
  if (password === null) throw new BackupFault('NO_DATABASE', dataDir);
  return embeddedUrl(port, password);
}
