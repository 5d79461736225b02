/**
 * A database as a dealership leaves it: a plan that says everything a plan can, and days of the simulation as the engine
 * wrote them down. Made anew each time, the same for the same seed.
 */
import type { JournalRecord } from '../../src/domain/records';
import { applyJournal } from '../../src/store/apply-journal';
import type { Database } from '../../src/store/database';
import { storePlans } from '../../src/store/applying';
import { makeCustomer } from '../../src/store/customers/customers';
import { simulateDay } from '../simulation/day';
import { emptyPlan, PASSWORD } from './plan';
import { aPromise, aRecording, aTalk } from './records';

const BATCH = 500;
const NINE = Date.UTC(2026, 2, 1, 1, 0, 0);

const uuid = (seed: number, n: number): string =>
  `00000000-0000-7000-8000-${String(seed).padStart(4, '0')}${String(n).padStart(8, '0')}`;

export async function fillWithDays(db: Database, seeds = [11, 12], calls = 60): Promise<void> {
  const applied = await storePlans(db, () => undefined).apply(plan());
  if (!applied.applied) throw new Error(JSON.stringify(applied.problems));
  for (const seed of seeds) {
    const { records } = await simulateDay(seed, calls);
    const entries = withUuids([...records, ...others(seed)], seed).map((record, n) => ({
      ...{ id: uuid(seed, 900_000 + n), at: NINE + n },
      record,
    }));
    for (let from = 0; from < entries.length; from += BATCH)
      await applyJournal(db, entries.slice(from, from + BATCH));
  }
  await aCustomer(db);
  await fillTheRest(db);
}

/** Who points at himself, which nothing that is filled by types of columns does. */
async function aCustomer(db: Database): Promise<void> {
  const [customerId, numberId] = [uuid(98, 1), uuid(98, 2)];
  const number = {
    number: '+8613800138000',
    kind: 'mobile',
    identifies: true,
    expiresAt: null,
  } as const;
  await db.transaction(async (trx) => {
    const deed = { trx, makeId: () => numberId, at: NINE, by: 'ann' };
    const fields = { name: '张三', bornOn: '1968-02-29', sex: 'male' } as const;
    await makeCustomer(deed, {
      ...{ id: customerId, controller: 'store:bj01', storeId: 'bj01', fields, numbers: [number] },
      source: 'manual',
    });
  });
}

/** Values by type of column, none of them a default. */
const SAMPLES: Record<string, unknown> = {
  text: '样本',
  uuid: uuid(99, 1),
  integer: 7,
  smallint: 3,
  bigint: '9007199254740993',
  boolean: true,
  jsonb: '{"some": "value"}',
  ARRAY: ['one', 'two "quoted", {three}'],
  'timestamp with time zone': new Date(NINE),
  date: '2026-03-01',
  'double precision': 1 / 3,
};

/** A table that neither a plan nor a day fills gets a row all the same: no table may be empty. */
async function fillTheRest(db: Database): Promise<void> {
  const columns = await db('information_schema.columns')
    .where({ table_schema: 'public', is_generated: 'NEVER' })
    .whereNot('table_name', 'like', 'knex%')
    .select<{ table_name: string; column_name: string; data_type: string }[]>();
  const tables = [...new Set(columns.map((one) => one.table_name))];
  // In no order: one that names a row of another, which has none yet, waits for that.
  for (let table = tables.shift(); table !== undefined; table = tables.shift()) {
    const [first] = await db(table).limit(1);
    if (first !== undefined) continue;
    const keys = await keysOf(db, table);
    if ([...keys.values()].includes(undefined)) {
      tables.push(table);
      continue;
    }
    const own = columns.filter((one) => one.table_name === table);
    const given = new Map([...(await wordsOf(db, table)), ...keys]);
    await db(table).insert(
      Object.fromEntries(
        own.map(({ column_name: name, data_type: type }) => [
          name,
          given.get(name) ?? SAMPLES[type],
        ]),
      ),
    );
  }
}

/** The simulation counts its ids. */
function withUuids(records: readonly JournalRecord[], seed: number): JournalRecord[] {
  const text = JSON.stringify(records).replace(/id-(\d{6})/g, (_all, n: string) =>
    uuid(seed, Number(n)),
  );
  return JSON.parse(text) as JournalRecord[];
}

/** What no simulated day does. */
function others(seed: number): JournalRecord[] {
  const at = NINE + 3_600_000;
  const id = (n: number) => uuid(seed, 800_000 + n);
  const used = { day: 20_513, used: 3, peak: 8, fullMs: 1234, since: at, nearFull: false };
  return [
    { kind: 'alarm.raised', code: 'RECORDING_DISK', detail: '磁盘已满：\\ "quoted"\tand\nlines' },
    { kind: 'audit.noted', who: 'zhao', what: 'plan.applied', subject: 'plan' },
    {
      kind: 'number.confirmed',
      number: { storeId: 'bj01', number: '+861012345678', leadId: id(1), by: 'ann' },
    },
    {
      kind: 'block.saved',
      block: {
        ...{ storeId: 'bj01', number: `+86139000000${seed}`, reason: '骚扰', by: 'chen' },
        ...{ since: at, until: null },
      },
    },
    {
      kind: 'dial.counted',
      change: {
        attempts: [{ at, who: { agentId: 'ann', storeId: 'bj01' } }],
        ...{ day: 20_513, spent: { 'agent|ann': 25 }, paused: { 'store|bj01': at } },
      },
    },
    { kind: 'trunk.saved', trunkId: 'carrier', use: used },
    {
      kind: 'hotline.saved',
      hotline: {
        ...{ number: '400', closure: { since: at, until: null, by: 'chen' } },
        message: { prompt: 'greeting', since: at, until: at + 1, by: 'chen' },
      },
    },
    {
      kind: 'rating.saved',
      rating: {
        ...{ callId: id(2), agentId: 'ann', storeId: 'bj01', queueId: 'sales', at },
        ...{ score: 5, settled: true },
      },
    },
    {
      kind: 'wait.saved',
      wait: {
        ...{ entryId: id(3), callId: id(2), queueId: 'sales', came: { at, how: 'connected' } },
        expected: {
          ...{ at, position: 3, working: 2, rates: { callerMs: 1 / 3, patienceMs: null } },
          ...{ paceMs: 0.1 + 0.2, medianMs: 61_000, range: [1, 3], told: true },
        },
      },
    },
    ...talk(seed),
  ];
}

/** A recorded talk, and a promise that is being kept. */
function talk(seed: number): JournalRecord[] {
  const call = aTalk({ id: uuid(seed, 700_001), agentId: 'ann', menu: 'sales', noPop: true });
  const recording = aRecording({ id: uuid(seed, 700_002), callId: call.id });
  const promise = aPromise({ id: uuid(seed, 700_003), callId: call.id, state: 'claimed' });
  return [
    { kind: 'call.saved', call },
    { kind: 'recording.saved', recording },
    { kind: 'promise.saved', promise: { ...promise, number: `+86137000000${seed}` } },
  ];
}

function plan(): object {
  const base = emptyPlan();
  return {
    ...base,
    groups: [{ id: 'north', name: '北方集团', sharesCustomers: true }],
    entities: [{ id: 'bj-ltd', name: '北京汽车销售有限公司', group: 'north' }],
    departments: [{ id: 'bj-coc', store: 'bj01', name: '客户运营中心', kind: 'coc' }],
    sip: { realm: 'openline' },
    numbers: { switchboards: ['+861088888888'] },
    people: [
      ...base.people,
      {
        ...{ id: 'ann', name: '安', post: 'telemarketer', store: 'bj01', password: PASSWORD },
        ...{ queues: ['sales'], skills: { english: 3 }, extension: '101', pin: '48151' },
      },
    ],
    phones: [
      { id: '8001', kind: 'register', person: 'ann', password: 'secret' },
      { id: '8002', kind: 'static', contact: 'sip:8002@127.0.0.1:5070' },
    ],
  };
}

/** Of columns that take only certain words, one of them. */
async function wordsOf(db: Database, table: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.raw<{ rows: { says: string }[] }>(
    `select pg_get_constraintdef(oid) as says from pg_constraint where contype = 'c' and conrelid = ?::regclass`,
    [table],
  );
  const found = rows.map(({ says }) => /\(?(\w+) = ANY \(ARRAY\['([^']+)'::text/.exec(says));
  return new Map(
    found.flatMap((one) => (one ? [[one[1] ?? '', one[2] ?? ''] as [string, string]] : [])),
  );
}

/** Of columns that name a row of another table, the first there is; undefined: there is none yet. */
async function keysOf(db: Database, table: string): Promise<ReadonlyMap<string, unknown>> {
  const { rows } = await db.raw<{ rows: { says: string }[] }>(
    `select pg_get_constraintdef(oid) as says from pg_constraint where contype = 'f' and conrelid = ?::regclass`,
    [table],
  );
  const found = new Map<string, unknown>();
  for (const { says } of rows) {
    const [, own = '', other = '', key = ''] =
      /\((\w+)\) REFERENCES (\w+)\((\w+)\)/.exec(says) ?? [];
    found.set(own, (await db(other).first<Record<string, unknown> | undefined>(key))?.[key]);
  }
  return found;
}
