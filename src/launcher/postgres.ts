/**
 * The embedded PostgreSQL: made once, started on 127.0.0.1 with a generated password, stopped
 * cleanly. Decides what to do about what an earlier run left behind. Must not know what is stored.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { postgresCommand, type PostgresCommand } from './postgres-command';
import { PostgresLog } from './postgres-log';

const USER = 'openline';
const DATABASE = 'openline';
/** A start right after kill -9 fails until the old backends have let go of the shared memory. */
const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 10_000;
/** SQLSTATE invalid_password. */
const WRONG_PASSWORD = '28P01';

export interface EmbeddedPostgresOptions {
  /** The folder `postgres` (data) and its port are kept in here. */
  folder: string;
  password: string;
  /** Further settings, `name=value`; tests turn fsync off. */
  settings?: string[];
  /** Takes what it logs, null at its end; without it that is `postgres.log` of the folder. */
  log?: (chunk: Buffer | null) => void;
}

/** A running server. */
export interface EmbeddedPostgres {
  url: string;
  pid: number;
  /** Resolves when the server is gone, wanted or not. */
  exited: Promise<void>;
  /** Fast shutdown; resolves when it is gone. */
  stop(): Promise<void>;
  /** Immediate shutdown; the next start replays the log. */
  kill(): void;
}

/** Starts the server, making its files at the first time, and waits until it takes connections. */
export async function startPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const command = postgresCommand();
  const data = join(options.folder, 'postgres');
  if (!existsSync(data)) initialise(command, data, options.password);
  giveTo(command.owner, data);

  const log = new PostgresLog(options.folder, options.log);
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    await endLeftover(data);
    const port = await choosePort(join(options.folder, 'postgres.port'));
    const server = await attempt({ ...options, log, command, data, port });
    if (server !== null) return server;
    if (Date.now() > deadline) throw new Error(log.whyNot());
    await delay(250);
  }
}

/** Made beside and renamed, so that an interrupted initdb leaves nothing that looks complete. */
function initialise(command: PostgresCommand, data: string, password: string): void {
  const fresh = `${data}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  const passwordFile = `${data}.password`;
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  giveTo(command.owner, fresh);
  chownIfRoot(passwordFile, command.owner);
  try {
    const [program = '', ...prefix] = command.initdb;
    // C.UTF-8 and not C: with C, trigrams of Chinese text are empty.
    const locale = ['-E', 'UTF8', '--locale=C.UTF-8'];
    const access = ['-U', USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
    const made = spawnSync(program, [...prefix, '-D', fresh, ...locale, ...access], {
      encoding: 'utf8',
    });
    if (made.status !== 0) {
      throw new Error(`The database could not be made: ${made.stderr || made.error?.message}`);
    }
    renameSync(fresh, data);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** PostgreSQL insists on owning its folder. Only root can hand it over. */
function giveTo(owner: number, folder: string): void {
  const uid = statSync(folder).uid;
  if (uid === owner || owner < 0) return;
  if (process.getuid?.() !== 0) {
    throw new Error(`${folder} belongs to another user (${uid}). Start Openline as that user.`);
  }
  chownSync(folder, owner, owner);
  for (const entry of readdirSync(folder, { recursive: true })) {
    chownSync(join(folder, String(entry)), owner, owner);
  }
}

function chownIfRoot(path: string, owner: number): void {
  if (process.getuid?.() === 0) chownSync(path, owner, owner);
}

/**
 * A postmaster of an earlier run that outlived its launcher is ended; the caller holds the folder's
 * lock, so it can be nobody else's. A pid file whose number another program has got since would stop
 * PostgreSQL from starting, and goes.
 */
async function endLeftover(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file) || !existsSync('/proc/self')) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  const runs = (): boolean => commandLine(pid)?.includes(data) ?? false;
  if (!runs()) {
    if (commandLine(pid) !== null) rmSync(file, { force: true });
    return;
  }
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + STOP_LIMIT_MS;
  while (runs()) {
    if (Date.now() > deadline) process.kill(pid, 'SIGQUIT');
    await delay(50);
  }
}

/** Null when there is no such process. */
function commandLine(pid: number): string[] | null {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return null;
  }
}

/** The port of last time if it is free, else any. Kept, so that pools find a restarted server. */
async function choosePort(file: string): Promise<number> {
  const last = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  const port = (await freePort(last)) ?? (await freePort(0));
  if (port === null) throw new Error('There is no free port on 127.0.0.1 for PostgreSQL.');
  writeFileSync(file, `${port}\n`);
  return port;
}

async function freePort(wanted: number): Promise<number | null> {
  const probe = createServer();
  probe.listen(wanted, '127.0.0.1');
  try {
    await once(probe, 'listening');
    return (probe.address() as AddressInfo).port;
  } catch {
    return null;
  } finally {
    probe.close();
  }
}

interface Attempt extends Omit<EmbeddedPostgresOptions, 'log'> {
  log: PostgresLog;
  command: PostgresCommand;
  data: string;
  port: number;
}

/** Null when the server exited before it took connections; its log says why. */
async function attempt({
  command,
  data,
  port,
  log,
  password,
  settings: more = [],
}: Attempt): Promise<EmbeddedPostgres | null> {
  const settings = ['listen_addresses=127.0.0.1', 'jit=off', 'timezone=UTC', 'log_timezone=UTC'];
  const [program = '', ...prefix] = command.postgres;
  const args = [...prefix, '-D', data, '-p', String(port), '-k', ''];
  for (const setting of [...settings, ...more]) args.push('-c', setting);
  // A process group of its own: Ctrl-C in the terminal is for the launcher alone.
  const child = log.over((stdio) =>
    spawn(program, args, { stdio: ['ignore', stdio, stdio], detached: true }),
  );
  const exited = gone(child);
  const base = baseUrl(port, password);
  try {
    const up = await takesConnections(child, base);
    if (!up || child.pid === undefined) return null;
  } catch (error) {
    await stop(child, exited);
    throw error;
  }
  return {
    url: embeddedUrl(port, password),
    pid: child.pid,
    exited,
    stop: () => stop(child, exited),
    kill: () => void child.kill('SIGQUIT'),
  };
}

const baseUrl = (port: number, password: string): string =>
  `postgres://${USER}:${password}@127.0.0.1:${port}`;

/** Where the server of a data folder that runs is reached. */
export const embeddedUrl = (port: number, password: string): string =>
  `${baseUrl(port, password)}/${DATABASE}`;

function gone(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
}

/** True when our database is there; false when the server has gone meanwhile. */
async function takesConnections(child: ChildProcess, base: string): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    if (await ensureDatabase(base)) return true;
    await delay(25);
  }
  return false;
}

async function ensureDatabase(base: string): Promise<boolean> {
  const client = new Client({ connectionString: `${base}/postgres` });
  // A server that is starting or stopping also cuts connections later on; the query tells.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === WRONG_PASSWORD) {
      throw new Error(
        'The embedded database was made with another password than the one in the data folder: ' +
          'secrets/postgres was lost or replaced. Put the old file back.',
      );
    }
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  child.kill('SIGINT');
  const late = setTimeout(() => child.kill('SIGQUIT'), STOP_LIMIT_MS);
  await exited;
  clearTimeout(late);
}
