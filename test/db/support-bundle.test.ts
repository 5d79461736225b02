import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Gauge, Registry } from 'prom-client';
import { supportBundle } from '../../src/cli/support-bundle';
import { parseSettings, SETTINGS } from '../../src/config';
import { UNUSED } from '../../src/domain/dial/budget';
import type { Plan } from '../../src/domain/plan';
import { NOBODY_KNOWN } from '../../src/engine/snapshot/sign-in-so-far';
import { writeSnapshot } from '../../src/engine/snapshot/snapshot-file';
import { applyJournal } from '../../src/store/apply-journal';
import { gatherBundle, writeBundle } from '../../src/support/bundle';
import { startHttp } from '../support/http';
import { testDatabase, type TestDatabase } from '../support/postgres';
import { aCall, journal } from '../support/records';
import { PLAN } from '../support/two-stores';

/** A data folder, a database and an app that know people, numbers and secrets: none of them leaves with a bundle. */
let database: TestDatabase;
const CALLER = '+8613912345678';
const FIXED = '+861068881234';
const NAMES = ['欧阳娜娜', 'Dongmei Zhangsun', '司马懿光'];
const SECRETS = ['hunter2-orange-bicycle', 'db-pass-9931-xyz', 'olt_Zm9vYmFyYmF6cXV4cXV1eA'];
const ADDRESS = '203.0.113.77';
const ROOT = join(__dirname, '../..');

/** Every way in which the two numbers are written somewhere. */
const WRITTEN = [
  ...[
    CALLER,
    '8613912345678',
    '13912345678',
    '139 1234 5678',
    '139-1234-5678',
    '+86 139 1234 5678',
  ],
  ...['0086 13912345678', '%2B8613912345678', '%2B86%20139%201234%205678', '(139) 1234.5678'],
  ...['１３９１２３４５６７８', 'tel13912345678x'],
  ...[FIXED, '010-68881234', '(010) 6888 1234', '01068881234', '%2B861068881234', '6888-1234'],
];
/** What of a number must not be left in any of them. */
const DIGITS = /1391\D{0,3}2345|1234\D{0,3}5678|6888\D{0,3}1234|１３９/;
const ENCODED = [...NAMES, ADDRESS].flatMap((text) => [text, encodeURIComponent(text)]);

let folder: string;
beforeAll(async () => {
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), 'openline-support-'));
  for (const name of ['secrets', 'logs', 'journal', 'edge']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'secrets/admin'), `${SECRETS[0]}\n`);
  writeFileSync(join(folder, 'secrets/postgres'), `${SECRETS[1]}\n`);
  writeFileSync(join(folder, 'journal/1.jsonl'), WRITTEN.join('\n'));
  writeFileSync(join(folder, 'edge/dialogs.jsonl'), [...WRITTEN, ...NAMES].join('\n'));
  writeLogs(true);
  const plan: Plan = {
    ...PLAN,
    stores: PLAN.stores.map((store, index) =>
      index ? store : { ...store, name: NAMES[2]!, shows: FIXED },
    ),
    people: PLAN.people.map((one, index) =>
      index ? one : { ...one, id: 'ouyang', name: NAMES[0]! },
    ),
    trunks: [{ id: 'carrier-of-ours', from: [ADDRESS], channels: 30 }],
    hotlines: [{ ...PLAN.hotlines[0]!, number: FIXED }],
  };
  const remembered = {
    ...{ plan, trunks: new Map(), calls: [aCall({ from: CALLER })], signIn: NOBODY_KNOWN },
    known: { agents: [], promises: [], budget: UNUSED, hotlines: [], blocks: [] },
  };
  const from = { segment: 0, offset: 0 } as never;
  await writeSnapshot(join(folder, 'snapshot.jsonl'), { at: Date.now(), from, remembered });
  await applyJournal(
    database.db,
    journal(
      {
        kind: 'call.saved',
        call: { ...aCall({ from: CALLER, arrivedAt: Date.now() }), id: randomUUID() },
      },
      { kind: 'alarm.raised', code: 'EMERGENCY_CALL', detail: `${NAMES[0]} dials ${FIXED}` },
    ),
  );
  const id = randomUUID();
  await database.db('customer').insert({
    ...{ id, root_id: id, name: NAMES[1]!, controller: 'store:bj01', store_id: 'bj01' },
    ...{ created_at: new Date(), changed_at: new Date() },
  });
}, 60_000);
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

/** What may stand in a log, and what must not but could. */
function writeLogs(alsoUnmarked: boolean): void {
  const line = (fields: object, msg = 'said'): string =>
    `${JSON.stringify({ level: 30, time: 1795937848043, name: 'app', ...fields, msg })}\n`;
  const lines = [
    line({ part: 'telephony', callId: '01a2263c-caeb-7001-af56-8c743f209fa2' }, 'kept as it is'),
    line({ agentId: 'ouyang', peer: `${ADDRESS}:5060` }),
    ...WRITTEN.flatMap((number) => [
      line({ number }),
      line({ why: `from ${number} to it` }, `got ${number}!`),
    ]),
    ...NAMES.map((name) =>
      line({ lead: name, cause: `Key (name)=("${name}") ${encodeURIComponent(name)}` }),
    ),
    ...SECRETS.map((secret) => line({ why: `Bearer ${secret}`, token: secret })),
    line({ why: `INVITE sip:${CALLER}@${ADDRESS} SIP/2.0\r\nFrom: "Dongmei" <sip:x@y>` }),
    line({
      err: {
        type: 'Error',
        message: `no <sip:ouyang@${ADDRESS};ob>`,
        stack: 'Error\n    at f (a.ts:1:2)',
      },
    }),
    line({ [NAMES[0]!]: 1, [CALLER]: 2, phone: 13912345678 }),
    `Error: ${CALLER} of ${NAMES[2]}\n`,
    // Names that nothing marks are known from plan and database.
    ...(alsoUnmarked ? [`Error: ${NAMES[1]} is gone\n`] : []),
  ];
  const half = Math.floor(lines.length / 2);
  const aside = join(folder, 'logs/app-20260101T000000000Z.log.gz');
  writeFileSync(aside, gzipSync(lines.slice(0, half).join('')));
  writeFileSync(join(folder, 'logs/app.log'), lines.slice(half).join(''));
  const rows = [
    `2026-01-01 10:00:00.123 UTC [77] ERROR:  duplicate key value violates unique constraint "lead_number"`,
    `2026-01-01 10:00:00.123 UTC [77] DETAIL:  Key (number)=(${CALLER}) already exists.`,
    `2026-01-01 10:00:00.123 UTC [77] STATEMENT:  insert into lead`,
    `\tvalues ('Dongmei Zhangsun', '${CALLER}')`,
  ];
  writeFileSync(join(folder, 'logs/postgres.log'), `${rows.join('\n')}\n`);
}

const environment = (databaseUrl: string): Record<string, string> => ({
  ...{ OPENLINE_DATA: folder, DATABASE_URL: databaseUrl, MEDIA_SECRET: SECRETS[0]! },
  MEDIA_NETWORKS: `carrier 10.0.0.5 ${ADDRESS} 10.0.0.0/8`,
});

async function bundleOf(parts: { databaseUrl?: string; ask?: (path: string) => Promise<unknown> }) {
  const databaseUrl = parts.databaseUrl ?? `postgres://u:${SECRETS[1]}@127.0.0.1:1/x`;
  const env = environment(databaseUrl);
  return gatherBundle({
    ...{ settings: parseSettings(env, folder), env, programDir: ROOT, logBytes: 1e6, databaseUrl },
    ask: parts.ask ?? (() => Promise.reject(new Error(`no answer at ${ADDRESS}`))),
    settingNames: Object.keys(SETTINGS),
    doctor: async () => ({
      findings: [{ what: 'app', state: 'fail', zh: `${NAMES[2]}停了`, en: `see ${CALLER}` }],
    }),
  });
}

/** All that a curious person can find in the file. */
function leaksOf(text: string): string[] {
  const words = [...ENCODED, ...SECRETS, 'ouyang', 'carrier-of-ours', 'Dongmei', 'Zhangsun'];
  const leaks = words.filter((word) => text.toLowerCase().includes(word.toLowerCase()));
  return [...leaks, ...text.split('\n').filter((line) => DIGITS.test(line))];
}

test('with app and database: what helps is there, and nobody is in any byte of it', async () => {
  const http = startHttp();
  http.live.thePlan = PLAN;
  const metrics = new Registry();
  const used = new Gauge({
    name: 'openline_used',
    help: 'x',
    labelNames: ['trunk', 'state'],
    registers: [metrics],
  });
  used.set({ trunk: 'carrier-of-ours', state: 'up' }, 71);
  const ask = async (path: string): Promise<unknown> => {
    if (path === '/metrics') return metrics.metrics();
    const response = await http.ask('zhao', 'GET', path as '/health');
    return response.headers['content-type']?.toString().includes('json')
      ? response.json()
      : response.body;
  };
  const found = await bundleOf({ databaseUrl: database.url, ask });
  await http.close();
  expect(found.filter(({ missing }) => missing !== undefined)).toEqual([]);
  const path = join(folder, 'bundle.tar.gz');
  await writeBundle(path, found, Date.UTC(2026, 0, 1));
  expect(statSync(path).mode & 0o777).toBe(0o600);

  const archive = gunzipSync(readFileSync(path)).toString();
  expect(leaksOf(archive)).toEqual([]);
  expect(leaksOf(readFileSync(path).toString('latin1'))).toEqual([]);
  // The program of this machine reads it, whoever made it.
  const files = execFileSync('tar', ['tzf', path], { encoding: 'utf8' }).trim().split('\n');
  expect(files).toEqual(found.map(({ name }) => `openline-support/${name}`));
  const read = (name: string): string =>
    execFileSync('tar', ['xzOf', path, `openline-support/${name}`], { encoding: 'utf8' });

  const log = read('logs/app.log');
  expect(log).toContain('"callId":"01a2263c-caeb-7001-af56-8c743f209fa2","msg":"kept as it is"');
  expect(log).toContain('"time":1795937848043');
  expect(log).toContain('at f (a.ts:1:2)');
  expect(read('logs/postgres.log')).toContain('unique constraint "lead_number"');
  expect(JSON.parse(read('settings.json'))).toMatchObject({
    MEDIA_SECRET: '(set)',
    HTTP_LISTEN: '(not set)',
  });
  expect(JSON.parse(read('plan.json'))).toMatchObject({
    trunks: [{ id: expect.stringMatching(/^id~[a-z]{8}$/), channels: 30 }],
    people: expect.arrayContaining([expect.objectContaining({ post: 'supervisor' })]),
  });
  const { tables, ledger, alarms } = JSON.parse(read('database.json')) as Record<string, object[]>;
  expect(tables).toContainEqual(
    expect.objectContaining({ table: 'call', bytes: expect.any(Number) }),
  );
  expect(ledger).toEqual([expect.objectContaining({ calls: 1 })]);
  expect(alarms).toEqual([expect.objectContaining({ code: 'EMERGENCY_CALL' })]);
  expect(read('metrics.txt')).toMatch(/^openline_used\{trunk="id~[a-z]{8}",state="up"\} 71$/m);
});

test('the same number has the same name in whatever spelling, and another one in the next bundle', async () => {
  const named = async (): Promise<Set<string>> => {
    const found = await bundleOf({});
    const log = found.find(({ name }) => name === 'logs/app.log')!.content.toString();
    return new Set([...log.matchAll(/"number":"(number~[a-z]{8})/g)].map(([, token]) => token!));
  };
  const [first, second] = [await named(), await named()];
  // The caller's, the fixed one's, and the local form of that, which belongs to no area by itself.
  expect(first.size).toBe(3);
  expect([...second].filter((token) => first.has(token))).toEqual([]);
});

test('with neither app nor database it says what is not to be had, and why, without anybody', async () => {
  writeLogs(false);
  const found = await bundleOf({});
  expect(leaksOf(found.map(({ content }) => content.toString()).join('\n'))).toEqual([]);
  expect(found.filter(({ missing }) => missing !== undefined).map(({ name }) => name)).toEqual([
    ...['health.json', 'ready.json', 'guard.json', 'metrics.txt', 'database.json'],
  ]);
  expect(found.find(({ name }) => name === 'doctor.json')?.content.toString()).toContain('停了');
});

test('a file that is there is not touched', async () => {
  const path = join(folder, 'there.tar.gz');
  writeFileSync(path, 'mine');
  await expect(writeBundle(path, [], 0)).rejects.toMatchObject({ code: 'EEXIST' });
  expect(readFileSync(path, 'utf8')).toBe('mine');
});

test('the command lists what is in it, writes that one file, and refuses what it does not know', async () => {
  const said: string[] = [];
  const terminal = {
    out: (line: string) => said.push(line),
    err: (line: string) => said.push(line),
  };
  const run = (...args: string[]): Promise<number> => {
    said.length = 0;
    const env = { ...environment(''), HTTP_LISTEN: 'http://127.0.0.1:1', LANG: 'C' };
    return supportBundle({
      args,
      env,
      cwd: folder,
      terminal,
      now: new Date('2026-11-29T07:40:00Z'),
    });
  };
  const before = readdirSync(folder);
  expect(await run('--list')).toBe(0);
  expect(said.join('\n')).toMatch(/\d+ {2}logs\/app\.log\n/);
  expect(readdirSync(folder)).toEqual(before);
  expect(await run()).toBe(0);
  const [made] = readdirSync(folder).filter((name) => !before.includes(name));
  expect(made).toBe('openline-support-20261129T074000Z.tar.gz');
  expect(leaksOf(gunzipSync(readFileSync(join(folder, made!))).toString())).toEqual([]);
  expect(await run()).toBe(2);
  expect(said.at(-1)).toMatch(/cannot be written: EEXIST\. Name another file/);
  for (const wrong of [['--logs'], ['--logs', '-1'], ['--all'], ['a', 'b']])
    expect(await run(...wrong)).toBe(2);
}, 30_000);
