import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Portion } from '../../../src/domain/intake/batch';
import { numberBook } from '../../../src/domain/number/book';
import { LIMITS } from '../../../src/intake/limits';
import { runImport } from '../../../src/intake/run';
import { aBatch } from '../../support/fake-imports';
import { NOW, PLAN } from '../../support/two-stores';

/** What counts as a row of a file. */
let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'openline-run-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const RULES = { numbers: { book: numberBook(PLAN), area: '', at: NOW }, channels: [] };

async function landed(text: string, done = { rowDone: 0, rows: 0 }): Promise<number> {
  const path = join(folder, 'list.csv');
  writeFileSync(path, text);
  let rows = 0;
  const batch = aBatch({ state: 'running', rowDone: done.rowDone });
  const counts = { ...batch.counts, rows: done.rows };
  await runImport(
    { ...batch, counts },
    {
      remembered: async () => null,
      remember: async () => undefined,
      heading: async () => undefined,
      land: async ({ ready, rejected }: Portion) => {
        rows += ready.length + rejected.length;
        return true;
      },
    },
    { path, rules: RULES, limits: { ...LIMITS, rows: 100 } },
  );
  return rows;
}

const HEADING = '姓名,手机';
const rowsOf = (count: number): string[] =>
  Array.from({ length: count }, (_none, nth) => `王芳,${13_800_138_000 + nth}`);
/** As a list is printed, with what somebody has coloured below it. */
const printed = (count: number): string =>
  [...rowsOf(count).flatMap((row, nth) => (nth % 20 === 0 ? [HEADING, row] : [row]))].join('\n') +
  '\n,'.repeat(5000);

test('E30: as many rows land as a file may have, however many headings and empty rows stand between', async () => {
  expect(await landed(printed(100))).toBe(100);
});

test('E30: one row more is refused, also where most had landed before the app fell', async () => {
  const tooMany = { code: 'IMPORT_TOO_LARGE', details: { what: 'rows', limit: 100 } };
  await expect(landed(printed(101))).rejects.toMatchObject(tooMany);
  const text = [HEADING, ...rowsOf(101)].join('\n');
  await expect(landed(text, { rowDone: 91, rows: 90 })).rejects.toMatchObject(tooMany);
  expect(await landed([HEADING, ...rowsOf(100)].join('\n'), { rowDone: 91, rows: 90 })).toBe(10);
});
