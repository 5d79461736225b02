import { randomUUID } from 'node:crypto';
import { CONTACTS_SHOWN } from '../../src/domain/lead/caller-card';
import type { CallSnapshot, JournalRecord } from '../../src/domain/records';
import { applyJournal } from '../../src/store/apply-journal';
import { LOOKUPS, openDatabase } from '../../src/store/database';
import { callerLookup, FIND, rehearseLookup } from '../../src/store/lookup';
import { useDatabase } from '../support/postgres';
import { aCall, aLead, aTalk, journal, NINE } from '../support/records';

/** What an agent is shown of a caller comes with the one look-up that an arriving call waits for. */
const database = useDatabase();
const NUMBER = '+8613800138000';

const write = (...records: JournalRecord[]) => applyJournal(database.db, journal(...records));
const calls = (...all: CallSnapshot[]) =>
  write(...all.map((call) => ({ kind: 'call.saved' as const, call })));
const found = (number = NUMBER, store = 'bj01') => callerLookup(database.db).find(store, number);

const theStore = (id = 'bj01') =>
  database.db('store').insert({
    ...{ id, name: '北京', timezone: 'Asia/Shanghai', controller: `store:${id}` },
  });

async function contactsOf(number = NUMBER, store = 'bj01') {
  const lookup = await found(number, store);
  return 'contacts' in lookup ? lookup.contacts : undefined;
}

test('his last contacts with the store come newest first, whoever called whom', async () => {
  await theStore();
  await database.db('person').insert({
    id: 'wang',
    name: '王芳',
    post: 'telemarketer',
    store_id: 'bj01',
    password_hash: '',
  });
  const talk = aTalk({ arrivedAt: NINE });
  const left = aCall({
    state: 'closed',
    outcome: 'left',
    arrivedAt: NINE + 1000,
    endedAt: NINE + 9,
  });
  const ours = aTalk({
    ...{ direction: 'outbound', from: '+861012345678', to: NUMBER, agentId: 'li' },
    ...{ arrivedAt: NINE + 2000, talkStartedAt: NINE + 3000, endedAt: NINE + 4500 },
  });
  await calls(
    ...[talk, left, ours],
    aTalk({ storeId: 'sh01', arrivedAt: NINE + 3000 }),
    aTalk({ from: '+8613900139000', arrivedAt: NINE + 3000 }),
    aTalk({ direction: 'internal', from: NUMBER, arrivedAt: NINE + 3000 }),
  );
  const lead = aLead({ source: 'outbound' });
  await write({ kind: 'lead.opened', lead });
  await database.db('lead').update({ owner_id: 'wang' });
  expect(await found()).toEqual({
    ...{ result: 'found', leadId: lead.id, name: '', source: 'outbound' },
    ...{ ownerId: 'wang', ownerName: '王芳' },
    contacts: [
      {
        ...{ callId: ours.id, at: NINE + 2000, direction: 'outbound', outcome: 'talk' },
        ...{ talkMs: 1500, agent: { agentId: 'li', name: 'li' } },
      },
      {
        ...{ callId: left.id, at: NINE + 1000, direction: 'inbound', outcome: 'left' },
        ...{ talkMs: 0, agent: null },
      },
      {
        ...{ callId: talk.id, at: NINE, direction: 'inbound', outcome: 'talk' },
        ...{ talkMs: 60_000, agent: { agentId: 'wang', name: '王芳' } },
      },
    ],
  });
});

test('somebody without a lead may have been there before; somebody new has not', async () => {
  const talk = aTalk();
  await calls(talk);
  expect(await found()).toMatchObject({ result: 'none', contacts: [{ callId: talk.id }] });
  expect(await found('+8613900139000')).toEqual({ result: 'none' });
  expect(await found(NUMBER, 'sh01')).toEqual({ result: 'none' });
});

test('they are bounded, with one more, because the call itself may be one of them', async () => {
  const many = Array.from({ length: 20 }, (_, n) => aTalk({ arrivedAt: NINE + n }));
  await calls(...many);
  const newest = many.reverse().slice(0, CONTACTS_SHOWN + 1);
  expect((await contactsOf())?.map(({ callId }) => callId)).toEqual(newest.map(({ id }) => id));
});

test('by a number that is shared nobody’s contacts are shown, until it is confirmed', async () => {
  const number = '+861082345678';
  const lead = aLead({ number });
  await calls(aTalk({ from: number }));
  await write({ kind: 'lead.opened', lead });
  const fixed = callerLookup(database.db, () => 'when-confirmed');
  expect(await fixed.find('bj01', number)).toEqual({ result: 'none', shared: true });
  const confirmed = { storeId: 'bj01', number, leadId: lead.id, by: 'wang' };
  await write({ kind: 'number.confirmed', number: confirmed });
  expect(await fixed.find('bj01', number)).toMatchObject({ contacts: [{ outcome: 'talk' }] });
});

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  Plans?: Plan[];
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

test('before anybody calls each connection for look-ups has its plan, and keeps it', async () => {
  const lookups = openDatabase(database.url, LOOKUPS);
  try {
    await rehearseLookup(lookups);
    const each = await Promise.all(
      Array.from({ length: LOOKUPS.max }, () => lookups.transaction()),
    );
    const kept = each.map((connection) =>
      connection('pg_prepared_statements')
        .where({ name: FIND.name })
        .where('generic_plans', '>', 0)
        .pluck('name'),
    );
    expect(await Promise.all(kept)).toEqual(each.map(() => [FIND.name]));
    await Promise.all(each.map((connection) => connection.rollback()));
  } finally {
    await lookups.destroy();
  }
});

test('at 100,000 calls, leads and customers nothing is read from one end to the other', async () => {
  const { db } = database;
  // Half of the calls are by one number: it rings up all stores of a group.
  await db.raw(`
    insert into call (id, direction, state, store_id, hotline, trunk_id, from_number, to_number, arrived_at)
    select gen_random_uuid(), case when n % 4 = 0 then 'outbound' else 'inbound' end, 'closed', 's' || n % 40,
      '400', 't', case when n % 2 = 0 then '+8613800000000' else '+86138' || n end, '+86139' || n,
      now() - n * interval '1 second'
    from generate_series(1, 100000) n`);
  await db.raw(`
    insert into lead (id, store_id, number, source, opened_at)
    select gen_random_uuid(), 's' || n % 40, '+86138' || n, 'inbound', now() from generate_series(1, 100000) n`);
  await db.raw(`
    insert into store (id, name, timezone, controller)
    select 's' || n, '', 'Asia/Shanghai', 'store:s' || n from generate_series(0, 39) n`);
  // Whom a vehicle, a lead and a number are of has the same id made of the number.
  await db.raw(`
    insert into customer (id, root_id, controller, store_id, created_at, changed_at)
    select md5(n::text)::uuid, md5(n::text)::uuid, 'store:s' || n % 40, 's' || n % 40, now(), now()
    from generate_series(1, 100000) n`);
  await db.raw(`
    insert into customer_number (id, customer_id, controller, number, kind, identifies, source, since)
    select gen_random_uuid(), md5(n::text)::uuid, 'store:s' || n % 40, '+86138' || n, 'mobile', true, '', now()
    from generate_series(1, 100000) n`);
  await db.raw(`
    insert into vehicle (id, customer_id, store_id, plate, created_at)
    select gen_random_uuid(), md5(n::text)::uuid, 's' || n % 40, '京A' || n, now() from generate_series(1, 100000) n`);
  await db.raw(`update lead set customer_id = md5(substr(number, 7))::uuid`);
  await db.raw('analyze');
  for (const number of ['+8613800000000', '+861389999', randomUUID()]) {
    const { rows } = await db.raw<{ rows: { 'QUERY PLAN': { Plan: Plan }[] }[] }>(
      `explain (analyze, format json) ${FIND.sql}`,
      ['s39', number, true],
    );
    const nodes = nodesOf(rows[0]!['QUERY PLAN'][0]!.Plan);
    const big = nodes.filter(({ 'Relation Name': name }) =>
      ['call', 'lead', 'customer', 'customer_number', 'vehicle'].includes(name ?? ''),
    );
    expect(big.length).toBeGreaterThanOrEqual(4);
    expect(big.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    for (const node of big)
      expect(node['Actual Rows'] * node['Actual Loops']).toBeLessThanOrEqual(50);
  }
}, 60_000);
