import { randomUUID } from 'node:crypto';
import { NOTHING_KNOWN, type CustomerFields } from '../../src/domain/customer/customer';
import { storeCustomerWork } from '../../src/store/customers/work-desk';
import { storeCustomers } from '../../src/store/customers/desk';
import { storeMerging } from '../../src/store/customers/merge-desk';
import { mergeCustomers } from '../../src/store/customers/merges';
import { findByNumber } from '../../src/store/customers/numbers';
import { hashKeyOf } from '../../src/store/customers/erased-numbers';
import {
  BOOKS,
  broken,
  leadOf,
  MOBILE,
  openBooks,
  person,
  within,
} from '../support/customer-books';
import { useDatabase } from '../support/postgres';
import { NINE } from '../support/records';

/** Cars, notes, numbers and where values came from, on a real PostgreSQL. */
const database = useDatabase();
const OTHER = '+8613900139000';
const FIXED = '+861082345678';
beforeEach(() => openBooks(database.db));

const desk = () => storeCustomerWork(database.db, randomUUID);
const noted: string[] = [];
const doing = (at = NINE + 1000) => ({
  by: 'wang',
  at,
  noted: (id: string) => void noted.push(id),
});
const versionOf = async (id: string): Promise<number> =>
  ((await database.db('customer').where({ id }).first('version')) as { version: number }).version;
const bodies = async (): Promise<string[]> =>
  database.db('contact').where({ kind: 'edit' }).orderBy('at').pluck('body');
const NO_CAR = {
  ...{ plate: '', vin: '', series: '', model: '', boughtOn: null },
  ...{ registeredOn: null, insuredUntil: null },
};

test('a car is written down, corrected and taken away, and what it was stays in the timeline', async () => {
  const customerId = await person(database.db, { numbers: [MOBILE] });
  const fields = { ...NO_CAR, plate: '京A12345', boughtOn: '2020-03-01' };
  const id = await desk().addVehicle({ customerId, storeId: 'bj01', fields }, doing());
  const found = () => database.db('customer').where('search', 'like', '%a12345%').pluck('id');
  expect(await found()).toEqual([customerId]);
  const seen = { id, customerId, version: 1 };
  const change = { plate: '京B54321', model: '320i' };
  expect(await desk().changeVehicle(seen, change, doing(NINE + 2000))).toBe(2);
  expect(await found()).toEqual([]);
  await expect(desk().changeVehicle(seen, { model: 'X3' }, doing())).rejects.toMatchObject({
    ...{ code: 'VERSION_MOVED', details: { version: 2 } },
  });
  const other = await person(database.db, { numbers: [OTHER] });
  await expect(
    desk().removeVehicle({ id, customerId: other, version: 2 }, doing()),
  ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await desk().removeVehicle({ ...seen, version: 2 }, doing(NINE + 3000));
  expect(await database.db('vehicle')).toEqual([]);
  expect(await bodies()).toEqual([
    'vehicle added\nplate: 京A12345\nboughtOn: 2020-03-01',
    'vehicle changed\nplate: 京A12345 → 京B54321\nmodel:  → 320i',
    'vehicle removed\nplate: 京B54321\nmodel: 320i\nboughtOn: 2020-03-01',
  ]);
});

test('a number that is removed names nobody, its leads are called at another, and the last one stays', async () => {
  const customerId = await person(database.db, { numbers: [MOBILE, OTHER] });
  const lead = await leadOf(database.db, customerId, { number: MOBILE });
  // Another one says that it is his; it names the first.
  const next = await person(database.db, { numbers: [MOBILE] });
  const idOf = async (number: string): Promise<string> =>
    (
      (await database
        .db('customer_number')
        .where({ number, customer_id: customerId })
        .first('id')) as { id: string }
    ).id;
  const remove = async (number: string, version: number) =>
    desk().removeNumber({ id: await idOf(number), customerId, version }, doing());
  const before = await versionOf(customerId);
  await expect(remove(MOBILE, before + 1)).rejects.toMatchObject({ code: 'VERSION_MOVED' });
  expect(await remove(MOBILE, before)).toBe(before + 1);
  expect(await findByNumber(database.db, BOOKS, MOBILE)).toBe(next);
  expect(await findByNumber(database.db, BOOKS, OTHER)).toBe(customerId);
  expect(await database.db('lead').where({ id: lead }).first()).toMatchObject({ number: OTHER });
  const found = await database.db('customer').where('search', 'like', '%13800138000%').pluck('id');
  expect(found).toEqual([next]);
  expect(await bodies()).toEqual(['number removed: ****8000']);
  await expect(remove(OTHER, before + 1)).rejects.toMatchObject({ code: 'LAST_NUMBER' });
  expect(await broken(database.db)).toEqual([]);
});

test('what was confirmed of a removed number goes with it, or nothing does', async () => {
  const { db } = database;
  const customerId = await person(db, { numbers: [MOBILE, FIXED] });
  const [lead, others] = [
    await leadOf(db, customerId, { number: FIXED }),
    await leadOf(db, await person(db, { numbers: [FIXED] }), { number: FIXED, storeId: 'bj02' }),
  ];
  const confirmed = { number: FIXED, confirmed_by: 'wang', confirmed_at: new Date(NINE) };
  await db('confirmed_number').insert([
    { ...confirmed, store_id: 'bj01', lead_id: lead },
    { ...confirmed, store_id: 'bj02', lead_id: others },
  ]);
  const { id } = (await db('customer_number')
    .where({ number: FIXED, customer_id: customerId })
    .first('id')) as { id: string };
  const seen = { id, customerId, version: await versionOf(customerId) };
  const full = { ...doing(), noted: () => Promise.reject(new Error('the disk is full')) };
  await expect(desk().removeNumber(seen, full)).rejects.toThrow('the disk is full');
  expect(await db('confirmed_number')).toHaveLength(2);
  await desk().removeNumber(seen, doing());
  expect(await db('confirmed_number').pluck('lead_id')).toEqual([others]);
});

test('a merge and a split are taken back after a number of theirs was removed', async () => {
  const merging = storeMerging(database.db, randomUUID, hashKeyOf(Buffer.alloc(32, 1)));
  const kept = await person(database.db, { numbers: [MOBILE], name: '王芳' });
  const gone = await person(database.db, {
    numbers: [OTHER, '+8613700137000'],
    name: '王女士',
    at: NINE + 1,
  });
  const id = randomUUID();
  await within(database.db, ({ trx }) =>
    mergeCustomers(trx, { id, customers: [kept, gone], way: 'hand', by: 'wang', at: NINE }),
  );
  const numbers = await database.db('customer_number').select('id', 'number', 'customer_id');
  const idOf = (number: string): string => numbers.find((one) => one.number === number).id;
  const split = await merging.split(
    {
      from: { id: kept, version: await versionOf(kept) },
      ...{ toId: null, leads: [], numbers: [idOf('+8613700137000')], vehicles: [] },
    },
    doing(),
  );
  await desk().removeNumber(
    { id: idOf(OTHER), customerId: kept, version: await versionOf(kept) },
    doing(),
  );
  expect(await merging.undoSplit(split.id, doing())).toEqual({ stayed: [], remains: false });
  expect(await merging.undoMerge(id, doing())).toEqual({ kept: [] });
  const left = await database
    .db('customer_number')
    .orderBy('number')
    .select('number', 'customer_id');
  expect(left).toEqual([
    { number: '+8613700137000', customer_id: gone },
    { number: MOBILE, customer_id: kept },
  ]);
  expect(await broken(database.db)).toEqual([]);
});

test('of each value is told whose word it is, how it came, and when', async () => {
  const kept = await person(database.db, { numbers: [MOBILE], name: '王' });
  const gone = await person(database.db, { numbers: [OTHER], name: '王芳', at: NINE + 1000 });
  await database.db('customer').where({ id: gone }).update({ area: '北京', source: 'import:i-1' });
  await within(database.db, ({ trx }) =>
    mergeCustomers(trx, {
      ...{ id: randomUUID(), customers: [kept, gone], way: 'hand', by: 'wang', at: NINE + 2000 },
    }),
  );
  const { fields, numbers } = await desk().provenance(kept);
  expect(
    fields.map(({ field, words }) => [field, words.map(({ value, from }) => [value, from])]),
  ).toEqual([
    [
      'name',
      [
        ['王芳', gone],
        ['王', kept],
      ],
    ],
    ['area', [['北京', gone]]],
  ]);
  expect(fields[1]?.words[0]).toMatchObject({ source: 'import:i-1', since: NINE + 1000 });
  expect(numbers.map(({ number, from }) => [number, from]).sort()).toEqual([
    [MOBILE, kept],
    [OTHER, gone],
  ]);
});

test('who changed which field by hand is told, from what to what, and the value is his word', async () => {
  const { db } = database;
  const people = storeCustomers(db, randomUUID);
  const gone = await person(db, { numbers: [OTHER], name: '王', source: 'import:i-1' });
  const kept = await person(db, { numbers: [MOBILE], at: NINE - 1000 });
  const change = (id: string, fields: Partial<CustomerFields>, version: number, at: number) =>
    people.change(
      { id, version },
      { fields: { ...NOTHING_KNOWN, ...fields }, numbers: [] },
      { ...doing(at), by: at === NINE + 1 ? 'wang' : 'li' },
    );
  await change(gone, { name: '王芳' }, 1, NINE + 1);
  await change(gone, { name: '王芳', sex: 'female' }, 2, NINE + 2);
  await change(gone, { name: '王芳', sex: 'female' }, 3, NINE + 3);
  await within(db, ({ trx }) =>
    mergeCustomers(trx, {
      ...{ id: randomUUID(), customers: [kept, gone], way: 'hand', by: 'wang', at: NINE + 2000 },
    }),
  );
  const { edits, fields } = await desk().provenance(kept);
  expect(edits).toEqual([
    { field: 'sex', was: '', now: 'female', from: gone, by: 'li', at: NINE + 2 },
    { field: 'name', was: '王', now: '王芳', from: gone, by: 'wang', at: NINE + 1 },
  ]);
  expect(fields.find(({ field }) => field === 'name')?.words).toEqual([
    { value: '王芳', from: gone, source: 'manual', since: NINE + 1 },
  ]);
  // A version that has moved on changes nothing, and so there is nothing to tell.
  const now = await versionOf(kept);
  await expect(change(kept, { area: '上海' }, now + 1, NINE + 4)).rejects.toMatchObject({
    code: 'VERSION_MOVED',
  });
  expect((await desk().provenance(kept)).edits).toHaveLength(2);
});

test('a note stands in the timeline, with its lead', async () => {
  const customerId = await person(database.db, { numbers: [MOBILE] });
  const leadId = await leadOf(database.db, customerId, { number: MOBILE });
  const note = { customerId, storeId: 'bj01', leadId, body: '周末带家人来看车' };
  const id = await desk().addNote(note, doing());
  expect(await database.db('contact').where({ id }).first()).toMatchObject({
    ...{ kind: 'note', lead_id: leadId, by_id: 'wang', body: note.body, customer_id: customerId },
  });
});
