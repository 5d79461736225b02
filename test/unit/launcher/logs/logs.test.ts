import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { LogLimits } from '../../../../src/config';
import { archivesToDelete, type Archive } from '../../../../src/launcher/logs/kept-archives';
import { Logs } from '../../../../src/launcher/logs/logs';
import { SmallDisk } from '../../../support/small-disk';
import { needsTmpfs } from '../../../support/needs';
import { waitFor } from '../../../support/wait';

/** The folder of logs on a real disk. */
const LIMITS: LogLimits = { fileBytes: 1000, keepFiles: 100, keepDays: 30, keepBytes: 1e6 };
const DAY_MS = 86_400_000;
let folder: string;
let now: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openline-logs-'));
  now = Date.now();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function logsIn(path: string, limits: Partial<LogLimits> = {}) {
  const shown: string[] = [];
  const logs = new Logs({
    folder: path,
    to: { stderr: false, files: true },
    limits: { ...LIMITS, ...limits },
    now: () => now,
    terminal: { write: (text) => shown.push(String(text)) > 0, writableLength: 0 },
  });
  logs.up();
  return { logs, shown };
}

const line = (n: number): string => `${JSON.stringify({ n, fill: 'x'.repeat(80) })}\n`;
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => line(from + index)).join('');

/** Everything that is kept, the oldest first. */
function kept(path = folder): string {
  const archives = readdirSync(path)
    .filter((file) => file.startsWith('app-'))
    .sort();
  return [...archives, 'app.log']
    .map((file) => readFileSync(join(path, file)))
    .map((bytes, index) => (archives[index]?.endsWith('.gz') ? gunzipSync(bytes) : bytes))
    .join('');
}

test('full files are put aside and packed; every line is there once, in its order, for the owner only', async () => {
  const { logs } = logsIn(join(folder, 'logs'));
  await logs.open();
  for (let n = 0; n < 100; n += 1) {
    // As it comes from a pipe: cut anywhere.
    const text = line(n);
    logs.take('app', Buffer.from(text.slice(0, 7)));
    logs.take('app', Buffer.from(text.slice(7)));
    now += 1;
    if (n % 10 === 9) await logs.close();
  }
  await logs.close();
  const files = readdirSync(join(folder, 'logs'));
  expect(kept(join(folder, 'logs'))).toBe(lines(0, 100));
  expect(files.filter((file) => file.endsWith('.log.gz')).length).toBeGreaterThanOrEqual(5);
  expect(files.filter((file) => !file.endsWith('.gz'))).toEqual(['app.log']);
  for (const file of files) {
    const { mode, size } = statSync(join(folder, 'logs', file));
    expect(mode & 0o777).toBe(0o600);
    expect(size).toBeLessThanOrEqual(1200);
  }
  expect(statSync(join(folder, 'logs')).mode & 0o777).toBe(0o700);
});

test('a new day begins a new file, and a restart within the day goes on in the same', async () => {
  const first = logsIn(folder).logs;
  first.take('app', Buffer.from(line(0)));
  await first.close();
  const second = logsIn(folder).logs;
  second.take('app', Buffer.from(line(1)));
  await second.close();
  expect(readdirSync(folder)).toEqual(['app.log']);
  const yesterday = new Date(now - DAY_MS);
  utimesSync(join(folder, 'app.log'), yesterday, yesterday);
  const third = logsIn(folder).logs;
  third.take('app', Buffer.from(line(2)));
  await third.close();
  expect(readFileSync(join(folder, 'app.log'), 'utf8')).toBe(line(2));
  expect(kept()).toBe(lines(0, 3));
});

test('a line that a killed launcher left without an end does not swallow the next one', async () => {
  writeFileSync(join(folder, 'app.log'), '{"n":0,"fi');
  const { logs } = logsIn(folder);
  logs.take('app', Buffer.from(line(1)));
  await logs.close();
  expect(readFileSync(join(folder, 'app.log'), 'utf8')).toBe(`{"n":0,"fi\n${line(1)}`);
});

test('the last words of a child without an end of line are kept, and are a line', async () => {
  const { logs } = logsIn(folder);
  logs.take('app', Buffer.from('Segmentation fault'));
  logs.ended('app');
  logs.take('app', Buffer.from(line(1)));
  await logs.close();
  expect(readFileSync(join(folder, 'app.log'), 'utf8')).toBe(`Segmentation fault\n${line(1)}`);
});

test('what was begun to be packed when the machine went down is packed by the next start', async () => {
  writeFileSync(join(folder, 'app-20260101T000000000Z.log'), line(0));
  writeFileSync(join(folder, 'app-20260101T000000000Z.log.part'), 'half');
  now = Date.parse('2026-01-02T00:00:00Z');
  const { logs } = logsIn(folder);
  await logs.open();
  await logs.close();
  expect(readdirSync(folder)).toEqual(['app-20260101T000000000Z.log.gz']);
  expect(gunzipSync(readFileSync(join(folder, readdirSync(folder)[0]!))).toString()).toBe(line(0));
});

needsTmpfs('a full disk', () => {
  test('holds nobody up: lines wait, go on where they were cut, and what is lost is counted', async () => {
    const disk = new SmallDisk(8192);
    try {
      const { logs, shown } = logsIn(disk.path, { fileBytes: 1e9 });
      logs.take('app', Buffer.from(lines(0, 10)));
      const begun = () =>
        existsSync(join(disk.path, 'app.log')) && kept(disk.path) === lines(0, 10);
      await waitFor('the first lines', begun);
      disk.fill();
      for (let n = 10; n < 1000; n += 10) logs.take('app', Buffer.from(lines(n, n + 10)));
      // More than is kept in memory: two of six are lost.
      const large = `${'y'.repeat(900_000)}\n`;
      for (let n = 0; n < 6; n += 1) logs.take('edge', Buffer.from(large));
      await waitFor('both refusals', () => shown.length === 2);
      expect(shown.every((text) => text.includes('ENOSPC'))).toBe(true);
      disk.free();
      const edge = (): string => readFileSync(join(disk.path, 'edge.log'), 'utf8');
      await waitFor('the lines', () => kept(disk.path) === lines(0, 1000), 5000);
      await waitFor('the count', () => edge().includes('dropped'), 5000);
      expect(edge().slice(0, 4 * large.length)).toBe(large.repeat(4));
      const said: unknown = JSON.parse(edge().slice(4 * large.length));
      expect(said).toMatchObject({ level: 40, why: 'ENOSPC', dropped: 2 });
      await logs.close();
    } finally {
      disk.close();
    }
  });
});

test('where there can be no folder nothing fails but the log', async () => {
  writeFileSync(join(folder, 'logs'), 'a file');
  const { logs, shown } = logsIn(join(folder, 'logs'));
  await logs.open();
  logs.take('app', Buffer.from(line(0)));
  await logs.close();
  expect(shown.join('')).toMatch(/Logs cannot be written to .*logs: (EEXIST|ENOTDIR)/);
});

describe('what goes', () => {
  const archive = (log: string, daysAgo: number, bytes = 10): Archive => ({
    ...{ log, bytes, at: now - daysAgo * DAY_MS },
    file: `${log}${daysAgo}`,
  });
  const going = (archives: Archive[], limits: Partial<LogLimits>, open = 0): string[] =>
    archivesToDelete(archives, { ...LIMITS, ...limits }, { now, open });

  test.each<[string, Partial<LogLimits>, number, string[]]>([
    ['nothing within the limits', {}, 0, []],
    ['beyond the number of each log', { keepFiles: 1 }, 0, ['app2', 'edge3', 'app4']],
    ['beyond the days', { keepDays: 2.5 }, 0, ['edge3', 'app4']],
    ['the oldest beyond the bytes', { keepBytes: 25 }, 0, ['app2', 'edge3', 'app4']],
    [
      'files that are written count',
      { keepBytes: 25 },
      10,
      ['app2', 'edge3', 'app4', 'edge1'].sort(),
    ],
  ])('%s', (_what, limits, open, expected) => {
    const all = [archive('app', 4), archive('edge', 1), archive('app', 0), archive('app', 2)];
    expect(going([...all, archive('edge', 3)], limits, open).sort()).toEqual([...expected].sort());
  });

  test('a small file behind a large one that is too much goes as well', () => {
    expect(
      going([archive('app', 0, 10), archive('app', 1, 90), archive('app', 2, 1)], {
        keepBytes: 50,
      }),
    ).toEqual(['app1', 'app2']);
  });
});
