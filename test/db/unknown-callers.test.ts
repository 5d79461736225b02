import { randomUUID } from 'node:crypto';
import { numberFactsBy } from '../../src/domain/customer/number';
import { numberIdentity } from '../../src/domain/number/identity';
import type { CallSnapshot, JournalRecord, UnknownCaller } from '../../src/domain/records';
import { applyJournal } from '../../src/store/apply-journal';
import { leadsOfKnownCallers } from '../../src/store/customers/known-callers';
import { linkCalls, linkLeads } from '../../src/store/customers/linking';
import { knowCallers } from '../../src/store/customers/unknown-callers';
import { useDatabase } from '../support/postgres';
import { aForm, aLead, aRecording, aTalk, journal, minutes, NINE } from '../support/records';
import { PLAN } from '../support/two-stores';

/** A19 with a database that was away: calls that were let go, or whose app fell, before anybody could say who called. */
const database = useDatabase();
const NUMBER = '+8613800138000';
const FIXED = '+861082345678';
const linking = { makeId: randomUUID, facts: numberFactsBy(() => PLAN) };
const tools = {
  identifies: numberIdentity(() => PLAN),
  isLive: (_callId: string) => false,
  endedBefore: NINE + minutes(5),
};

beforeEach(async () => {
  for (const id of ['bj01', 'sh01'])
    await database.db('store').insert({
      ...{ id, name: id, timezone: 'Asia/Shanghai', controller: `store:${id}` },
    });
});

const write = (...records: JournalRecord[]) => applyJournal(database.db, journal(...records));
const unknown = (parts: Partial<CallSnapshot> = {}, number = NUMBER) => {
  const call = aTalk(parts);
  const caller: UnknownCaller = { number, leadId: randomUUID() };
  const saved: JournalRecord = { kind: 'call.saved', call, unknown: caller };
  return { call, saved, leadId: caller.leadId };
};
const know = (parts: Partial<typeof tools> = {}) =>
  knowCallers(database.db, 50, { ...tools, ...parts });
const NOTHING = { found: 0, linked: 0, later: false };
const leads = () => linkLeads(database.db, 50, linking);
const calls = () => linkCalls(database.db, 50);
const rowOf = (id: string, table = 'call') => database.db(table).where({ id }).first();
/** A customer with an open lead in the books of the store. */
const known = async () => {
  const lead = aLead({ openedAt: NINE - minutes(60) });
  await write({ kind: 'lead.opened', lead });
  await leads();
  const { customer_id: customerId } = (await rowOf(lead.id, 'lead')) as { customer_id: string };
  return { leadId: lead.id, customerId };
};

test('A19, A12: whom nobody knew has the lead that his call would have opened, and his recording has it', async () => {
  const { call, saved, leadId } = unknown();
  const recording = aRecording({ callId: call.id });
  const form = aForm({ callId: call.id, state: 'complete', kind: 'pre-sale', level: 'A' });
  await write(saved, { kind: 'recording.saved', recording }, { kind: 'form.saved', form });
  // What follows from calls waits for it.
  expect(await calls()).toEqual({ found: 0, linked: 0 });
  await leadsOfKnownCallers(database.db, 50, { makeId: randomUUID, takers: () => [] });
  expect(await database.db('contact')).toEqual([]);
  expect(await know()).toEqual({ found: 1, linked: 1, later: false });
  expect(await database.db('lead')).toMatchObject([
    {
      ...{ id: leadId, store_id: 'bj01', number: NUMBER, source: 'inbound', level: 'A' },
      ...{ opened_by_call: call.id, opened_at: new Date(NINE) },
    },
  ]);
  await leads();
  await calls();
  const { customer_id: customerId } = (await rowOf(leadId, 'lead')) as { customer_id: string };
  expect(await rowOf(call.id)).toMatchObject({ lead_id: leadId, unknown_number: null });
  expect(await rowOf(recording.id, 'recording')).toMatchObject({ lead_id: leadId });
  expect(await database.db('contact')).toMatchObject([
    { call_id: call.id, lead_id: leadId, customer_id: customerId },
  ]);
  expect(
    await database.db('outside_event').where({ type: 'lead.opened' }).pluck('subject'),
  ).toEqual([leadId]);
  expect(await know()).toEqual(NOTHING);
  expect([await leads(), await calls()]).toEqual([
    { found: 0, linked: 0 },
    { found: 0, linked: 0 },
  ]);
});

test('A19: a call that learns it after all makes no second lead, whichever of the two was first', async () => {
  const { call, saved, leadId } = unknown();
  const lead = aLead({ id: leadId, openedByCall: call.id });
  const learnt: JournalRecord[] = [
    { kind: 'lead.opened', lead },
    { kind: 'call.saved', call: { ...call, leadId } },
  ];
  await write(saved);
  await know();
  await write(...learnt);
  await leads();
  await calls();
  expect(await database.db('lead').pluck('id')).toEqual([leadId]);
  expect(await database.db('contact').pluck('lead_id')).toEqual([leadId]);
  expect(await database.db('outside_event').where({ type: 'lead.opened' })).toHaveLength(1);
  const other = unknown({ from: '+8613900139000' }, '+8613900139000');
  await write(other.saved);
  await write(
    { kind: 'lead.opened', lead: aLead({ id: other.leadId, openedByCall: other.call.id }) },
    { kind: 'call.saved', call: { ...other.call, leadId: other.leadId } },
  );
  expect(await know()).toEqual(NOTHING);
  await leads();
  await calls();
  expect(await database.db('lead')).toHaveLength(2);
  expect(await database.db('contact').where({ lead_id: other.leadId })).toHaveLength(1);
});

test('who is known by his number gets his open lead, or without one stands as customer; each store for itself', async () => {
  const { leadId, customerId } = await known();
  const { call, saved } = unknown();
  const ours = unknown({ direction: 'outbound', from: '400', to: NUMBER });
  const elsewhere = unknown({ storeId: 'sh01' });
  const recording = aRecording({ callId: call.id });
  await write(saved, ours.saved, elsewhere.saved, { kind: 'recording.saved', recording });
  expect(await know()).toMatchObject({ linked: 3 });
  for (const { id } of [call, ours.call])
    expect(await rowOf(id)).toMatchObject({ lead_id: leadId, customer_id: customerId });
  expect(await rowOf(recording.id, 'recording')).toMatchObject({
    ...{ lead_id: leadId, customer_id: customerId },
  });
  await calls();
  expect(await database.db('contact').where({ customer_id: customerId }).pluck('lead_id')).toEqual([
    leadId,
    leadId,
  ]);
  expect(await rowOf(elsewhere.call.id)).toMatchObject({ lead_id: elsewhere.leadId });
  await database.db('lead').update({ closed_at: new Date(NINE) });
  const again = unknown();
  const form = aForm({ callId: again.call.id, state: 'complete', kind: 'pre-sale', level: 'B' });
  await write(again.saved, { kind: 'form.saved', form });
  expect(await know()).toMatchObject({ linked: 1 });
  expect(await rowOf(again.call.id)).toMatchObject({ lead_id: null, customer_id: customerId });
  // The next lead of a known customer is made of his form, as of any other call of his (A21).
  await calls();
  await leadsOfKnownCallers(database.db, 50, { makeId: randomUUID, takers: () => [] });
  expect(await database.db('lead').where({ opened_by_call: again.call.id })).toMatchObject([
    { customer_id: customerId, level: 'B' },
  ]);
});

test('two calls by one number make one lead; by a number that many may have, each its own', async () => {
  const same = [unknown(), unknown({ endedAt: NINE + minutes(2) })];
  const shared = [unknown({ from: FIXED }, FIXED), unknown({ from: FIXED }, FIXED)];
  await write(...[...same, ...shared].map(({ saved }) => saved));
  await know();
  const leadOf = async ({ call }: { call: CallSnapshot }) =>
    ((await rowOf(call.id)) as { lead_id: string }).lead_id;
  expect(await Promise.all(same.map(leadOf))).toEqual([same[0]?.leadId, same[0]?.leadId]);
  expect(await Promise.all(shared.map(leadOf))).toEqual(shared.map(({ leadId }) => leadId));
});

test('a call that may still find out for itself is left, and so is one that nobody marked', async () => {
  const young = unknown({ endedAt: NINE + minutes(6) });
  const live = unknown();
  const never = aTalk();
  await write(young.saved, live.saved, { kind: 'call.saved', call: never });
  const waits = { found: 2, linked: 0, later: true };
  expect(await know({ isLive: (id) => id === live.call.id })).toEqual(waits);
  expect(await database.db('lead')).toEqual([]);
  expect(await know()).toEqual({ found: 2, linked: 1, later: true });
  expect(await know({ endedBefore: NINE + minutes(7) })).toEqual({
    ...{ found: 1, linked: 1, later: false },
  });
  expect(await rowOf(never.id)).toMatchObject({ lead_id: null });
});

test('they are found by an index of their own, however many calls there are', async () => {
  await write(unknown().saved);
  const plan = await database.db.transaction(async (trx) => {
    await trx.raw('set local enable_seqscan = off');
    const { rows } = await trx.raw<{ rows: object[] }>(
      `explain select id from call where unknown_lead_id is not null order by ended_at, id limit 50`,
    );
    return JSON.stringify(rows);
  });
  expect(plan).toMatch(/using call_unknown/);
  expect(plan).not.toMatch(/Sort/);
});
