import { randomUUID } from 'node:crypto';
import { hashKeyOf } from '../../src/store/customers/erased-numbers';
import {
  beginRun,
  cleaningRunPage,
  goOn,
  type CleaningWorld,
} from '../../src/store/customers/cleaning-runs';
import { storeMerging } from '../../src/store/customers/merge-desk';
import { BOOKS_PLAN, leadOf, MOBILE, openBooks, person } from '../support/customer-books';
import { startHttp, type TestHttp } from '../support/http';
import { useDatabase } from '../support/postgres';
import { lead as aLead, NOW, PLAN } from '../support/two-stores';

/** What people do about who is who, by HTTP, with the database behind it. */
const database = useDatabase();
const key = hashKeyOf(Buffer.alloc(32, 1));
let http: TestHttp;

const world = (): CleaningWorld => ({
  ...{ db: database.db, makeId: randomUUID, now: () => NOW, plan: () => BOOKS_PLAN, key },
  ...{
    busy: () => new Set<string>(),
    stopped: () => false,
    onError: (error) => {
      throw error;
    },
  },
});

beforeEach(async () => {
  await openBooks(database.db);
  const merging = storeMerging(database.db, randomUUID, key);
  const cleaning = {
    runs: (books: readonly string[], page: { limit: number }) =>
      cleaningRunPage(database.db, books, page),
    begin: async (controller: string, by: string) => {
      const { run } = await beginRun(world(), { controller, why: 'asked', by });
      return (await goOn(world(), run.id)) ?? run;
    },
  };
  http = startHttp({ deps: { merging, cleaning } });
  http.live.thePlan = {
    ...PLAN,
    stores: PLAN.stores.map((one) => ({ ...one, entity: one.id === 'bj01' ? 'north' : 'south' })),
  };
});
afterEach(() => http.close());

const ask = async <T = Record<string, unknown>>(
  who: string,
  method: 'GET' | 'POST',
  url: string,
  body?: object,
) => {
  const response = await http.ask(who, method, url, body);
  return { status: response.statusCode, body: response.json<T>() };
};

interface Pair {
  id: string;
  numbers: string[];
  state: string;
  sides: { customer: { id: string; version: number; numbers: { number: string }[] } }[];
}

test('A24: from a run to a decision and back, each noted before it is done', async () => {
  const { db } = database;
  const older = await person(db, { name: '王伟', numbers: [MOBILE], at: NOW - 9 });
  const newer = await person(db, { name: '李娜', numbers: [MOBILE], at: NOW - 8 });
  const run = await ask('chen', 'POST', '/api/cleaning-runs', {});
  expect(run).toMatchObject({
    status: 200,
    body: { state: 'done', came: 2, doubtful: 1, by: 'chen', why: 'asked' },
  });
  expect((await ask<{ items: unknown[] }>('chen', 'GET', '/api/cleaning-runs')).body.items).toEqual(
    [run.body],
  );

  const list = async (who: string, state = 'open') =>
    (await ask<{ items: Pair[] }>(who, 'GET', `/api/customers/doubtful?state=${state}`)).body.items;
  const [pair] = await list('chen');
  expect(pair).toMatchObject({ numbers: [MOBILE, MOBILE], reason: 'other-name' });
  expect(pair?.sides.map(({ customer }) => customer.id)).toEqual([older, newer]);
  // Nobody's customers: a telemarketer sees the last digits.
  const [masked] = await list('wang');
  expect(masked?.numbers).toEqual(['****8000', '****8000']);
  expect(masked?.sides[0]?.customer.numbers).toMatchObject([{ number: '****8000' }]);
  // In whose books they are not, he sees none.
  expect(await list('zhou')).toEqual([]);

  const at = `/api/customers/doubtful/${pair?.id}`;
  const versions = pair?.sides.map(({ customer }) => customer.version);
  expect(await ask('zhou', 'POST', `${at}/same`, { versions })).toMatchObject({ status: 404 });
  expect(await ask('wang', 'POST', `${at}/same`, { versions: [9, 9] })).toMatchObject({
    ...{ status: 409, body: { code: 'VERSION_MOVED', details: { versions } } },
  });
  expect(await ask('wang', 'POST', `${at}/same`, { versions })).toMatchObject({
    ...{ status: 200, body: { state: 'same', decidedBy: 'wang' } },
  });
  expect(await list('chen', 'same')).toHaveLength(1);
  const merges = await ask<{ items: { id: string }[] }>('chen', 'GET', '/api/customers/merges');
  expect(merges.body.items).toMatchObject([
    { keptId: older, mergedId: newer, way: 'pair', undoneAt: null },
  ]);
  expect(await ask('wang', 'POST', `${at}/different`, {})).toMatchObject({
    body: { code: 'PAIR_DECIDED' },
  });
  expect(await ask('chen', 'POST', `${at}/reopen`, {})).toMatchObject({
    status: 200,
    body: { state: 'open' },
  });
  expect(await ask('wang', 'POST', `${at}/later`, { days: 2 })).toMatchObject({
    body: { state: 'later', againAt: NOW + 2 * 86_400_000 },
  });
  expect(await ask('wang', 'POST', `${at}/different`, {})).toMatchObject({
    body: { state: 'different' },
  });
  expect(await list('chen')).toEqual([]);
  expect(http.audited.map(({ who, what }) => `${who} ${what}`)).toEqual([
    ...[
      'chen cleaning.begun',
      'wang pair.same',
      'chen pair.reopened',
      'wang pair.later',
      'wang pair.different',
    ],
  ]);
});

test('Q06: two are merged by hand and taken apart, by who may in their books', async () => {
  const { db } = database;
  const one = await person(db, { name: '王伟', at: NOW - 1 });
  const other = await person(db, { at: NOW });
  const elsewhere = await person(db, { controller: 'entity:south', storeId: 'sh01' });
  const seen = (id: string, version = 1) => ({ id, version });
  const merge = (who: string, ...ids: string[]) =>
    ask<{ id: string; code: string }>(who, 'POST', '/api/customers/merges', {
      customers: ids.map((id) => seen(id)),
    });
  expect((await merge('wang', one, elsewhere)).body.code).toBe('UNKNOWN_CUSTOMER');
  expect((await merge('zhou', one, other)).body.code).toBe('UNKNOWN_CUSTOMER');
  expect((await merge('qian', one, other)).body.code).toBe('FORBIDDEN_POST');
  const merged = await merge('wang', one, other);
  expect(merged).toMatchObject({
    status: 200,
    body: { keptId: one, mergedId: other, by: 'wang', way: 'hand' },
  });
  await db('customer').where({ id: one }).update({ area: '海淀' });
  const undo = `/api/customers/merges/${merged.body.id}/undo`;
  expect(await ask('zhou', 'POST', undo)).toMatchObject({ status: 404 });
  expect(await ask('chen', 'POST', undo)).toMatchObject({ status: 200, body: { kept: [] } });
  expect(await ask('chen', 'POST', undo)).toMatchObject({
    status: 409,
    body: { code: 'UNDONE_ALREADY' },
  });
});

test('a lead is taken out of a customer and put back; of what is not his nothing is said', async () => {
  const { db } = database;
  const him = await person(db, { name: '王伟' });
  const lead = await leadOf(db, him, { number: '+8613700137000' });
  const split = (leads: string[]) =>
    ask<{ id: string; toId: string; code: string }>('wang', 'POST', '/api/customers/splits', {
      ...{ customer: { id: him, version: 1 }, to: null, leads },
    });
  expect((await split([randomUUID()])).body.code).toBe('NOT_OF_CUSTOMER');
  expect((await split(['no id'])).body.code).toBe('NOT_OF_CUSTOMER');
  const { status, body } = await split([lead]);
  expect(status).toBe(200);
  expect((await db('lead').first()).customer_id).toBe(body.toId);
  expect(await ask('wang', 'POST', `/api/customers/splits/${body.id}/undo`)).toEqual({
    ...{ status: 200, body: { stayed: [], remains: false } },
  });
  expect((await db('lead').first()).customer_id).toBe(him);
});

test('A23: a lead that is said to be invalid loses its data', async () => {
  const { db } = database;
  const him = await person(db, { name: '王伟', numbers: [MOBILE] });
  const lead = await leadOf(db, him);
  http.rows.leads = [aLead(lead)];
  const said = { version: 1, reason: 'wrong-person' };
  expect(await ask('zhou', 'POST', `/api/leads/${lead}/invalid`, said)).toMatchObject({
    status: 404,
  });
  expect(
    await ask('wang', 'POST', `/api/leads/${lead}/invalid`, { ...said, version: 3 }),
  ).toMatchObject({
    ...{ status: 409, body: { code: 'VERSION_MOVED' } },
  });
  expect(await ask('wang', 'POST', `/api/leads/${lead}/invalid`, said)).toEqual({
    ...{ status: 200, body: { customerErased: true } },
  });
  expect(await db('customer_number')).toEqual([]);
  expect(http.audited).toEqual([{ who: 'wang', what: 'lead.invalid', subject: lead }]);
});
