import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KEPT_MS, KeptAnswers } from '../../../../src/engine/repeats/kept-answers';
import { needsTmpfs } from '../../../support/needs';
import { SmallDisk } from '../../../support/small-disk';

const KEY = Buffer.alloc(32, 1);
const ANSWER = { status: 200, headers: { 'content-type': 'application/json' }, body: '{"a":1}' };
const asked = (key: string, what = 'POST /api/calls') => ({ owner: 'person wang', key, what });

let folder: string;
let now: number;
const lives: KeptAnswers[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openline-repeats-'));
  now = 1_000_000_000;
});
afterEach(async () => {
  for (const life of lives.splice(0)) await life.close();
  rmSync(folder, { recursive: true, force: true });
});

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
function aLife(where = folder, key = KEY): KeptAnswers {
  const life = new KeptAnswers({ folder: join(where, 'repeats'), key, now: () => now, log });
  lives.push(life);
  return life;
}
async function begun(life: KeptAnswers, key: string): Promise<string> {
  const known = await life.begin(asked(key));
  if (known.is !== 'new') throw new Error(`${key} is ${known.is}`);
  return known.id;
}
const files = () => readdirSync(join(folder, 'repeats')).sort();
const isOf = async (life: KeptAnswers, key: string) => (await life.begin(asked(key))).is;

test('what was answered is known to the next life, what was only begun is lost, what was not done is new', async () => {
  const first = aLife();
  await first.answered(await begun(first, 'done'), ANSWER);
  await begun(first, 'begun');
  await first.undone(await begun(first, 'undone'));
  // Killed: nothing is closed.
  const second = aLife();
  expect(await second.begin(asked('done'))).toEqual({ is: 'answered', since: now, answer: ANSWER });
  expect(await second.begin(asked('begun'))).toEqual({ is: 'lost', since: now });
  expect(await second.begin(asked('done', 'POST /api/other'))).toEqual({ is: 'other' });
  await second.answered(await begun(second, 'undone'), ANSWER);
  expect(await isOf(aLife(), 'undone')).toBe('answered');
});

test('a line that was being written when the machine fell spoils no other', async () => {
  const first = aLife();
  await first.answered(await begun(first, 'done'), ANSWER);
  appendFileSync(join(folder, 'repeats', files()[0] ?? ''), '{"id":"half');
  const second = aLife();
  expect(await isOf(second, 'done')).toBe('answered');
  await second.answered(await begun(second, 'next'), ANSWER);
  const third = aLife();
  expect([await isOf(third, 'done'), await isOf(third, 'next')]).toEqual(['answered', 'answered']);
});

test('answers stand on the disk sealed, for nobody else to read', async () => {
  const life = aLife();
  const secret = { ...ANSWER, body: '{"password":"abcd-efgh"}' };
  await life.answered(await begun(life, 'k'), secret);
  const [file = ''] = files();
  const path = join(folder, 'repeats', file);
  expect(readFileSync(path, 'utf8')).not.toMatch(/abcd|POST|"k"/);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  // With another key of the data folder nothing is recognized.
  expect(await isOf(aLife(folder, Buffer.alloc(32, 2)), 'k')).toBe('new');
});

test('an answer that is too large is known to have been given', async () => {
  const life = aLife();
  await life.answered(await begun(life, 'k'), { ...ANSWER, body: 'x'.repeat(300_000) });
  await life.answered(await begun(life, 'stream'), null);
  for (const key of ['k', 'stream'])
    expect(await aLife().begin(asked(key))).toMatchObject({ is: 'answered', answer: null });
});

test('one asker has ten thousand keys a day and takes nobody else’s; after a day they and their files are gone', async () => {
  const life = aLife();
  const keys = Array.from({ length: 10_001 }, (_, n) => `k-${n}`);
  const told = await Promise.all(keys.map((key) => life.begin(asked(key))));
  expect(told.map(({ is }) => is)).toEqual([...Array<string>(10_000).fill('new'), 'full']);
  expect((await life.begin({ ...asked('k-0'), owner: 'person li' })).is).toBe('new');
  await life.close();
  now += KEPT_MS + 1;
  const next = aLife();
  await next.sweep();
  expect([next.size, files()]).toEqual([0, []]);
  expect(await isOf(next, 'k-0')).toBe('new');
});

test('the same key at once begins once', async () => {
  const life = aLife();
  const told = await Promise.all(Array.from({ length: 50 }, () => life.begin(asked('k'))));
  expect(told.map(({ is }) => is).sort()).toEqual(['new', ...Array<string>(49).fill('running')]);
});

needsTmpfs('a full disk', () => {
  test('refuses to begin, and leaves nothing of it behind', async () => {
    const disk = new SmallDisk(64);
    try {
      const life = aLife(disk.path);
      await life.answered(await begun(life, 'before'), ANSWER);
      disk.fill();
      const many = Array.from({ length: 60 }, (_, n) => `k-${n}`);
      const refused: string[] = [];
      for (const key of many) await life.begin(asked(key)).catch(() => refused.push(key));
      expect(refused.length).toBeGreaterThan(0);
      disk.free();
      for (const key of refused) await life.answered(await begun(life, key), ANSWER);
      const next = aLife(disk.path);
      expect(await isOf(next, 'before')).toBe('answered');
      for (const key of refused) expect(await isOf(next, key)).toBe('answered');
      await Promise.all([life.close(), next.close()]);
    } finally {
      disk.close();
    }
  });
});
