import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pino } from 'pino';
import { importWorld, type ImportParts, type ImportWorld } from '../../src/app/imports';
import type { ImportBatch, ImportOrder } from '../../src/domain/intake/batch';
import { uuidv7Maker } from '../../src/engine/id';
import type { LeadLevel } from '../../src/domain/queue/place';
import { beginRun, goOn, type CleaningWorld } from '../../src/store/customers/cleaning-runs';
import { hashKeyOf } from '../../src/store/customers/erased-numbers';
import { refreshSearch } from '../../src/store/customers/customers';
import { forgetRejects } from '../../src/store/intake/rejects';
import { messyFile, type ExpectedPerson } from '../support/messy-file';
import { useDatabase } from '../support/postgres';
import { NOW, PLAN } from '../support/two-stores';
import { xlsxOf } from '../support/xlsx';

/** What a messy file becomes, that it changes nothing a second time, and that it can be taken back. */
const database = useDatabase();
const makeId = uuidv7Maker();
let folder: string;
let world: ImportWorld;
let mayChange = true;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'openline-intake-'));
  mayChange = true;
  await database.db('store').insert(
    ['bj01', 'sh01'].map((id) => ({
      ...{ id, name: id, timezone: 'Asia/Shanghai', controller: `store:${id}` },
    })),
  );
  world = worldOf();
  world.start(() => mayChange);
});
afterEach(async () => {
  await world.stop();
  rmSync(folder, { recursive: true });
});

const partsOf = (): ImportParts => ({
  ...{ db: database.db, folder, plan: () => PLAN, makeId, now: () => NOW },
  ...{ ready: async () => undefined, log: pino({ level: 'silent' }) },
});
const worldOf = (): ImportWorld => importWorld(partsOf());

const ORDER: Omit<ImportOrder, 'sha256' | 'bytes'> = {
  ...{ storeId: 'bj01', by: 'chen', fileName: 'list.csv', format: 'excel', as: 'leads' },
  ...{ source: 'hq', area: '', given: null },
};

/** As it is when nothing is left to be done. */
async function settled(id: string): Promise<ImportBatch> {
  await world.idle();
  const batch = await world.desk.find(id);
  if (batch === null) throw new Error('no such import');
  return batch;
}

async function imported(
  file: Buffer | string,
  order: Partial<typeof ORDER> = {},
): Promise<ImportBatch> {
  const body = Readable.from([Buffer.from(file as string)]);
  const { id } = await world.desk.receive({ ...ORDER, ...order }, body, () => undefined);
  return settled(id);
}

async function undone(batch: ImportBatch): Promise<ImportBatch> {
  await world.desk.undo(batch, 'chen');
  return settled(batch.id);
}

const TABLES = [
  ...['customer', 'customer_number', 'vehicle', 'lead', 'lead_owner', 'contact', 'doubtful_pair'],
];

/** All that is known of people; `but`: columns that are left out. */
async function known(but: readonly string[] = []): Promise<Record<string, string>> {
  const tables = TABLES.map(async (table) => {
    const without = but.length === 0 ? '' : ` - array[${but.map((one) => `'${one}'`).join(', ')}]`;
    const { rows } = await database.db.raw<{ rows: { all: string }[] }>(
      `select count(*) || ' ' || coalesce(md5(string_agg((to_jsonb(t)${without})::text, ',' order by t.id)), '') as all
       from ${table} t`,
    );
    return [table, rows[0]?.all ?? ''] as const;
  });
  return Object.fromEntries(await Promise.all(tables));
}

/** As `ExpectedPerson` has them. */
async function persons(): Promise<ExpectedPerson[]> {
  const { rows } = await database.db.raw<{ rows: ExpectedPerson[] }>(`
    select array(select number from customer_number n where n.customer_id = c.id order by n.since, n.id) as numbers,
      c.name, c.sex, l.level, l.channel, l.source, c.born_on::text as "bornOn", l.intended_on::text as "intendedOn",
      l.interest_model as interest, (select plate from vehicle v where v.customer_id = c.id) as plate, c.note
    from customer c join lead l on l.customer_id = c.id where c.source like 'import:%'`);
  return rows;
}
const said = (one: ExpectedPerson): string => JSON.stringify(Object.entries(one).sort());

/** The first of those who are not as they must be. */
async function otherPersons(expected: readonly ExpectedPerson[]) {
  const [must, are] = [expected.map(said), (await persons()).map(said)].map((all) => all.sort());
  const without = (all: string[] = [], others: string[] = []) => {
    const known = new Set(others);
    return all.filter((one) => !known.has(one)).slice(0, 3);
  };
  expect(are).toHaveLength(must?.length ?? 0);
  return { missing: without(must, are), strange: without(are, must) };
}

/** 100,000 by `OPENLINE_INTAKE_ROWS=100000 npx jest test/db/intake -t messy`: some minutes of a small machine. */
const ROWS = Number(process.env.OPENLINE_INTAKE_ROWS ?? 3000);

test(
  'a messy file lands with exactly what is expected; a second time it changes nothing; undo restores everything',
  async () => {
    const file = messyFile(ROWS);
    // Somebody was here before: his empty fields are filled, and empty again.
    await earlier(file.persons[0]);
    const before = await known(['version', 'changed_at']);
    const batch = await imported(file.bytes);
    const { customers, leads } = file.counts;
    expect(batch).toMatchObject({ state: 'done', error: null });
    expect(batch.counts).toEqual({
      ...file.counts,
      ...{ customers: customers - 1, leads, filled: file.counts.filled + 1 },
    });
    expect(await otherPersons(file.persons.slice(1))).toEqual({ missing: [], strange: [] });
    expect(await rejectsOf(batch)).toEqual([...file.rejects]);

    const landed = await known();
    const again = await imported(file.bytes);
    const { rows, rejected } = file.counts;
    expect(again.counts).toMatchObject({ rows, rejected, same: rows - rejected, customers: 0 });
    expect(await known()).toEqual(landed);

    expect(await undone(again)).toMatchObject({ state: 'undone', keptCount: 0 });
    expect(await known()).toEqual(landed);
    expect(await undone(batch)).toMatchObject({ state: 'undone', keptCount: 0, kept: [] });
    expect(await known(['version', 'changed_at'])).toEqual(before);
  },
  Math.max(60_000, ROWS * 10),
);

/** A customer who had called before, and is known by number and name alone. */
async function earlier(person: ExpectedPerson | undefined): Promise<void> {
  if (person === undefined) throw new Error('nobody in the file');
  const [id, at] = [makeId(), new Date(NOW - 1000)];
  await database.db('customer').insert({
    ...{ id, root_id: id, controller: 'store:bj01', store_id: 'bj01', name: person.name },
    ...{ source: 'inbound', created_at: at, changed_at: at },
  });
  await database.db('customer_number').insert({
    ...{ id: makeId(), customer_id: id, controller: 'store:bj01', number: person.numbers[0] },
    ...{ kind: 'mobile', identifies: true, source: 'inbound', since: at },
  });
  await database.db.transaction((trx) => refreshSearch(trx, [id]));
}

async function rejectsOf({ id }: ImportBatch): Promise<[number, string][]> {
  const rows = await database
    .db('import_row')
    .where({ batch_id: id, outcome: 'rejected' })
    .orderBy('row_no')
    .select<{ row_no: number; reasons: { code: string }[] }[]>('row_no', 'reasons');
  return rows.map(({ row_no, reasons }) => [row_no, reasons.map(({ code }) => code).join(' ')]);
}

const LIST = '姓名,手机,级别,车牌\n王芳,13800138000,H,京A12345\n李伟,13800138001,A,\n';

test('a workbook with merged headings, formulas and days of a spreadsheet lands as a text file does', async () => {
  const file = xlsxOf(
    [
      ['2026年11月线索', null, null, null],
      ['客户', null, '意向', null, '级别', '渠道'],
      ['姓名', '联系电话', '车型', '购买日期', null, null],
      [
        '王芳🌸',
        13_800_138_000,
        'X3',
        46_331,
        { xml: '<c t="str"><f>A1</f><v>H级</v></c>' },
        '网站',
      ],
      [
        '李伟',
        '0086 138-0013-8001',
        'X5',
        '2026年12月1日',
        { xml: '<c t="e"><v>#N/A</v></c>' },
        null,
      ],
      [null, null, null, null, null, null],
      [
        '赵六',
        { xml: '<c><v>1.3800138002E10</v></c>' },
        null,
        { xml: '<c><f>NOW()</f></c>' },
        'B',
        null,
      ],
    ],
    { merged: ['A1:F1', 'A2:B2', 'C2:D2', 'E2:E3', 'F2:F3'] },
  );
  const batch = await imported(file, { fileName: 'list.xlsx' });
  expect(batch).toMatchObject({ state: 'done', counts: { rows: 3, customers: 1, rejected: 2 } });
  expect(await persons()).toMatchObject([
    {
      ...{ name: '王芳🌸', numbers: ['+8613800138000'], interest: 'X3', intendedOn: '2026-11-05' },
      ...{ level: 'H', channel: 'web', source: 'hq' },
    },
  ]);
  expect(await rejectsOf(batch)).toEqual([
    [5, 'FORMULA_ERROR'],
    [7, 'FORMULA_NO_RESULT'],
  ]);
});

async function rejectsFile(batch: ImportBatch): Promise<string> {
  let text = '';
  for await (const piece of world.desk.rejects(batch)) text += piece;
  return text;
}

test('rejected rows come back in the layout of the file with why; corrected they land, and the rest is the same', async () => {
  const file =
    '名单,,\n姓名,电话（必填）,级别\n王芳,13800138000,H\n-李伟,1380013800,Z\n"赵,六",138 0013 8002,A\n';
  const batch = await imported(file);
  expect(batch.counts).toMatchObject({ customers: 2, rejected: 1 });
  const rejects = await rejectsFile(batch);
  const reasons = [
    '第 4 行 B 列 “1380013800”：像手机号，但不是 11 位 / row 4, column B “1380013800”: looks like a mobile number, but has not 11 digits',
    '第 4 行 C 列 “Z”：级别只能是 H、A、B、C / row 4, column C “Z”: the level is none of H, A, B, C',
  ];
  expect(rejects).toBe(
    '\ufeff名单,,,\r\n姓名,电话（必填）,级别,未导入原因 Reason\r\n' +
      `'-李伟,1380013800,Z,"${reasons.join('; ')}"\r\n`,
  );
  const again = await imported(rejects.replace('1380013800,Z', '13800138001,B'));
  expect(again.counts).toMatchObject({ rows: 1, customers: 1, rejected: 0 });
  const names = (await persons()).map(({ name, level }) => `${name} ${level}`);
  expect(names.sort()).toEqual(['-李伟 B', '王芳 H', '赵,六 A'].sort());
});

test('A23: what stood in rejected rows is deleted in time, of that store alone; what was wrong with them stays', async () => {
  const batch = await imported('姓名,手机\n王芳,13800138000\n李伟,138****8001\n');
  const { db } = database;
  expect(await forgetRejects(db, { storeId: 'sh01', before: NOW + 1 })).toBe(0);
  expect(await forgetRejects(db, { storeId: 'bj01', before: NOW })).toBe(0);
  expect(await forgetRejects(db, { storeId: 'bj01', before: NOW + 1 })).toBe(1);
  const [row] = await db('import_row').where({ batch_id: batch.id, outcome: 'rejected' });
  expect(row).toMatchObject({ cells: null, reasons: [{ code: 'NUMBER_MASKED', column: 1 }] });
  expect(JSON.stringify(row)).not.toMatch(/李伟|138\*/);
  const lines: string[] = [];
  for await (const piece of world.desk.rejects(batch)) lines.push(piece);
  expect(lines.join('').trim().split('\n')).toHaveLength(1);
  expect((await settled(batch.id)).counts.rejected).toBe(1);
});

test('what somebody said of the columns is remembered for the same headings in the store', async () => {
  const file = (number: string) => `潜客,号码甲\n王芳,${number}\n`;
  const noHeading = { code: 'IMPORT_NO_HEADING' };
  await expect(imported(file('13800138000'))).rejects.toMatchObject(noHeading);
  const given = { 潜客: 'name', 号码甲: 'number' } as const;
  expect((await imported(file('13800138000'), { given })).counts.customers).toBe(1);
  expect((await imported(file('13800138001'))).counts.customers).toBe(1);
  await expect(imported(file('13800138002'), { storeId: 'sh01' })).rejects.toMatchObject(noHeading);
});

test('after an undo the same file lands again', async () => {
  const batch = await imported(LIST);
  await undone(batch);
  const again = await imported(LIST);
  expect(again.counts).toEqual(batch.counts);
  expect(again.counts).toMatchObject({ customers: 2, leads: 2, same: 0 });
});

test('people of two stores without an agreement are two (PIPL)', async () => {
  expect((await imported(LIST)).counts.customers).toBe(2);
  expect((await imported(LIST, { storeId: 'sh01' })).counts).toMatchObject({
    customers: 2,
    same: 0,
  });
});

test('an undo leaves what somebody has worked with since, and says so', async () => {
  const { db } = database;
  const batch = await imported(
    '姓名,手机,级别,车牌,地址\n王芳,13800138000,H,京A12345,\n李伟,13800138001,A,,\n赵六,13800138002,B,,\n钱七,13800138003,C,,\n',
  );
  const of = async (name: string) =>
    (await db('customer').where({ name }).first<{ id: string }>('id')).id;
  const ids = await Promise.all(['王芳', '李伟', '赵六'].map(of));
  const [edited = '', spoken = '', merged = ''] = ids;
  await db('customer').where({ id: edited }).update({ note: 'VIP', version: 2 });
  await db('contact').insert({
    ...{ id: makeId(), customer_id: spoken, store_id: 'bj01', at: new Date(NOW), kind: 'note' },
  });
  await db('customer').where({ id: merged }).update({ root_id: edited });
  const result = await undone(batch);
  expect(result).toMatchObject({ state: 'undone', undoneBy: 'chen', keptCount: 3 });
  expect(result.kept.map(({ what, id }) => [what, id]).sort()).toEqual(
    ids.map((id) => ['customer', id]).sort(),
  );
  expect((await db('customer').pluck<string[]>('name')).sort()).toEqual(
    ['李伟', '王芳', '赵六'].sort(),
  );
  expect(await db('vehicle').pluck('plate')).toEqual(['京A12345']);
});

test.each<[string, number, LeadLevel[]]>([
  ['distributed', 2, []],
  ['held until they are confirmed (A26)', 0, ['H', 'A']],
])(
  'that the leads were cleaned and %s meanwhile is no work of anybody; what somebody has said of one since is',
  async (_what, distributed, levels) => {
    const { db } = database;
    const batch = await imported(LIST);
    const cleaning: CleaningWorld = {
      ...{
        db,
        makeId,
        now: () => NOW,
        plan: () => ({ ...PLAN, leads: { confirmation: { levels } } }),
        busy: () => new Set(),
        key: hashKeyOf(Buffer.alloc(32, 1)),
      },
      ...{ stopped: () => false, onError: (error) => expect(error).toBeNull() },
    };
    const asked = { controller: 'store:bj01', why: 'asked', by: 'chen' } as const;
    const { run } = await beginRun(cleaning, asked);
    expect(await goOn(cleaning, run.id)).toMatchObject({ state: 'done', valid: 2, distributed });
    await db('lead')
      .where({ name: '王芳' })
      .update({ next_plan: '周六到店', version: db.raw('version + 1') });
    const result = await undone(batch);
    expect(result.keptCount).toBe(1);
    expect(await db('customer').pluck('name')).toEqual(['王芳']);
    expect(await db('lead').select('name', 'next_plan')).toEqual([
      { name: '王芳', next_plan: '周六到店' },
    ]);
  },
);

test('an undo leaves a field that somebody has filled in otherwise since', async () => {
  const { db } = database;
  const first = await imported('姓名,手机\n王芳,13800138000\n');
  const second = await imported('姓名,手机,地址,地区\n王芳,13800138000,一号,海淀\n');
  expect(second.counts).toMatchObject({ customers: 0, filled: 1 });
  await db('customer').update({ address: '二号' });
  const result = await undone(second);
  expect(result).toMatchObject({ keptCount: 1, kept: [{ what: 'field', field: 'address' }] });
  expect(await db('customer').select('address', 'area')).toEqual([{ address: '二号', area: '' }]);
  expect((await world.desk.find(first.id))?.state).toBe('done');
});

test('an import that was broken off goes on behind what has landed', async () => {
  const file = messyFile(1500, 7);
  await world.stop();
  let allowed = 2;
  world = worldOf();
  const broken = world;
  const stopped = new Promise<void>((resolve) =>
    world.start(() => {
      allowed -= 1;
      if (allowed < 0) resolve();
      return allowed >= 0;
    }),
  );
  const { id } = await world.desk.receive(ORDER, Readable.from([file.bytes]), () => undefined);
  await stopped;
  await broken.stop();
  const half = await world.desk.find(id);
  expect(half).toMatchObject({ state: 'running', counts: { rows: 1000 } });
  world = worldOf();
  world.start(() => true);
  expect((await settled(id)).counts).toEqual(file.counts);
  expect(await otherPersons(file.persons)).toEqual({ missing: [], strange: [] });
  expect(readdirSync(folder)).toEqual([]);
});

test('a file that cannot be read is refused with why, and leaves nothing', async () => {
  const before = await known();
  for (const [file, code] of [
    ['a,b\n1,2\n', 'IMPORT_NO_HEADING'],
    [Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'IMPORT_OLD_EXCEL'],
    [Buffer.from('PK\u0003\u0004…', 'latin1'), 'IMPORT_UNREADABLE'],
    ['', 'INVALID_REQUEST'],
  ] as const)
    await expect(imported(file)).rejects.toMatchObject({ code });
  expect(await known()).toEqual(before);
  expect(readdirSync(folder)).toEqual([]);
});

test('a file that is larger than it may be is not taken, whatever it says of itself', async () => {
  await world.stop();
  world = importWorld({ ...partsOf(), limitBytes: 10 });
  world.start(() => true);
  await expect(imported(LIST)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  expect(readdirSync(folder)).toEqual([]);
});

test('what an app has left that fell while it took a file is thrown away, and nothing that waits', async () => {
  mayChange = false;
  const { id } = await world.desk.receive(
    ORDER,
    Readable.from([Buffer.from(LIST)]),
    () => undefined,
  );
  await world.stop();
  const old = new Date(Date.now() - 60_000);
  for (const name of ['left', 'left.part', id]) {
    if (name !== id) writeFileSync(join(folder, name), LIST);
    utimesSync(join(folder, name), old, old);
  }
  mayChange = true;
  world = worldOf();
  world.start(() => true);
  expect((await settled(id)).counts.customers).toBe(2);
  expect(readdirSync(folder)).toEqual([]);
});

test('one that is broken further down fails with why; what has landed by then can be taken back', async () => {
  // Longer than what is looked at before it is taken.
  const note = 'x'.repeat(200);
  const rows = Array.from({ length: 1500 }, (_none, nth) => `${note},${13_500_000_000 + nth}`);
  const batch = await imported(`备注,手机\n${rows.join('\n')}\n${','.repeat(300)}\n`);
  expect(batch).toMatchObject({ state: 'failed', error: 'IMPORT_TOO_LARGE' });
  expect(batch.counts.customers).toBe(1000);
  expect(await undone(batch)).toMatchObject({ state: 'undone', keptCount: 0 });
  expect(await database.db('customer').count()).toEqual([{ count: '0' }]);
});
