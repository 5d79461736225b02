import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import type { TextMessage } from '../../src/domain/message/message';
import { uuidv7Maker } from '../../src/engine/id';
import { aliyunGateway } from '../../src/jobs/message/aliyun';
import type { TextGateway } from '../../src/jobs/message/gateway';
import { httpGateway } from '../../src/jobs/message/http-gateway';
import { TEXT_QUEUE, TEXT_TRIES, Texts } from '../../src/jobs/message/texts';
import { Jobs } from '../../src/jobs/boss';
import { addOptOut, liftOptOut, optOutPage } from '../../src/store/opt-outs';
import { sqlOf } from '../../src/store/outside-events';
import {
  addText,
  changeText,
  findText,
  orderFacts,
  textFacts,
  textPage,
} from '../../src/store/text-messages';
import { makeCustomer } from '../../src/store/customers/customers';
import { applyJournal } from '../../src/store/apply-journal';
import { useDatabase } from '../support/postgres';
import { aCall, aLead, aPromise, journal } from '../support/records';
import { PLAN } from '../support/two-stores';
import { waitFor } from '../support/wait';

/** Texts through real gateways on this machine, the jobs and a real PostgreSQL. */

const database = useDatabase();
const makeId = uuidv7Maker();
const log = pino({ level: 'silent' });
/** Ten in the morning in Beijing. */
const TEN = Date.UTC(2026, 2, 2, 2);
const SECRET = 'shared with the gateway';

const ends: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Asked {
  headers: IncomingMessage['headers'];
  body: string;
}

/** A gateway that answers one after the other, the last for ever; null: it hangs up. */
async function gatewayServer(...answers: ([number, string] | null)[]) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? null;
      if (answer === null) return void request.socket.destroy();
      response.writeHead(answer[0]).end(answer[1]);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/send`;
  return { asked, url };
}

const message: TextMessage = {
  ...{ id: makeId(), key: 'k', kind: 'missed-call', storeId: 'bj01', number: '+8613800138000' },
  ...{ language: 'zh-CN', values: { hotline: '400 (a)' }, promiseId: null, state: 'queued' },
  ...{ reason: null, detail: '', body: '', price: 0, askedAt: TEN, askedBy: 'x', sentAt: null },
};

const overHttp = (url: string): TextGateway =>
  httpGateway(
    { via: 'http', url, body: '{"to":{number},"content":{text},"ref":{id}}', secret: SECRET },
    () => TEN,
  );
const overAliyun = (url: string): TextGateway =>
  aliyunGateway(
    {
      ...{ via: 'aliyun', url, keyId: 'key-id', keySecret: SECRET, sign: '北京一店' },
      templates: { 'missed-call:zh-CN': 'SMS_1' },
    },
    { now: () => TEN, makeId },
  );

describe('what a gateway gets', () => {
  test('is JSON with the signature of time and body', async () => {
    const { asked, url } = await gatewayServer([200, '{"sid":"7"}']);
    const text = '他说 "回电" \\ {id}';
    expect(await overHttp(url).send(message, text)).toEqual({
      is: 'taken',
      detail: '200 {"sid":"7"}',
    });
    const [{ headers, body } = { headers: {}, body: '' }] = asked;
    expect(JSON.parse(body)).toEqual({ to: message.number, content: text, ref: message.id });
    const signed = `${TEN / 1000}.${body}`;
    const expected = createHmac('sha256', SECRET).update(signed, 'utf8').digest('hex');
    expect(headers).toMatchObject({
      ...{ 'x-openline-timestamp': `${TEN / 1000}`, 'x-openline-signature': `v1=${expected}` },
      'idempotency-key': message.id,
    });
  });

  test('of Aliyun is what its RPC signature wants', async () => {
    const { asked, url } = await gatewayServer([200, '{"Code":"OK","BizId":"9^0"}']);
    expect(await overAliyun(url).send(message, 'unused')).toEqual({
      is: 'taken',
      detail: 'OK 9^0',
    });
    const given = new URLSearchParams(asked[0]?.body);
    expect(Object.fromEntries(given)).toMatchObject({
      ...{ Action: 'SendSms', Version: '2017-05-25', PhoneNumbers: '13800138000' },
      ...{ SignName: '北京一店', TemplateCode: 'SMS_1', Timestamp: '2026-03-02T02:00:00Z' },
      ...{ TemplateParam: '{"hotline":"400 (a)"}', OutId: message.id },
    });
    // By the platform's own form encoding, turned into RFC 3986 as Aliyun describes it.
    const encode = (text: string): string =>
      new URLSearchParams({ x: text })
        .toString()
        .slice(2)
        .replaceAll('+', '%20')
        .replaceAll('*', '%2A')
        .replaceAll('%7E', '~');
    const signature = given.get('Signature');
    given.delete('Signature');
    const pairs = [...given].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort();
    const toSign = ['POST', encode('/'), encode(pairs.join('&'))].join('&');
    expect(signature).toBe(createHmac('sha1', `${SECRET}&`).update(toSign).digest('base64'));
  });
});

test.each<[number, string, string, string]>([
  [200, '{"Code":"OK"}', 'taken', 'taken'],
  [200, '{"Code":"isv.BUSINESS_LIMIT_CONTROL"}', 'taken', 'busy'],
  [400, '{"Code":"isv.MOBILE_NUMBER_ILLEGAL"}', 'refused', 'refused'],
  [429, '', 'busy', 'refused'],
  [503, '{"Code":"ServiceUnavailable"}', 'busy', 'busy'],
  [500, 'oops', 'unknown', 'unknown'],
])('%i %s: %s over http, %s by Aliyun', async (status, said, http, aliyun) => {
  const { url } = await gatewayServer([status, said]);
  expect((await overHttp(url).send(message, 'x')).is).toBe(http);
  expect((await overAliyun(url).send(message, 'x')).is).toBe(aliyun);
});

test('who hangs up in the middle may have taken it; who is not there has not', async () => {
  const { url } = await gatewayServer(null);
  const gone = await gatewayServer(null);
  await ends.pop()?.();
  expect((await overHttp(url).send(message, 'x')).is).toBe('unknown');
  expect((await overHttp(gone.url).send(message, 'x')).is).toBe('busy');
  expect((await overAliyun(url).send({ ...message, language: 'en' }, 'x')).is).toBe('refused');
});

const plan = {
  ...PLAN,
  stores: PLAN.stores.map((store) => ({
    ...{ ...store, entity: 'north' },
    texts: {
      missedCall: { 'zh-CN': '{store}会回电' },
      spendPerDay: 100,
      appointment: { 'zh-CN': '您的预约 {time}' },
    },
  })),
};
const [hotline] = PLAN.hotlines;
const promised = (over: object = {}) =>
  aPromise({ storeId: hotline?.store ?? '', hotline: hotline?.number ?? '', ...over });

/** The started jobs with a gateway. */
async function texting(gateway: TextGateway, spent = 0) {
  const alarms: string[] = [];
  const jobs = new Jobs({ url: database.url, ready: async () => undefined, log });
  ends.push(() => jobs.stop());
  jobs.start();
  await new Promise<void>((resolve) => jobs.onStarted(resolve));
  await jobs.queue({ name: TEXT_QUEUE, ...TEXT_TRIES, retrySeconds: 1 });
  const texts = new Texts({
    ...{ jobs, gateway, plan: () => plan, queued: async () => undefined, makeId, log },
    ...{ add: addText, now: () => TEN },
    alarm: (code, detail, store) => alarms.push([code, detail, store].join(' ')),
    find: (id) => findText(database.db, id),
    change: (id, change) => changeText(database.db, id, change),
    facts: async (one, _plan, now) => ({
      ...(await textFacts(database.db, one, { scope: 'north', midnight: TEN - 36e6, now })),
      numberKind: 'mobile',
      permission: { refusals: [], consents: [] },
      ...(spent > 0 && { spentToday: spent }),
    }),
  });
  const tell = (promise: ReturnType<typeof promised>) =>
    database.db.transaction(async (trx) => {
      const event = {
        ...{ id: promise.id, type: 'promise.made' as const, at: TEN, subject: promise.id },
        ...{ storeId: promise.storeId, personal: { number: promise.number } },
        data: { hotline: promise.hotline } as never,
      };
      await texts.listener([event], await sqlOf(trx));
    });
  const ask = (number: string) =>
    database.db.transaction(async (trx) =>
      texts.queue(await sqlOf(trx), {
        ...{ key: `appointment:${makeId()}`, kind: 'appointment', storeId: hotline?.store ?? '' },
        ...{ number, language: 'zh-CN', values: { time: '周六 14:00' }, promiseId: null },
        ...{ askedAt: TEN, askedBy: 'wang' },
      }),
    );
  const work = () => jobs.work(TEXT_QUEUE, { everyMs: 20 }, texts.handle);
  return { tell, ask, work, alarms };
}

const listed = async () =>
  (await textPage(database.db, { storeIds: PLAN.stores.map(({ id }) => id) }, { limit: 50 })).items;
const settled = () =>
  waitFor('texts to be done with', async () => {
    const all = await listed();
    const areDone = all.every(({ state }) => !['queued', 'sending'].includes(state));
    return all.length > 0 && areDone ? all : undefined;
  });

test('a missed call is one text, however often it is told; another call of that day is none', async () => {
  const { asked, url } = await gatewayServer([503, ''], [200, 'ok']);
  const { tell, work } = await texting(overHttp(url));
  const promise = promised();
  await applyJournal(database.db, journal({ kind: 'promise.saved', promise }));
  await tell(promise);
  await tell(promise);
  work();
  // Not now, the gateway says first: it is tried again.
  expect(await settled()).toMatchObject([{ state: 'sent', price: 6, detail: '200 ok' }]);
  expect(asked).toHaveLength(2);
  expect(new Set(asked.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  await tell(promised());
  const both = await settled();
  expect(both.map(({ state, reason }) => [state, reason]).sort()).toEqual([
    ['dropped', 'recent'],
    ['sent', null],
  ]);
  expect(asked).toHaveLength(2);
}, 30_000);

test('who wants none has none, in no store of the company, until he has changed his mind', async () => {
  const { asked, url } = await gatewayServer([200, 'ok']);
  const { tell, work } = await texting(overHttp(url));
  const { number } = promised();
  const wanted = { id: makeId(), scope: 'north', number, at: TEN, by: 'wang', how: 'said so' };
  expect(await addOptOut(database.db, wanted)).toEqual(wanted);
  // The first proof stays.
  expect(await addOptOut(database.db, { ...wanted, id: makeId(), how: 'again' })).toEqual(wanted);
  await tell(promised());
  work();
  expect(await settled()).toMatchObject([{ state: 'dropped', reason: 'opted-out' }]);
  expect(asked).toEqual([]);
  expect((await optOutPage(database.db, ['north'], { limit: 9 })).items).toEqual([wanted]);
  const lifting = { scope: 'north', number, by: 'chen' };
  expect(await liftOptOut(database.db, lifting)).toBe(true);
  expect(await liftOptOut(database.db, lifting)).toBe(false);
  expect((await optOutPage(database.db, ['north'], { limit: 9 })).items).toEqual([]);
});

test('what was at the gateway when the app fell is not sent again, and a talk since then stops one', async () => {
  const { asked, url } = await gatewayServer([200, 'ok']);
  const { tell, work } = await texting(overHttp(url));
  await tell(promised({ number: '+8613800138001' }));
  const [fell] = await listed();
  if (!fell) throw new Error('no text was queued');
  await changeText(database.db, fell.id, { state: 'sending' });
  const kept = promised({ number: '+8613800138002', state: 'kept', endedAt: TEN });
  await applyJournal(database.db, journal({ kind: 'promise.saved', promise: kept }));
  await tell(kept);
  work();
  const reasons = new Map((await settled()).map(({ number, reason }) => [number.at(-1), reason]));
  expect([reasons.get('1'), reasons.get('2')]).toEqual(['unknown', 'reached']);
  expect(asked).toEqual([]);
});

test('of appointments each goes, also to whom a missed call was texted, and none to who wants none', async () => {
  const { asked, url } = await gatewayServer([200, 'ok']);
  const { tell, ask, work } = await texting(overHttp(url));
  const wanted = { id: makeId(), scope: 'north', number: '+8613800138009', at: TEN, by: 'wang' };
  await addOptOut(database.db, { ...wanted, how: 'said so' });
  const { number } = promised();
  await tell(promised());
  const first = await ask(number);
  const second = await ask(number);
  await ask('+8613800138009');
  work();
  const all = await settled();
  expect(all.map(({ kind, state, reason }) => `${kind} ${state} ${reason}`).sort()).toEqual([
    'appointment dropped opted-out',
    'appointment sent null',
    'appointment sent null',
    'missed-call sent null',
  ]);
  const texts = asked.map(({ body }) => JSON.parse(body) as { content: string; ref: string });
  const ofAppointments = texts.filter(({ content }) => content === '您的预约 周六 14:00');
  expect(ofAppointments.map(({ ref }) => ref).sort()).toEqual([first.id, second.id].sort());
  expect(asked).toHaveLength(3);
});

describe('a number for which a text is ordered', () => {
  const storeId = hotline?.store ?? '';
  const [LEAD, CUSTOMER, CALLER, CALLED] = [1, 2, 3, 4].map((last) => `+861380013810${last}`);
  const facts = (number = '', store = storeId, midnight = TEN - 36e6) =>
    database.db.transaction((trx) => orderFacts(trx, { storeId: store, number, midnight }));

  test('is known as a lead, customer or caller of that store, or by being called', async () => {
    const outbound = { direction: 'outbound' as const, from: '', to: CALLED ?? '' };
    const calls = [aCall({ storeId, from: CALLER ?? '' }), aCall({ storeId, ...outbound })];
    await applyJournal(
      database.db,
      journal(
        { kind: 'lead.opened', lead: aLead({ storeId, number: LEAD ?? '' }) },
        ...calls.map((call) => ({ kind: 'call.saved' as const, call: { ...call, id: makeId() } })),
      ),
    );
    const books = { controller: `store:${storeId}`, source: '' };
    await database
      .db('store')
      .insert({ id: storeId, name: '', timezone: 'Asia/Shanghai', controller: books.controller });
    const number = CUSTOMER ?? '';
    await database.db.transaction((trx) =>
      makeCustomer(
        { trx, makeId, at: TEN, by: '' },
        {
          ...{ ...books, storeId, fields: {} },
          numbers: [{ number, kind: 'mobile', identifies: true, expiresAt: null }],
        },
      ),
    );
    const known = async (store?: string) =>
      Promise.all(
        [LEAD, CUSTOMER, CALLER, CALLED, '+8613800138199'].map(
          async (number) => (await facts(number, store)).known,
        ),
      );
    expect(await known()).toEqual([true, true, true, true, false]);
    expect(await known('sh01')).toEqual([false, false, false, false, false]);
  });

  test('has so many of a day: what was dropped, of a missed call, of another store or of yesterday counts not', async () => {
    const text: TextMessage = {
      ...{ ...message, kind: 'appointment', storeId, number: CALLER ?? '', askedAt: TEN },
    };
    const add = (parts: Partial<TextMessage> = {}) =>
      database.db.transaction(async (trx) => {
        const id = makeId();
        await addText(await sqlOf(trx), { ...text, key: id, ...parts, id });
        return id;
      });
    for (const other of [{ storeId: 'sh01' }, { askedAt: TEN - 40e6 }, { number: LEAD ?? '' }])
      await add(other);
    await add({ kind: 'missed-call' });
    await changeText(database.db, await add(), { state: 'dropped', reason: 'opted-out' });
    expect((await facts(CALLER)).orderedToday).toBe(0);
    await Promise.all([add(), add()]);
    expect((await facts(CALLER)).orderedToday).toBe(2);
  });

  test('of two who order one at once the second sees the first', async () => {
    const order = () =>
      database.db.transaction(async (trx) => {
        const midnight = TEN - 36e6;
        const { orderedToday } = await orderFacts(trx, { storeId, number: CALLED ?? '', midnight });
        const id = makeId();
        const text = { ...message, kind: 'appointment' as const, storeId, number: CALLED ?? '' };
        await addText(await sqlOf(trx), { ...text, askedAt: TEN, id, key: id });
        return orderedToday;
      });
    expect((await Promise.all([order(), order()])).sort()).toEqual([0, 1]);
  });
});

test('a day that is spent is told once, with the store that it is of', async () => {
  const { asked, url } = await gatewayServer([200, 'ok']);
  const { ask, work, alarms } = await texting(overHttp(url), 95);
  await ask('+8613800138001');
  await ask('+8613800138002');
  work();
  expect((await settled()).map(({ reason }) => reason)).toEqual(['limit', 'limit']);
  expect([alarms, asked]).toEqual([['TEXT_LIMIT store bj01 bj01'], []]);
});

test('a gateway that takes none of three is told once, and when it answers again', async () => {
  const { url } = await gatewayServer(...Array(4).fill([500, 'oops']), [200, 'ok']);
  const { ask, work, alarms } = await texting(overHttp(url));
  for (const last of [1, 2, 3, 4, 5, 6]) await ask(`+861380013800${last}`);
  work();
  const states = (await settled()).map(({ state }) => state).sort();
  expect(states).toEqual(['failed', 'failed', 'failed', 'failed', 'sent', 'sent']);
  expect(alarms).toEqual(['TEXT_GATEWAY_DOWN 500 oops ', 'TEXT_GATEWAY_UP 200 ok ']);
});
