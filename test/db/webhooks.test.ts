import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { PAUSED_AFTER_MS, type WebhookSettings } from '../../src/domain/outside/webhook';
import { uuidv7Maker } from '../../src/engine/id';
import { seal, unseal } from '../../src/engine/sign-in/sealed';
import { Jobs } from '../../src/jobs/boss';
import { Outside } from '../../src/jobs/outside';
import { send } from '../../src/jobs/webhooks/send';
import { Subscriptions } from '../../src/jobs/webhooks/subscriptions';
import { applyJournal } from '../../src/store/apply-journal';
import { sqlOf, takeOutside, writeDue } from '../../src/store/outside-events';
import { addDeliveries, giveJobs, webhookStore } from '../../src/store/webhooks';
import { useDatabase } from '../support/postgres';
import { aCall, aPromise, aRecording, aTalk, journal, NINE } from '../support/records';
import { Seen, waitFor } from '../support/wait';

/** Webhooks on a real PostgreSQL, to a real HTTP server. */

const database = useDatabase();
const log = pino({ level: 'silent' });
const key = randomBytes(32);
const makeId = uuidv7Maker();
const LOCAL = [{ name: 'local', cidrs: ['127.0.0.0/8'] }];

interface Got {
  headers: IncomingMessage['headers'];
  body: string;
  path: string;
}

/** What a test's receiver says, by path; a path that is not there gets 204. */
class Receiver {
  readonly got = new Seen<Got>();
  readonly says = new Map<string, (response: ServerResponse) => void>();
  private readonly server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      this.got.add({ headers: request.headers, body: Buffer.concat(chunks).toString(), path });
      const say = this.says.get(path) ?? ((to) => to.writeHead(204).end());
      say(response);
    });
  });
  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }
  url(path: string): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
  }
  at = (path: string): Got[] => this.got.all.filter((one) => one.path === path);
  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** As docs/webhooks.md has receivers do it, and by nothing of ours. */
function isSigned({ headers, body }: Got, secret: string): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': given } = headers;
  const wanted = createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64'))
    .update(`${String(id)}.${String(at)}.${body}`)
    .digest();
  return String(given)
    .split(' ')
    .map((one) => Buffer.from(one.replace(/^v1,/, ''), 'base64'))
    .some((one) => one.length === wanted.length && timingSafeEqual(one, wanted));
}

let receiver: Receiver;
let now = NINE;
/** Names of which an app before told that they are paused. */
let standing: string[] = [];
let open: App[] = [];

interface App {
  jobs: Jobs;
  webhooks: Subscriptions;
  outside: Outside;
  alarms: string[];
  /** As if it were killed: what it has in hand is told to nobody. */
  stop(): Promise<void>;
}

/** What the app wires together, with quick clocks. */
async function startApp(parts: { timeoutMs?: number; times?: number } = {}): Promise<App> {
  const { timeoutMs = 2000, times = 3 } = parts;
  const alarms: string[] = [];
  const jobs = new Jobs({ url: database.url, ready: () => Promise.resolve(), log });
  const webhooks = new Subscriptions({
    ...{ jobs, makeId, log, timeoutMs, now: () => now, networks: LOCAL, everyMs: 30 },
    store: { ...webhookStore(database.db), add: addDeliveries, giveJobs },
    seal: (secret, id) => seal(secret, key, id),
    unseal: (sealed, id) => unseal(sealed, key, id),
    alarm: (code, detail) => alarms.push(`${code} ${detail}`),
    alarmed: () => standing,
    retries: { times, seconds: 1 },
  });
  const outside = new Outside({
    take: (most, hand) =>
      takeOutside(database.db, most, async (events, trx) => hand(events, await sqlOf(trx))),
    writeDue: (at) => writeDue(database.db, at),
    ready: () => Promise.resolve(),
    now: () => now,
    ...{ listeners: [webhooks.delivering.listen], log, everyMs: 30 },
  });
  jobs.start();
  await new Promise<void>((resolve) => jobs.onStarted(resolve));
  await webhooks.begin();
  outside.start();
  const stop = async (): Promise<void> => {
    open = open.filter((one) => one !== app);
    await outside.stop();
    await jobs.stop();
  };
  const app = { jobs, webhooks, outside, alarms, stop };
  open.push(app);
  return app;
}

const settings = (path: string, parts: Partial<WebhookSettings> = {}): WebhookSettings => ({
  ...{ name: path, url: receiver.url(path), types: ['call.ended'], stores: ['bj01'] },
  personal: false,
  ...parts,
});

const happened = (...calls: ReturnType<typeof aTalk>[]) =>
  applyJournal(
    database.db,
    journal(...calls.map((call) => ({ kind: 'call.saved', call }) as const)),
  );

beforeEach(async () => {
  now = NINE;
  standing = [];
  receiver = new Receiver();
  await receiver.listen();
  await database.db.raw('drop schema if exists pgboss cascade');
});
afterEach(async () => {
  await Promise.all(open.map((app) => app.stop()));
  await receiver.close();
});

test('what happened arrives, signed, with the least that is personal; and only what was asked for', async () => {
  const { webhooks } = await startApp();
  const plain = await webhooks.make(settings('/plain'), 'zhao');
  const types = ['call.ended', 'recording.stored', 'promise.due'] as const;
  const whole = await webhooks.make(settings('/whole', { types, personal: true }), 'zhao');
  await webhooks.make(settings('/other', { types, stores: ['sh01'] }), 'zhao');
  const call = aTalk();
  const recording = aRecording({ callId: call.id, storeId: 'bj01' });
  await applyJournal(
    database.db,
    journal(
      { kind: 'call.saved', call },
      { kind: 'recording.saved', recording },
      { kind: 'promise.saved', promise: aPromise({ dueAt: NINE - 1 }) },
      { kind: 'call.saved', call: aTalk({ storeId: null }) },
    ),
  );
  await waitFor('all of it', () => receiver.got.all.length >= 4);
  const [message] = receiver.at('/plain');
  expect(JSON.parse(message?.body ?? '')).toEqual({
    ...{ type: 'call.ended', version: 1, storeId: 'bj01' },
    ...{ id: message?.headers['webhook-id'], timestamp: '2026-03-02T01:01:04.125Z' },
    data: expect.objectContaining({ callId: call.id, outcome: 'talk', talkMs: 60_000 }),
  });
  expect(message?.body).not.toContain('138');
  expect(message && isSigned(message, plain.secret)).toBe(true);
  expect(message && isSigned(message, whole.secret)).toBe(false);
  const all = receiver.at('/whole').map(({ body }) => JSON.parse(body) as { type: string });
  expect(all.map(({ type }) => type).sort()).toEqual([...types].sort());
  expect(all.find(({ type }) => type === 'call.ended')).toMatchObject({
    data: { number: '+8613800138000' },
  });
  expect(receiver.at('/other')).toEqual([]);
});

test('one that cannot be noted is not made', async () => {
  const { webhooks } = await startApp();
  const ids: string[] = [];
  const noted = async (id: string): Promise<void> => {
    ids.push(id);
    if (ids.length === 1) throw new Error('the disk is full');
  };
  await expect(webhooks.make(settings('/in'), 'zhao', noted)).rejects.toThrow('the disk is full');
  expect(await webhooks.list()).toEqual([]);
  const { webhook } = await webhooks.make(settings('/in'), 'zhao', noted);
  expect([ids[1], ids.length]).toEqual([webhook.id, 2]);
});

test('a receiver that fails is tried again later and later, always with the same id; then it lies with the dead and can be sent', async () => {
  const { webhooks } = await startApp({ times: 1 });
  let fails = true;
  receiver.says.set('/in', (to) => to.writeHead(fails ? 500 : 200).end());
  const { webhook, secret } = await webhooks.make(settings('/in'), 'zhao');
  await happened(aTalk());
  const dead = () => webhooks.deliveries(webhook, 'dead', { limit: 10 });
  await waitFor('the dead letter', async () => (await dead()).items.length > 0);
  expect((await dead()).items).toMatchObject([{ tries: 2, status: 500, problem: 'status' }]);
  expect(receiver.at('/in')).toHaveLength(2);
  fails = false;
  expect(await webhooks.retry(webhook, ['none'])).toBe(0);
  expect(await webhooks.retry(webhook, null)).toBe(1);
  await waitFor('its end', async () => (await dead()).items.length === 0);
  await waitFor('the message', () => receiver.at('/in').length === 3);
  const ids = receiver.at('/in').map(({ headers }) => headers['webhook-id']);
  expect(new Set(ids).size).toBe(1);
  expect(receiver.at('/in').every((one) => isSigned(one, secret))).toBe(true);
  const delivered = () => webhooks.deliveries(webhook, 'delivered', { limit: 10 });
  await waitFor('the row', async () => (await delivered()).items[0]?.tries === 3);
  fails = true;
  await happened(aTalk());
  await waitFor('another', async () => (await dead()).items.length > 0);
  expect(await webhooks.discard(webhook, null)).toBe(1);
  expect((await dead()).items).toEqual([]);
});

test('a job that has died kills no delivery that was given another one', async () => {
  const { webhooks } = await startApp({ times: 0 });
  receiver.says.set('/in', (to) => to.writeHead(500).end());
  const { webhook } = await webhooks.make(settings('/in'), 'zhao');
  await happened(aTalk());
  const row = async () =>
    (await database
      .db('webhook_delivery')
      .where({ webhook_id: webhook.id })
      .first('id', 'state', 'job_id')) as { id: string; state: string; job_id: string };
  await waitFor('the dead letter', async () => (await row())?.state === 'dead');
  const { id, job_id: former } = await row();
  const store = webhookStore(database.db);
  const next = randomUUID();
  await database.db('webhook_delivery').where({ id }).update({ state: 'pending', job_id: next });
  await store.died(id, former);
  expect(await row()).toMatchObject({ state: 'pending' });
  await store.died(id, next);
  expect(await row()).toMatchObject({ state: 'dead' });
});

test('waits between tries double', async () => {
  const { jobs, webhooks } = await startApp({ times: 12 });
  receiver.says.set('/in', (to) => to.writeHead(503).end());
  await webhooks.make(settings('/in'), 'zhao');
  await happened(aTalk());
  await waitFor('a try', () => receiver.at('/in').length === 1);
  const waits: number[] = [];
  for (let tries = 1; tries <= 5; tries += 1) {
    const waiting = async () =>
      (
        await database
          .db('pgboss.job')
          .where({ state: 'retry', retry_count: tries - 1 })
          .select(database.db.raw('extract(epoch from start_after - now())::float as wait'), 'name')
      )[0] as { wait: number; name: string } | undefined;
    const job = await waitFor('the next', waiting);
    waits.push(job.wait);
    await jobs.hasten(job.name);
    await waitFor('its try', () => receiver.at('/in').length === tries + 1);
  }
  for (const [n, wait] of waits.entries()) {
    expect(wait).toBeGreaterThan(2 ** n - 0.9);
    expect(wait).toBeLessThanOrEqual(2 ** (n + 1));
  }
});

test('one that is slow keeps nobody else waiting, and is given its time only', async () => {
  const { webhooks } = await startApp({ timeoutMs: 400, times: 0 });
  receiver.says.set('/slow', () => undefined);
  const { webhook } = await webhooks.make(settings('/slow'), 'zhao');
  await webhooks.make(settings('/quick'), 'zhao');
  const calls = Array.from({ length: 8 }, () => aTalk());
  await happened(...calls);
  await waitFor('the quick one', () => receiver.at('/quick').length === 8);
  expect(receiver.at('/slow').length).toBeLessThan(8);
  const order = receiver.at('/quick').map(({ body }) => JSON.parse(body) as { data: object });
  expect(order).toMatchObject(calls.map(({ id }) => ({ data: { callId: id } })));
  const dead = () => webhooks.deliveries(webhook, 'dead', { limit: 10 });
  await waitFor('the time limit', async () => (await dead()).items.length > 0);
  expect((await dead()).items[0]).toMatchObject({ problem: 'timeout', status: null });
});

test('what an app had not yet sent, or had not written as sent, the next one sends with the same id', async () => {
  const first = await startApp();
  const { webhook } = await first.webhooks.make(settings('/in'), 'zhao');
  // It answers no more: the message has arrived, and the app falls before it knows.
  receiver.says.set('/in', () => undefined);
  await happened(aTalk());
  await waitFor('the first', () => receiver.at('/in').length === 1);
  await first.stop();
  const inHand = { state: 'active', start_after: new Date(Date.now() + 3_600_000) };
  await database.db('pgboss.job').whereIn('state', ['active', 'retry']).update(inHand);
  await happened(aTalk());
  receiver.says.delete('/in');
  const next = await startApp();
  await waitFor('both', () => receiver.at('/in').length >= 3);
  const ids = receiver.at('/in').map(({ headers }) => headers['webhook-id']);
  expect(new Set(ids).size).toBe(2);
  const delivered = () => next.webhooks.deliveries(webhook, 'delivered', { limit: 10 });
  await waitFor('the rows', async () => (await delivered()).items.length === 2);
});

test('of a backup only our own tables come back: what waited is sent all the same', async () => {
  const first = await startApp();
  receiver.says.set('/in', (to) => to.writeHead(500).end());
  await first.webhooks.make(settings('/in'), 'zhao');
  await happened(aTalk());
  await waitFor('a try', () => receiver.at('/in').length === 1);
  await first.stop();
  await database.db.raw('drop schema pgboss cascade');
  receiver.says.delete('/in');
  await startApp();
  await waitFor('the next', () => receiver.at('/in').length === 2);
});

test('after a day in vain it is paused with an alarm; resumed, it gets what it missed', async () => {
  const { webhooks, alarms } = await startApp({ times: 12 });
  let fails = true;
  receiver.says.set('/in', (to) => to.writeHead(fails ? 500 : 200).end());
  const { webhook } = await webhooks.make(settings('/in'), 'zhao');
  const state = async () => (await webhooks.find(webhook.id))?.state;
  await happened(aTalk());
  await waitFor('the failure', async () => (await webhooks.find(webhook.id))?.failingSince);
  now += PAUSED_AFTER_MS - 1000;
  await happened(aTalk());
  await waitFor('the second', () => receiver.at('/in').length >= 2);
  expect(await state()).toBe('active');
  now += 2000;
  await happened(aTalk());
  await waitFor('the pause', async () => (await state()) === 'paused');
  expect(alarms).toEqual([`WEBHOOK_PAUSED /in: status`]);
  await happened(aTalk());
  const waiting = async () =>
    (await webhooks.deliveries(webhook, 'pending', { limit: 10 })).items.length;
  await waitFor('the fourth', async () => (await waiting()) === 4);
  fails = false;
  await webhooks.resume(webhook);
  await waitFor('all of it', async () => (await waiting()) === 0);
  expect(alarms).toEqual([`WEBHOOK_PAUSED /in: status`, 'WEBHOOK_RESUMED /in']);
  expect(await webhooks.find(webhook.id)).toMatchObject({ state: 'active', failingSince: null });
});

test('one that says it is gone is paused at once', async () => {
  const { webhooks, alarms } = await startApp();
  receiver.says.set('/in', (to) => to.writeHead(410).end());
  await webhooks.make(settings('/in'), 'zhao');
  await happened(aTalk());
  await waitFor('the alarm', () => alarms.length > 0);
});

test('its alarm is over when it is renamed, paused by order, or removed; another of that name keeps it', async () => {
  const { webhooks, alarms } = await startApp();
  receiver.says.set('/in', (to) => to.writeHead(410).end());
  const made = await Promise.all(
    ['a', 'b', 'b'].map((name) => webhooks.make(settings('/in', { name }), 'zhao')),
  );
  await happened(aTalk());
  await waitFor('the alarms', () => alarms.length === 3);
  const [a, b, other] = await Promise.all(made.map(({ webhook }) => webhooks.find(webhook.id)));
  alarms.length = 0;
  await webhooks.change(a!, { ...settings('/in'), name: 'c' });
  await webhooks.pause(b!);
  await webhooks.remove(other!);
  expect(alarms).toEqual([
    'WEBHOOK_PAUSED c: renamed',
    'WEBHOOK_RESUMED a: renamed',
    'WEBHOOK_RESUMED b: removed',
  ]);
});

test('an alarm of a former life is over at the start where no webhook of its name is paused by itself', async () => {
  const first = await startApp();
  receiver.says.set('/in', (to) => to.writeHead(410).end());
  await first.webhooks.make(settings('/in', { name: 'paused: still' }), 'zhao');
  await happened(aTalk());
  await waitFor('the alarm', () => first.alarms.length === 1);
  await first.stop();
  standing = ['paused', 'removed'];
  expect((await startApp()).alarms).toEqual(['WEBHOOK_RESUMED removed: no longer paused']);
});

test('a secret is changed without a message that its receiver could not verify', async () => {
  const { webhooks } = await startApp();
  const { webhook, secret } = await webhooks.make(settings('/in'), 'zhao');
  const row = await database.db('webhook').first('sealed');
  expect(JSON.stringify(row)).not.toContain(secret.slice(6, 20));
  const next = await webhooks.rotate(webhook, 1000);
  const signed = async () => {
    expect(await webhooks.ping(webhook)).toMatchObject({ delivered: true, status: 204 });
    const got = receiver.got.all.at(-1);
    return [secret, next.secret].map((one) => got && isSigned(got, one));
  };
  expect(await signed()).toEqual([true, true]);
  now += 1001;
  expect(await signed()).toEqual([false, true]);
});

describe('a ping shows', () => {
  const pinged = async (say: (to: ServerResponse) => void) => {
    const { webhooks } = await startApp({ timeoutMs: 300 });
    receiver.says.set('/in', say);
    const { webhook } = await webhooks.make(settings('/in'), 'zhao');
    return webhooks.ping(webhook);
  };

  test('what the receiver says, and no more of it than a little', async () => {
    const answer = await pinged((to) => to.writeHead(400).end('x'.repeat(100_000)));
    expect(answer).toMatchObject({ delivered: false, status: 400, problem: 'status' });
    expect(answer.answer).toBe('x'.repeat(4096));
  });
  test('that no redirect is followed', async () => {
    const answer = await pinged((to) => to.writeHead(302, { location: '/elsewhere' }).end());
    expect(answer).toMatchObject({ delivered: false, status: 302, problem: 'redirect' });
    expect(receiver.at('/elsewhere')).toEqual([]);
  });
  test('that nothing came in time, also where the answer drips', async () => {
    const answer = await pinged((to) => void to.writeHead(200).write('x'));
    expect(answer).toMatchObject({ delivered: false, problem: 'timeout' });
  });
});

test.each([
  ['https://169.254.169.254/latest/meta-data', 'refused-address'],
  ['http://93.184.216.34/', 'refused-address'],
  ['https://10.0.0.1/', 'refused-address'],
  ['https://user:pass@93.184.216.34/', 'credentials'],
  ['ftp://93.184.216.34/', 'scheme'],
  ['file:///etc/passwd', 'scheme'],
  ['nowhere', 'no-url'],
])('%s is not taken: %s', async (url, why) => {
  const { webhooks } = await startApp();
  const made = webhooks.make(settings('/in', { url }), 'zhao');
  await expect(made).rejects.toMatchObject({ code: 'WEBHOOK_URL_REFUSED', details: { why } });
});

test('a name that points elsewhere by the time it is connected to leads to the address that was checked', async () => {
  const port = new URL(receiver.url('/in')).port;
  const asked: string[] = [];
  const sent = await send(
    { url: `http://rebinds.example:${port}/in`, body: '{}', headers: {} },
    {
      networks: LOCAL,
      // At the second look-up it would be the metadata service; there is none.
      resolve: async (host) => {
        const address = asked.push(host) === 1 ? '127.0.0.1' : '169.254.169.254';
        return [{ address, family: 4 }];
      },
    },
  );
  expect(sent).toMatchObject({ problem: null, status: 204 });
  expect(asked).toEqual(['rebinds.example']);
  expect(receiver.got.all[0]?.headers.host).toBe(`rebinds.example:${port}`);
});

test('one that is removed gets nothing more, and nothing waits for it', async () => {
  const { webhooks, outside } = await startApp();
  receiver.says.set('/in', (to) => to.writeHead(500).end());
  const { webhook } = await webhooks.make(settings('/in'), 'zhao');
  await happened(aTalk());
  await waitFor('a try', () => receiver.at('/in').length === 1);
  await webhooks.remove(webhook);
  await happened(aCall({ state: 'closed', outcome: 'left', endedAt: NINE }));
  outside.wake();
  await waitFor('the outbox', async () => {
    const [row] = await database.db('outside_event').whereNull('taken_at').count();
    return Number(row?.['count']) === 0;
  });
  expect(await database.db('webhook_delivery')).toEqual([]);
  expect(receiver.at('/in')).toHaveLength(1);
});
