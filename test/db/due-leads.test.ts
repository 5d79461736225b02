import { randomUUID } from 'node:crypto';
import { lastMomentOf } from '../../src/domain/day';
import { dueAtOf } from '../../src/domain/lead/level-clock';
import { DEFAULT_LEAD_RULES, withSaid } from '../../src/domain/lead/rules';
import { turnOf } from '../../src/domain/lead/urgency';
import type { DueAsked, DueLead } from '../../src/http/lead-list-ports';
import { hashKeyOf } from '../../src/store/customers/erased-numbers';
import { followUpOf, notPermitted, type RefusalScope } from '../../src/domain/customer/permission';
import { storePermissions } from '../../src/store/customers/permissions';
import { promisesKeptReport } from '../../src/reports/leads/promises-kept';
import { handOver } from '../../src/store/customers/handover';
import { storeLeadLists } from '../../src/store/customers/lead-lists';
import type { Database } from '../../src/store/database';
import { prepared } from '../../src/store/statement';
import { storeLeadSteps } from '../../src/store/customers/lead-steps';
import { BOOKS, callOf, openBooks, person } from '../support/customer-books';
import { aLead, crowd, STAFFED } from '../support/list-leads';
import { hearPlans, readWhole } from '../support/heard-plans';
import { useDatabase } from '../support/postgres';
import { NINE } from '../support/records';
import { person as staff } from '../support/two-stores';
import { seeded } from '../simulation/random';

/** Lists of leads that are due (A05, A22, A36, A40, Q01), on a real PostgreSQL. */
const database = useDatabase();
beforeEach(() => openBooks(database.db));

const DAY_MS = 86_400_000;
const ZONE = 'Asia/Shanghai';
const NOON = NINE + 3 * 3_600_000;
const RULES = DEFAULT_LEAD_RULES;
const BJ01 = { storeId: 'bj01', zone: ZONE, rules: RULES };

const KEY = hashKeyOf(Buffer.alloc(32, 1));
const lists = () => storeLeadLists(database.db, randomUUID, () => new Set(), KEY);
const asked = (parts: Partial<DueAsked> = {}): DueAsked => ({
  ...{ stores: [BJ01], forConsultant: false, now: NOON, ...parts },
});
const due = async (parts: Partial<DueAsked> = {}): Promise<DueLead[]> =>
  (await lists().due(asked(parts), { limit: 200 })).items;
const idsOf = (leads: readonly { id: string }[]) => leads.map(({ id }) => id);
const dueOn = (days: number) => new Date(lastMomentOf(ZONE, NOON + days * DAY_MS));

test('A05, Q01: a lead that came today is due until the day of its store ends, and overdue then', async () => {
  const id = await aLead(database.db, { at: NINE, row: { level: 'H' } });
  const end = Date.parse('2026-03-02T23:59:59.999+08:00');
  expect(await due()).toMatchObject([{ id, dueAt: end, turn: -1 / 8 }]);
  expect(await due({ now: end })).toMatchObject([{ id, turn: -1 / 8 }]);
  const [late] = await due({ now: end + DAY_MS });
  expect(late).toMatchObject({ id, dueAt: end, turn: 8 });
  // In another zone the day ends later.
  const berlin = { ...BJ01, zone: 'Europe/Berlin' };
  expect(await due({ stores: [berlin] })).toMatchObject([
    { dueAt: Date.parse('2026-03-02T23:59:59.999+01:00') },
  ]);
});

test('A05: the call by which he came is not its own follow-up; that it was done is, and a later talk', async () => {
  const { db } = database;
  const him = await person(db);
  const id = await aLead(db, { customerId: him, at: NINE - DAY_MS, row: { level: 'A' } });
  const callId = await callOf(db, him, id);
  await db('lead')
    .where({ id })
    .update({ opened_by_call: callId, last_contact_at: new Date(NINE - DAY_MS) });
  expect(await due()).toMatchObject([{ id, dueAt: dueOn(-1).getTime() }]);
  await db('follow_up').insert({
    ...{ id: randomUUID(), call_id: callId, store_id: 'bj01', department: 'sales' },
    ...{ agent_id: 'wang', opened_at: new Date(NINE), due_at: new Date(NOON), state: 'done' },
    ...{ done_by: 'wang', done_at: new Date(NINE - DAY_MS) },
  });
  expect(await due()).toEqual([]);
  // Level A: three days after.
  expect(await due({ now: NOON + 2 * DAY_MS })).toMatchObject([{ dueAt: dueOn(2).getTime() }]);
  await db('lead')
    .where({ id })
    .update({ last_contact_at: new Date(NOON) });
  expect(await due({ now: NOON + 3 * DAY_MS })).toMatchObject([{ dueAt: dueOn(3).getTime() }]);
  await db('lead')
    .where({ id })
    .update({ next_due_at: new Date(NOON + 60_000) });
  expect(await due()).toMatchObject([{ dueAt: NOON + 60_000 }]);
});

test('those that are late come first, by overdue ratio x level value; then what is due today, the hottest first', async () => {
  const { db } = database;
  const lead = (level: string | null, next: Date) =>
    aLead(db, { row: { level, next_due_at: next } });
  const c = await lead('C', dueOn(-15));
  const today = [await lead(null, dueOn(0)), await lead('A', dueOn(0)), await lead('H', dueOn(0))];
  const h = await lead('H', dueOn(-1));
  const a = await lead('A', dueOn(-3));
  await lead('H', dueOn(1));
  const found = await due();
  expect(idsOf(found)).toEqual([h, a, c, ...today.reverse()]);
  expect(idsOf(await due({ stores: [{ ...BJ01, storeId: 'bj02' }] }))).toEqual([]);
  // A rule of the store turns it round.
  const rules = withSaid(RULES, { levels: { C: { value: 100 } } });
  expect(idsOf(await due({ stores: [{ ...BJ01, rules }] })).slice(0, 2)).toEqual([c, h]);
});

test('the database says of each what the domain says', async () => {
  const { db } = database;
  const random = seeded(7);
  const moment = () => NOON - 40 * DAY_MS + random.below(42 * 24 * 60) * 60_000;
  const maybe = (chance: number) => (random.chance(chance) ? new Date(moment()) : null);
  const him = await person(db);
  for (let n = 0; n < 80; n += 1)
    await aLead(db, {
      ...{ customerId: him, storeId: random.pick(['bj01', 'bj02'])!, at: moment() },
      row: {
        ...{ level: random.pick(['H', 'A', 'B', 'C', null]), next_due_at: maybe(0.4) },
        ...{
          last_contact_at: maybe(0.5),
          opened_by_call: random.chance(0.5) ? randomUUID() : null,
        },
      },
    });
  // Of half of the calls by which they came the follow-up was done, some time after.
  const done = new Map<string, number>();
  for (const { opened_by_call: callId, opened_at: openedAt } of await db('lead')) {
    if (callId === null || random.chance(0.5)) continue;
    const at = (openedAt as Date).getTime() + random.below(20 * 24 * 60) * 60_000;
    done.set(callId as string, at);
    await db('follow_up').insert({
      ...{ id: randomUUID(), call_id: callId, store_id: 'bj01', department: 'sales' },
      ...{ opened_at: openedAt, due_at: openedAt, state: 'done', done_at: new Date(at) },
    });
  }
  const other = withSaid(RULES, { firstFollowUpDays: 2, levels: { H: { followUpDays: 2 } } });
  const stores = [BJ01, { storeId: 'bj02', zone: 'America/New_York', rules: other }];
  const rows = await db('lead');
  const expected = rows
    .flatMap((row) => {
      const { zone, rules } = stores.find(({ storeId }) => storeId === row.store_id)!;
      const time = (at: Date | null) => at && at.getTime();
      const dueAt = dueAtOf(
        {
          ...{ level: row.level, nextDueAt: time(row.next_due_at), openedAt: time(row.opened_at)! },
          ...{
            openedByCall: row.opened_by_call !== null,
            firstDoneAt: done.get(row.opened_by_call) ?? null,
          },
          lastContactAt: time(row.last_contact_at),
        },
        zone,
        rules,
      );
      const turn = turnOf({ level: row.level, dueAt }, rules, NOON);
      return dueAt <= lastMomentOf(zone, NOON) ? [{ id: row.id as string, dueAt, turn }] : [];
    })
    .sort((x, y) => y.turn - x.turn || x.dueAt - y.dueAt || (x.id < y.id ? -1 : 1));
  expect(expected.length).toBeGreaterThan(30);
  const found = (await due({ stores })).map(({ id, dueAt, turn }) => ({ id, dueAt, turn }));
  expect(found).toEqual(expected);

  const paged: DueLead[] = [];
  let after: string | null = '';
  // Time goes on; the pages are as of the first.
  for (let n = 0; after !== null; n += 1) {
    const request = { limit: 7, ...(after !== '' && { after }) };
    const page = await lists().due(
      asked({ stores, now: NOON + n * DAY_MS * (n > 0 ? 3 : 0) }),
      request,
    );
    paged.push(...page.items);
    after = page.next;
  }
  expect(idsOf(paged)).toEqual(idsOf(expected));
});

test('a cursor of none is refused', async () => {
  for (const after of ['MTc2OTgyMTIwMDAwMA', 'x', '', 'MSBOYU4gMSAx'])
    await expect(lists().due(asked(), { limit: 5, after })).rejects.toMatchObject({
      code: 'BAD_CURSOR',
    });
});

describe('A36, A40: of a sales consultant', () => {
  test('A36: B-level and lost leads are not in his list, and are in that of telemarketers', async () => {
    const { db } = database;
    const lead = (row: object) =>
      aLead(db, { ownerId: 'gao', row: { next_due_at: dueOn(-1), ...row } });
    const kept = [
      await lead({ level: 'H' }),
      await lead({ level: 'C' }),
      await lead({ level: null }),
    ];
    const other = [await lead({ level: 'B' })];
    for (const state of ['defeated', 'lost-control'])
      other.push(await lead({ level: 'H', state, closed_at: new Date(NINE) }));
    await aLead(db, { ownerId: 'wang', row: { next_due_at: dueOn(-1) } });
    const his = await due({ ownerId: 'gao', forConsultant: true });
    expect(idsOf(his).sort()).toEqual([...kept].sort());
    expect(idsOf(await due({ ownerId: 'gao' })).sort()).toEqual([...kept, ...other].sort());
  });

  test('A40: who was in the store and did not buy stays on the list of his direct salesperson', async () => {
    const { db } = database;
    const id = await aLead(db, { ownerId: 'wang', row: { level: 'B' } });
    await storeLeadSteps(db, randomUUID).arrive(
      { leadId: id, salespersonId: 'zhu', zone: ZONE, rules: RULES },
      { by: 'wang', at: NOON, noted: () => undefined },
    );
    const week = NOON + 7 * DAY_MS;
    const his = (now: number) => due({ ownerId: 'zhu', forConsultant: true, now });
    expect(await his(NOON)).toEqual([]);
    expect(await his(week)).toMatchObject([{ id, state: 'arrived', dueAt: dueOn(7).getTime() }]);
    expect(await his(week + 30 * DAY_MS)).toMatchObject([{ id }]);
    await db('lead').where({ id }).update({ state: 'won', next_due_at: null });
    expect(await his(week)).toEqual([]);
  });
});

test('A22, A23, A27: nothing that may not be dialled, is over, or is after-sales’', async () => {
  const { db } = database;
  const good = await aLead(db);
  const hq = await aLead(db, { source: 'hq', row: { validity: 'valid' } });
  for (const row of [
    { validity: 'invalid', state: 'invalid' },
    ...['junk', 'none'].map((prospect) => ({ prospect })),
    { state: 'archived', next_due_at: dueOn(-1) },
    { state: 'won', next_due_at: dueOn(-1) },
    // Lost, and nobody means to call him again.
    { state: 'defeated' },
    ...[{ number: '' }, { kind: 'after-sale' }],
  ])
    await aLead(db, { row });
  expect(idsOf(await due())).toEqual([good]);
  await db('customer').update({ cleaned_version: 1 });
  expect(idsOf(await due()).sort()).toEqual([good, hq].sort());
});

test('what is due is found by an index', async () => {
  const { db } = database;
  await crowd(db);
  const id = await aLead(db, { ownerId: 'wang' });
  let found: string[] = [];
  const plans = await hearPlans(database.url, async (heard) => {
    const lists = storeLeadLists(heard, randomUUID, () => new Set(), KEY);
    const all = await lists.due(asked(), { limit: 50 });
    const his = await lists.due(asked({ ownerId: 'wang' }), { limit: 50 });
    found = [...idsOf(all.items), ...idsOf(his.items)];
  });
  expect(found).toEqual([id, id]);
  const read = plans.flatMap(({ readings }) => readings);
  expect(read.map(({ index }) => index)).toContain('lead_listed');
  expect(readWhole(plans, ['lead'])).toEqual([]);
});

describe('A51: who wants no calls', () => {
  const permissions = () => storePermissions(database.db, randomUUID, KEY);
  const proof = { kind: 'paper' as const, callId: null, ref: 'p-1' };
  const by = (at: number) => ({ by: 'wang', at, noted: () => undefined });
  const refuse = (
    of: { customerId?: string; number?: string },
    {
      scope = 'marketing' as RefusalScope,
      at = NOON,
      controller = BOOKS,
      storeId = 'bj01',
      everywhere = false,
    } = {},
  ) =>
    permissions().refuse(
      {
        ...{ controller, customerId: of.customerId ?? null, number: of.number ?? null, scope },
        ...{ everywhere, storeId, saidBy: '本人', proof },
      },
      by(at),
    );
  const rowOf = (id: string) =>
    database.db('lead').where({ id }).first('customer_id', 'number', 'source', 'opened_at');

  test('is in no list, whatever he said it of; who has asked again since is, and the list says the same as the rule', async () => {
    const { db } = database;
    const ids: string[] = [];
    for (let n = 0; n < 9; n += 1) ids.push(await aLead(db, { at: NINE + n }));
    const at = (n: number): string => ids[n] ?? '';
    const [free, ofHim, ofNumber, lifted, again] = [at(0), at(1), at(2), at(3), at(4)];
    const [elsewhere, everywhere, taken, merged] = [at(5), at(6), at(7), at(8)];
    const customerOf = async (id: string) => (await rowOf(id)).customer_id as string;
    const numberOf = async (id: string) => (await rowOf(id)).number as string;
    await refuse({ customerId: await customerOf(ofHim) });
    await refuse(
      { customerId: await customerOf(free), number: await numberOf(free) },
      { scope: 'texts' },
    );
    await refuse({ number: await numberOf(ofNumber) });
    const { id } = await refuse({ customerId: await customerOf(lifted) });
    await permissions().lift(id, proof, by(NOON));
    // He rang himself after he had refused.
    await refuse({ number: await numberOf(again) }, { at: NINE - 1 });
    await db('lead').where({ id: again }).update({ opened_by_call: randomUUID() });
    const other = { controller: 'store:sh01', storeId: 'sh01' };
    await refuse({ number: await numberOf(elsewhere) }, other);
    await refuse({ number: await numberOf(everywhere) }, { ...other, everywhere: true });
    const { id: consent } = await permissions().consent(
      {
        ...{ controller: BOOKS, customerId: await customerOf(taken), scope: 'calls', proof },
        ...{ storeId: 'bj01', givenAt: NINE },
      },
      by(NOON),
    );
    expect(idsOf(await due())).toContain(taken);
    await permissions().withdraw(consent, proof, by(NOON));
    // Of another record of the same person.
    const twin = await person(db, { name: 'x' });
    await db('customer')
      .where({ id: twin })
      .update({ root_id: await customerOf(merged) });
    await refuse({ customerId: twin });

    const listed = idsOf(await due());
    expect(listed.sort()).toEqual([free, lifted, again, elsewhere].sort());
    const given = await lists().distribute(
      { ...BJ01, takers: ['wang'], most: 20, dryRun: true },
      by(NOON),
    );
    expect(given.given.map(({ leadId }) => leadId).sort()).toEqual(listed);
    const ruled = [];
    for (const id of ids) {
      const row = await rowOf(id);
      const facts = await permissions().facts({
        ...{ controller: BOOKS, customerId: row.customer_id, numbers: [row.number] },
      });
      const openedByCall = id === again ? 'call' : null;
      const wish = followUpOf({
        source: row.source,
        openedByCall,
        openedAt: row.opened_at.getTime(),
      });
      if (notPermitted(wish, facts) === null) ruled.push(id);
    }
    expect(ruled.sort()).toEqual(listed);
  });

  test('A23: a refusal outlives the data of its number: who imports it again does not dial it', async () => {
    const { db } = database;
    const lead = await aLead(db);
    const { number, customer_id: customerId } = await rowOf(lead);
    const { id } = await refuse({ customerId });
    await db('do_not_call').where({ id }).update({ customer_id: null, number: null });
    expect(await due()).toEqual([]);
    const facts = await permissions().facts({
      ...{ controller: BOOKS, customerId: null, numbers: [number] },
    });
    expect(facts.refusals).toMatchObject([{ scope: 'marketing', elsewhere: false }]);
  });
});

test('of whoever asks it is heard how: what is owed to all of the stores is found by indexes, a note is not', async () => {
  const { url } = database;
  const off = ['enable_seqscan = off'];
  const stores = ['bj01', 'bj02'].map((storeId) => ({ ...BJ01, storeId }));
  const lists = (db: Database) => storeLeadLists(db, randomUUID, () => new Set(), KEY);
  const plans = await hearPlans(
    url,
    async (db) => {
      const { next } = await lists(db).due(asked({ stores, forConsultant: true }), { limit: 1 });
      expect(next).toBeNull();
      await lists(db).due(asked({ stores, ownerId: 'wang' }), { limit: 50 });
    },
    off,
  );
  // Of stores the cut, and those before it; of a person all.
  expect(plans.filter(({ sql }) => sql.includes('lead'))).toHaveLength(3);
  expect(readWhole(plans, ['lead', 'customer', 'follow_up'])).toEqual([]);
  const whole = await hearPlans(
    url,
    (db) => prepared(db, { name: 'noted', sql: 'select id from contact where body = ?' }, ['x']),
    off,
  );
  expect(readWhole(whole, ['contact'])).toEqual([
    'Seq Scan of contact: select id from contact where body = $1',
  ]);
});

test.each([
  ['that ends when it has enough', '', []],
  ['that goes on until somebody has it', "where body = 'x'", ['Index Scan of contact']],
])('a way along an index %s is told from one end to the other, or not', async (_, where, found) => {
  const asks = { name: 'along', sql: `select id, body from contact ${where} order by id limit 1` };
  const off = ['enable_seqscan = off', 'enable_bitmapscan = off'];
  const plans = await hearPlans(database.url, (db) => prepared(db, asks, []), off);
  const whole = readWhole(plans, ['contact']).map((one) => one.split(':')[0]);
  expect([plans.length, whole]).toEqual([1, found]);
});

describe('A37: what an owner owes who is away', () => {
  const at = { now: NOON };
  /** Who has signed in today; `changes` of the plan that stands. */
  const work = (changes: object = {}) =>
    handOver({
      ...{ db: database.db, makeId: randomUUID, stopped: () => false },
      ...{ now: () => at.now, plan: () => ({ ...STAFFED, ...changes }) },
      onError: (error) => {
        throw error;
      },
    });
  const signedIn = (...people: string[]) =>
    database.db('session').insert(
      people.map((id) => ({
        ...{ id: randomUUID(), person_id: id, address: '', client: '' },
        ...{ started_at: new Date(at.now), seen_at: new Date(at.now) },
        expires_at: new Date(at.now + DAY_MS),
      })),
    );
  const ownerOf = async (id: string) =>
    (await database.db('lead').where({ id }).first<{ owner_id: string }>()).owner_id;
  const handovers = async (standing: boolean) =>
    (await lists().handovers({ storeIds: ['bj01'], standing }, { limit: 9 })).items;
  beforeEach(() => void (at.now = NOON));

  test('goes at noon to who is there with the fewest, and back when he has signed in', async () => {
    const { db } = database;
    const [due, late] = [
      await aLead(db, { ownerId: 'wang' }),
      await aLead(db, { ownerId: 'wang', at: NINE - 5 * DAY_MS, row: { level: 'H' } }),
    ];
    const later = await aLead(db, { ownerId: 'wang', row: { next_due_at: dueOn(3) } });
    await signedIn('li', 'zhu');
    at.now = NOON - 60_000;
    expect(await work()).toEqual({ given: 0, returned: 0 });
    at.now = NOON;
    expect(await work()).toEqual({ given: 2, returned: 0 });
    expect(await Promise.all([due, late, later].map(ownerOf))).toEqual(['li', 'li', 'wang']);
    expect(await work()).toEqual({ given: 0, returned: 0 });
    expect(await handovers(true)).toMatchObject([
      ...[{ fromId: 'wang', toId: 'li', why: 'absent', endedAt: null }, { toId: 'li' }],
    ]);
    // One closes meanwhile.
    await db('lead').where({ id: late }).update({ state: 'won', next_due_at: null });
    await signedIn('wang');
    expect(await work()).toEqual({ given: 0, returned: 1 });
    expect(await Promise.all([due, late].map(ownerOf))).toEqual(['wang', 'li']);
    expect(await handovers(true)).toEqual([]);
    expect((await handovers(false)).map(({ returned }) => returned).sort()).toEqual([false, true]);
    const history = await db('lead_owner').where({ lead_id: due }).orderBy('from_at');
    expect(history.map((row) => [row.owner_id, row.way, row.reason])).toEqual([
      ...[
        ['wang', 'opened', ''],
        ['li', 'handover', 'absent'],
      ],
      ['wang', 'handover', 'back'],
    ]);
  });

  test('is handed on when who stands in is away himself, and is the first one’s still', async () => {
    const id = await aLead(database.db, { ownerId: 'wang', row: { level: 'H' } });
    await signedIn('li');
    await work();
    at.now = NOON + DAY_MS;
    const people = [...STAFFED.people, staff('tang', 'telemarketer', 'bj01')];
    await signedIn('tang');
    expect(await work({ people })).toEqual({ given: 1, returned: 0 });
    expect(await handovers(true)).toMatchObject([{ leadId: id, fromId: 'wang', toId: 'tang' }]);
    await signedIn('wang');
    expect(await work({ people })).toEqual({ given: 0, returned: 1 });
    expect(await ownerOf(id)).toBe('wang');
  });

  test('of who sells goes to who sells; of who has left at once; where nobody is there it waits', async () => {
    const { db } = database;
    const arrived = await aLead(db, {
      ownerId: 'zhu',
      row: { state: 'arrived', next_due_at: dueOn(0) },
    });
    const gone = await aLead(db, { ownerId: 'nobody-now' });
    expect(await work()).toEqual({ given: 0, returned: 0 });
    at.now = NINE;
    await signedIn('wang', 'gao');
    expect(await work()).toEqual({ given: 1, returned: 0 });
    expect(await Promise.all([arrived, gone].map(ownerOf))).toEqual(['zhu', 'wang']);
    at.now = NOON;
    await work();
    expect(await ownerOf(arrived)).toBe('gao');
    expect(await handovers(true)).toMatchObject([{ toId: 'gao' }, { why: 'left', toId: 'wang' }]);
  });
});

test('promises to customers are counted as kept, late and missed by whose they are; withdrawn ones are none', async () => {
  const { db } = database;
  const followUp = (agent: string | null, state: string, done: number | null) =>
    db('follow_up').insert({
      ...{ id: randomUUID(), call_id: randomUUID(), store_id: 'bj01', department: 'sales' },
      ...{ agent_id: agent, opened_at: new Date(NINE), due_at: new Date(NOON), state },
      ...{ done_by: agent, done_at: done === null ? null : new Date(done) },
    });
  await followUp('wang', 'done', NOON);
  await followUp('wang', 'done', NOON + 1);
  await followUp('li', 'open', null);
  await followUp('li', 'withdrawn', null);
  await followUp(null, 'open', null);
  const span = { ...BJ01, from: NINE, to: NOON + 1 };
  const report = (now: number) => promisesKeptReport(db, { ...span, now });
  expect(await report(NOON + 2)).toMatchObject({
    followUps: { kept: 1, late: 1, missed: 2, open: 0, rate: { part: 1, whole: 4, percent: 25 } },
    callBacks: { kept: 0, rate: { percent: null } },
    people: [
      ...[
        { agentId: 'li', missed: 1 },
        { agentId: 'wang', kept: 1, late: 1 },
      ],
      { agentId: null, missed: 1 },
    ],
  });
  expect(await report(NOON)).toMatchObject({ followUps: { missed: 0, open: 2 } });
  expect((await promisesKeptReport(db, { ...span, to: NOON, now: NOON })).people).toEqual([]);
});
