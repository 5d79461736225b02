import { randomUUID } from 'node:crypto';
import { findCustomer } from '../../src/store/customers/customers';
import { invalidateLead } from '../../src/store/customers/invalid-leads';
import { erasedAmong, hashKeyOf } from '../../src/store/customers/erased-numbers';
import { storeMerging } from '../../src/store/customers/merge-desk';
import { mergeCustomers, undoMerge } from '../../src/store/customers/merges';
import { mayBeDialledSql } from '../../src/store/customers/dialable-leads';
import { mayBeDialled, type DialledLead } from '../../src/domain/lead/may-be-dialled';
import {
  allOf,
  BOOKS,
  broken,
  callOf,
  leadOf,
  MOBILE,
  noteOf,
  openBooks,
  person,
  within,
} from '../support/customer-books';
import { useDatabase } from '../support/postgres';
import { NINE } from '../support/records';

/** Merging customers, taking it back, splitting one, deciding pairs, and deleting what is invalid, on a real PostgreSQL. */
const database = useDatabase();
const key = hashKeyOf(Buffer.alloc(32, 1));
const OTHER = '+8613900139000';

beforeEach(() => openBooks(database.db));

const desk = () => storeMerging(database.db, randomUUID, key);
const noted: string[] = [];
const doing = (at = NINE + 1000) => ({
  by: 'wang',
  at,
  noted: async (id: string) => void noted.push(id),
});
const seen = async (id: string) => {
  const row = await database
    .db('customer as c')
    .join('customer as r', 'r.id', 'c.root_id')
    .where('c.id', id)
    .first('r.version');
  return { id, version: row.version as number };
};
const merge = async (one: string, other: string) =>
  desk().merge([await seen(one), await seen(other)], doing());

describe('a merge', () => {
  test('Q06: the older record stays, whichever is named first, and all of both is found through it', async () => {
    const { db } = database;
    const older = await person(db, { name: '王先生', numbers: [MOBILE], at: NINE });
    const newer = await person(db, {
      name: '王伟',
      fields: { area: '海淀' },
      numbers: [OTHER],
      at: NINE + 1,
      source: 'web',
    });
    const lead = await leadOf(db, newer);
    const done = await merge(newer, older);
    expect(done).toMatchObject({
      keptId: older,
      mergedId: newer,
      way: 'hand',
      by: 'wang',
      undoneAt: null,
    });
    expect(noted.at(-1)).toBe(done.id);
    expect(await findCustomer(db, newer)).toMatchObject({
      id: older,
      name: '王伟',
      area: '海淀',
      version: 2,
    });
    expect(await db('lead').where({ id: lead }).first()).toMatchObject({ customer_id: newer });
    const { filled } = await db('customer_merge').first();
    const since = { from: newer, source: 'web', since: NINE + 1 };
    expect(filled).toEqual({
      name: { was: '王先生', now: '王伟', ...since },
      area: { was: '', now: '海淀', ...since },
    });
    // Whoever searches finds him by the name that he has got.
    expect((await db('customer').where({ id: older }).first()).search).toContain('wangwei');
  });

  test('merge then undo is identity, and a second undo is refused', async () => {
    const { db } = database;
    const older = await person(db, { numbers: [MOBILE] });
    const newer = await person(db, { name: '王伟', numbers: [MOBILE, OTHER], at: NINE + 1 });
    await noteOf(db, newer, await leadOf(db, newer));
    await callOf(db, older, await leadOf(db, older));
    const before = await allOf(db);
    const { id } = await merge(older, newer);
    expect(await allOf(db)).not.toEqual(before);
    expect(await desk().undoMerge(id, doing())).toEqual({ kept: [] });
    expect(await allOf(db)).toEqual(before);
    await expect(desk().undoMerge(id, doing())).rejects.toMatchObject({ code: 'UNDONE_ALREADY' });
    expect(await desk().findMerge(id)).toMatchObject({ undoneBy: 'wang', undoneAt: NINE + 1000 });
  });

  test('what somebody has edited since stays, and is told', async () => {
    const { db } = database;
    const older = await person(db);
    const newer = await person(db, { name: '王伟', fields: { area: '海淀' }, at: NINE + 1 });
    const { id } = await merge(older, newer);
    await db('customer').where({ id: older }).update({ area: '朝阳' });
    expect(await desk().undoMerge(id, doing())).toEqual({ kept: ['area'] });
    expect(await findCustomer(db, older)).toMatchObject({ name: '', area: '朝阳' });
  });

  test('merges of merged ones are taken back in any order', async () => {
    const { db } = database;
    const ids: string[] = [];
    for (const n of [0, 1, 2, 3])
      ids.push(await person(db, { name: n === 3 ? '王伟' : '', at: NINE + n }));
    const [a = '', b = '', c = '', d = ''] = ids;
    const before = await allOf(db);
    for (const order of [
      [0, 1, 2],
      [2, 0, 1],
      [1, 2, 0],
    ]) {
      const merges = [await merge(c, d), await merge(a, b), await merge(b, d)];
      expect(await findCustomer(db, d)).toMatchObject({ id: a, name: '王伟' });
      await desk().undoMerge(merges[order[0]!]!.id, doing());
      await desk().undoMerge(merges[order[1]!]!.id, doing());
      expect(await broken(db)).toEqual([]);
      await desk().undoMerge(merges[order[2]!]!.id, doing());
      expect(await allOf(db)).toEqual(before);
    }
  });

  test('is refused of one person, of other books, of nobody, of who was erased, and of who has changed since', async () => {
    const { db } = database;
    const [one, other] = [await person(db), await person(db, { at: NINE + 1 })];
    const elsewhere = await person(db, { controller: 'store:sh01', storeId: 'sh01' });
    const erased = await person(db);
    await db('customer').where({ id: erased }).update({ state: 'erased' });
    await expect(merge(one, one)).rejects.toMatchObject({ code: 'SAME_CUSTOMER' });
    await expect(merge(one, elsewhere)).rejects.toMatchObject({ code: 'OTHER_CONTROLLER' });
    await expect(merge(one, erased)).rejects.toMatchObject({ code: 'UNKNOWN_CUSTOMER' });
    const nobody = desk().merge([await seen(one), { id: randomUUID(), version: 1 }], doing());
    await expect(nobody).rejects.toMatchObject({ code: 'UNKNOWN_CUSTOMER' });
    const late = desk().merge([await seen(one), { id: other, version: 7 }], doing());
    await expect(late).rejects.toMatchObject({
      code: 'VERSION_MOVED',
      details: { versions: [1, 1] },
    });
    expect(await db('customer_merge')).toEqual([]);
    await merge(one, other);
    await expect(merge(one, other)).rejects.toMatchObject({ code: 'SAME_CUSTOMER' });
  });

  test('of two who merge the same two at once one is told that they are one already', async () => {
    const { db } = database;
    const [one, other] = [await person(db), await person(db, { at: NINE + 1 })];
    const at = NINE;
    const order = (a: string, b: string) =>
      db.transaction((trx) =>
        mergeCustomers(trx, { id: randomUUID(), customers: [a, b], way: 'hand', by: 'x', at }),
      );
    const both = await Promise.allSettled([order(one, other), order(other, one)]);
    expect(both.filter(({ status }) => status === 'rejected')).toMatchObject([
      { reason: { code: 'SAME_CUSTOMER' } },
    ]);
    expect(await db('customer_merge')).toHaveLength(1);
  });
});

describe('a split', () => {
  test('takes a lead with all that was noted of it to a new customer, and back', async () => {
    const { db } = database;
    const him = await person(db, { name: '王伟', numbers: [MOBILE, OTHER] });
    const [stays, goes] = [await leadOf(db, him), await leadOf(db, him, { number: OTHER })];
    await callOf(db, him, stays);
    const [call, note] = [await callOf(db, him, goes, OTHER), await noteOf(db, him, goes)];
    const number = (await db('customer_number').where({ number: OTHER }).first()).id as string;
    const before = await allOf(db);
    const what = { leads: [goes], numbers: [number], vehicles: [] };
    const { id, toId } = await desk().split(
      { from: await seen(him), toId: null, ...what },
      doing(),
    );
    const theirs = await db('contact').where({ customer_id: toId }).orderBy('kind').pluck('id');
    expect(theirs).toEqual([call, note]);
    expect(await db('customer_number').where({ customer_id: toId }).pluck('number')).toEqual([
      OTHER,
    ]);
    expect(await broken(db)).toEqual([]);
    const later = await noteOf(db, toId, goes);
    expect(await desk().undoSplit(id, doing())).toEqual({ stayed: [], remains: false });
    expect(await db('contact').where({ id: later }).first()).toMatchObject({ customer_id: him });
    await db('contact').where({ id: later }).delete();
    expect(await allOf(db)).toEqual(before);
    await expect(desk().undoSplit(id, doing())).rejects.toMatchObject({ code: 'UNDONE_ALREADY' });
  });

  test('takes only what is his, and refuses nothing at all, and itself', async () => {
    const { db } = database;
    const [him, other] = [await person(db), await person(db, { at: NINE + 1 })];
    const lead = await leadOf(db, other);
    const asked = { numbers: [], vehicles: [] };
    const from = await seen(him);
    for (const leads of [[lead], []]) {
      const split = desk().split({ from, toId: null, leads, ...asked }, doing());
      await expect(split).rejects.toMatchObject({ code: 'NOT_OF_CUSTOMER' });
    }
    const itself = desk().split({ from, toId: him, leads: [lead], ...asked }, doing());
    await expect(itself).rejects.toMatchObject({ code: 'SAME_CUSTOMER' });
    expect(await db('customer')).toHaveLength(2);
  });

  test('what was split on goes back to the first when both are taken back, in any order', async () => {
    const { db } = database;
    const him = await person(db);
    const lead = await leadOf(db, him);
    await noteOf(db, him, lead);
    const before = await allOf(db);
    const asked = { leads: [lead], numbers: [], vehicles: [], toId: null };
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const first = await desk().split({ from: await seen(him), ...asked }, doing());
      const second = await desk().split({ from: await seen(first.toId), ...asked }, doing());
      const both = [first, second];
      for (const n of order) await desk().undoSplit(both[n]!.id, doing());
      expect(await allOf(db)).toEqual(before);
    }
  });
});

describe('an invalid lead', () => {
  const invalidate = (leadId: string) =>
    database.db.transaction((trx) =>
      invalidateLead(trx, { leadId, reason: 'wrong-person', at: NINE + 5, key }),
    );

  test('A23: its data is deleted, its customer too, and a keyed hash of the number survives', async () => {
    const { db } = database;
    const him = await person(db, {
      name: '王伟',
      fields: { address: '中关村' },
      numbers: [MOBILE, OTHER],
    });
    const lead = await leadOf(db, him, { fields: { nextPlan: 'call Wang' } });
    await noteOf(db, him, lead, '王伟 says');
    const [twin] = [await person(db, { name: '王伟', at: NINE + 9, fields: { area: '海淀' } })];
    await db.transaction((trx) =>
      mergeCustomers(trx, {
        id: randomUUID(),
        customers: [him, twin],
        way: 'hand',
        by: 'x',
        at: NINE,
      }),
    );
    expect(await invalidate(lead)).toEqual({ customerErased: true });
    const left = JSON.stringify([
      await allOf(db),
      await db('customer_merge'),
      await db('doubtful_pair'),
    ]);
    for (const word of ['王', '13800138000', '13900139000', '中关村', '海淀', 'Wang', 'wangwei'])
      expect(left).not.toContain(word);
    expect(await db('lead').first()).toMatchObject({
      state: 'invalid',
      validity: 'invalid',
      source: 'web',
    });
    expect(JSON.stringify(await db('erased_number'))).not.toContain('1380013');
    const asked = [MOBILE, OTHER, '+8613700137000'];
    const erased = await erasedAmong(db, asked, { key, controller: BOOKS });
    expect([...erased].sort()).toEqual([
      [MOBILE, 'invalid'],
      [OTHER, 'invalid'],
    ]);
    // Without the key, and in other books, nothing is known.
    const none = [
      await erasedAmong(db, asked, { key, controller: 'store:sh01' }),
      await erasedAmong(db, asked, { key: hashKeyOf(Buffer.alloc(32, 2)), controller: BOOKS }),
    ];
    expect(none.map(({ size }) => size)).toEqual([0, 0]);
    expect(await invalidate(lead)).toEqual({ customerErased: false });
  });

  test.each([
    ['another lead', async (him: string) => void (await leadOf(database.db, him))],
    [
      'a call',
      async (him: string) => void (await callOf(database.db, him, await leadOf(database.db, him))),
    ],
    [
      'a vehicle',
      (him: string) =>
        database.db('vehicle').insert({
          ...{ id: randomUUID(), customer_id: him, store_id: 'bj01', created_at: new Date(NINE) },
        }),
    ],
  ])('A23: its customer stays while %s hangs on him', async (_what, hang) => {
    const him = await person(database.db, { name: '王伟', numbers: [MOBILE] });
    const lead = await leadOf(database.db, him);
    await hang(him);
    expect(await invalidate(lead)).toEqual({ customerErased: false });
    expect(await findCustomer(database.db, him)).toMatchObject({ name: '王伟' });
    expect(await database.db('lead').where({ id: lead }).first()).toMatchObject({
      number: '',
      name: '',
    });
  });
});

test('A22, A23, A26, A27: lists ask in SQL what the rule says, of every kind of lead', async () => {
  const { db } = database;
  const customers = {
    clean: await person(db),
    unclean: await person(db),
    erased: await person(db),
  };
  await db('customer').update({ cleaned_version: 1 });
  await db('customer').where({ id: customers.unclean }).update({ cleaned_version: null });
  await db('customer').where({ id: customers.erased }).update({ state: 'erased' });
  const wanted = new Map<string, DialledLead>();
  const each = <T>(...values: T[]): T[] => values;
  for (const customer of each('clean', 'unclean', 'erased', null) as (
    keyof typeof customers | null
  )[])
    for (const state of each(
      'open',
      'arrived',
      'won',
      'defeated',
      'lost-control',
      'invalid',
      'archived',
    ))
      for (const validity of each('unchecked', 'valid', 'invalid') as DialledLead['validity'][])
        for (const [source, openedByCall] of each(
          ['web', false],
          ['inbound', true],
          ['manual', false],
        ) as [string, boolean][])
          for (const [prospect, number, confirmNextAt] of each(
            [null, MOBILE, null],
            ['junk', MOBILE, NINE],
            ['none', MOBILE, null],
            ['high', MOBILE, null],
            ['high', MOBILE, NINE],
            [null, MOBILE, NINE],
            [null, '', null],
          ) as [string | null, string, number | null][])
            wanted.set(randomUUID(), {
              ...{ source, openedByCall, state, validity, prospect, number, confirmNextAt },
              customer: customer && {
                active: customer !== 'erased',
                cleaned: customer !== 'unclean',
              },
            });
  const rows = [...wanted].map(([id, lead]) => ({
    ...{ id, store_id: 'bj01', source: lead.source, state: lead.state, validity: lead.validity },
    ...{ prospect: lead.prospect, number: lead.number, opened_at: new Date(NINE) },
    confirm_next_at: lead.confirmNextAt === null ? null : new Date(lead.confirmNextAt),
    opened_by_call: lead.openedByCall ? randomUUID() : null,
    customer_id: customerOf(lead, customers),
  }));
  await db.batchInsert('lead', rows, 500);
  const listed = new Set(
    await db('lead as l').whereRaw(mayBeDialledSql('l')).pluck<string[]>('id'),
  );
  const ruled = [...wanted].filter(([, lead]) => mayBeDialled(lead)).map(([id]) => id);
  expect(ruled.length).toBeGreaterThan(20);
  expect(listed).toEqual(new Set(ruled));
});

function customerOf({ customer }: DialledLead, of: Record<'clean' | 'unclean' | 'erased', string>) {
  if (customer === null) return null;
  if (!customer.active) return of.erased;
  return customer.cleaned ? of.clean : of.unclean;
}

test('a merge that is taken back while somebody holds the rows waits for him, and both stand', async () => {
  const { db } = database;
  const [one, other] = [await person(db), await person(db, { at: NINE + 1 })];
  const { id } = await merge(one, other);
  const third = await person(db, { at: NINE + 2 });
  const at = NINE + 7;
  await within(db, async ({ trx }) => {
    await mergeCustomers(trx, {
      id: randomUUID(),
      customers: [other, third],
      way: 'hand',
      by: 'x',
      at,
    });
    const undoing = db.transaction((b) => undoMerge(b, { id, by: 'y', at, pairId: randomUUID() }));
    // It waits for the row; what it finds then is the merge that is not committed yet.
    return { undoing };
  }).then(({ undoing }) => undoing);
  expect((await findCustomer(db, other))?.id).toBe(other);
  expect((await findCustomer(db, third))?.id).toBe(one);
  expect(await broken(db)).toEqual([]);
});
