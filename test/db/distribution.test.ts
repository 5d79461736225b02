import { randomUUID } from 'node:crypto';
import { DEFAULT_LEAD_RULES } from '../../src/domain/lead/rules';
import { takersOf } from '../../src/domain/lead/staff';
import type { Plan } from '../../src/domain/plan';
import { beginRun, goOn, type CleaningWorld } from '../../src/store/customers/cleaning-runs';
import { hashKeyOf } from '../../src/store/customers/erased-numbers';
import { storeLeadLists } from '../../src/store/customers/lead-lists';
import { ownersOf } from '../../src/store/customers/owners';
import { BOOKS, broken, callOf, openBooks, person } from '../support/customer-books';
import { aLead, crowd, readingOf, STAFFED } from '../support/list-leads';
import { useDatabase } from '../support/postgres';
import { NINE } from '../support/records';

/** Leads of nobody go to telemarketers (Q15), on a real PostgreSQL. */
const database = useDatabase();
let busy = new Set<string>();

beforeEach(async () => {
  busy = new Set();
  await openBooks(database.db);
});

const NOON = NINE + 3 * 3_600_000;
const KEY = hashKeyOf(Buffer.alloc(32, 1));
const lists = () => storeLeadLists(database.db, randomUUID, () => busy, KEY);
const give = ({ dryRun = false, most = 200, at = NOON, takers = takersOf(STAFFED, 'bj01') } = {}) =>
  lists().distribute(
    {
      ...{ storeId: 'bj01', zone: 'Asia/Shanghai', rules: DEFAULT_LEAD_RULES },
      ...{ takers, most, dryRun },
    },
    { by: 'chen', at },
  );
const ownerOf = async (id: string) =>
  (await database.db('lead').where({ id }).first('owner_id')).owner_id as string | null;
const ownersNow = (ids: readonly string[]) => Promise.all(ids.map(ownerOf));
const hold = async (ownerId: string, count: number, row: object = {}) => {
  for (let n = 0; n < count; n += 1)
    await aLead(database.db, { ownerId, at: NINE - 86_400_000, row });
};

test('Q15: a lead of nobody goes to who has the fewest open follow-ups, and counts for the next one', async () => {
  const { db } = database;
  await hold('wang', 3);
  await hold('li', 1);
  // Over, or lost and not to be called again: none of these is to be followed up.
  await hold('li', 3, { state: 'won', closed_at: new Date(NINE) });
  await hold('li', 3, { state: 'defeated', closed_at: new Date(NINE) });
  const ids = [];
  for (let n = 0; n < 4; n += 1) ids.push(await aLead(db, { at: NINE + n }));
  const { given, left } = await give();
  expect(given.map(({ leadId }) => leadId)).toEqual(ids);
  // Li is given two; then both have three, and wang has waited longer.
  expect(given.map(({ ownerId, way }) => `${way} ${ownerId}`)).toEqual([
    ...['distributed li', 'distributed li', 'distributed wang', 'distributed li'],
  ]);
  expect(left).toBe(0);
  expect(await ownersNow(ids)).toEqual(['li', 'li', 'wang', 'li']);
  expect(await broken(db)).toEqual([]);
});

test('Q15: of equals to who has waited longest for a new lead, and to who never had one first', async () => {
  const { db } = database;
  const wangs = await aLead(db, { ownerId: 'wang', at: NINE + 5 });
  const lis = await aLead(db, { ownerId: 'li', at: NINE + 9 });
  await aLead(db, { at: NINE });
  expect((await give()).given).toMatchObject([{ ownerId: 'wang' }]);
  await db('lead').update({ owner_id: null });
  await db('lead_owner').delete();
  for (const id of [wangs, lis])
    await db('lead')
      .where({ id })
      .update({ state: 'won', closed_at: new Date(NINE) });
  await db('lead_owner').insert({
    ...{ id: randomUUID(), lead_id: wangs, owner_id: 'wang', way: 'opened', by_id: '' },
    from_at: new Date(0),
  });
  expect((await give()).given).toMatchObject([{ ownerId: 'li' }]);
});

test('Q15: to the owner first: whose customer he is, who works another lead of his, with whom he talked', async () => {
  const { db } = database;
  await hold('li', 5);
  const customer = async () => person(db, { at: NINE });
  const [his, other, talked] = [await customer(), await customer(), await customer()];
  await db('customer').where({ id: his }).update({ owner_id: 'li' });
  await aLead(db, { customerId: other, ownerId: 'li' });
  const ids = [];
  for (const customerId of [his, other, talked]) ids.push(await aLead(db, { customerId }));
  const callId = await callOf(db, talked, ids[2]!);
  await db('follow_up').insert({
    ...{ id: randomUUID(), call_id: callId, store_id: 'bj01', department: 'sales' },
    ...{ agent_id: 'li', opened_at: new Date(NINE), due_at: new Date(NOON), state: 'open' },
  });
  const { given } = await give();
  expect(given.map(({ ownerId, way }) => `${way} ${ownerId}`)).toEqual([
    ...['own li', 'own li', 'own li'],
  ]);
  // Who can be given none is asked no more.
  await db('customer').where({ id: his }).update({ owner_id: 'zhu' });
  await aLead(db, { customerId: his, row: { opened_at: new Date(NINE - 1) } });
  await db('lead').where({ id: ids[0] }).update({ state: 'won' });
  expect((await give()).given).toMatchObject([{ ownerId: 'wang', way: 'distributed' }]);
});

test('A39: nobody but telemarketers of the store is given leads, nor anybody of the sales department', async () => {
  expect(takersOf(STAFFED, 'bj01')).toEqual(['wang', 'li']);
  expect(takersOf(STAFFED, 'bj02')).toEqual(['sun']);
  const people = STAFFED.people.map((one) => ({ ...one, department: 'sales' }));
  expect(takersOf({ ...STAFFED, people }, 'bj01')).toEqual([]);
  await aLead(database.db);
  expect(await give({ takers: [] })).toEqual({ given: [], left: 1 });
});

test('A22, A23, A27: what may not be dialled, is over, after-sales’ or in a call is given to nobody', async () => {
  const { db } = database;
  const unclean = await aLead(db, { source: 'hq' });
  const talking = await aLead(db);
  busy = new Set([talking]);
  for (const row of [
    { validity: 'invalid', state: 'invalid' },
    { prospect: 'junk' },
    { state: 'archived', closed_at: new Date(NINE) },
    { state: 'won', closed_at: new Date(NINE) },
    { number: '' },
    { kind: 'after-sale' },
  ])
    await aLead(db, { row });
  await aLead(db, { storeId: 'bj02' });
  expect(await give()).toEqual({ given: [], left: 0 });
  await db('lead').where({ id: unclean }).update({ validity: 'valid' });
  expect((await give()).given).toEqual([]);
  await db('customer').update({ cleaned_version: 1 });
  expect((await give()).given.map(({ leadId }) => leadId)).toEqual([unclean]);
});

test('A31: the history says when he had it, by which way and by whom', async () => {
  const { db } = database;
  const id = await aLead(db);
  await give();
  expect(await ownersOf(db, [id])).toMatchObject([
    { ownerId: null, way: 'opened', fromAt: NINE, untilAt: NOON },
    { ownerId: 'li', way: 'distributed', byId: 'chen', fromAt: NOON, untilAt: null },
  ]);
  expect(await db('lead').where({ id }).first()).toMatchObject({ owner_id: 'li', version: 2 });
});

test('Q15: of three who distribute at once each lead is given once, and nobody has more than another', async () => {
  const { db } = database;
  for (let n = 0; n < 20; n += 1) await aLead(db, { at: NINE + n });
  const all = await Promise.all([give(), give({ at: NOON + 1 }), give({ at: NOON + 2 })]);
  const ids = all.flatMap(({ given }) => given.map(({ leadId }) => leadId));
  expect(new Set(ids).size).toBe(20);
  expect(ids).toHaveLength(20);
  expect(
    await db('lead').groupBy('owner_id').orderBy('owner_id').select('owner_id').count(),
  ).toEqual([
    { owner_id: 'li', count: '10' },
    { owner_id: 'wang', count: '10' },
  ]);
  expect(await db('lead_owner').where({ way: 'distributed' })).toHaveLength(20);
  expect(await broken(db)).toEqual([]);
});

test('a dry run says what is done then, and does nothing; no more are given than was asked for', async () => {
  const { db } = database;
  await hold('li', 1);
  await hold('wang', 2);
  for (let n = 0; n < 7; n += 1) await aLead(db, { at: NINE + n });
  const before = [await db('lead').orderBy('id'), await db('lead_owner').orderBy('id')];
  const said = await give({ dryRun: true, most: 5 });
  expect([said.given.length, said.left]).toEqual([5, 2]);
  expect([await db('lead').orderBy('id'), await db('lead_owner').orderBy('id')]).toEqual(before);
  expect(await give({ most: 5 })).toEqual(said);
});

const plan = (distribution?: 'fewest-open' | 'by-hand'): Plan => ({
  ...STAFFED,
  stores: STAFFED.stores.map((store) =>
    store.id === 'bj01' && distribution ? { ...store, leads: { distribution } } : store,
  ),
});

async function clean(thePlan: Plan, errors: unknown[] = []) {
  const world: CleaningWorld = {
    ...{ db: database.db, makeId: randomUUID, now: () => NOON, plan: () => thePlan },
    ...{ busy: () => busy, key: hashKeyOf(Buffer.alloc(32, 1)), stopped: () => false },
    onError: (error) => void errors.push(error),
  };
  const { run } = await beginRun(world, { controller: BOOKS, why: 'night', by: 'openline' });
  return goOn(world, run.id);
}

test('Q15: a cleaning gives what it found valid by itself, unless the store has it done by hand', async () => {
  const { db } = database;
  const ids = [
    await aLead(db, { source: 'hq' }),
    await aLead(db, { source: 'hq', storeId: 'bj02' }),
  ];
  const errors: unknown[] = [];
  expect(await clean(plan('by-hand'), errors)).toMatchObject({ valid: 2, distributed: 1 });
  expect(await ownersNow(ids)).toEqual([null, 'sun']);
  expect(await clean(plan(), errors)).toMatchObject({ distributed: 1, transferred: 0 });
  expect(await ownersNow(ids)).toEqual(['li', 'sun']);
  expect(await ownersOf(db, [ids[0]!])).toMatchObject([{}, { way: 'distributed', byId: '' }]);
  expect(await clean(plan(), errors)).toMatchObject({ distributed: 0 });
  expect(errors).toEqual([]);
});

test('a lead that the database refuses to give is left for the next run, and stops no other', async () => {
  const { db } = database;
  const [bad, good] = [await aLead(db), await aLead(db, { at: NINE + 1 })];
  await db.raw(
    `alter table lead add constraint refuses check (id <> '${bad}' or owner_id is null)`,
  );
  const errors: unknown[] = [];
  try {
    expect(await clean(plan(), errors)).toMatchObject({ state: 'done', distributed: 1 });
  } finally {
    await db.raw('alter table lead drop constraint refuses');
  }
  expect(errors).toHaveLength(1);
  expect(await ownersNow([bad, good])).toEqual([null, 'li']);
  expect(await clean(plan(), errors)).toMatchObject({ distributed: 1 });
  expect(errors).toHaveLength(1);
});

test('who waits, and what each has, is found by an index', async () => {
  const { db } = database;
  await crowd(db);
  await aLead(db);
  const read = await readingOf(db, () => give());
  expect(read).toEqual(expect.arrayContaining(['lead_nobodys', 'lead_listed']));
  expect(read).not.toContain('Seq Scan');
});
