import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Nightly } from '../../../src/backup/nightly';
import { nameOf } from '../../../src/backup/shelf';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** On this machine's clock, as `BACKUP_AT` is. */
const morning = new Date(2026, 2, 3, 9, 0).getTime();
const at = (day: number, hour: number, minute = 0): number =>
  new Date(2026, 2, day, hour, minute).getTime();

let dir: string;
let now: number;
let made: number[];
let told: string[];
let why: string | null;
let nightly: Nightly;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'openline-nightly-'));
  [now, made, told, why] = [morning, [], [], null];
  nightly = new Nightly({
    ...{ dir, atMinute: 150, now: () => now },
    make: async () => {
      made.push(now);
      if (why !== null) throw new Error(why);
      writeFileSync(join(dir, `${nameOf(now)}.tar`), '');
    },
    tell: (code, detail) => told.push(`${code} ${detail}`),
  });
});
afterEach(() => rmSync(dir, { recursive: true }));

async function until(end: number, step = 10 * MINUTE): Promise<void> {
  for (; now < end; now += step) await nightly.look();
}

test('one is made each day at its time, and one that was missed at the start', async () => {
  await until(at(5, 9));
  expect(made).toEqual([at(3, 9), at(4, 2, 30), at(5, 2, 30)]);
  expect(told).toEqual([`BACKUP_MADE ${dir}`]);
  expect(nightly.fact()).toMatchObject({ goodAt: at(5, 2, 30), failed: null });
});

test('after a restart none is made that is there already, which ends what was told before', async () => {
  writeFileSync(join(dir, `${nameOf(at(3, 3))}.tar`), '');
  await until(at(3, 20));
  expect(made).toEqual([]);
  expect(told).toEqual([`BACKUP_MADE ${dir}`]);
  expect(nightly.fact().goodAt).toBe(at(3, 3));
});

test('what failed is tried again each hour, told once, told again when it is a day and a half, and over once', async () => {
  await nightly.look();
  told = told.slice(1);
  why = 'NO_ROOM: 9 MB > 1 MB';
  await until(at(4, 4));
  expect(made.slice(1)).toEqual([at(4, 2, 30), at(4, 3, 30)]);
  expect(told).toEqual([`BACKUP_FAILED ${why}`]);
  await until(morning + 36 * HOUR);
  expect(told).toHaveLength(1);
  await until(at(5, 8));
  const newest = new Date(morning).toISOString();
  expect(told.slice(1)).toEqual([`BACKUP_FAILED newest in ${dir}: ${newest}`]);
  expect(nightly.fact().failed).toBe(why);
  why = null;
  await until(at(6, 9));
  expect(told.slice(2)).toEqual([`BACKUP_MADE ${dir}`]);
});

test('where there never was one it is told after a day and a half as well', async () => {
  why = 'no such disk';
  await until(morning + 37 * HOUR);
  expect(told).toEqual(['BACKUP_FAILED no such disk', `BACKUP_FAILED newest in ${dir}: none`]);
});

test('while one is made there is no other', async () => {
  const both = [nightly.look(), nightly.look()];
  await Promise.all(both);
  expect(made).toHaveLength(1);
});
