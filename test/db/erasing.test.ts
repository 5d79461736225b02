import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { permissionFacts, storePermissions } from '../../src/store/customers/permissions';
import { deleteErasedFiles } from '../../src/store/customers/erased-files';
import { erasedAmong, hashKeyOf } from '../../src/store/customers/erased-numbers';
import { storePrivacy } from '../../src/store/customers/privacy';
import { customerPage } from '../../src/store/customers/reading';
import { BOOKS, callOf, leadOf, noteOf, openBooks, person } from '../support/customer-books';
import { useDatabase } from '../support/postgres';
import { NINE } from '../support/records';

/** A person's data on request (PIPL), on a real PostgreSQL and a real folder. */
const database = useDatabase();
const KEY = hashKeyOf(Buffer.alloc(32, 1));
const NUMBER = '+8613911112222';
const NAME = '欧阳锋利';
const FORMER = '+8613933334444';
const SECRETS = [NUMBER, FORMER, '13911112222', NAME, '京B99887', 'likes red', 'wife Lan'];
let folder: string;
let busy: Set<string>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'openline-erasing-'));
  busy = new Set();
  await openBooks(database.db);
});
afterEach(() => rmSync(folder, { recursive: true }));

const privacy = () =>
  storePrivacy({ db: database.db, makeId: randomUUID, key: KEY, busy: () => busy });
const doing = (noted: (id: string) => void = () => undefined) => ({ by: 'chen', at: NINE, noted });
const versionOf = async (id: string) =>
  (await database.db('customer').where({ id }).first('version')).version as number;
const erase = async (id: string, noted?: (id: string) => void) =>
  privacy().erase({ id, version: await versionOf(id), storeId: 'bj01' }, doing(noted));
const files = (isArriving = false) =>
  deleteErasedFiles(
    {
      ...{ db: database.db, folders: { 1: folder, 2: null }, now: () => NINE + 1 },
      isArriving: () => isArriving,
    },
    100,
  );

/** Somebody of whom every kind of data is held; his call's recording has a file. */
async function somebody() {
  const { db } = database;
  const id = await person(db, { name: NAME, numbers: [NUMBER], fields: { note: 'wife Lan' } });
  const leadId = await leadOf(db, id, { number: NUMBER, fields: { nextPlan: 'likes red' } });
  await noteOf(db, id, leadId, `${NAME} likes red`);
  const callId = await callOf(db, id, leadId, NUMBER);
  // From a number that was taken off him since.
  await callOf(db, id, leadId, FORMER);
  await db('call')
    .where({ id: callId })
    .update({ unknown_number: NUMBER, unknown_lead_id: randomUUID() });
  const path = `bj01/2026/03/02/${callId}.wav`;
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), 'RIFF');
  writeFileSync(join(folder, `${path}.json`), '{}');
  await db('recording').where({ call_id: callId }).update({ path, sha256: 'x', duration_ms: 900 });
  await db('vehicle').insert({
    ...{ id: randomUUID(), customer_id: id, store_id: 'bj01', plate: '京B99887' },
    created_at: new Date(NINE),
  });
  await db('customer_edit').insert({
    ...{ id: randomUUID(), customer_id: id, field: 'note', was: 'likes red', now: 'wife Lan' },
    ...{ by_id: 'wang', at: new Date(NINE) },
  });
  await db('event').insert({
    ...{ id: randomUUID(), at: new Date(NINE), kind: 'lead.opened' },
    data: { lead: { name: NAME, number: NUMBER, note: 'a "quoted" likes red' } },
  });
  await db('outside_event').insert({
    ...{ id: randomUUID(), at: new Date(NINE), type: 'call.ended', subject: callId },
    ...{ store_id: 'bj01', data: {}, personal: { number: NUMBER, name: NAME } },
  });
  await db('audit').insert({
    ...{ id: randomUUID(), at: new Date(NINE), who: 'wang', what: 'text.asked', subject: NUMBER },
  });
  await db('text_message').insert({
    ...{ id: randomUUID(), key: 'k', kind: 'appointment', store_id: 'bj01', number: NUMBER },
    ...{ language: 'zh-CN', values: { who: NAME }, state: 'sent', body: NAME, asked_by: 'wang' },
    asked_at: new Date(NINE),
  });
  const batch = randomUUID();
  await db('import_batch').insert({
    ...{ id: batch, store_id: 'bj01', controller: BOOKS, by_id: 'chen', file_name: 'f.csv' },
    ...{ sha256: 'x', bytes: 1, format: 'excel', lands_as: 'leads', source: 'hq', rejected: 2 },
    created_at: new Date(NINE),
  });
  for (const [row, cells] of [
    [2, [NAME, '139 1111 2222', 'likes red']],
    [3, ['somebody else', '13700000000']],
  ] as const)
    await db('import_row').insert({
      ...{ batch_id: batch, row_no: row, outcome: 'rejected' },
      ...{ cells: JSON.stringify(cells), reasons: '[]' },
    });
  await storePermissions(db, randomUUID, KEY).refuse(
    {
      ...{ controller: BOOKS, customerId: id, number: NUMBER, scope: 'all', everywhere: false },
      ...{ storeId: 'bj01', saidBy: 'wife Lan' },
      proof: { kind: 'paper', callId: null, ref: `letter of ${NAME}` },
    },
    doing(),
  );
  return { id, leadId, callId, path };
}

/** Tables that hold one of these words, anywhere. */
async function tablesWith(words: readonly string[]): Promise<string[]> {
  const { db } = database;
  const tables = await db('information_schema.tables')
    .where({ table_schema: 'public', table_type: 'BASE TABLE' })
    .pluck<string[]>('table_name');
  const found: string[] = [];
  for (const table of tables) {
    const { rows } = await db.raw<{ rows: unknown[] }>(
      `select 1 from "${table}" t where exists (select from unnest(?::text[]) w where strpos(t::text, w) > 0) limit 1`,
      [[...words]],
    );
    if (rows.length > 0) found.push(table);
  }
  return found.sort();
}

test('PIPL: all that is held of a person is one answer, and no more than that', async () => {
  const { db } = database;
  const { id, callId } = await somebody();
  const other = await person(db, { name: '别人', numbers: ['+8613700000000'] });
  const held = await privacy().held(id);
  expect(Object.entries(held).flatMap(([what, rows]) => (rows.length > 0 ? [what] : []))).toEqual([
    ...['customer', 'numbers', 'edits', 'vehicles', 'leads', 'owners', 'contacts', 'calls'],
    ...['recordings', 'texts', 'doNotCall', 'rejectedRows'],
  ]);
  expect(held.calls).toHaveLength(2);
  expect(held.calls).toContainEqual(expect.objectContaining({ id: callId, from_number: NUMBER }));
  expect(JSON.stringify(held)).not.toContain(other);
  expect(JSON.stringify(held)).not.toContain('13700000000');
});

test('PIPL: after it no table has anything of him, what is counted is counted, and the certificate says so by id', async () => {
  const { db } = database;
  const { id, leadId, callId, path } = await somebody();
  const other = await somebodyElse();
  const counts = async () =>
    Promise.all(
      ['call', 'lead', 'recording', 'contact', 'deal'].map(async (table) => db(table).count()),
    );
  const before = await counts();
  expect((await tablesWith(SECRETS)).length).toBeGreaterThan(8);
  const noted: string[] = [];
  const certificate = await erase(id, (what) => noted.push(what));
  expect(noted).toEqual([certificate.id]);
  expect(await tablesWith(SECRETS)).toEqual([]);
  expect(await counts()).toEqual(before);
  expect(certificate).toMatchObject({
    ...{ by: 'chen', at: NINE, storeId: 'bj01', filesLeft: 1, filesDeletedAt: null },
    erased: {
      ...{ records: 1, numbers: 1, leads: 1, vehicles: 1, calls: 2, recordings: 1, texts: 1 },
      ...{ importRows: 1, events: 1 },
    },
    kept: [
      { what: 'number-hashes', count: 1, why: 'refusal' },
      { what: 'do-not-call', count: 2, why: 'refusal' },
    ],
  });
  // Counted on, and of nobody.
  const call = await db('call').where({ id: callId }).first();
  expect(call).toMatchObject({ outcome: 'talk', lead_id: leadId });
  expect(call.from_number).toMatch(/^erased-/);
  expect(await db('lead').where({ id: leadId }).first()).toMatchObject({
    ...{ state: 'archived', source: 'web', number: '' },
  });
  expect(await db('recording').where({ call_id: callId }).first()).toMatchObject({
    ...{ state: 'erased', path: null, duration_ms: 900 },
  });
  // Nobody finds him, and the other is as he was.
  const found = await customerPage(db, { books: [BOOKS] }, { limit: 50 });
  expect(found.items.map(({ customer }) => customer.id)).toEqual([other]);
  await expect(privacy().held(id)).rejects.toMatchObject({ code: 'UNKNOWN_CUSTOMER' });
  await expect(erase(id)).rejects.toMatchObject({ code: 'UNKNOWN_CUSTOMER' });

  // The file goes by a job, which finds it after a restart as well; not while it is on its way here.
  await files(true);
  expect(existsSync(join(folder, path))).toBe(true);
  await files();
  expect(readdirSync(dirname(join(folder, path)))).toEqual([]);
  expect(await privacy().certificate(certificate.id)).toEqual({
    ...{ ...certificate, filesLeft: 0, filesDeletedAt: NINE + 1 },
  });
  expect((await privacy().certificates([BOOKS], { limit: 5 })).items).toHaveLength(1);
  expect(await files()).toBe(0);
});

const somebodyElse = () => person(database.db, { name: '别人', numbers: ['+8613700000000'] });

test('A23: the hash of his number stays: who imports it again is told, and does not call him unasked', async () => {
  const { db } = database;
  const { id } = await somebody();
  const refusal = { id: randomUUID(), number: NUMBER, at: new Date(NINE), by: 'wang', how: 'said' };
  await db('opt_out').insert({ ...refusal, scope: 'store:bj01' });
  await erase(id);
  expect(await tablesWith(SECRETS)).toEqual([]);
  const of = { key: KEY, controller: BOOKS };
  expect(await erasedAmong(db, [NUMBER], of)).toEqual(new Map([[NUMBER, 'asked']]));
  await person(db, { numbers: [NUMBER] });
  const facts = await permissionFacts(db, KEY, {
    ...{ controller: BOOKS, customerId: null, numbers: [NUMBER] },
  });
  expect(facts.refusals.map(({ scope }) => scope).sort()).toEqual(['all', 'texts', 'unasked']);
});

test('it is all or nothing: what cannot be noted, who has changed, who talks or is promised a call is not deleted', async () => {
  const { db } = database;
  const { id, callId } = await somebody();
  const before = await tablesWith(SECRETS);
  await expect(
    erase(id, () => {
      throw new Error('the disk is full');
    }),
  ).rejects.toThrow('the disk is full');
  await expect(
    privacy().erase({ id, version: 99, storeId: 'bj01' }, doing()),
  ).rejects.toMatchObject({ code: 'VERSION_MOVED' });
  busy.add(NUMBER);
  await expect(erase(id)).rejects.toMatchObject({ code: 'CUSTOMER_BUSY' });
  busy.clear();
  await db('promise').insert({
    ...{ id: randomUUID(), store_id: 'bj01', hotline: '400', queue_id: 'sales', number: NUMBER },
    ...{ call_id: callId, state: 'open', reason: 'asked', opened_at: new Date(NINE) },
    due_at: new Date(NINE),
  });
  await expect(erase(id)).rejects.toMatchObject({ code: 'CUSTOMER_BUSY' });
  expect(await tablesWith(SECRETS)).toEqual([...before, 'promise'].sort());
  expect(await db('erasure')).toEqual([]);
  await db('promise').update({ state: 'withdrawn' });
  expect((await erase(id)).erased.promises).toBe(1);
  expect(await tablesWith(SECRETS)).toEqual([]);
});

test('recordings on hold stay, the certificate says why, and they go when the hold is lifted', async () => {
  const { db } = database;
  const { id, callId, path } = await somebody();
  const { id: hold } = await privacy().hold(
    { customerId: id, storeId: 'bj01', why: 'complaint' },
    doing(),
  );
  const { id: erasure, erased, kept } = await erase(id);
  expect(erased.recordings).toBe(0);
  expect(kept[0]).toEqual({ what: 'recordings', count: 1, why: 'complaint' });
  await files();
  expect(existsSync(join(folder, path))).toBe(true);
  expect(await db('recording').where({ call_id: callId }).first('state')).toEqual({
    state: 'stored',
  });
  await privacy().lift(hold, doing());
  await expect(privacy().lift(hold, doing())).rejects.toMatchObject({ code: 'HOLD_OVER' });
  await files();
  expect(existsSync(join(folder, path))).toBe(false);
  const certificate = await privacy().certificate(erasure);
  expect(certificate).toMatchObject({ erased: { recordings: 1 }, filesLeft: 0 });
  expect(certificate?.kept.map(({ what }) => what)).not.toContain('recordings');
});
