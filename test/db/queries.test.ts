import { randomUUID } from 'node:crypto';
import { claimAttempt } from '../../src/domain/attempt/attempt';
import type { JournalRecord } from '../../src/domain/records';
import { hotlineLedger } from '../../src/reports/hotline-ledger';
import { pickUps } from '../../src/reports/pick-ups';
import { unclassifiedCalls } from '../../src/reports/unclassified';
import { applyJournal } from '../../src/store/apply-journal';
import { storeAttempts } from '../../src/store/attempts';
import { makeCustomer } from '../../src/store/customers/customers';
import { callerLookup } from '../../src/store/lookup';
import { openDatabase } from '../../src/store/database';
import { storeQueries } from '../../src/store/queries';
import { useDatabase } from '../support/postgres';
import {
  aCall,
  aLead,
  aLeg,
  anEntry,
  aPromise,
  aRecording,
  aTalk,
  journal,
  NINE,
} from '../support/records';

const database = useDatabase();
const queries = () =>
  storeQueries(database.db, {
    ledger: (filter) => hotlineLedger(database.db, filter),
    unclassified: (filter) => unclassifiedCalls(database.db, filter),
    pickUps: (filter) => pickUps(database.db, filter),
  });
const write = (...records: JournalRecord[]) => applyJournal(database.db, journal(...records));

/** In the books of bj01, and by that number. */
async function customer({ number = '+8613800138000', identifies = true } = {}): Promise<string> {
  const { db } = database;
  const book = { id: 'bj01', name: '北京', timezone: 'Asia/Shanghai', controller: 'store:bj01' };
  await db('store').insert(book).onConflict('id').ignore();
  return db.transaction((trx) =>
    makeCustomer(
      { trx, makeId: randomUUID, at: NINE, by: 'wang' },
      {
        ...{ controller: 'store:bj01', storeId: 'bj01', fields: { name: '张伟' }, source: '' },
        ...{ ownerId: 'wang', numbers: [{ number, kind: 'mobile', identifies, expiresAt: null }] },
      },
    ),
  );
}

describe('who is calling', () => {
  const lookup = () => callerLookup(database.db);

  test('nobody knows the number', async () => {
    expect(await lookup().find('bj01', '+8613800138000')).toEqual({ result: 'none' });
  });

  test('a withheld number is nobody, even if a lead has none', async () => {
    await write({ kind: 'lead.opened', lead: aLead({ number: '' }) });
    expect(await lookup().find('bj01', '')).toEqual({ result: 'none' });
  });

  test('by a shared number nobody is known, even if a lead has it', async () => {
    const lead = aLead();
    await write({ kind: 'lead.opened', lead });
    const shared = callerLookup(database.db, () => 'no');
    expect(await shared.find('bj01', lead.number)).toEqual({ result: 'none', shared: true });
  });

  test('by a fixed number only the lead of whom it is confirmed is known, and whoever has it when we call', async () => {
    const number = '+861082345678';
    const [confirmed, newer] = [aLead({ number }), aLead({ number, openedAt: NINE + 9 })];
    const customerId = await customer({ number, identifies: false });
    const known = callerLookup(database.db, () => 'when-confirmed');
    const confirm = (leadId: string | null) =>
      write({ kind: 'number.confirmed', number: { storeId: 'bj01', number, leadId, by: 'wang' } });
    const isConfirmed = async () => {
      const { items } = await queries().leads({ number }, { limit: 9 });
      return items.map((lead) => lead.numberConfirmed);
    };
    await write({ kind: 'lead.opened', lead: confirmed }, { kind: 'lead.opened', lead: newer });
    expect(await known.find('bj01', number)).toEqual({ result: 'none', shared: true });
    expect(await known.find('bj01', number, true)).toMatchObject({ leadId: newer.id });

    await database.db('lead').where({ id: confirmed.id }).update({ customer_id: customerId });
    await confirm(confirmed.id);
    expect(await known.find('bj01', number)).toMatchObject({ leadId: confirmed.id, customerId });
    expect(await known.find('sh01', number)).toEqual({ result: 'none', shared: true });
    expect(await queries().holder('bj01', number)).toBe(confirmed.id);
    expect(await isConfirmed()).toEqual([false, true]);
    await confirm(newer.id);
    expect(await known.find('bj01', number)).toMatchObject({ leadId: newer.id });

    await confirm(null);
    expect(await known.find('bj01', number)).toEqual({ result: 'none', shared: true });
    expect(await isConfirmed()).toEqual([false, false]);
  });

  test('an empty lead is found without a name', async () => {
    const lead = aLead();
    await write({ kind: 'lead.opened', lead });
    expect(await lookup().find('bj01', lead.number)).toEqual({
      result: 'found',
      leadId: lead.id,
      name: '',
      source: 'inbound',
    });
  });

  test('a customer without a lead is found with his owner', async () => {
    const customerId = await customer();
    expect(await lookup().find('bj01', '+8613800138000')).toEqual({
      result: 'found',
      customerId,
      name: '张伟',
      ownerId: 'wang',
    });
  });

  test('a lead wins over the customer in name and owner', async () => {
    const lead = aLead();
    const customerId = await customer();
    await write({ kind: 'lead.opened', lead });
    await database.db('lead').update({ name: '张先生', owner_id: 'li' });
    expect(await lookup().find('bj01', lead.number)).toEqual({
      result: 'found',
      leadId: lead.id,
      customerId,
      name: '张先生',
      ownerId: 'li',
      source: 'inbound',
    });
  });

  test('the newest open lead counts', async () => {
    const [old, newest, closed] = [1, 2, 3].map((day) => aLead({ openedAt: NINE + day }));
    await write(
      ...[newest!, closed!, old!].map((lead) => ({ kind: 'lead.opened' as const, lead })),
    );
    await database
      .db('lead')
      .where({ id: closed!.id })
      .update({ closed_at: new Date(NINE + 9) });
    expect(await lookup().find('bj01', '+8613800138000')).toMatchObject({ leadId: newest!.id });
  });

  test('another store has its own leads and customers', async () => {
    await write({ kind: 'lead.opened', lead: aLead() });
    await customer();
    expect(await lookup().find('sh01', '+8613800138000')).toEqual({ result: 'none' });
  });

  test('a database that is away is unavailable, which is not "nobody"', async () => {
    const away = openDatabase('postgres://nobody:x@127.0.0.1:1/none');
    expect(await callerLookup(away).find('bj01', '1')).toEqual({ result: 'unavailable' });
    await away.destroy();
  });
});

describe('a list', () => {
  test('comes newest first, page by page, without a gap when rows arrive meanwhile', async () => {
    const calls = Array.from({ length: 5 }, (_, i) => aCall({ arrivedAt: NINE + i }));
    // Two at the same millisecond: the id decides.
    calls.push(aCall({ arrivedAt: NINE + 2 }));
    await write(...calls.map((call) => ({ kind: 'call.saved' as const, call })));
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await queries().calls({}, { limit: 2, ...(after !== undefined && { after }) });
      seen.push(...page.items.map((call) => call.id));
      after = page.next ?? undefined;
      await write({ kind: 'call.saved', call: aCall({ arrivedAt: NINE + 100 }) });
    } while (after !== undefined);
    const expected = [...calls]
      .sort((a, b) => b.arrivedAt - a.arrivedAt || (a.id < b.id ? 1 : -1))
      .map((call) => call.id);
    expect(seen).toEqual(expected);
  });

  test('ends with null also when the last page is full', async () => {
    await write({ kind: 'call.saved', call: aCall() }, { kind: 'call.saved', call: aCall() });
    expect((await queries().calls({}, { limit: 2 })).next).toBeNull();
  });

  test.each(['x', 'MTIz', Buffer.from('1.x').toString('base64url')])(
    'refuses the foreign cursor %p',
    async (after) => {
      await expect(queries().calls({}, { limit: 2, after })).rejects.toMatchObject({
        code: 'BAD_CURSOR',
      });
    },
  );
});

test('calls are filtered by store, agent, number in any spelling, and time', async () => {
  const call = aTalk();
  await write(
    { kind: 'call.saved', call },
    {
      kind: 'call.saved',
      call: aTalk({ storeId: 'sh01', agentId: 'li', from: '+8613900139000', arrivedAt: NINE + 50 }),
    },
  );
  const found = async (filter: Parameters<ReturnType<typeof queries>['calls']>[0]) =>
    (await queries().calls(filter, { limit: 10 })).items.map(({ id }) => id);
  expect(await found({})).toHaveLength(2);
  expect(await found({ storeIds: ['bj01'] })).toEqual([call.id]);
  expect(await found({ agentId: 'wang' })).toEqual([call.id]);
  expect(await found({ number: '138 0013 8000' })).toEqual([call.id]);
  expect(await found({ from: NINE, to: NINE + 50 })).toEqual([call.id]);
  expect(await found({ from: NINE + 1, to: NINE + 50 })).toEqual([]);
});

test('a call comes with its legs, entries, recordings and lead', async () => {
  const lead = aLead();
  const call = aTalk({ leadId: lead.id });
  const leg = aLeg({ callId: call.id });
  const entry = anEntry({ callId: call.id });
  const recording = aRecording({ callId: call.id });
  await write(
    { kind: 'recording.saved', recording },
    { kind: 'lead.opened', lead },
    { kind: 'call.saved', call },
    { kind: 'leg.saved', leg },
    { kind: 'entry.saved', entry },
  );
  const detail = await queries().call(call.id);
  expect(detail).toMatchObject({ call, legs: [leg], entries: [entry], lead: { id: lead.id } });
  expect(detail?.recordings).toMatchObject([{ id: recording.id, leadId: lead.id }]);
  expect(await queries().recording(recording.id)).toEqual(detail?.recordings[0]);
});

test('recordings and leads can be listed', async () => {
  const recordings = [aRecording(), aRecording()];
  const lead = aLead();
  await write(
    ...recordings.map((recording) => ({ kind: 'recording.saved' as const, recording })),
    { kind: 'lead.opened', lead },
    { kind: 'lead.opened', lead: aLead({ number: '1381', storeId: 'sh01' }) },
  );
  const { items } = await queries().recordings({ callId: recordings[0]!.callId }, { limit: 9 });
  expect(items.map(({ id }) => id)).toEqual([recordings[0]!.id]);
  expect((await queries().recordings({}, { limit: 9 })).items).toHaveLength(2);
  const byNumber = await queries().leads({ number: '0086 13800138000' }, { limit: 9 });
  expect(byNumber.items.map(({ id }) => id)).toEqual([lead.id]);
  expect((await queries().leads({ storeIds: ['sh01'] }, { limit: 9 })).items).toHaveLength(1);
});

test('an id that cannot be one is unknown, not an error', async () => {
  expect(await queries().call('nonsense')).toBeNull();
  expect(await queries().call(randomUUID())).toBeNull();
  expect(await queries().recording('nonsense')).toBeNull();
  expect((await queries().recordings({ callId: 'x' }, { limit: 1 })).items).toEqual([]);
});

test('the ledger of a seeded day balances', async () => {
  const day = { from: NINE, to: NINE + 86_400_000 };
  const outcomes = ['talk', 'talk', 'promise', 'left', 'no-number', 'refused', 'broken'] as const;
  await write(
    ...outcomes.map((outcome) => ({ kind: 'call.saved' as const, call: aTalk({ outcome }) })),
    { kind: 'call.saved', call: aCall() },
    { kind: 'call.saved', call: aTalk({ hotline: '401' }) },
    { kind: 'call.saved', call: aTalk({ arrivedAt: day.to }) },
    { kind: 'call.saved', call: aTalk({ arrivedAt: day.from - 1 }) },
  );
  expect(await queries().ledger({ hotline: '400', ...day })).toEqual({
    hotline: '400',
    ...day,
    arrived: 8,
    inProgress: 1,
    talks: 2,
    promises: 1,
    left: 1,
    noNumber: 1,
    blocked: 0,
    refused: 1,
    overCapacity: 0,
    broken: 1,
    balanced: true,
  });
  expect(await queries().ledger(day)).toMatchObject({ hotline: null, arrived: 9, talks: 3 });
});

test.each([
  ['within 5 s: once', {}, 4999, 1],
  ['later: twice', {}, 5001, 2],
  ['by another number: twice', { from: '+8613900139000' }, 1000, 2],
  ['to another hotline: once here', { hotline: '401' }, 1000, 1],
  ['by nobody knows whom: as often as it comes', { from: '' }, 1000, 3],
])(
  'a call that is refused twice and that its carrier brings again, %s',
  async (_what, parts, afterMs, arrived) => {
    const hidden = 'from' in parts && parts.from === '' ? { from: '' } : {};
    const first = aCall({
      ...{ state: 'closed', outcome: 'over-capacity', endCause: 'over-capacity', ...hidden },
      ...{ arrivedAt: NINE, endedAt: NINE + 200 },
    });
    const again = { ...first, id: randomUUID(), outcome: 'refused' as const };
    const talk = aTalk({ arrivedAt: NINE + 200 + afterMs, ...parts });
    await write(
      { kind: 'call.saved', call: first },
      { kind: 'call.saved', call: { ...again, arrivedAt: NINE + 100 } },
      { kind: 'call.saved', call: talk },
    );
    const day = { hotline: '400', from: NINE, to: NINE + 86_400_000 };
    expect(await queries().ledger(day)).toMatchObject({ arrived, balanced: true });
  },
);

test('who hangs up and rings again is two calls, whatever comes of the second', async () => {
  await write(
    {
      kind: 'call.saved',
      call: aCall({ state: 'closed', outcome: 'left', endCause: 'hangup', endedAt: NINE + 900 }),
    },
    { kind: 'call.saved', call: aTalk({ arrivedAt: NINE + 1000 }) },
  );
  const day = { hotline: '400', from: NINE, to: NINE + 86_400_000 };
  expect(await queries().ledger(day)).toMatchObject({ arrived: 2, left: 1, talks: 1 });
});

test('the audit: by who, what, subject and time, page by page, the newest first', async () => {
  const noted = (who: string, what: string, subject: string) =>
    ({ kind: 'audit.noted', who, what, subject }) as const;
  const entries = journal(
    noted('chen', 'recording.heard', 'r1'),
    noted('zhao', 'plan.applied', "plan'; drop table audit; --"),
    noted('chen', 'recording.heard', 'r2'),
  ).map((entry, n) => ({ ...entry, at: NINE + n }));
  await applyJournal(database.db, entries);
  const found = async (filter: object, page: object = {}) => {
    const { items, next } = await queries().audit(filter, { limit: 10, ...page });
    return { subjects: items.map(({ subject }) => subject), next, items };
  };
  const first = await found({}, { limit: 2 });
  expect(first.subjects).toEqual(['r2', "plan'; drop table audit; --"]);
  expect(first.items[0]).toEqual({
    ...{ id: entries[2]?.id, at: NINE + 2, who: 'chen' },
    ...{ what: 'recording.heard', subject: 'r2' },
  });
  expect(await found({}, { limit: 2, after: first.next })).toMatchObject({
    ...{ subjects: ['r1'], next: null },
  });
  expect((await found({ who: 'chen' })).subjects).toEqual(['r2', 'r1']);
  expect((await found({ what: 'plan.applied' })).subjects).toHaveLength(1);
  expect((await found({ who: 'chen', subject: 'r1' })).subjects).toEqual(['r1']);
  expect((await found({ from: NINE + 1, to: NINE + 2 })).subjects).toHaveLength(1);
  expect((await found({ people: ['chen', 'wang'] })).subjects).toEqual(['r2', 'r1']);
  expect((await found({ people: ['wang'], who: 'chen' })).subjects).toEqual([]);
  expect((await found({ people: [] })).subjects).toEqual([]);
  expect((await found({ who: "chen' or true --" })).subjects).toEqual([]);
});

test('promises of a store by state, those that are a task, and what was attempted for one', async () => {
  const open = aPromise({ number: '1', openedAt: NINE });
  const task = aPromise({ number: '2', openedAt: NINE + 1, task: 'foreign' });
  const kept = aPromise({
    number: '3',
    openedAt: NINE + 2,
    state: 'kept',
    task: 'tried',
    tries: 3,
  });
  const other = aPromise({ number: '4', storeId: 'sh01' });
  await write(
    ...[open, task, kept, other].map((promise) => ({ kind: 'promise.saved' as const, promise })),
  );
  const listed = async (state?: 'open' | 'task' | 'kept') => {
    const filter = { storeIds: ['bj01'], ...(state ? { state } : {}) };
    return (await queries().promises(filter, { limit: 10 })).items;
  };
  expect(await listed()).toEqual([kept, task, open]);
  expect(await listed('open')).toEqual([task, open]);
  expect(await listed('task')).toEqual([task]);
  expect(await listed('kept')).toEqual([kept]);
  const claim = claimAttempt(
    {
      ...{ id: randomUUID(), subject: { kind: 'promise', id: open.id }, storeId: 'bj01' },
      ...{ number: '1', callId: randomUUID() },
    },
    NINE,
  );
  await storeAttempts(database.db).claim(claim);
  expect(await queries().promise(open.id)).toEqual({ promise: open, attempts: [claim] });
  expect(await queries().promise('nothing')).toBeNull();
});
