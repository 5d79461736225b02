import { randomUUID } from 'node:crypto';
import { NOTHING_SAID, type LeadState } from '../../src/domain/lead/lead';
import { DEFAULT_LEAD_RULES } from '../../src/domain/lead/rules';
import { isOfCentre } from '../../src/domain/lead/staff';
import type { Plan } from '../../src/domain/plan';
import { NightlyCleaning } from '../../src/jobs/nightly-cleaning';
import {
  beginRun,
  goOn,
  lastDone,
  leftRuns,
  type CleaningWorld,
} from '../../src/store/customers/cleaning-runs';
import { storeCustomers } from '../../src/store/customers/desk';
import { hashKeyOf } from '../../src/store/customers/erased-numbers';
import { transferable } from '../../src/store/customers/forced-transfer';
import { storeLeadSteps } from '../../src/store/customers/lead-steps';
import { ownersOf } from '../../src/store/customers/owners';
import { BOOKS, broken, openBooks } from '../support/customer-books';
import { aLead, crowd, readingOf, STAFFED } from '../support/list-leads';
import { useDatabase } from '../support/postgres';

/** What the showroom did not close comes to the centre (A32, A33), on a real PostgreSQL and a clock of the test. */
const database = useDatabase();
const CAME = Date.parse('2026-01-31T10:00:00+08:00');
/** Two months are full when the last day of March ends: midnight in Beijing, and six hours later in Berlin. */
const FULL = Date.parse('2026-04-01T00:00:00+08:00');
const FULL_IN_BERLIN = Date.parse('2026-04-01T00:00:00+02:00');
let now = CAME;

beforeEach(async () => {
  now = CAME;
  await openBooks(database.db);
});

const PLAN: Plan = {
  ...STAFFED,
  stores: STAFFED.stores.map((store) => ({
    ...store,
    ...(store.id === 'bj02' && { timezone: 'Europe/Berlin' }),
    leads: { distribution: 'by-hand' as const },
  })),
};

const world = (plan = PLAN): CleaningWorld => ({
  ...{ db: database.db, makeId: randomUUID, now: () => now, plan: () => plan },
  ...{ busy: () => new Set<string>(), key: hashKeyOf(Buffer.alloc(32, 1)), stopped: () => false },
  onError: (error) => expect(error).toBeNull(),
});
async function clean(plan = PLAN) {
  const { run } = await beginRun(world(plan), { controller: BOOKS, why: 'asked', by: 'chen' });
  return goOn(world(plan), run.id);
}
/** Of the consultant gao. */
const ofShowroom = (parts: { storeId?: string; ownerId?: string; row?: object } = {}) =>
  aLead(database.db, { source: 'showroom', ownerId: 'gao', at: CAME, ...parts });
const rowOf = (id: string) => database.db('lead').where({ id }).first();
const placesOf = (ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => (await rowOf(id)).place as string));

test('A32: a showroom lead is the centre’s when two months are full in the zone of its store, and not before', async () => {
  const ids = [await ofShowroom(), await ofShowroom({ storeId: 'bj02' })];
  expect(await placesOf(ids)).toEqual(['showroom', 'showroom']);
  const at = async (moment: number) => {
    now = moment;
    const run = await clean();
    return [run?.transferred, ...(await placesOf(ids))];
  };
  expect(await at(FULL - 1)).toEqual([0, 'showroom', 'showroom']);
  expect(await at(FULL)).toEqual([1, 'centre', 'showroom']);
  expect(await at(FULL_IN_BERLIN - 1)).toEqual([0, 'centre', 'showroom']);
  expect(await at(FULL_IN_BERLIN)).toEqual([1, 'centre', 'centre']);
  expect(await ownersOf(database.db, [ids[0]!])).toMatchObject([
    { ownerId: 'gao', way: 'opened', untilAt: FULL },
    { ownerId: null, way: 'forced', byId: '', reason: 'two-months', fromAt: FULL, untilAt: null },
  ]);
  // The centre calls him on the day on which it has him.
  expect((await rowOf(ids[0]!)).next_due_at).toEqual(new Date('2026-04-01T23:59:59.999+08:00'));
  expect(await database.db('contact').where({ lead_id: ids[0] })).toMatchObject([
    { kind: 'owner', body: 'two-months', by_id: null },
  ]);
});

test('A32: it happens in the night, without anybody’s action', async () => {
  const id = await ofShowroom();
  now = FULL - 4 * 3_600_000;
  const errors: unknown[] = [];
  const nightly = new NightlyCleaning({
    ...{ books: () => [{ controller: BOOKS, zone: 'Asia/Shanghai' }], now: () => now },
    lastDone: (controller) => lastDone(database.db, controller),
    left: () => leftRuns(database.db),
    begin: async (controller) =>
      (await beginRun(world(), { controller, why: 'night', by: 'openline' })).run.id,
    goOn: async (runId) => void (await goOn(world(), runId)),
    onError: (error) => void errors.push(error),
  });
  await nightly.look();
  expect(await placesOf([id])).toEqual(['showroom']);
  now = FULL + 2 * 3_600_000;
  await nightly.look();
  expect(await placesOf([id])).toEqual(['centre']);
  expect(errors).toEqual([]);
});

test('A32: the months are a setting; what is won, archived or the centre’s own is not transferred', async () => {
  const rules = { distribution: 'by-hand' as const, forcedTransferMonths: 1 };
  const plan = { ...PLAN, stores: PLAN.stores.map((store) => ({ ...store, leads: rules })) };
  const id = await ofShowroom();
  const others = [
    await ofShowroom({ row: { state: 'won', closed_at: new Date(CAME) } }),
    await ofShowroom({ row: { state: 'archived', closed_at: new Date(CAME) } }),
    await aLead(database.db, { source: 'web', ownerId: 'wang', at: CAME }),
  ];
  const before = await Promise.all(others.map(rowOf));
  now = Date.parse('2026-03-01T00:00:00+08:00');
  expect(await clean(plan)).toMatchObject({ transferred: 1 });
  expect(await placesOf([id])).toEqual(['centre']);
  const ofOwner = ({ owner_id, place, state }: Record<string, unknown>) => [owner_id, place, state];
  expect((await Promise.all(others.map(rowOf))).map(ofOwner)).toEqual(before.map(ofOwner));
});

test.each(['defeated', 'lost-control'] as const)(
  'A33: a showroom lead that is %s comes to the centre at once, with its analysis reason',
  async (state) => {
    const { db } = database;
    const id = await ofShowroom();
    const change = (to: LeadState, reason: string | null, version = 1) =>
      storeCustomers(db, randomUUID).changeLead(
        { id, version },
        {
          ...{ fields: { ...NOTHING_SAID }, state: { state: to, reason } },
          stays: (ownerId) => isOfCentre(STAFFED, ownerId, 'bj01'),
        },
        { by: 'gao', at: CAME + 5, noted: () => undefined },
      );
    await expect(change(state, ' ')).rejects.toMatchObject({ code: 'LEAD_NEEDS_REASON' });
    expect(await placesOf([id])).toEqual(['showroom']);
    const version = await change(state, '价格');
    expect(await rowOf(id)).toMatchObject({
      ...{ state, end_reason: '价格', place: 'centre', owner_id: null, version },
    });
    expect(await ownersOf(db, [id])).toMatchObject([
      { ownerId: 'gao' },
      { ownerId: null, way: 'forced', byId: 'gao', reason: state, fromAt: CAME + 5 },
    ]);
    // Whose lead it was meanwhile is no matter of whoever corrects the reason.
    await change(state, '预算', version);
    expect(await ownersOf(db, [id])).toHaveLength(2);
  },
);

test('A33: one that was lost in another way comes by the next run, and goes on to a telemarketer', async () => {
  const { db } = database;
  const row = { state: 'defeated', closed_at: new Date(CAME), end_reason: '购买竞品' };
  const id = await ofShowroom({ row: { ...row, validity: 'valid' } });
  now = CAME + 3_600_000;
  const byItself = { ...PLAN, stores: PLAN.stores.map(({ leads: _hand, ...store }) => store) };
  expect(await clean(byItself)).toMatchObject({ transferred: 1, distributed: 1 });
  expect(await rowOf(id)).toMatchObject({
    ...{ owner_id: 'li', place: 'centre', state: 'defeated', end_reason: '购买竞品' },
    next_due_at: new Date('2026-01-31T23:59:59.999+08:00'),
  });
  expect((await ownersOf(db, [id])).map(({ ownerId, way }) => `${way} ${ownerId}`)).toEqual([
    ...['opened gao', 'forced null', 'distributed li'],
  ]);
  const after = await db('lead_owner').orderBy('id');
  expect(await clean(byItself)).toMatchObject({ transferred: 0, distributed: 0 });
  expect(await db('lead_owner').orderBy('id')).toEqual(after);
  expect(await broken(db)).toEqual([]);
});

test('A31, A34: given to a telemarketer by hand it is the centre’s, and nobody takes it from him as from a source', async () => {
  const { db } = database;
  const give = (id: string, ownerId: string) =>
    storeCustomers(db, randomUUID).changeOwner(
      { id, version: 1 },
      {
        ...{ ownerId, way: 'handover', reason: '' },
        isOfCentre: isOfCentre(STAFFED, ownerId, 'bj01'),
      },
      { by: 'chen', at: CAME + 5, noted: () => undefined },
    );
  const [centre, showroom] = [await ofShowroom(), await ofShowroom()];
  const owned = await aLead(db, { source: 'web', ownerId: 'wang', at: CAME });
  await give(centre, 'wang');
  await give(showroom, 'zhu');
  await give(owned, 'gao');
  expect(await placesOf([centre, showroom, owned])).toEqual(['centre', 'showroom', 'centre']);
  now = FULL;
  expect(await clean()).toMatchObject({ transferred: 1 });
  expect((await ownersOf(db, [centre])).map(({ ownerId, way }) => `${way} ${ownerId}`)).toEqual([
    ...['opened gao', 'handover wang'],
  ]);
});

test('A40: who has arrived stays with the direct salesperson of the centre beyond two months, and goes when he is lost', async () => {
  const { db } = database;
  const lead = { state: 'arrived', arrived_at: new Date(CAME) };
  const received = await ofShowroom({ ownerId: 'zhu', row: lead });
  // Who sells in the showroom is of a sales department, and has two months as before.
  const walkedIn = await ofShowroom({ ownerId: 'gao', row: lead });
  now = FULL;
  expect(await clean()).toMatchObject({ transferred: 1 });
  expect(await rowOf(received)).toMatchObject({ owner_id: 'zhu', place: 'showroom' });
  expect(await rowOf(walkedIn)).toMatchObject({ owner_id: null, place: 'centre' });
  await db('lead')
    .where({ id: received })
    .update({ state: 'defeated', closed_at: new Date(now) });
  expect(await clean()).toMatchObject({ transferred: 1 });
  expect(await rowOf(received)).toMatchObject({ owner_id: null, place: 'centre' });
});

test('A34: the consultant from whom it was taken is the source of the information fee', async () => {
  const id = await ofShowroom();
  now = FULL;
  await clean();
  const asked = { leadId: id, storeId: 'bj01', salespersonId: 'zhu', saleKind: null };
  const { fee } = await storeLeadSteps(database.db, randomUUID).deal(
    { ...asked, rules: { ...DEFAULT_LEAD_RULES, informationFee: 20_000 } },
    { by: 'zhu', at: FULL + 1, noted: () => undefined },
  );
  expect(fee).toEqual({ personId: 'gao', way: 'forced', amount: 20_000 });
});

test('a visitor whom a telemarketer has had all the time stays with her', async () => {
  const id = await ofShowroom({ ownerId: 'li' });
  now = FULL;
  expect(await clean()).toMatchObject({ transferred: 0 });
  expect(await rowOf(id)).toMatchObject({ owner_id: 'li', place: 'centre', next_due_at: null });
  expect(await ownersOf(database.db, [id])).toHaveLength(1);
});

test('A32: it is found by an index', async () => {
  const { db } = database;
  await crowd(db);
  const id = await ofShowroom();
  const asked = {
    ...{ storeId: 'bj01', zone: 'Asia/Shanghai', rules: DEFAULT_LEAD_RULES },
    isOfCentre: () => false,
    receives: () => false,
  };
  const page = { after: '00000000-0000-0000-0000-000000000000', most: 200 };
  let found: string[] = [];
  const read = await readingOf(db, async () => {
    found = await transferable(db, asked, FULL, page);
  });
  expect(found).toEqual([id]);
  expect(read).toContain('lead_showroom');
  expect(read).not.toContain('Seq Scan');
});
