import { randomUUID } from 'node:crypto';
import { numberFactsBy } from '../../src/domain/customer/number';
import type { FormSnapshot } from '../../src/domain/form/form';
import type { CallSnapshot, JournalRecord } from '../../src/domain/records';
import { Linking } from '../../src/jobs/linking';
import { applyJournal } from '../../src/store/apply-journal';
import { customerDetail, contactPage } from '../../src/store/customers/reading';
import { lockNumbers } from '../../src/store/customers/deed';
import { leadsOfKnownCallers } from '../../src/store/customers/known-callers';
import { agreeConfirmed, linkCalls, linkLeads } from '../../src/store/customers/linking';
import { callerLookup } from '../../src/store/lookup';
import { useDatabase } from '../support/postgres';
import { aCall, aForm, aLead, aRecording, aTalk, journal, NINE } from '../support/records';
import { PLAN } from '../support/two-stores';

/** Calls bring leads without a customer; afterwards each gets one, and each call its place in a timeline. */
const database = useDatabase();
const NUMBER = '+8613800138000';
const FIXED = '+861082345678';
const tools = { makeId: randomUUID, facts: numberFactsBy(() => PLAN) };

beforeEach(async () => {
  for (const id of ['bj01', 'sh01'])
    await database.db('store').insert({
      ...{ id, name: id, timezone: 'Asia/Shanghai', controller: `store:${id}` },
    });
});

const write = (...records: JournalRecord[]) => applyJournal(database.db, journal(...records));
const opened = (parts: Parameters<typeof aLead>[0] = {}) => {
  const lead = aLead({ openedAt: NINE, ...parts });
  return { lead, record: { kind: 'lead.opened' as const, lead } };
};
const saved = (call: CallSnapshot): JournalRecord => ({ kind: 'call.saved', call });
const leads = () => linkLeads(database.db, 50, tools);
const calls = () => linkCalls(database.db, 50);
const customerOf = async (leadId: string): Promise<string | null> =>
  (await database.db('lead').where({ id: leadId }).first<{ customer_id: string }>()).customer_id;

test('A31: a lead that a call opened gets its customer and its first owner; twice changes nothing', async () => {
  const { lead, record } = opened();
  await write(record);
  expect(await leads()).toEqual({ found: 1, linked: 1 });
  const customerId = await customerOf(lead.id);
  const detail = await customerDetail(database.db, customerId!, NINE);
  expect(detail).toMatchObject({
    customer: { controller: 'store:bj01', storeId: 'bj01', source: 'inbound', createdAt: NINE },
    numbers: [{ number: NUMBER, kind: 'mobile', identifies: true }],
    leads: [{ lead: { id: lead.id, version: 1 }, owners: [{ ownerId: null, way: 'opened' }] }],
  });
  expect(await leads()).toEqual({ found: 0, linked: 0 });
  await write(record);
  expect(await leads()).toEqual({ found: 0, linked: 0 });
  expect(await database.db('customer')).toHaveLength(1);
});

test('Q06: by one number one customer of a controller, by one that is shared always another', async () => {
  const all = [
    ...[{}, {}, { storeId: 'sh01' }].map((parts) => opened(parts)),
    ...[opened({ number: FIXED }), opened({ number: FIXED })],
  ];
  await write(...all.map(({ record }) => record));
  await leads();
  const [a, b, sh, one, other] = await Promise.all(all.map(({ lead }) => customerOf(lead.id)));
  expect(a).toBe(b);
  expect(new Set([a, sh, one, other]).size).toBe(4);
});

test('a number that somebody holds is left for the next time, and the others are not', async () => {
  const held = opened();
  const free = opened({ number: '+8613900139000' });
  await write(held.record, free.record);
  await database.db.transaction(async (trx) => {
    await lockNumbers(trx, 'store:bj01', [NUMBER]);
    expect(await leads()).toEqual({ found: 2, linked: 1 });
  });
  expect(await leads()).toEqual({ found: 1, linked: 1 });
  expect(await customerOf(held.lead.id)).not.toBeNull();
});

test('a fixed number names its customer while it is confirmed, and no longer', async () => {
  const { lead, record } = opened({ number: FIXED });
  await write(record);
  await leads();
  const named = async () => {
    await agreeConfirmed(database.db);
    return database.db('customer_number').where({ identifies: true }).pluck('number');
  };
  const said = (leadId: string | null): JournalRecord => ({
    kind: 'number.confirmed',
    number: { storeId: 'bj01', number: FIXED, leadId, by: 'wang' },
  });
  expect(await named()).toEqual([]);
  await write(said(lead.id));
  expect(await named()).toEqual([FIXED]);
  expect(await named()).toEqual([FIXED]);
  // Who calls by it next is he.
  const next = opened({ number: FIXED });
  await write(next.record);
  await database.db('confirmed_number').update({ lead_id: next.lead.id });
  await leads();
  expect(await customerOf(next.lead.id)).toBe(await customerOf(lead.id));
  await write(said(null));
  expect(await named()).toEqual([]);
});

test('the timeline of a customer has every call with its recording, each once', async () => {
  const { lead, record } = opened();
  const talk = aTalk({ leadId: lead.id, arrivedAt: NINE });
  const recording = aRecording({ callId: talk.id });
  const ours = aTalk({
    ...{ direction: 'outbound', from: '400', to: NUMBER, arrivedAt: NINE + 1000 },
    talkStartedAt: NINE + 5000,
  });
  const goesOn = aCall({ leadId: lead.id });
  const internal = aTalk({ direction: 'internal', from: NUMBER, to: '8001' });
  const withheld = aTalk({ from: '' });
  await write(
    ...[record, saved(talk), { kind: 'recording.saved' as const, recording }, saved(ours)],
    ...[saved(goesOn), saved(internal), saved(withheld)],
  );
  // Its lead has no customer yet: it waits.
  expect((await calls()).linked).toBe(3);
  expect(await database.db('contact')).toEqual([]);
  await leads();
  expect((await calls()).linked).toBe(1);
  const customerId = (await customerOf(lead.id))!;
  const timeline = () =>
    contactPage(database.db, { customerId, storeIds: ['bj01'] }, { limit: 50 });
  expect((await timeline()).items).toMatchObject([
    {
      ...{ id: talk.id, callId: talk.id, leadId: lead.id, kind: 'call', at: NINE, byId: 'wang' },
      ...{ direction: 'inbound', outcome: 'talk', recordingIds: [recording.id] },
    },
  ]);
  // It goes on no more, and is replayed.
  await write(saved({ ...goesOn, state: 'closed', endedAt: NINE + 9000, outcome: 'left' }));
  await calls();
  await write(saved(talk), record);
  expect(await calls()).toEqual({ found: 0, linked: 0 });
  expect((await timeline()).items.map(({ id }) => id).sort()).toEqual([talk.id, goesOn.id].sort());
  const { last_contact_at } = await database.db('lead').first<{ last_contact_at: Date }>();
  expect(last_contact_at.getTime()).toBe(talk.talkStartedAt);
});

test('a call without a lead is his whom its number names, or whom the look-up found', async () => {
  const { lead, record } = opened();
  await write(record);
  await leads();
  const customerId = await customerOf(lead.id);
  const ours = aTalk({ direction: 'outbound', from: '400', to: NUMBER });
  const found = aTalk({ from: FIXED, customerId });
  const elsewhere = aTalk({ storeId: 'sh01' });
  await write(saved(ours), saved(found), saved(elsewhere));
  await calls();
  const contacts = await database.db('contact').select('id', 'customer_id');
  expect(contacts).toHaveLength(2);
  expect(contacts).toEqual(
    expect.arrayContaining([ours, found].map(({ id }) => ({ id, customer_id: customerId }))),
  );
});

describe('who calls', () => {
  const found = (number = NUMBER, store = 'bj01') =>
    callerLookup(database.db, (asked) => (asked === FIXED ? 'when-confirmed' : 'yes')).find(
      store,
      number,
    );
  const known = async () => {
    const { lead, record } = opened();
    await write(record);
    await leads();
    const customerId = (await customerOf(lead.id))!;
    await database
      .db('customer')
      .where({ id: customerId })
      .update({ name: '张三', customer_type: '增购' });
    return { lead, customerId };
  };

  test('A18: from a known number is shown as customer with vehicles and last contacts', async () => {
    const { lead, customerId } = await known();
    for (const n of [1, 2, 3, 4])
      await database.db('vehicle').insert({
        ...{ id: randomUUID(), customer_id: customerId, store_id: 'bj01', series: '3系' },
        ...{ plate: `京A0000${n}`, created_at: new Date(NINE + n) },
      });
    const talk = aTalk({ leadId: lead.id });
    await write(saved(talk));
    const lookup = await found();
    expect(lookup).toMatchObject({
      ...{ result: 'found', leadId: lead.id, customerId, name: '张三', customerType: '增购' },
      vehicles: [
        { series: '3系', model: '', plate: '京A00004' },
        { plate: '京A00003' },
        { plate: '京A00002' },
      ],
      contacts: [{ callId: talk.id, outcome: 'talk' }],
    });
    expect(lookup).not.toHaveProperty('vehicles.3');
    expect(await found(NUMBER, 'sh01')).toEqual({ result: 'none' });
  });

  test('A18: by another number of his, too, and after a merge', async () => {
    const { lead, customerId } = await known();
    const other = opened({ number: '+8613900139000' });
    await write(other.record);
    await leads();
    await database
      .db('lead')
      .where({ id: other.lead.id })
      .update({ closed_at: new Date(NINE) });
    const merged = await customerOf(other.lead.id);
    await database.db('customer').where({ id: merged }).update({ root_id: customerId });
    expect(await found('+8613900139000')).toMatchObject({
      ...{ result: 'found', leadId: lead.id, customerId, name: '张三' },
    });
  });

  test('A18: by a fixed number he is known once it is confirmed', async () => {
    const { lead, record } = opened({ number: FIXED });
    await write(record);
    await leads();
    expect(await found(FIXED)).toEqual({ result: 'none', shared: true });
    const number = { storeId: 'bj01', number: FIXED, leadId: lead.id, by: 'wang' };
    await write({ kind: 'number.confirmed', number });
    const customerId = await customerOf(lead.id);
    expect(await found(FIXED)).toMatchObject({ leadId: lead.id, customerId });
  });

  test('A18: a customer whose lead is over is known without one, and one who was erased is nobody', async () => {
    const { customerId } = await known();
    await database.db('lead').update({ closed_at: new Date(NINE) });
    const lookup = await found();
    expect(lookup).toMatchObject({ result: 'found', customerId, name: '张三' });
    expect(lookup).not.toHaveProperty('leadId');
    await database.db('customer').update({ state: 'erased' });
    expect(await found()).toEqual({ result: 'none' });
  });

  test('A19: from a number that nobody has is none, and the lead that it opens has that number', async () => {
    expect(await found()).toEqual({ result: 'none' });
    const { lead, record } = opened();
    await write(record);
    // He calls again before anything follows from it.
    expect(await found()).toMatchObject({ result: 'found', leadId: lead.id, name: '' });
    await leads();
    const detail = await customerDetail(database.db, (await customerOf(lead.id))!, NINE);
    expect(detail).toMatchObject({ customer: { name: '' }, leads: [{ lead: { number: NUMBER } }] });
  });
});

describe('A21: a pre-sale call of a customer who is known and has no open lead', () => {
  const known = { makeId: randomUUID, takers: () => ['wang', 'li'] };
  const leadsOfCalls = () => leadsOfKnownCallers(database.db, 50, known);
  const form = (callId: string, parts: Partial<FormSnapshot> = {}): JournalRecord => ({
    kind: 'form.saved',
    form: aForm({
      ...{ callId, state: 'complete', kind: 'pre-sale', level: 'A', source: 'web' },
      ...{ disposition: 'call-again', filledBy: 'wang', filledAt: NINE + 90_000, ...parts },
    }),
  });
  /** His lead was over before he calls. */
  const caller = async () => {
    const { lead, record } = opened();
    await write(record);
    await leads();
    await database.db('lead').update({ closed_at: new Date(NINE), state: 'won' });
    return { old: lead.id, customerId: (await customerOf(lead.id))! };
  };
  const newLeads = (old: string) =>
    database
      .db('lead')
      .whereNot({ id: old })
      .select('id', 'source', 'owner_id', 'level', 'channel');

  test('makes a lead, whose owner is whose customer he is, once, whatever is told of the call afterwards', async () => {
    const { old, customerId } = await caller();
    await database.db('customer').update({ owner_id: 'li' });
    const talk = aTalk({ customerId });
    await write(saved(talk), form(talk.id));
    expect(await leadsOfCalls()).toEqual({ found: 0, linked: 0 });
    await calls();
    expect(await leadsOfCalls()).toEqual({ found: 1, linked: 1 });
    const [made, ...others] = await newLeads(old);
    expect(others).toEqual([]);
    expect(made).toMatchObject({
      ...{ source: 'inbound', owner_id: 'li', level: 'A', channel: 'web' },
    });
    const detail = await customerDetail(database.db, customerId, NINE);
    expect(detail?.leads.find(({ lead }) => lead.id === made.id)).toMatchObject({
      lead: {
        id: made.id,
        openedByCall: talk.id,
        openedAt: NINE,
        kind: 'pre-sale',
        number: NUMBER,
      },
      owners: [
        { ownerId: null, way: 'opened' },
        { ownerId: 'li', way: 'own' },
      ],
    });
    expect(await database.db('contact').pluck('lead_id')).toEqual([made.id]);
    const told = () => database.db('outside_event').where({ subject: made.id }).pluck('data');
    const event = { leadId: made.id, callId: talk.id, source: 'inbound', openedAt: NINE };
    expect(await told()).toEqual([event]);
    // The call itself knows of no lead, and its form is corrected.
    await write(saved({ ...talk, bridgedAt: NINE + 4_600 }), form(talk.id, { level: 'H' }));
    expect(await leadsOfCalls()).toEqual({ found: 0, linked: 0 });
    expect(await newLeads(old)).toEqual([{ ...made, level: 'H' }]);
    expect(await told()).toEqual([event]);
    expect(await database.db('call').pluck('lead_id')).toEqual([made.id]);
  });

  test('is of who talked with him and has his follow-up where he is nobody’s; of nobody who may have no leads', async () => {
    const { old, customerId } = await caller();
    const talk = aTalk({ customerId });
    const followUp = {
      ...{ id: randomUUID(), department: 'sales' as const, agentId: 'wang', openedAt: NINE },
      ...{ dueAt: NINE + 60_000, state: 'open' as const, doneBy: null, doneAt: null },
    };
    await write(saved(talk), form(talk.id, { followUp }));
    await calls();
    await leadsOfKnownCallers(database.db, 50, { ...known, takers: () => ['li'] });
    expect(await newLeads(old)).toMatchObject([{ owner_id: null }]);
    await database
      .db('lead')
      .whereNot({ id: old })
      .update({ closed_at: new Date(NINE) });
    const again = aTalk({ customerId });
    const his = { ...followUp, id: randomUUID() };
    await write(saved(again), form(again.id, { followUp: his }));
    await calls();
    await leadsOfCalls();
    expect(await database.db('lead').where({ opened_by_call: again.id })).toMatchObject([
      { owner_id: 'wang' },
    ]);
  });

  test('takes the lead that was opened meanwhile; after-sales, our own call and a call with a lead make none', async () => {
    const { old, customerId } = await caller();
    const [first, second, service, ours] = [
      aTalk({ customerId }),
      aTalk({ customerId }),
      aTalk({ customerId }),
      aTalk({ customerId, direction: 'outbound', from: '400', to: NUMBER }),
    ];
    const withLead = aTalk({ leadId: old });
    await write(
      ...[first, second, service, ours, withLead].map(saved),
      ...[first, second, withLead].map(({ id }) => form(id)),
      form(service.id, { kind: 'after-sale', level: null, source: null }),
      form(ours.id, { direction: 'outbound' }),
    );
    await calls();
    expect(await leadsOfCalls()).toEqual({ found: 3, linked: 3 });
    const made = await newLeads(old);
    expect(made).toHaveLength(1);
    const leadOf = async (id: string) =>
      (await database.db('call').where({ id }).first<{ lead_id: string }>()).lead_id;
    expect(await leadOf(first.id)).toBe(made[0]?.id);
    expect(await leadOf(second.id)).toBe(made[0]?.id);
    expect(await leadOf(service.id)).toBeNull();
    expect(await leadOf(withLead.id)).toBe(old);
    // It was said to be pre-sale after all, of a call that somebody has found a lead for.
    await write(form(service.id));
    expect(await leadsOfCalls()).toEqual({ found: 1, linked: 1 });
    expect(await leadOf(service.id)).toBe(made[0]?.id);
  });
});

test('what follows is done when it is woken, piece by piece, until nothing is left', async () => {
  const all = Array.from({ length: 120 }, (_, n) =>
    opened({ number: `+86138${String(n).padStart(8, '0')}` }),
  );
  await write(...all.map(({ record }) => record));
  const pieces: number[] = [];
  const done = new Promise<void>((resolve, reject) => {
    const linking = new Linking({
      steps: [
        async (most) => {
          const linked = await linkLeads(database.db, most, tools);
          pieces.push(linked.linked);
          return linked;
        },
        async () => {
          void linking.stop().then(resolve);
          return { found: 0, linked: 0 };
        },
      ],
      onError: reject,
    });
    linking.wake();
    linking.wake();
  });
  await done;
  expect(pieces).toEqual([50, 50, 20]);
  expect(await database.db('lead').whereNull('customer_id')).toEqual([]);
});
