/** Backups that the running app makes by itself (`BACKUP_DIR`), wired to this app. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeKept } from '../backup/kept';
import { Nightly } from '../backup/nightly';
import type { BackupFact } from '../domain/backup-age';
import { seconds, type Millis } from '../domain/time';
import type { Replayer } from '../engine/replay';
import type { Centre, Parts } from './centre';

/** A database that answers takes what waits in less; a backup does not wait for one that does not. */
const CATCH_UP_MS: Millis = seconds(20);
/** Calls come first: half of what the command takes, which has a process of its own. */
const BYTES_PER_SECOND = 10e6;

export interface Backups {
  /** Null: none are made by themselves. */
  fact: () => BackupFact | null;
  start: () => void;
  stop: () => void;
}

export function backupsOf({ config, log }: Parts, centre: Centre): Backups {
  const { backups, databaseUrl } = config;
  if (backups === null || databaseUrl === null)
    return { fact: () => null, start: () => undefined, stop: () => undefined };
  const now = () => centre.clock.now();
  const part = log.child({ part: 'backups' });
  let stopped = false;
  const goOn = (): void => {
    if (stopped) throw new Error('the app ends');
  };
  const make = async (): Promise<void> => {
    const { folder, manifest } = await makeKept({
      ...{ dir: backups.dir, keep: backups.keep, databaseUrl, dataDir: config.dataDir },
      recordingsDirs: [config.recordingsDir, config.recordingsDir2],
      ...{ version: ownVersion(), bytesPerSecond: BYTES_PER_SECOND, now, progress: goOn },
      catchUp: () => caughtUpWithin(centre.replayer),
    });
    const { caughtUp, recordings, openPromises } = manifest;
    part.info({ folder, caughtUp, openPromises, recordings: recordings.files }, 'a backup is made');
  };
  const nightly = new Nightly({
    ...{ dir: backups.dir, atMinute: backups.atMinute, make, now },
    tell: (code, detail) => {
      if (stopped) return;
      part[code === 'BACKUP_FAILED' ? 'error' : 'info']({ detail }, code);
      centre.engine.submit({ type: 'alarm.raised', at: now(), code, detail });
    },
  });
  return {
    fact: nightly.fact,
    start: () => nightly.start(),
    stop: () => {
      stopped = true;
      nightly.stop();
    },
  };
}

/** Whether what has happened so far came into the database in time. */
export async function caughtUpWithin(replayer: Replayer): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), CATCH_UP_MS);
  });
  return Promise.race([replayer.caughtUp().then(() => true), late]).finally(() =>
    clearTimeout(timer),
  );
}

/** The package lies above `src` and above `dist`. */
function ownVersion(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  const text = readFileSync(join(folder, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
