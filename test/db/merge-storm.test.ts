import { randomUUID } from 'node:crypto';
import { NOTHING_KNOWN } from '../../src/domain/customer/customer';
import { CodedError } from '../../src/domain/errors';
import { OWNER_WAYS, NOTHING_SAID } from '../../src/domain/lead/lead';
import { addContact } from '../../src/store/customers/contacts';
import { changeCustomer } from '../../src/store/customers/customers';
import type { Deed } from '../../src/store/customers/deed';
import { changeLead, makeLead } from '../../src/store/customers/leads';
import { again } from '../../src/store/customers/merge-tree';
import { mergeCustomers, undoMerge } from '../../src/store/customers/merges';
import { changeOwner } from '../../src/store/customers/owners';
import { splitCustomer, undoSplit } from '../../src/store/customers/splits';
import { seeded, type Random } from '../simulation/random';
import {
  allOf,
  broken,
  callOf,
  leadOf,
  noteOf,
  openBooks,
  person,
} from '../support/customer-books';
import { useDatabase } from '../support/postgres';
import { NINE } from '../support/records';

/**
 * People edit, merge, split, take back and hand over at once, on few customers, so that they meet. Longer:
 * `MERGE_SEED=7 MERGE_STEPS=50000 npx jest test/db/merge-storm`.
 */
const SEED = Number(process.env['MERGE_SEED'] ?? 1);
const STEPS = Number(process.env['MERGE_STEPS'] ?? 2000);
const USERS = 8;
const PEOPLE = 16;
const LOOK = 200;

const database = useDatabase();

interface World {
  customers: string[];
  leads: string[];
  contacts: Set<string>;
  done: Map<string, number>;
  refused: Map<string, number>;
  /** Of every so many steps, whoever's: what did not hold while the others went on. */
  steps: number;
  looked: number;
  faults: string[];
}

async function newWorld(): Promise<World> {
  const { db } = database;
  await openBooks(db);
  const world: World = {
    ...{
      customers: [],
      leads: [],
      contacts: new Set(),
      done: new Map(),
      refused: new Map(),
      steps: 0,
      looked: 0,
      faults: [],
    },
  };
  for (let n = 0; n < PEOPLE; n += 1) {
    const number = `+8613800138${String(n).padStart(3, '0')}`;
    const fields = n % 2 === 0 ? { area: `area ${n}`, address: '' } : { address: `street ${n}` };
    const id = await person(db, {
      name: n % 3 === 0 ? '' : '王伟',
      fields,
      numbers: [number],
      at: NINE + n,
    });
    world.customers.push(id);
    for (const ownerId of ['wang', null]) {
      const lead = await leadOf(db, id, { number, ownerId });
      world.leads.push(lead);
      world.contacts.add(await callOf(db, id, lead, number));
      world.contacts.add(await noteOf(db, id, lead));
    }
  }
  return world;
}

type Act = (deed: Deed, world: World, random: Random) => Promise<void | (() => void)>;

const someone = ({ customers }: World, random: Random): string => random.pick(customers) ?? '';

const ACTS: Record<string, Act> = {
  edit: async (deed, world, random) => {
    const { trx } = deed;
    const asked = await trx('customer')
      .where({ id: someone(world, random) })
      .first();
    const seen = await trx('customer')
      .where({ id: asked?.root_id ?? asked?.id ?? randomUUID() })
      .first();
    if (!seen) throw new CodedError('UNKNOWN_CUSTOMER');
    const area = random.pick(['', '朝阳', '海淀']) ?? '';
    await changeCustomer(deed, seen, {
      ...NOTHING_KNOWN,
      name: seen.name,
      address: seen.address,
      area,
    });
  },
  lead: async (deed, world, random) => {
    const id = random.pick(world.leads) ?? '';
    const seen = await deed.trx('lead').where({ id }).first();
    await changeLead(deed, seen, { ...NOTHING_SAID, nextPlan: `plan ${random.below(9)}` });
  },
  note: async (deed, world, random) => {
    const leadId = random.pick(world.leads) ?? '';
    const lead = await deed.trx('lead').where({ id: leadId }).forShare().first();
    const customerId = lead.customer_id as string;
    const id = await addContact(deed, { customerId, leadId, storeId: 'bj01', kind: 'note' });
    return () => void world.contacts.add(id);
  },
  open: async (deed, world, random) => {
    const asked = await deed
      .trx('customer')
      .where({ id: someone(world, random) })
      .first();
    if (!asked) throw new CodedError('UNKNOWN_CUSTOMER');
    const made = { customerId: asked.id as string, storeId: 'bj02', number: '', source: 'manual' };
    const id = await makeLead(deed, { ...made, ownerId: 'li' });
    return () => void world.leads.push(id);
  },
  owner: async (deed, world, random) => {
    const leadId = random.pick(world.leads) ?? '';
    const way = random.pick(OWNER_WAYS) ?? 'handover';
    await changeOwner(deed, {
      leadId,
      ownerId: random.pick(['wang', 'li', 'zhao', null]) ?? null,
      way,
    });
  },
  merge: async ({ trx, at, by }, world, random) => {
    const customers = [someone(world, random), someone(world, random)] as const;
    await mergeCustomers(trx, { id: randomUUID(), customers, way: 'hand', by, at });
  },
  unmerge: async ({ trx, at, by }, _world, random) => {
    const ids = await trx('customer_merge')
      .whereNull('undone_at')
      .orderBy('id')
      .pluck<string[]>('id');
    const id = random.pick(ids);
    if (id !== undefined) await undoMerge(trx, { id, by, at, pairId: randomUUID() });
  },
  split: async ({ trx, at, by }, world, random) => {
    const customerId = someone(world, random);
    const his = trx('customer as c')
      .join('customer as a', 'a.root_id', 'c.root_id')
      .where('a.id', customerId);
    const leads = await trx('lead')
      .whereIn('customer_id', his.select('c.id'))
      .orderBy('id')
      .pluck<string[]>('id');
    const lead = random.pick(leads);
    const made = randomUUID();
    const to = random.chance(0.5) ? { new: made } : { id: someone(world, random) };
    const what = { leads: lead === undefined ? [] : [lead], numbers: [], vehicles: [] };
    await splitCustomer(trx, { id: randomUUID(), customerId, to, ...what, by, at });
    return () => ('new' in to ? void world.customers.push(made) : undefined);
  },
  unsplit: async ({ trx, at, by }, _world, random) => {
    const ids = await trx('customer_split')
      .whereNull('undone_at')
      .orderBy('id')
      .pluck<string[]>('id');
    const id = random.pick(ids);
    if (id !== undefined) await undoSplit(trx, { id, by, at });
  },
};

const WEIGHTS: Record<string, number> = {
  ...{
    edit: 3,
    lead: 2,
    note: 3,
    open: 0.3,
    owner: 3,
    merge: 4,
    unmerge: 3,
    split: 1.5,
    unsplit: 1.2,
  },
};
const LOTS = Object.entries(WEIGHTS).flatMap(([name, weight]) =>
  Array.from({ length: weight * 10 }, () => name),
);

/** What people may be told who were too late; anything else is a fault. */
const TOO_LATE = [
  ...['VERSION_MOVED', 'SAME_CUSTOMER', 'UNKNOWN_CUSTOMER', 'UNDONE_ALREADY', 'NOT_OF_CUSTOMER'],
  // Who was made by a split is gone when that is taken back.
  'NOT_FOUND',
];

async function user(n: number, world: World): Promise<void> {
  const random = seeded(SEED * 1000 + n);
  for (let step = 0; step < STEPS / USERS; step += 1) {
    const name = random.pick(LOTS) ?? '';
    const at = NINE + 1_000_000 + step * 10;
    try {
      const note = await again(() =>
        database.db.transaction((trx) =>
          ACTS[name]!({ trx, makeId: randomUUID, at, by: `user ${n}` }, world, random),
        ),
      );
      note?.();
      world.done.set(name, (world.done.get(name) ?? 0) + 1);
    } catch (error) {
      if (!(error instanceof CodedError) || !TOO_LATE.includes(error.code)) throw error;
      world.refused.set(error.code, (world.refused.get(error.code) ?? 0) + 1);
    }
    world.steps += 1;
    if (world.steps % LOOK === 0) {
      world.looked += 1;
      world.faults.push(...(await broken(database.db)));
    }
  }
}

test('A31: two thousand edits, merges, splits, undos and hand-overs at once lose nothing and leave one owner at any time', async () => {
  const { db } = database;
  const world = await newWorld();
  const numbers = await db('customer_number').count();
  const users = Array.from({ length: USERS }, (_none, n) => user(n, world));
  await Promise.all(users);
  const { faults, looked } = world;
  expect(faults).toEqual([]);
  expect(looked).toBeGreaterThan(2);
  expect(await broken(db)).toEqual([]);
  // Each of them happened, and often enough to have met.
  expect(Object.fromEntries([...world.done].sort())).toEqual(
    Object.fromEntries(
      Object.keys(ACTS)
        .sort()
        .map((name) => [name, expect.any(Number)]),
    ),
  );
  expect([...world.done.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(
    STEPS / 2,
  );
  const contacts = await db('contact').pluck<string[]>('id');
  expect(new Set(contacts)).toEqual(world.contacts);
  expect(await db('customer_number').count()).toEqual(numbers);
  expect(new Set(await db('lead').pluck<string[]>('id'))).toEqual(new Set(world.leads));
}, 60_000);

test('merges, splits and undos at once without edits between, all taken back in any order: every table is as it was', async () => {
  const { db } = database;
  const world = await newWorld();
  const before = await allOf(db);
  const random = seeded(SEED);
  const doing = async (n: number): Promise<void> => {
    const own = seeded(SEED * 77 + n);
    for (let step = 0; step < 25; step += 1) {
      const name = own.pick(['merge', 'merge', 'split', 'unmerge', 'unsplit']) ?? '';
      const deed = { makeId: randomUUID, at: NINE + 2_000_000 + step, by: `user ${n}` };
      const act = () => db.transaction((trx) => ACTS[name]!({ ...deed, trx }, world, own));
      await again(act).then(
        (note) => note?.(),
        (error: unknown) => {
          if (!(error instanceof CodedError)) throw error;
        },
      );
    }
  };
  await Promise.all(Array.from({ length: 6 }, (_none, n) => doing(n)));
  expect(await broken(db)).toEqual([]);
  expect(await allOf(db)).not.toEqual(before);
  const deed = { by: 'wang', at: NINE + 3_000_000 };
  const splits = await db('customer_split')
    .whereNull('undone_at')
    .orderBy('id')
    .pluck<string[]>('id');
  const merges = await db('customer_merge')
    .whereNull('undone_at')
    .orderBy('id')
    .pluck<string[]>('id');
  for (const id of merges.sort(() => (random.chance(0.5) ? 1 : -1)))
    await db.transaction((trx) => undoMerge(trx, { id, pairId: randomUUID(), ...deed }));
  for (const id of splits.sort(() => (random.chance(0.5) ? 1 : -1)))
    await db.transaction((trx) => undoSplit(trx, { id, ...deed }));
  const after = await allOf(db);
  // Who was made for a split, and merged, is there still, with nothing that is his.
  const made =
    after['customer']?.filter((row) => (row as { source: string }).source === 'split') ?? [];
  expect(made.length).toBeLessThan(after['customer']?.length ?? 0);
  expect({ ...after, customer: after['customer']?.filter((row) => !made.includes(row)) }).toEqual(
    before,
  );
}, 60_000);
