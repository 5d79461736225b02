import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { KeptPostgres } from '../../src/launcher/kept-postgres';
import { startPostgres, type EmbeddedPostgres } from '../../src/launcher/postgres';
import { Seen, waitFor } from '../support/wait';

/** The server that a customer gets who has no PostgreSQL; each test has a folder of its own. */
jest.setTimeout(60_000);

let folder: string;
const running: EmbeddedPostgres[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openline-embedded-'));
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  rmSync(folder, { recursive: true });
});

async function start(password = 'secret'): Promise<EmbeddedPostgres> {
  const server = await startPostgres({ folder, password });
  running.push(server);
  return server;
}

async function ask<T>(url: string, sql: string): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ value: T }>(sql);
    return rows.map((row) => row.value);
  } finally {
    await client.end();
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Whether anything takes TCP connections there. */
function opens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    const answer = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}

test('knows Chinese, asks for the password, and listens on 127.0.0.1 only', async () => {
  const { url } = await start();
  expect(await ask(url, `select current_setting('server_encoding') as value`)).toEqual(['UTF8']);
  expect(
    await ask(url, `select datcollate as value from pg_database where datname = 'openline'`),
  ).toEqual(['C.UTF-8']);
  await ask(url, 'create extension pg_trgm');
  expect(await ask(url, `select cardinality(show_trgm('王芳')) > 0 as value`)).toEqual([true]);
  const { port, password } = new URL(url);
  expect(password).toBe('secret');
  await expect(ask(url.replace(':secret@', ':wrong@'), 'select 1')).rejects.toMatchObject({
    code: '28P01',
  });
  expect(await opens('127.0.0.1', Number(port))).toBe(true);
  const others = Object.values(networkInterfaces())
    .flat()
    .filter((one) => one?.family === 'IPv4' && !one.internal)
    .map((one) => one!.address);
  for (const address of others) expect(await opens(address, Number(port))).toBe(false);
});

test('keeps data and port over a stop and start', async () => {
  const first = await start();
  await ask(first.url, 'create table kept as select 42 as value');
  await first.stop();
  expect(lives(first.pid)).toBe(false);
  const second = await start();
  expect(second.url).toBe(first.url);
  expect(await ask(second.url, 'select value from kept')).toEqual([42]);
});

test('starts again right after kill -9, with what was committed', async () => {
  const first = await start();
  await ask(first.url, 'create table kept as select 42 as value');
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  const second = await start();
  expect(await ask(second.url, 'select value from kept')).toEqual([42]);
});

test('ends a server that an earlier run left behind', async () => {
  const first = await start();
  const second = await start();
  expect(lives(first.pid)).toBe(false);
  expect(await ask(second.url, 'select 1 as value')).toEqual([1]);
});

test('is not stopped by a pid file whose number belongs to another program now', async () => {
  const first = await start();
  const file = join(folder, 'postgres/postmaster.pid');
  const text = readFileSync(file, 'utf8');
  await first.stop();
  // Not our own number: PostgreSQL knows by itself that its parent is no other server.
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  try {
    writeFileSync(file, text.replace(/^\d+/, String(other.pid)));
    const second = await start();
    expect(await ask(second.url, 'select 1 as value')).toEqual([1]);
    expect(lives(other.pid!)).toBe(true);
  } finally {
    other.kill('SIGKILL');
  }
});

test('an interrupted making is begun anew', async () => {
  const first = await start();
  await first.stop();
  rmSync(join(folder, 'postgres'), { recursive: true });
  // As a killed initdb leaves it: files, but not the whole.
  mkdirSync(join(folder, 'postgres.new/base'), { recursive: true });
  expect(await ask((await start()).url, 'select 1 as value')).toEqual([1]);
  expect(existsSync(join(folder, 'postgres.new'))).toBe(false);
});

test('says what is wrong when the password was lost, and leaves no server', async () => {
  const first = await start();
  await first.stop();
  await expect(start('another')).rejects.toThrow('secrets/postgres was lost or replaced');
  expect(existsSync(join(folder, 'postgres/postmaster.pid'))).toBe(false);
});

test('a kept server is started again where it was when it falls, and not after its stop', async () => {
  const events = new Seen<string>();
  const kept = new KeptPostgres(
    { folder, password: 'secret' },
    { restarted: () => events.add('restarted'), fell: () => events.add('fell') },
  );
  const url = await kept.start();
  const { pid } = kept;
  process.kill(pid!, 'SIGKILL');
  await events.next('the restart', (event) => event === 'restarted', { deadlineMs: 30_000 });
  expect(kept.pid).not.toBe(pid);
  expect(await ask(url, 'select 1 as value')).toEqual([1]);
  const last = kept.pid!;
  await kept.stop();
  expect(lives(last)).toBe(false);
  expect(events.all).toEqual(['fell', 'restarted']);
});

test('ends with a launcher that is killed', async () => {
  const script = `
    const { startPostgres } = require(${JSON.stringify(join(__dirname, '../../src/launcher/postgres.ts'))});
    startPostgres({ folder: ${JSON.stringify(folder)}, password: 'secret' })
      .then((server) => console.log('pid', server.pid));
    setInterval(() => undefined, 60000);`;
  const launcher = spawn(process.execPath, ['--import', 'tsx', '-e', script], {
    cwd: join(__dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  launcher.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const pid = Number(
    await waitFor('the server to be up', () => /^pid (\d+)$/m.exec(said)?.[1], 30_000),
  );
  launcher.kill('SIGKILL');
  await waitFor('the server to end', () => !lives(pid));
  // Cleanly: its pid file is the last thing that a shutdown removes.
  expect(existsSync(join(folder, 'postgres/postmaster.pid'))).toBe(false);
});
