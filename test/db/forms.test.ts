import { randomUUID } from 'node:crypto';
import { fill } from '../../src/domain/form/filling';
import { choicesOf } from '../../src/domain/form/choices';
import type { FormSnapshot } from '../../src/domain/form/form';
import { followUpDaysOf } from '../../src/domain/lead/level-clock';
import { DEFAULT_LEAD_RULES } from '../../src/domain/lead/rules';
import type { CallSnapshot, JournalRecord } from '../../src/domain/records';
import { hotlineLedger } from '../../src/reports/hotline-ledger';
import { pickUps } from '../../src/reports/pick-ups';
import { unclassifiedCalls } from '../../src/reports/unclassified';
import { applyJournal } from '../../src/store/apply-journal';
import { findForm, loadForms, ownerOfCall } from '../../src/store/forms';
import { callerLookup } from '../../src/store/lookup';
import { storeQueries } from '../../src/store/queries';
import { useDatabase } from '../support/postgres';
import { aForm, aLead, aTalk, journal, minutes, NINE } from '../support/records';

const database = useDatabase();
const queries = () =>
  storeQueries(database.db, {
    ledger: (filter) => hotlineLedger(database.db, filter),
    unclassified: (filter) => unclassifiedCalls(database.db, filter),
    pickUps: (filter) => pickUps(database.db, filter),
  });
const write = (...records: JournalRecord[]) => applyJournal(database.db, journal(...records));

const SALE = { kind: 'pre-sale', level: 'H', source: 'web', disposition: 'invited' } as const;
const SERVICE = { kind: 'after-sale', disposition: 'handed-over' } as const;
const PAGE = { limit: 50 };
const EVENING = Date.UTC(2026, 2, 2, 15, 59, 59, 999);

/** A talk with its lead, and the form that its agent filled in. */
function talked(
  answers: object,
  call: Partial<CallSnapshot> = {},
  form: Partial<FormSnapshot> = {},
) {
  const lead = aLead();
  const talk = aTalk({ leadId: lead.id, ...call });
  const open = aForm({ callId: talk.id, arrivedAt: talk.arrivedAt, ...form });
  return { lead, talk, form: filled(open, answers) };
}

function filled(form: FormSnapshot, answers: object, at = NINE + 70_000): FormSnapshot {
  const event = { type: 'form.filled', at, by: 'wang', callId: form.callId } as const;
  const followUpDays = followUpDaysOf(DEFAULT_LEAD_RULES);
  const view = { choices: choicesOf(undefined), zone: 'Asia/Shanghai', followUpDays };
  return fill(form, { ...event, answers, followUpId: randomUUID() }, view, at).next;
}

const saved = ({ lead, talk, form }: ReturnType<typeof talked>): JournalRecord[] => [
  { kind: 'lead.opened', lead },
  { kind: 'call.saved', call: talk },
  { kind: 'form.saved', form },
];
/** All of a store. */
const WHOLE = { storeIds: ['bj01'], afterSalesOf: [], own: { of: [], agentId: '' } };
const followUps = async (filter: object = {}, now = NINE) =>
  (await queries().followUps({ ...WHOLE, now, ...filter }, PAGE)).items;

test.each([
  ['open', {}],
  ['complete', SALE],
  ['a draft', { kind: 'pre-sale', note: 'red' }],
])('a form that is %s comes back as it was written, by its call too', async (_state, answers) => {
  const one = talked(answers, {}, { earlier: ['li'] });
  await write(...saved(one));
  expect(await findForm(database.db, one.talk.id)).toEqual(one.form);
  expect((await queries().call(one.talk.id))?.form).toEqual(one.form);
  expect(await queries().form(randomUUID())).toBeNull();
});

test('applied twice it is the same, and an older one of the journal does not bring back what was done', async () => {
  const one = talked(SALE);
  const entries = journal(...saved(one));
  await applyJournal(database.db, entries);
  const id = one.form.followUp!.id;
  await write({ kind: 'follow-up.done', followUpId: id, by: 'wang', at: NINE + 1 });
  await applyJournal(database.db, entries);
  await write({ kind: 'form.saved', form: filled(one.form, { note: 'blue' }) });
  expect(await findForm(database.db, one.talk.id)).toMatchObject({
    ...{ note: 'blue', followUp: { id, state: 'done', doneBy: 'wang', doneAt: NINE + 1 } },
  });
});

test('what an app that starts has to know: open forms, and those of calls that go on', async () => {
  const open = talked({});
  const live = talked(SALE, { state: 'talking', endedAt: null, outcome: null });
  const over = talked(SALE);
  await write(...saved(open), ...saved(live), ...saved(over));
  const ids = (await loadForms(database.db, 1000)).map(({ callId }) => callId);
  expect(ids).toEqual(expect.arrayContaining([open.talk.id, live.talk.id]));
  expect(ids).not.toContain(over.talk.id);
  const late = minutes(24 * 60);
  const fallen = talked({}, { arrivedAt: NINE + late }, { falls: true });
  await write(...saved(fallen));
  // Whose agents have no desktop stand in nobody's way, however new they are.
  const [first] = await loadForms(database.db, 1);
  expect(first).toMatchObject({ falls: false, required: true });
});

describe('what a form says of its lead', () => {
  test.each(['lead, call, form', 'form, then its call', 'the lead known last'])(
    '%s',
    async (order) => {
      const one = talked(SALE);
      const [lead, call, form] = saved(one) as [JournalRecord, JournalRecord, JournalRecord];
      if (order.startsWith('lead')) await write(lead, call, form);
      else if (order.startsWith('form')) {
        await write(form);
        await write(lead, call);
      } else {
        await write({ kind: 'call.saved', call: { ...one.talk, leadId: null } }, form);
        await write(lead, call);
      }
      expect(await queries().lead(one.lead.id)).toMatchObject({
        ...{ kind: 'pre-sale', level: 'H', channel: 'web' },
      });
    },
  );

  test('the newest call decides, corrections of an older one do not; after-sale leaves the level', async () => {
    const first = talked(SALE);
    const { lead } = first;
    const second = talked(
      { ...SALE, level: 'B', source: 'friends' },
      { leadId: lead.id, arrivedAt: NINE + 5000 },
    );
    const third = talked(SERVICE, { leadId: lead.id, arrivedAt: NINE + 9000 });
    await write(...saved(first), ...saved(second).slice(1), ...saved(third).slice(1));
    await write({ kind: 'form.saved', form: filled(first.form, { level: 'C' }, NINE + 99_000) });
    expect(await queries().lead(lead.id)).toMatchObject({
      ...{ kind: 'after-sale', level: 'B', channel: 'friends' },
    });
  });

  test('a caller of level H is known as such when he rings again', async () => {
    const one = talked(SALE);
    const number = '+8613800138777';
    await write(...saved({ ...one, lead: { ...one.lead, number } }));
    expect(await callerLookup(database.db).find('bj01', number)).toMatchObject({
      ...{ result: 'found', leadId: one.lead.id, level: 'H' },
    });
  });
});

describe('follow-ups', () => {
  test('A05: that of a pre-sale caller is due by the end of the day, and overdue afterwards', async () => {
    const one = talked(SALE, {}, { agentId: 'a05' });
    await write(...saved(one));
    const mine = { agentId: 'a05' };
    const expected = {
      callId: one.talk.id,
      leadId: one.lead.id,
      number: one.talk.from,
      dueAt: EVENING,
    };
    expect(await followUps(mine, EVENING)).toMatchObject([{ ...expected, overdue: false }]);
    expect(await followUps({ ...mine, state: 'overdue' }, EVENING)).toEqual([]);
    expect(await followUps({ ...mine, state: 'overdue' }, EVENING + 1)).toMatchObject([
      { ...expected, overdue: true },
    ]);
    expect((await findForm(database.db, one.talk.id))?.followUp?.dueAt).toBe(EVENING);
  });

  test('calling the lead back does it, and the next one is due after the days of its level', async () => {
    const one = talked(SALE, {}, { agentId: 'q01' });
    const back = talked(
      { ...SALE, level: 'A', disposition: 'follow-up' },
      { leadId: one.lead.id, direction: 'outbound', arrivedAt: NINE + minutes(60) },
      { direction: 'outbound', agentId: 'q01' },
    );
    await write(...saved(one), ...saved(back).slice(1));
    expect(await followUps({ agentId: 'q01' })).toMatchObject([
      { callId: one.talk.id, state: 'done', doneBy: 'q01' },
      { callId: back.talk.id, state: 'open', dueAt: EVENING + 3 * minutes(24 * 60) },
    ]);
  });

  test('a lead that rings again is owed both: only a call of ours follows one up', async () => {
    const one = talked(SALE, {}, { agentId: 'again' });
    const more = { arrivedAt: NINE + minutes(60) };
    const two = talked(SALE, { leadId: one.lead.id, ...more }, { agentId: 'again' });
    await write(...saved(one), ...saved(two).slice(1));
    expect((await followUps({ agentId: 'again' })).map(({ state }) => state)).toEqual([
      ...['open', 'open'],
    ]);
  });

  test('A07: that of an after-sale caller is of after-sales, with its call', async () => {
    const one = talked(SERVICE, { from: '+8613800138778' });
    await write(...saved(one));
    const all = await followUps({ department: 'after-sales', state: 'open' });
    expect(all.find(({ callId }) => callId === one.talk.id)).toMatchObject({
      ...{
        leadId: one.lead.id,
        number: '+8613800138778',
        agentId: null,
        department: 'after-sales',
      },
    });
  });

  test('of each store what one sees of it: all, what is after-sales’, what is his own', async () => {
    const of = (storeId: string, agentId: string, answers: object = SALE) =>
      talked(answers, { storeId }, { storeId, agentId });
    const [first, second] = [of('v01', 'wu'), of('v02', 'wu')];
    const [service, mine, his] = [of('v02', 'wu', SERVICE), of('v03', 'me'), of('v03', 'wu')];
    const elsewhere = of('v04', 'me');
    for (const one of [first, second, service, mine, his, elsewhere]) await write(...saved(one));
    const asked = { storeIds: ['v01'], afterSalesOf: ['v02'], own: { of: ['v03'], agentId: 'me' } };
    const callIds = async (filter: object) =>
      (await followUps({ ...asked, ...filter })).map(({ callId }) => callId).sort();
    const seen = [first, service, mine].map(({ talk }) => talk.id).sort();
    expect(await callIds({})).toEqual(seen);
    expect(await callIds({ agentId: 'me' })).toEqual([mine.talk.id]);
    expect(await callIds({ storeIds: [], afterSalesOf: [] })).toEqual([mine.talk.id]);
    expect(await callIds({ ...WHOLE, storeIds: [] })).toEqual([]);
  });

  test('one of a lead that has an owner is his', async () => {
    const one = talked(SALE, {}, { agentId: 'somebody' });
    await write(...saved(one));
    await database.db('lead').where({ id: one.lead.id }).update({ owner_id: 'owner-1' });
    expect(await followUps({ agentId: 'somebody' })).toEqual([]);
    expect(await followUps({ agentId: 'owner-1' })).toMatchObject([{ agentId: 'owner-1' }]);
    expect(await ownerOfCall(database.db, one.talk.id)).toBe('owner-1');
  });

  test('pages go on where the one before ended, the most urgent first', async () => {
    for (const day of [2, 0, 1])
      await write(
        ...saved(talked(SALE, {}, { agentId: 'paged', arrivedAt: NINE + day * minutes(24 * 60) })),
      );
    const ask = (more: object) =>
      queries().followUps({ ...WHOLE, agentId: 'paged', now: NINE }, { limit: 2, ...more });
    const first = await ask({});
    const second = await ask({ after: first.next });
    expect([...first.items, ...second.items].map(({ dueAt }) => dueAt - EVENING)).toEqual(
      [0, 1, 2].map((day) => day * minutes(24 * 60)),
    );
    expect(second.next).toBeNull();
  });
});

describe('work lists', () => {
  const listed = async (unclassified: 'store' | { agentId: string }, storeId = 'w01') => {
    const ofStore = unclassified === 'store' && { storeIds: [storeId] };
    const { items } = await queries().calls({ ...ofStore, unclassified }, PAGE);
    return items.map(({ id, form }) => [id, form]);
  };
  const at = { storeId: 'w01' };

  test("an agent's own, those of his leads whose agents have no desktop; all for a supervisor", async () => {
    const own = talked({}, at, { ...at, agentId: 'wu' });
    const done = talked(SALE, at, { ...at, agentId: 'wu' });
    const live = talked(
      {},
      { ...at, arrivedAt: NINE + 1 },
      { ...at, agentId: 'wu', endedAt: null },
    );
    const fallen = talked(
      {},
      { ...at, arrivedAt: NINE + 2 },
      { ...at, agentId: 'auto', falls: true },
    );
    await write(...saved(own), ...saved(done), ...saved(live), ...saved(fallen));
    await database.db('lead').where({ id: fallen.lead.id }).update({ owner_id: 'hu' });
    const row = ({ talk }: ReturnType<typeof talked>) => [talk.id, 'unclassified'];
    expect(await listed({ agentId: 'wu' })).toEqual([row(own)]);
    expect(await listed({ agentId: 'hu' })).toEqual([row(fallen)]);
    expect(await listed({ agentId: 'auto' })).toEqual([]);
    expect(await listed('store')).toEqual([row(fallen), row(own)]);
    expect(await listed('store', 'w02')).toEqual([]);
    const { items } = await queries().calls({ storeIds: ['w01'] }, PAGE);
    expect(items.find(({ id }) => id === done.talk.id)?.form).toBe('complete');
  });

  test('the report counts them by agent, who owes most first', async () => {
    const of = (agentId: string, answers: object, minute: number) =>
      saved(talked(answers, {}, { storeId: 'w03', agentId, arrivedAt: NINE + minutes(minute) }));
    await write(...of('wu', {}, 3), ...of('wu', {}, 2), ...of('wu', SALE, 1), ...of('hu', {}, 4));
    await write(...of('hu', {}, 60));
    const span = { storeIds: ['w03'], from: NINE, to: NINE + minutes(60) };
    expect(await unclassifiedCalls(database.db, span)).toEqual({
      ...{ from: span.from, to: span.to, calls: 4, unclassified: 3 },
      agents: [
        { agentId: 'wu', calls: 3, unclassified: 2, oldestAt: NINE + minutes(2) },
        { agentId: 'hu', calls: 1, unclassified: 1, oldestAt: NINE + minutes(4) },
      ],
    });
  });
});

test('A09: calls flagged for their length can be asked for, also while they go on', async () => {
  const talk = (direction: 'inbound' | 'outbound', length: number, more: object = {}) =>
    aTalk({
      ...{ storeId: 'w09', direction, arrivedAt: NINE, firstTalkAt: NINE },
      ...{ endedAt: NINE + length, ...more },
    });
  const goesOn = { state: 'talking', endedAt: null, outcome: null } as const;
  const calls = {
    'inbound below': talk('inbound', minutes(15) - 1),
    inbound: talk('inbound', minutes(15)),
    'outbound below': talk('outbound', minutes(10) - 1),
    outbound: talk('outbound', minutes(10)),
    live: talk('inbound', 0, goesOn),
    'no talk': aTalk({ storeId: 'w09', endedAt: NINE + minutes(60) }),
  };
  await write(...Object.values(calls).map((call) => ({ kind: 'call.saved', call }) as const));
  const flagged = async (longAt: number) => {
    const { items } = await queries().calls({ storeIds: ['w09'], longAt }, PAGE);
    const names = Object.entries(calls).map(([name, { id }]) => [id, name] as const);
    return items.map(({ id }) => new Map(names).get(id)).sort();
  };
  expect(await flagged(NINE + minutes(15) - 1)).toEqual(['inbound', 'outbound']);
  expect(await flagged(NINE + minutes(15))).toEqual(['inbound', 'live', 'outbound']);
});

describe('a complaint of his', () => {
  const COMPLAINS = { kind: 'after-sale', disposition: 'complaint' } as const;
  const complaint = async (number = '+8613800138000', store = 'bj01') => {
    const lookup = await callerLookup(database.db).find(store, number);
    return 'complaint' in lookup;
  };

  test('is open while it is followed up, whoever called whom, and however often he has called since', async () => {
    const one = talked(COMPLAINS, { direction: 'outbound', from: '400', to: '+8613800138000' });
    const since = Array.from({ length: 20 }, (_, n) => aTalk({ arrivedAt: NINE + minutes(n + 5) }));
    await write(
      ...saved(one),
      ...since.map((call) => ({
        kind: 'call.saved' as const,
        call: { ...call, leadId: one.lead.id },
      })),
    );
    expect([await complaint(), await complaint('+8613900139000')]).toEqual([true, false]);
    const { id: followUpId } = one.form.followUp!;
    await write({ kind: 'follow-up.done', followUpId, by: 'wang', at: NINE + minutes(60) });
    expect(await complaint()).toBe(false);
  });

  test('is none of another store’s, and another matter is no complaint', async () => {
    const one = talked(COMPLAINS, { storeId: 'sh01' }, { storeId: 'sh01' });
    await write(...saved(one), ...saved(talked(SERVICE)));
    expect(await complaint()).toBe(false);
  });
});
