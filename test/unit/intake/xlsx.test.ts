import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LIMITS, type Limits } from '../../../src/intake/limits';
import { readSheet } from '../../../src/intake/read-file';
import { xlsxOf, zipOf, type XlsxCell, type XlsxOptions } from '../../support/xlsx';

const folder = mkdtempSync(join(tmpdir(), 'openline-xlsx-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(file: Buffer, limits: Limits = LIMITS) {
  const path = join(folder, 'file');
  writeFileSync(path, file);
  const { rows, ...sheet } = await readSheet(path, limits);
  const all = [];
  for await (const block of rows) all.push(...block);
  return { ...sheet, rows: all };
}
const rowsOf = async (rows: readonly (readonly XlsxCell[])[], options?: XlsxOptions) =>
  (await read(xlsxOf(rows, options))).rows;

test('texts, numbers and empty cells come as they stand, with the rows of the sheet', async () => {
  const sheet = await read(
    xlsxOf([['线索表'], [], ['姓名', null, '手机'], ['王芳 <&> 🌸', null, 13_800_138_000]], {
      merged: ['A1:C1'],
    }),
  );
  expect(sheet).toEqual({
    ...{ kind: 'xlsx', from1904: false },
    rows: [
      { row: 1, cells: ['线索表'] },
      { row: 3, cells: ['姓名', '', '手机'] },
      { row: 4, cells: ['王芳 <&> 🌸', '', 13_800_138_000] },
    ],
  });
});

test('of a formula its saved result counts; an error and a missing one are told as such', async () => {
  const [row] = await rowsOf([
    [
      { xml: '<c t="str"><f>A1&amp;B1</f><v>王芳</v></c>' },
      { xml: '<c><f>1+1</f><v>2</v></c>' },
      { xml: '<c t="e"><f>1/0</f><v>#DIV/0!</v></c>' },
      { xml: '<c><f>NOW()</f></c>' },
      { xml: '<c><f>NOW()</f><v></v></c>' },
      { xml: '<c t="b"><v>1</v></c>' },
      { xml: '<c t="inlineStr"><is><r><t>李</t></r><r><t>伟</t></r></is></c>' },
      { xml: '<c t="d"><v>2026-11-05</v></c>' },
      { xml: '<c><v>1.3800138E10</v></c>' },
    ],
  ]);
  expect(row?.cells).toEqual([
    ...['王芳', 2, { error: '#DIV/0!' }, { error: '=NOW()' }, { error: '=NOW()' }, 'TRUE', '李伟'],
    ...['2026-11-05', 13_800_138_000],
  ]);
});

test('the first sheet that is shown is read, and from when it counts days', async () => {
  const sheet = await read(xlsxOf([['a']], { hidden: true, from1904: true }));
  expect(sheet).toMatchObject({ from1904: true, rows: [{ row: 1, cells: ['a'] }] });
});

test('many rows come in blocks, none twice', async () => {
  const rows = Array.from({ length: 5000 }, (_none, at) => [`name ${at}`, at]);
  expect((await rowsOf(rows)).map(({ cells }) => cells)).toEqual(rows);
});

test('what is no workbook, or a broken one, is refused', async () => {
  const broken = xlsxOf([['a']]);
  broken.fill(0x7a, 60, 90);
  for (const file of [
    broken,
    zipOf({ 'word/document.xml': '<a/>' }),
    Buffer.from('PK\u0003\u0004…'),
  ])
    await expect(read(file)).rejects.toMatchObject({ code: 'IMPORT_UNREADABLE' });
  const parts = { 'xl/worksheets/sheet2.xml': '<worksheet><sheetData><row></sheetData>' };
  await expect(rowsOf([['a']], { parts })).rejects.toMatchObject({ code: 'IMPORT_UNREADABLE' });
  const old = Buffer.from('d0cf11e0a1b11ae1', 'hex');
  await expect(read(old)).rejects.toMatchObject({ code: 'IMPORT_OLD_EXCEL' });
});

test('what unpacks to more than it may is refused, before it is in memory', async () => {
  const bomb = '<worksheet><sheetData>'.padEnd(5_000_000, ' ');
  const file = xlsxOf([['a']], { parts: { 'xl/worksheets/sheet2.xml': bomb } });
  expect(file.length).toBeLessThan(20_000);
  const limits = { ...LIMITS, partBytes: 1_000_000 };
  await expect(read(file, limits)).rejects.toMatchObject({
    ...{ code: 'IMPORT_TOO_LARGE', details: { what: 'partBytes' } },
  });
  const texts = Array.from({ length: 100 }, (_none, at) => [`${at}`.padEnd(1000, 'x')]);
  await expect(read(xlsxOf(texts), { ...LIMITS, sharedCharacters: 50_000 })).rejects.toMatchObject({
    details: { what: 'sharedCharacters' },
  });
  const many = Array.from({ length: 300 }, (_none, at) => [at]);
  await expect(read(xlsxOf(many), { ...LIMITS, rows: 100 })).rejects.toMatchObject({
    details: { what: 'rows' },
  });
  await expect(read(xlsxOf(many), { ...LIMITS, fileBytes: 100 })).rejects.toMatchObject({
    details: { what: 'fileBytes' },
  });
});

test('entities of its own are none of ours', async () => {
  const parts = {
    'xl/worksheets/sheet2.xml':
      '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet><sheetData><row r="1"><c t="str"><v>&b;</v></c></row></sheetData></worksheet>',
  };
  await expect(rowsOf([['a']], { parts })).rejects.toMatchObject({ code: 'IMPORT_UNREADABLE' });
});
