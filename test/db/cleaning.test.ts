import { randomUUID } from 'node:crypto';
import type { Plan } from '../../src/domain/plan';
import { NightlyCleaning } from '../../src/jobs/nightly-cleaning';
import {
  beginRun,
  cleaningRunPage,
  goOn,
  lastDone,
  leftRuns,
  type CleaningWorld,
} from '../../src/store/customers/cleaning-runs';
import { findCustomer } from '../../src/store/customers/customers';
import { mayBeDialledSql } from '../../src/store/customers/dialable-leads';
import { erasedAmong, hashKeyOf } from '../../src/store/customers/erased-numbers';
import { storeMerging } from '../../src/store/customers/merge-desk';
import {
  allOf,
  BOOKS,
  BOOKS_PLAN,
  broken,
  callOf,
  leadOf,
  MOBILE,
  openBooks,
  person,
} from '../support/customer-books';
import { useDatabase } from '../support/postgres';
import { NINE } from '../support/records';

/** Runs of cleaning (A22, A23, A24, A27, B28) on a real PostgreSQL. */
const database = useDatabase();
const key = hashKeyOf(Buffer.alloc(32, 1));
const SWITCHBOARD = '+861082345678';
const plan: Plan = { ...BOOKS_PLAN, numbers: { switchboards: [SWITCHBOARD] } };

let errors: unknown[] = [];
let busy = new Set<string>();
let now = NINE;

beforeEach(async () => {
  await openBooks(database.db);
  errors = [];
  busy = new Set();
  now = NINE + 60_000;
});

const world = (parts: Partial<CleaningWorld> = {}): CleaningWorld => ({
  ...{ db: database.db, makeId: randomUUID, now: () => now, plan: () => plan, busy: () => busy },
  ...{ key, stopped: () => false, onError: (error) => void errors.push(error), ...parts },
});

async function clean(parts: Partial<CleaningWorld> = {}) {
  const { run } = await beginRun(world(), { controller: BOOKS, why: 'asked', by: 'chen' });
  const done = await goOn(world(parts), run.id);
  expect(errors).toEqual([]);
  return done;
}

const dialled = () =>
  database.db('lead as l').whereRaw(mayBeDialledSql('l')).orderBy('id').pluck<string[]>('id');
const doing = () => ({ by: 'wang', at: now, noted: async () => undefined });
const desk = () => storeMerging(database.db, randomUUID, key);

test('A24: the nightly run merges duplicates with their provenance, and puts doubtful cases on the list', async () => {
  const { db } = database;
  const older = await person(db, { name: '王先生', numbers: [MOBILE], at: NINE });
  const twin = await person(db, { name: '王伟', numbers: [MOBILE], at: NINE + 1, source: 'web' });
  const lina = await person(db, { name: '李娜', numbers: [MOBILE], at: NINE + 2 });
  const zhao = await person(db, { name: '赵敏', numbers: ['+8613700137000'], at: NINE + 3 });
  const mistyped = await person(db, { name: '赵敏', numbers: ['+8613700137001'], at: NINE + 4 });
  await person(db, { name: '周芷若', numbers: ['+8613600136000'], at: NINE + 5 });
  const run = await clean();
  expect(run).toMatchObject({
    ...{ state: 'done', came: 6, duplicates: 1, merged: 1, doubtful: 2, exceptions: 0 },
    ...{ customersBefore: 6, customersAfter: 5, why: 'asked', by: 'chen', controller: BOOKS },
  });
  expect(await findCustomer(db, twin)).toMatchObject({ id: older, name: '王伟' });
  const { filled, way, run_id: runId } = await db('customer_merge').first();
  expect([way, runId]).toEqual(['cleaning', run?.id]);
  expect(filled.name).toEqual({
    was: '王先生',
    now: '王伟',
    from: twin,
    source: 'web',
    since: NINE + 1,
  });
  const { items } = await desk().pairs({ books: [BOOKS], state: 'open', now }, { limit: 50 });
  expect(
    items.map(({ reason, sides }) => [reason, ...sides.map(({ customer }) => customer.id)]),
  ).toEqual(
    expect.arrayContaining([
      ['other-name', older, lina],
      ['similar-number', zhao, mistyped],
    ]),
  );
  expect(items).toHaveLength(2);
  expect(items.find(({ reason }) => reason === 'similar-number')?.numbers).toEqual([
    ...['+8613700137000', '+8613700137001'],
  ]);
});

test('A24: running again over what is clean changes nothing', async () => {
  const { db } = database;
  for (const n of [0, 1, 2]) {
    const him = await person(db, {
      name: ['王先生', '王伟', '李娜'][n]!,
      numbers: [MOBILE],
      at: NINE + n,
    });
    await leadOf(db, him);
  }
  expect(await clean()).toMatchObject({ came: 3, merged: 1, doubtful: 1, valid: 3 });
  const before = [await allOf(db), await db('customer').orderBy('id'), await db('doubtful_pair')];
  now += 1000;
  expect(await clean()).toMatchObject({
    ...{ came: 0, duplicates: 0, merged: 0, doubtful: 0, valid: 0, invalid: 0, exceptions: 0 },
  });
  expect([await allOf(db), await db('customer').orderBy('id'), await db('doubtful_pair')]).toEqual(
    before,
  );
});

test('numbers as people typed them become comparable, and then name their customer', async () => {
  const { db } = database;
  const one = await person(db, { name: ' 王　伟 ', numbers: [] });
  const other = await person(db, { name: '王伟', numbers: [MOBILE], at: NINE + 1 });
  const add = (customerId: string, number: string) =>
    db('customer_number').insert({
      ...{ id: randomUUID(), customer_id: customerId, controller: BOOKS, number, kind: 'other' },
      ...{ identifies: false, source: '', since: new Date(NINE) },
    });
  await add(one, '0086 138-0013-8000');
  await add(one, '０１０－８２３４５６７８');
  await add(other, '138 1111 2222');
  expect(await clean()).toMatchObject({ came: 2, merged: 1 });
  expect((await findCustomer(db, other))?.id).toBe(one);
  const rows = await db('customer_number').select('number', 'kind', 'identifies');
  // Of two rows with one number the one that named him goes on to.
  expect(rows.map(({ number, kind }) => `${kind} ${number}`).sort()).toEqual([
    ...[`mobile ${MOBILE}`, `mobile ${MOBILE}`, 'mobile +8613811112222'],
    `switchboard ${SWITCHBOARD}`,
  ]);
  expect(
    rows
      .filter(({ identifies }) => identifies)
      .map(({ number }) => number)
      .sort(),
  ).toEqual([...[MOBILE, '+8613811112222']]);
});

test('Q06: switchboards, unconfirmed fixed numbers and other books merge nobody', async () => {
  const { db } = database;
  for (const n of [0, 1]) await person(db, { name: '', numbers: [SWITCHBOARD], at: NINE + n });
  for (const n of [2, 3]) await person(db, { name: '', numbers: ['+862161234567'], at: NINE + n });
  await person(db, { numbers: [MOBILE] });
  await person(db, { numbers: [MOBILE], controller: 'store:sh01', storeId: 'sh01' });
  expect(await clean()).toMatchObject({ came: 5, duplicates: 0, merged: 0, doubtful: 0 });
});

describe('decisions', () => {
  const pairOf = async () => {
    const { items } = await desk().pairs({ books: [BOOKS], state: 'open', now }, { limit: 50 });
    return items[0]!;
  };
  const two = async (): Promise<[string, string]> => {
    const { db } = database;
    const ids: [string, string] = [
      await person(db, { name: '王伟', numbers: [MOBILE] }),
      await person(db, { name: '李娜', numbers: [MOBILE], at: NINE + 1 }),
    ];
    await clean();
    return ids;
  };
  const touch = (id: string) => database.db('customer').where({ id }).increment('version', 1);

  test('A24: two who are different are never asked of again, nor whoever is merged with one of them', async () => {
    const { db } = database;
    const [, lina] = await two();
    const { id } = await pairOf();
    await desk().decide(id, { as: 'different' }, doing());
    await expect(desk().decide(id, { as: 'different' }, doing())).rejects.toMatchObject({
      code: 'PAIR_DECIDED',
    });
    // The other's name is corrected: she would be the same now, had nobody said otherwise.
    await db('customer').where({ id: lina }).update({ name: '' });
    await touch(lina);
    expect(await clean()).toMatchObject({ came: 1, merged: 0, doubtful: 0 });
    const third = await person(db, { name: '王伟', numbers: [MOBILE], at: NINE + 2 });
    await clean();
    expect((await findCustomer(db, third))?.id).not.toBe(lina);
    expect(await db('customer_merge').where({ merged_id: lina })).toEqual([]);
  });

  test('A24: the same are merged with the versions that were seen, and a decision is taken back with its merge', async () => {
    const { db } = database;
    const [wang, lina] = await two();
    const { id, sides } = await pairOf();
    const versions = sides.map(({ customer }) => customer.version) as [number, number];
    await touch(lina);
    const late = desk().decide(id, { as: 'same', versions }, doing());
    await expect(late).rejects.toMatchObject({ code: 'VERSION_MOVED' });
    await desk().decide(id, { as: 'same', versions: [versions[0], versions[1] + 1] }, doing());
    expect((await findCustomer(db, lina))?.id).toBe(wang);
    expect(await desk().pair(id)).toMatchObject({
      state: 'same',
      decidedBy: 'wang',
      mergeId: expect.any(String),
    });
    await desk().decide(id, { as: 'open' }, doing());
    expect((await findCustomer(db, lina))?.id).toBe(lina);
    expect(await pairOf()).toMatchObject({ id, state: 'open', mergeId: null, decidedAt: null });
  });

  test('what was put off is asked again when its day has come', async () => {
    await two();
    const { id } = await pairOf();
    await desk().decide(id, { as: 'later', againAt: now + 1000 }, doing());
    const open = async (at: number) =>
      (await desk().pairs({ books: [BOOKS], state: 'open', now: at }, { limit: 50 })).items.map(
        (one) => one.id,
      );
    expect([await open(now), await open(now + 1000)]).toEqual([[], [id]]);
  });

  test('who was merged by a run and taken apart by people is not merged by the next', async () => {
    const { db } = database;
    for (const n of [0, 1]) await person(db, { name: '王伟', numbers: [MOBILE], at: NINE + n });
    await clean();
    const merge = (await db('customer_merge').first()).id as string;
    await desk().undoMerge(merge, doing());
    await db('customer').increment('version', 1);
    expect(await clean()).toMatchObject({ came: 2, merged: 0, doubtful: 0 });
  });
});

describe('leads', () => {
  test('A22: what HQ, web and showroom brought is dialled once it is clean and valid, and not before', async () => {
    const { db } = database;
    const him = await person(db, { numbers: [MOBILE] });
    const leads: string[] = [];
    for (const source of ['hq', 'web', 'showroom']) leads.push(await leadOf(db, him, { source }));
    const called = await leadOf(db, him, { source: 'inbound' });
    await db('lead').where({ id: called }).update({ opened_by_call: randomUUID() });
    expect(await dialled()).toEqual([called]);
    expect(await clean()).toMatchObject({ valid: 4, invalid: 0 });
    expect(await dialled()).toEqual([...leads, called].sort());
  });

  test('A23: a lead whose number is none is marked invalid, loses its data, and leaves a hash', async () => {
    const { db } = database;
    const him = await person(db, { name: '王伟', numbers: [] });
    const [bad, own] = [
      await leadOf(db, him, { number: '123' }),
      await leadOf(db, await person(db, { name: '赵敏', at: NINE + 1 }), {
        number: '4008001234',
        source: 'hq',
      }),
    ];
    expect(await clean()).toMatchObject({
      valid: 0,
      invalid: 2,
      leadsBefore: 2,
      leadsAfter: 0,
      customersAfter: 0,
    });
    expect(await dialled()).toEqual([]);
    const rows = await db('lead')
      .whereIn('id', [bad, own])
      .select('number', 'name', 'state', 'validity', 'invalid_reason');
    const gone = {
      number: '',
      name: '',
      state: 'invalid',
      validity: 'invalid',
      invalid_reason: 'not-a-number',
    };
    expect(rows).toEqual([gone, gone]);
    const left = JSON.stringify(await allOf(db));
    for (const word of ['王伟', '赵敏', '8001234']) expect(left).not.toContain(word);
    expect((await erasedAmong(db, ['123'], { key, controller: BOOKS })).get('123')).toBe('invalid');
  });

  test('a lead with a number of none gets a good one of its customer; one that a call brought is never deleted', async () => {
    const { db } = database;
    const him = await person(db, { numbers: [MOBILE] });
    const lead = await leadOf(db, him, { number: '123' });
    const odd = await leadOf(db, await person(db, { at: NINE + 1 }), {
      number: '95',
      source: 'inbound',
    });
    await db('lead').where({ id: odd }).update({ opened_by_call: randomUUID() });
    expect(await clean()).toMatchObject({ valid: 2, invalid: 0 });
    expect((await db('lead').where({ id: lead }).first()).number).toBe(MOBILE);
    expect((await db('lead').where({ id: odd }).first()).number).toBe('95');
  });

  test('A27: junk and what has no intent goes to the archive and is never dialled', async () => {
    const { db } = database;
    const him = await person(db, { numbers: [MOBILE] });
    const ids: string[] = [];
    for (const prospect of ['junk', 'none', 'high']) {
      const id = await leadOf(db, him);
      await db('lead').where({ id }).update({ prospect });
      ids.push(id);
    }
    expect(await clean()).toMatchObject({ archived: 2, leadsBefore: 3, leadsAfter: 1 });
    expect(await dialled()).toEqual([ids[2]]);
    expect(await db('lead').where({ id: ids[0] }).first()).toMatchObject({
      state: 'archived',
      end_reason: 'junk',
    });
  });
});

test('a customer whose call is going on is not touched, and is an exception of the run; the next one takes him', async () => {
  const { db } = database;
  const older = await person(db, { name: '王先生', numbers: [MOBILE] });
  const twin = await person(db, { name: '王伟', numbers: [MOBILE], at: NINE + 1 });
  const caller = await person(db, { name: ' 赵敏 ', numbers: ['+8613700137000'], at: NINE + 2 });
  const lead = await leadOf(db, caller, { number: '+8613700137000' });
  const before = await db('customer').orderBy('id');
  busy = new Set([MOBILE, lead]);
  expect(await clean()).toMatchObject({ came: 0, merged: 0, exceptions: 4 });
  expect(await db('customer').orderBy('id')).toEqual(before);
  busy = new Set();
  expect(await clean()).toMatchObject({ came: 3, merged: 1, exceptions: 0, valid: 1 });
  expect((await findCustomer(db, twin))?.id).toBe(older);
  expect((await findCustomer(db, caller))?.name).toBe('赵敏');
});

test('a run that broke off is gone on with, and counts nothing twice', async () => {
  const { db } = database;
  const rows = Array.from({ length: 250 }, (_none, n) => ({ n, id: randomUUID() }));
  await db.batchInsert(
    'customer',
    rows.map(({ n, id }) => ({
      ...{ id, root_id: id, controller: BOOKS, store_id: 'bj01', name: `王${n}` },
      ...{ created_at: new Date(NINE), changed_at: new Date(NINE) },
    })),
  );
  const { run } = await beginRun(world(), { controller: BOOKS, why: 'night', by: 'openline' });
  let batches = 0;
  expect(await goOn(world({ stopped: () => (batches += 1) > 1 }), run.id)).toBeNull();
  expect(await leftRuns(db)).toEqual([run.id]);
  // One goes on in these books: who asks for another gets it.
  const asked = await beginRun(world(), { controller: BOOKS, why: 'asked', by: 'chen' });
  expect([asked.isNew, asked.run.id, asked.run.came]).toEqual([false, run.id, 100]);
  expect(await goOn(world(), run.id)).toMatchObject({ state: 'done', came: 250, why: 'night' });
  expect(await leftRuns(db)).toEqual([]);
  const { items } = await cleaningRunPage(db, [BOOKS], { limit: 5 });
  expect(items.map(({ id, came }) => [id, came])).toEqual([[run.id, 250]]);
  expect(await cleaningRunPage(db, ['store:sh01'], { limit: 5 })).toMatchObject({ items: [] });
});

test('D02: one that the database refuses is an exception, and the others are cleaned', async () => {
  const { db } = database;
  await person(db, { name: '王伟', numbers: [MOBILE] });
  const bad = await person(db, { name: '赵敏', numbers: ['+8613700137000'], at: NINE + 1 });
  await db.raw(
    `alter table customer add constraint refuses check (id <> '${bad}' or cleaned_version is null)`,
  );
  try {
    const { run } = await beginRun(world(), { controller: BOOKS, why: 'asked', by: 'chen' });
    expect(await goOn(world(), run.id)).toMatchObject({ state: 'done', came: 1, exceptions: 1 });
    expect(errors).toHaveLength(2);
  } finally {
    await db.raw('alter table customer drop constraint refuses');
  }
});

test('people who edit, call and merge while a run goes on keep all that holds', async () => {
  const { db } = database;
  const ids: string[] = [];
  for (let n = 0; n < 60; n += 1) {
    const number = `+8613800138${String(n % 20).padStart(3, '0')}`;
    const id = await person(db, { name: n % 2 ? '王伟' : '', numbers: [number], at: NINE + n });
    await callOf(db, id, await leadOf(db, id, { number }), number);
    ids.push(id);
  }
  const merging = async (): Promise<void> => {
    for (let n = 0; n + 1 < ids.length; n += 3) {
      const pair = await db('customer')
        .whereIn('id', [ids[n]!, ids[n + 1]!])
        .select('id', 'version');
      await desk()
        .merge([pair[0], pair[1]], doing())
        .catch((error: { code?: string }) => {
          expect(['SAME_CUSTOMER', 'VERSION_MOVED']).toContain(error.code);
        });
    }
  };
  const [run] = await Promise.all([clean(), merging()]);
  expect(run).toMatchObject({ state: 'done', exceptions: 0 });
  expect(await broken(db)).toEqual([]);
});

test('each night once, in the zone of the store, and what was left first', async () => {
  const { db } = database;
  await person(db, { numbers: [MOBILE] });
  const ran: string[] = [];
  const nightly = new NightlyCleaning({
    ...{ books: () => [{ controller: BOOKS, zone: 'Asia/Shanghai' }], now: () => now },
    ...{ lastDone: (controller) => lastDone(db, controller), left: () => leftRuns(db) },
    begin: async (controller) =>
      (await beginRun(world(), { controller, why: 'night', by: 'openline' })).run.id,
    goOn: async (id) => {
      const done = await goOn(world(), id);
      ran.push(`${done?.why} ${done?.came}`);
    },
    onError: (error) => void errors.push(error),
  });
  await nightly.look();
  // It is a minute after nine; the first run waits for the night, or an hour of rest.
  expect(ran).toEqual([]);
  now = Date.UTC(2026, 2, 2, 17, 59);
  const { run } = await beginRun(world(), { controller: BOOKS, why: 'asked', by: 'chen' });
  await nightly.look();
  expect(ran).toEqual(['asked 1']);
  expect(run.startedAt).toBe(now);
  now = Date.UTC(2026, 2, 2, 18, 0);
  await nightly.look();
  await nightly.look();
  expect(ran).toEqual(['asked 1', 'night 0']);
  expect(errors).toEqual([]);
});
