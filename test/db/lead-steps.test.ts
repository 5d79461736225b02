import { randomUUID } from 'node:crypto';
import { DEFAULT_LEAD_RULES, withSaid } from '../../src/domain/lead/rules';
import { leadReports } from '../../src/reports';
import { changeOwner } from '../../src/store/customers/owners';
import { storeLeadSteps } from '../../src/store/customers/lead-steps';
import { useDatabase } from '../support/postgres';

const database = useDatabase();
const steps = () => storeLeadSteps(database.db, randomUUID);
const ZONE = 'Asia/Shanghai';
const NOON = Date.parse('2026-03-02T12:00:00+08:00');
const DAY_MS = 86_400_000;
const RULES = withSaid(DEFAULT_LEAD_RULES, { informationFee: 20_000 });

const doing = (by = 'wang', at = NOON) => ({ by, at, noted: async () => undefined });

/** Somebody's lead, of a customer of his own. */
async function aLead(parts: object = {}): Promise<string> {
  const { db } = database;
  const [id, customerId] = [randomUUID(), randomUUID()];
  const opened = { opened_at: new Date(NOON - DAY_MS) };
  await db('customer').insert({
    ...{ id: customerId, root_id: customerId, store_id: 'bj01', controller: 'store:bj01' },
    ...{ created_at: new Date(NOON), changed_at: new Date(NOON) },
  });
  await db('lead').insert({
    ...{ id, customer_id: customerId, store_id: 'bj01', number: '+8613800138000' },
    ...{ source: 'inbound', owner_id: 'wang', level: 'A', ...opened, ...parts },
  });
  await db('lead_owner').insert({
    ...{ id: randomUUID(), lead_id: id, owner_id: 'wang', way: 'opened', by_id: '' },
    from_at: new Date(NOON - DAY_MS),
  });
  return id;
}

const leadRow = (id: string) => database.db('lead').where({ id }).first();
const arrive = (leadId: string, at = NOON, salespersonId = 'zhu', rules = RULES) =>
  steps().arrive({ leadId, salespersonId, zone: ZONE, rules }, doing('wang', at));
const close = (leadId: string | null, at = NOON + DAY_MS) =>
  steps().deal(
    { leadId, storeId: 'bj01', salespersonId: 'zhu', saleKind: null, rules: RULES },
    doing('zhu', at),
  );
const transfer = (leadId: string, way: 'forced' | 'evening-meeting', ownerId: string) =>
  database.db.transaction((trx) =>
    changeOwner(
      { trx, makeId: randomUUID, at: NOON - 1000, by: 'chen' },
      { leadId, ownerId, way, reason: 'x' },
    ),
  );

test('A37, A40: who arrives is the direct salesperson’s, with his follow-up, until he buys', async () => {
  const id = await aLead();
  await steps().invite({ leadId: id, dueAt: NOON }, doing('li', NOON - 1000));
  await arrive(id);
  expect(await leadRow(id)).toMatchObject({
    ...{ state: 'arrived', owner_id: 'zhu', arrived_at: new Date(NOON), closed_at: null },
    // Level A: three days.
    next_due_at: new Date(Date.parse('2026-03-05T23:59:59.999+08:00')),
  });
  const owners = await database.db('lead_owner').where({ lead_id: id }).orderBy('from_at');
  expect(owners).toMatchObject([
    { owner_id: 'wang', until_at: new Date(NOON) },
    { owner_id: 'zhu', way: 'handover', by_id: 'wang', until_at: null },
  ]);
  const [arrival] = await database.db('arrival').where({ lead_id: id });
  // It counts for who had invited him, whoever hands him over.
  expect(arrival).toMatchObject({ telemarketer_id: 'li', salesperson_id: 'zhu', is_new: true });
  expect(await database.db('appointment').pluck('state')).toEqual(['kept']);
  await close(id);
  expect(await leadRow(id)).toMatchObject({ state: 'won', next_due_at: null });
  expect(await database.db('contact').orderBy('at').pluck('kind')).toEqual([
    ...['appointment', 'arrival', 'deal'],
  ]);
});

test('A38: the sixth new customer of a day is a warning; who comes again is none, and tomorrow is another day', async () => {
  const told: [number, boolean][] = [];
  const leads: string[] = [];
  for (let n = 0; n < 6; n += 1) {
    leads.push(await aLead());
    const { newToday, tooMany } = await arrive(leads.at(-1)!, NOON + n);
    told.push([newToday, tooMany]);
  }
  expect(told).toEqual([...[1, 2, 3, 4, 5].map((count) => [count, false]), [6, true]]);
  expect(await arrive(leads[0]!, NOON + 100)).toMatchObject({ newToday: 6 });
  expect(await arrive(await aLead(), NOON + 101, 'xu')).toMatchObject({ newToday: 1 });
  const tomorrow = await arrive(await aLead(), NOON + DAY_MS);
  expect(tomorrow).toMatchObject({ newToday: 1, tooMany: false });
});

test('A38: who was merged into a customer of that salesperson is not new', async () => {
  const [first, second] = [await aLead(), await aLead()];
  await arrive(first);
  const { customer_id: root } = await leadRow(first);
  const { customer_id: own } = await leadRow(second);
  await database.db('customer').where({ id: own }).update({ root_id: root });
  expect(await arrive(second)).toMatchObject({ newToday: 1 });
});

test.each(['forced', 'evening-meeting'] as const)(
  'A34: the source of a lead that came by %s has a fee when it closes, and not before',
  async (way) => {
    const id = await aLead({ source: 'showroom', place: 'showroom' });
    await transfer(id, way, 'li');
    await arrive(id);
    expect(await database.db('information_fee')).toEqual([]);
    const made = await close(id);
    expect(made).toMatchObject({
      saleKind: 'low-intent',
      fee: { personId: 'wang', way, amount: 20_000 },
    });
    const { items } = await steps().fees({ storeIds: ['bj01'] }, { limit: 10 });
    expect(items).toMatchObject([
      { leadId: id, dealId: made.id, personId: 'wang', amount: 20_000, paidAt: null },
    ]);
    const [fee] = items;
    await steps().pay(fee!.id, doing('chen', NOON + 5));
    await steps().pay(fee!.id, doing('zhao', NOON + 9));
    const paid = await steps().fees({ storeIds: ['bj01'], state: 'paid' }, { limit: 10 });
    expect(paid.items).toMatchObject([{ paidBy: 'chen', paidAt: NOON + 5 }]);
    expect(
      (await steps().fees({ storeIds: ['bj01'], state: 'owed' }, { limit: 10 })).items,
    ).toEqual([]);
    expect((await steps().fees({ storeIds: ['sh01'] }, { limit: 10 })).items).toEqual([]);
  },
);

test('A34: a lead that nobody transferred, and one that ends otherwise, makes no fee', async () => {
  expect(await close(await aLead())).toMatchObject({ saleKind: 'non-showroom', fee: null });
  expect(await close(await aLead({ source: 'walk-in' }))).toMatchObject({ saleKind: 'showroom' });
  expect(await close(null)).toMatchObject({ saleKind: 'showroom', fee: null });
  const lost = await aLead();
  await transfer(lost, 'forced', 'li');
  await database.db('lead').where({ id: lost }).update({ state: 'defeated' });
  await expect(close(lost)).rejects.toMatchObject({ code: 'LEAD_OVER' });
  expect(await database.db('information_fee')).toEqual([]);
});

test('a lead that is over takes no step, and one that there is not is unknown', async () => {
  const id = await aLead();
  await close(id);
  await expect(arrive(id)).rejects.toMatchObject({ code: 'LEAD_OVER' });
  await expect(close(id)).rejects.toMatchObject({ code: 'LEAD_OVER' });
  const invited = steps().invite({ leadId: randomUUID(), dueAt: NOON }, doing());
  await expect(invited).rejects.toMatchObject({ code: 'UNKNOWN_LEAD' });
  expect(await database.db('arrival')).toEqual([]);
});

test('of two who close one lead at once one does, and there is one deal and one fee', async () => {
  const id = await aLead();
  await transfer(id, 'forced', 'li');
  const both = await Promise.allSettled([close(id), close(id)]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await database.db('deal')).toHaveLength(1);
  expect(await database.db('information_fee')).toHaveLength(1);
});

test('A43: what was done step by step is what people are measured by', async () => {
  const id = await aLead();
  await steps().invite({ leadId: id, dueAt: NOON }, doing('wang', NOON - 1000));
  await arrive(id);
  const { id: dealId } = await close(id);
  await steps().deliver({ dealId, salespersonId: 'zhu' }, doing('zhu', NOON + 2 * DAY_MS));
  const again = steps().deliver({ dealId, salespersonId: 'zhu' }, doing('zhu', NOON));
  await expect(again).rejects.toMatchObject({ code: 'ALREADY_DELIVERED' });
  const { people } = await leadReports(database.db).individualKpi({
    ...{ storeId: 'bj01', zone: ZONE, from: NOON - 5 * DAY_MS, to: NOON + 5 * DAY_MS },
    ...{ now: NOON, rules: RULES },
    people: [
      { id: 'wang', name: '王芳', posts: ['telemarketer'] },
      { id: 'zhu', name: '朱', posts: ['direct-salesperson'] },
    ],
  });
  expect(people).toMatchObject([
    { personId: 'wang', leadsKept: 1, arrivals: 1 },
    { personId: 'zhu', deliveries: 1 },
  ]);
});

test('what could not be noted was not done', async () => {
  const id = await aLead();
  const refused = { ...doing(), noted: () => Promise.reject(new Error('disk full')) };
  const asked = { leadId: id, salespersonId: 'zhu', zone: ZONE, rules: RULES };
  await expect(steps().arrive(asked, refused)).rejects.toThrow('disk full');
  expect(await leadRow(id)).toMatchObject({ state: 'open', owner_id: 'wang' });
  expect(await database.db('arrival')).toEqual([]);
  expect(await database.db('lead_owner').where({ lead_id: id })).toHaveLength(1);
});
