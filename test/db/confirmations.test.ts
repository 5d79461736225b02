import { randomUUID } from 'node:crypto';
import { lateConfirmations } from '../../src/app/cleaning';
import { incomingLeads } from '../../src/app/incoming';
import type { Controller } from '../../src/domain/customer/controller';
import type { ConfirmationResult } from '../../src/domain/lead/confirmation';
import { lastMomentOf } from '../../src/domain/day';
import { leadRulesOf } from '../../src/domain/lead/rules';
import { takersOf } from '../../src/domain/lead/staff';
import type { Plan } from '../../src/domain/plan';
import type { ConfirmationSaid } from '../../src/http/confirmation-ports';
import type { Handed } from '../../src/http/incoming-ports';
import { beginRun, goOn, type CleaningWorld } from '../../src/store/customers/cleaning-runs';
import { storeConfirmations } from '../../src/store/customers/confirmations';
import { storeCustomers } from '../../src/store/customers/desk';
import { hashKeyOf } from '../../src/store/customers/erased-numbers';
import { storeLeadDesk } from '../../src/store/customers/lead-desk';
import { storeLeadLists } from '../../src/store/customers/lead-lists';
import { leadPage } from '../../src/store/customers/lead-search';
import { linkCalls } from '../../src/store/customers/linking';
import { storePermissions } from '../../src/store/customers/permissions';
import { BOOKS, broken, callOf, openBooks } from '../support/customer-books';
import { aLead, STAFFED } from '../support/list-leads';
import { unconfirmedLeads } from '../../src/reports/unconfirmed';
import { useDatabase } from '../support/postgres';
import { NINE } from '../support/records';

/** Confirmation calls of leads of HQ, on a real PostgreSQL. */
const database = useDatabase();
const HOUR = 3_600_000;
const KEY = hashKeyOf(Buffer.alloc(32, 1));
const ZONE = 'Asia/Shanghai';
let busy = new Set<string>();
let plan: Plan;
let now = NINE;

beforeEach(async () => {
  [busy, plan, now] = [new Set(), STAFFED, NINE];
  await openBooks(database.db);
});

const nobody = () => busy;
const lists = () => storeLeadLists(database.db, randomUUID, nobody, KEY);
const confirmations = () => storeConfirmations(database.db, randomUUID, KEY);
const ruled = () => ({ storeId: 'bj01', zone: ZONE, rules: leadRulesOf(plan, 'bj01') });
const takers = () => takersOf(plan, 'bj01');
const rowOf = async (id: string) => (await database.db('lead').where({ id }).first()) as Row;
type Row = Record<string, unknown> & { version: number };
const by = (who: string) => ({ by: who, at: now, noted: () => undefined });

const fromHq = async (key: string, said: Handed['said'] = {}): Promise<string> => {
  const parts = { db: database.db, plan: () => plan, makeId: randomUUID, now: () => now };
  const [result] = await incomingLeads(parts).ofHq(
    { system: 'hq', by: 'song', storeIds: ['bj01'] },
    [
      {
        key,
        storeId: 'bj01',
        said: { number: `138${key.padStart(8, '0')}`, ...said },
        consent: null,
      },
    ],
  );
  if (!result || result.is === 'rejected') throw new Error(JSON.stringify(result));
  return result.leadId ?? '';
};

async function clean(): Promise<void> {
  const world: CleaningWorld = {
    ...{ db: database.db, makeId: randomUUID, now: () => now, key: KEY, plan: () => plan },
    ...{ busy: nobody, stopped: () => false },
    onError: (error) => {
      throw error;
    },
  };
  const { run } = await beginRun(world, { controller: BOOKS, why: 'night', by: 'openline' });
  await goOn(world, run.id);
}

const held = async (limit = 50, after?: string) => {
  const page = { limit, ...(after !== undefined && { after }) };
  return confirmations().held({ storeIds: ['bj01'], now }, page);
};
const heldIds = async () => (await held()).items.map(({ id }) => id);
const dueIds = async () => {
  const asked = { stores: [ruled()], forConsultant: false, now };
  return (await lists().due(asked, { limit: 50 })).items.map(({ id }) => id);
};
const give = () =>
  lists().distribute(
    { ...ruled(), takers: takers(), most: 50, dryRun: false },
    { by: 'chen', at: now },
  );
const say = async (
  id: string,
  result: ConfirmationResult,
  { version, ...more }: Partial<ConfirmationSaid> & { version?: number } = {},
) =>
  confirmations().say(
    { id, version: version ?? (await rowOf(id)).version },
    { result, note: '', callId: null, ...more },
    { ...ruled(), takers: takers() },
    by('song'),
  );
const timeline = (id: string) =>
  database.db('contact').where({ lead_id: id, kind: 'confirmation' }).orderBy('at').pluck('body');

test('A26: from HQ’s hand over the night’s cleaning and the call to the list of the dealer', async () => {
  const { db } = database;
  const hot = await fromHq('1', { level: 'H', name: '王芳', interestModel: '320i' });
  const mild = await fromHq('2', { level: 'B' });
  const said = await fromHq('3', { level: 'C', prospect: '高意向' });
  const junk = await fromHq('4', { level: 'H', prospect: '垃圾' });
  // A22: nothing is called before it is clean, not even to confirm it.
  expect([await heldIds(), await dueIds()]).toEqual([[], []]);
  await clean();
  expect(await rowOf(junk)).toMatchObject({ state: 'archived', end_reason: 'junk' });
  expect(await rowOf(hot)).toMatchObject({ prospect: 'high', owner_id: null, validity: 'valid' });
  expect(await dueIds()).toEqual([mild]);
  expect((await held()).items).toMatchObject([
    {
      id: hot,
      name: '王芳',
      number: '+8613800000001',
      level: 'H',
      interestModel: '320i',
      tries: 0,
    },
    { id: said, level: 'C', prospect: 'high' },
  ]);
  expect(await give()).toEqual({ given: [], left: 0 });

  now += 24 * HOUR;
  const done = await say(hot, 'intending', { level: 'A', note: '周末来试驾' });
  expect(done).toMatchObject({ state: 'open', prospect: 'intending', nextAt: null });
  expect(takers()).toContain(done.ownerId);
  expect(await rowOf(hot)).toMatchObject({
    ...{ owner_id: done.ownerId, level: 'A', version: done.version, confirmed_by: 'song' },
    confirmed_at: new Date(now),
  });
  expect(await dueIds()).toEqual([mild, hot]);
  expect(await timeline(hot)).toEqual(['intending\n周末来试驾']);
  expect(await heldIds()).toEqual([said]);
  expect(await broken(db)).toEqual([]);
});

describe('A26: a lead that is held', () => {
  let lead: string;
  beforeEach(async () => {
    lead = await fromHq('1', { level: 'H' });
    await clean();
  });
  const desk = () => storeCustomers(database.db, randomUUID);

  test('can be given to nobody by hand, nor taken; what is nobody’s stays so', async () => {
    const { version } = await rowOf(lead);
    const change = (ownerId: string | null) =>
      desk().changeOwner(
        { id: lead, version },
        { ownerId, way: 'own', reason: '', isOfCentre: true },
        by('wang'),
      );
    await expect(change('wang')).rejects.toMatchObject({ code: 'LEAD_UNCONFIRMED' });
    expect(await change(null)).toBe(version);
    const many = await storeLeadDesk(database.db, randomUUID).changeMany(
      [{ id: lead, version, change: { owner: { ownerId: 'li', way: 'evening-meeting' } } }],
      { change: {}, filter: null },
      { may: () => true, canOwn: () => true, isOfCentre: () => true },
      by('chen'),
    );
    expect(many).toMatchObject({ changed: [], left: [{ id: lead, code: 'LEAD_UNCONFIRMED' }] });
    expect(await rowOf(lead)).toMatchObject({ owner_id: null, version });
  });

  test('is in no list of the consultant whom HQ names, until it goes on', async () => {
    const named = await fromHq('2', { level: 'H', consultant: 'wang' });
    await database.db('lead').where({ id: named }).update({ owner_id: 'wang' });
    await clean();
    const his = async () => {
      const asked = { stores: [ruled()], forConsultant: false, now, ownerId: 'wang' };
      return (await lists().due(asked, { limit: 50 })).items.map(({ id }) => id);
    };
    expect(await his()).toEqual([]);
    expect(await say(named, 'ordinary')).toMatchObject({ ownerId: 'wang' });
    expect(await his()).toEqual([named]);
  });

  test.each(['owner', 'junk', 'none'] as const)('that turns out as %s is archived', async (as) => {
    expect(await say(lead, as)).toMatchObject({ state: 'archived', prospect: as, ownerId: null });
    expect(await rowOf(lead)).toMatchObject({
      ...{ state: 'archived', end_reason: as, closed_at: new Date(now), next_due_at: null },
    });
    expect([await heldIds(), await dueIds(), (await give()).given]).toEqual([[], [], []]);
  });

  test('is told of by doctor and alarm when nobody calls it for a day, and HQ is told what came of it', async () => {
    const late = () => unconfirmedLeads(database.db, now);
    expect(await late()).toBe(0);
    now += 24 * HOUR + 1;
    expect(await late()).toBe(1);
    const alarms = (of: Controller) => lateConfirmations(database.db, { plan, of, at: now });
    expect(await alarms(BOOKS)).toEqual([
      { code: 'CONFIRMATIONS_WAIT', storeId: 'bj01', detail: '1' },
    ]);
    expect(await alarms('store:sh01')).toEqual([]);
    await say(lead, 'owner');
    expect(await late()).toBe(0);
    now += HOUR;
    const parts = { db: database.db, plan: () => plan, makeId: randomUUID, now: () => now };
    const asked = { system: 'hq', storeIds: ['bj01'] };
    expect(await incomingLeads(parts).results(asked, { limit: 9 })).toMatchObject({
      items: [{ id: '1', leadId: lead, state: 'archived', prospect: 'owner', reason: 'owner' }],
    });
  });

  test('is shown as held in the list of leads, and late for nobody', async () => {
    const asked = {
      ...{ storeIds: ['bj01'], filter: {} },
      due: { now: now + 9 * 24 * HOUR, stores: [ruled()] },
    };
    const shown = async () => (await leadPage(database.db, asked, { limit: 9 })).items;
    expect(await shown()).toMatchObject([{ id: lead, held: true, overdue: false, dueAt: null }]);
    await say(lead, 'ordinary');
    expect(await shown()).toMatchObject([{ id: lead, held: false, overdue: true }]);
  });

  test('whose result was wrong is corrected while it is nobody’s, and not when somebody has it', async () => {
    await say(lead, 'owner');
    expect(await say(lead, 'unreached')).toMatchObject({ state: 'open', prospect: 'high' });
    expect(await heldIds()).toEqual([lead]);
    now += 3 * 24 * HOUR;
    await say(lead, 'junk');
    const { ownerId } = await say(lead, 'intending');
    expect(await rowOf(lead)).toMatchObject({
      ...{ state: 'open', end_reason: null, closed_at: null, owner_id: ownerId },
      next_due_at: new Date(lastMomentOf(ZONE, now)),
    });
    await expect(say(lead, 'junk')).rejects.toMatchObject({ code: 'LEAD_NOT_HELD' });
    expect(await timeline(lead)).toEqual(['owner', 'unreached', 'junk', 'intending']);
  });

  test('that is not reached is called again, and in the end goes on as an ordinary one', async () => {
    const first = now;
    expect(await say(lead, 'unreached')).toMatchObject({ nextAt: now + 4 * HOUR, tries: 1 });
    expect((await held()).items).toMatchObject([{ id: lead, nextAt: now + 4 * HOUR, tries: 1 }]);
    now += 4 * HOUR;
    expect(await say(lead, 'unreached')).toMatchObject({ nextAt: first + 48 * HOUR, tries: 2 });
    now = first + 48 * HOUR;
    const last = await say(lead, 'unreached');
    expect(last).toMatchObject({ nextAt: null, prospect: 'ordinary', tries: 3 });
    expect(takers()).toContain(last.ownerId);
    expect(await timeline(lead)).toEqual(['unreached', 'unreached', 'unreached ordinary']);
    expect([await heldIds(), await dueIds()]).toEqual([[], [lead]]);
    expect(await rowOf(lead)).toMatchObject({ confirmed_by: '', confirmed_at: new Date(now) });
  });

  test('is given away although its person is on the phone with who confirms him', async () => {
    busy = new Set([lead, '+8613800000001']);
    expect(takers()).toContain((await say(lead, 'intending')).ownerId);
  });

  test('waits for a supervisor once it is confirmed, where the rules say so', async () => {
    plan = { ...plan, leads: { distribution: 'by-hand' } };
    expect(await say(lead, 'intending')).toMatchObject({ ownerId: null });
    expect((await give()).given).toMatchObject([{ leadId: lead }]);
  });

  test('is confirmed by one of two who say so at once; what was seen has moved for the other', async () => {
    const { version } = await rowOf(lead);
    const both = await Promise.allSettled(
      (['intending', 'junk'] as const).map((result) => say(lead, result, { version })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = both.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(refused.reason).toMatchObject({ code: 'VERSION_MOVED' });
    expect(await timeline(lead)).toHaveLength(1);
  });

  test('and nothing of it is done when it cannot be noted', async () => {
    const before = await rowOf(lead);
    const noted = () => Promise.reject(new Error('no audit'));
    const saying = confirmations().say(
      { id: lead, version: before.version },
      { result: 'junk', note: '', callId: null },
      { ...ruled(), takers: takers() },
      { ...by('song'), noted },
    );
    await expect(saying).rejects.toThrow('no audit');
    expect([await rowOf(lead), await timeline(lead)]).toEqual([before, []]);
  });

  const customerOf = async () => (await rowOf(lead)).customer_id as string;
  const called = async (
    direction: 'inbound' | 'outbound',
    leadId: string | null,
    talked = true,
  ) => {
    const id = await callOf(database.db, await customerOf(), leadId as string, '+8613800000001');
    const row = { direction, customer_id: await customerOf(), in_timeline: false };
    await database
      .db('call')
      .where({ id })
      .update({ ...row, talk_started_at: talked ? new Date(now) : null });
    await database.db('contact').where({ call_id: id }).delete();
    await linkCalls(database.db, 50);
    return id;
  };

  test('goes on when its person rings himself and talks with us, whether his call is of this lead or only his', async () => {
    await called('inbound', lead, false);
    await called('outbound', lead);
    expect(await heldIds()).toEqual([lead]);
    const { version } = await rowOf(lead);
    await called('inbound', null);
    expect(await heldIds()).toEqual([]);
    expect(await rowOf(lead)).toMatchObject({
      ...{ confirm_next_at: null, confirmed_at: new Date(now), confirmed_by: '' },
      ...{ prospect: 'high', version: version + 1 },
    });
    expect((await give()).given).toMatchObject([{ leadId: lead }]);
    const other = await fromHq('1', { level: 'H' });
    expect(other).toBe(lead);
  });

  test('has the call that confirmed it, with its recording; one of another lead, or of none, is refused', async () => {
    const callId = await called('outbound', null);
    await say(lead, 'ordinary', { callId });
    for (const table of ['contact', 'recording'])
      expect(await database.db(table).where({ call_id: callId }).pluck('lead_id')).toEqual([lead]);
    const other = await fromHq('2', { level: 'H' });
    await clean();
    for (const wrong of [callId, randomUUID(), 'no id'])
      await expect(say(other, 'junk', { callId: wrong })).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
  });
});

test('A26, A51: who wants no calls is not called to be confirmed', async () => {
  const lead = await fromHq('1', { level: 'H' });
  await clean();
  await storePermissions(database.db, randomUUID, KEY).refuse(
    {
      ...{ controller: BOOKS, storeId: 'bj01', everywhere: false, scope: 'marketing', note: '' },
      ...{ customerId: (await rowOf(lead)).customer_id as string, number: null, at: now },
      proof: { kind: 'paper', callId: null, ref: 'p-1' },
    } as never,
    by('song'),
  );
  expect(await heldIds()).toEqual([]);
});

test('A26: the most urgent first: whose time has come, of these the hottest, then who has waited longest; page by page', async () => {
  const wanted: string[] = [];
  for (const level of ['C', 'A', 'H', 'H']) {
    now += 1;
    wanted.unshift(await fromHq(String(wanted.length), { level, prospect: '高意向' }));
  }
  await clean();
  const [h2, h1, a, c] = wanted as [string, string, string, string];
  await say(h1, 'unreached');
  const seen: string[] = [];
  let next: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof held>> = await held(1, next ?? undefined);
    seen.push(...page.items.map(({ id }) => id));
    next = page.next;
    now += 5 * HOUR;
  } while (next !== null);
  expect(seen).toEqual([h2, a, c, h1]);
  await expect(held(1, 'x')).rejects.toMatchObject({ code: 'BAD_CURSOR' });
});

describe('A26: only leads of HQ are held, and only where the rules confirm any', () => {
  test('what came in another way goes to the dealer as ever', async () => {
    const ours: string[] = [];
    for (const source of ['manual', 'inbound', 'web', 'showroom'])
      ours.push(await aLead(database.db, { source, row: { level: 'H', prospect: 'high' } }));
    await clean();
    expect(await heldIds()).toEqual([]);
    expect((await dueIds()).sort()).toEqual([...ours].sort());
  });

  test('without levels none is, and those that were go on with the next cleaning', async () => {
    const before = await fromHq('1', { level: 'H' });
    await clean();
    plan = { ...plan, leads: { confirmation: { levels: [] } } };
    const after = await fromHq('2', { level: 'H', prospect: '高意向' });
    await clean();
    expect(await heldIds()).toEqual([]);
    for (const id of [before, after])
      expect(await rowOf(id)).toMatchObject({
        confirm_next_at: null,
        owner_id: expect.any(String),
      });
  });

  test('one that is valid and at the dealer’s stays there, whatever HQ says later', async () => {
    const lead = await fromHq('1', { level: 'C' });
    await clean();
    await fromHq('01', { number: '13800000001', prospect: '高意向' });
    await clean();
    expect(await rowOf(lead)).toMatchObject({ prospect: 'high', confirm_next_at: null });
    expect(await dueIds()).toEqual([lead]);
  });
});
