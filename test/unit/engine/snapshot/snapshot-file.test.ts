import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UNUSED } from '../../../../src/domain/dial/budget';
import { partsOf, joined } from '../../../../src/engine/snapshot/parts';
import {
  readSnapshot,
  writeSnapshot,
  type LocalSnapshot,
} from '../../../../src/engine/snapshot/snapshot-file';
import { NOBODY_KNOWN } from '../../../../src/engine/snapshot/sign-in-so-far';
import { PLAN } from '../../../support/two-stores';
import { aCall } from '../../../support/records';

const AT = Date.UTC(2026, 0, 31);
const calls = Array.from({ length: 250 }, (_, n) => ({ ...aCall(), id: `call-${n}` }));
const snapshot: LocalSnapshot = {
  ...{ at: AT, from: { segment: 3, offset: 4711 } },
  remembered: {
    plan: PLAN,
    known: {
      ...{ agents: [], promises: [], hotlines: [], blocks: [], forms: [] },
      budget: { ...UNUSED, day: 7, spent: new Map([['person wang', 3]]) },
    },
    trunks: new Map([
      ['carrier', { ...{ day: 7, used: 1, peak: 2, fullMs: 0 }, since: AT, nearFull: false }],
    ]),
    calls,
    signIn: NOBODY_KNOWN,
  },
};

describe('the local snapshot on disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'snapshot-'));
  const path = join(folder, 'snapshot.jsonl');
  const said: string[] = [];
  const say = (_: object, words: string): number => said.push(words);
  const log = { info: say, warn: say, error: say, debug: say } as never;
  const read = () => readSnapshot(path, log);

  beforeEach(async () => {
    said.length = 0;
    await writeSnapshot(path, snapshot);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is what was written, and for its owner alone', async () => {
    expect(await read()).toEqual(snapshot);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(said).toEqual([]);
  });

  test('is worded a part at a time: no line has more than a hundred calls', () => {
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    const counts = lines.map((line) => (line.match(/"id":"call-\d+"/g) ?? []).length);
    expect(counts.filter((count) => count > 0)).toEqual([100, 100, 50]);
  });

  test.each([
    ['of another version', (text: string) => text.replace('"value":3', '"value":2')],
    ['broken in a line', (text: string) => text.replace('call-100', 'call-100"')],
    ['without its end', (text: string) => text.split('\n').slice(0, -2).join('\n')],
    ['empty', () => ''],
  ])('%s it is said, and ignored', async (_, spoilt) => {
    writeFileSync(path, spoilt(readFileSync(path, 'utf8')));
    expect(await read()).toBeNull();
    expect(said).toEqual([expect.stringMatching(/local snapshot .* ignored/)]);
  });

  test('that is not there is no news', async () => {
    rmSync(path);
    expect(await read()).toBeNull();
    expect(said).toEqual([]);
  });
});

test('an object is what its parts are joined to', () => {
  const whole = {
    n: 1,
    none: [],
    long: [...Array(201).keys()],
    deep: { list: [{ a: [1] }], x: null },
  };
  const lines = [...partsOf(whole)].map((part) => JSON.stringify(part));
  expect(joined(lines)).toEqual(whole);
});
