import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { correlation } from '../support/prompt-heard';
import { readWav } from '../support/tone';

/** `npm run demo` as somebody without a telephone starts it; two of its customers call. */
const root = join(__dirname, '../..');
/** What is looked for: the first half second of a line, somewhere in the first twelve seconds. */
const [SOUGHT, WITHIN] = [4000, 96_000];

const run = promisify(execFile);

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'openline-demo-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function isHeard(side: Int16Array, line: string): boolean {
  const [whole = new Int16Array(0)] = readWav(
    readFileSync(join(root, 'demo/speech', `${line}.wav`)),
  ).channels;
  const sought = whole.subarray(0, SOUGHT);
  for (let from = 0; from + SOUGHT <= Math.min(side.length, WITHIN); from += 1)
    if (correlation(side.subarray(from, from + SOUGHT), sought) > 0.9) return true;
  return false;
}

test('customers call, telemarketers answer, and both are heard in the files', async () => {
  const asked = ['--calls', '2', '--per-minute', '60', '--seed', '11', '--data', folder];
  const { stdout } = await run('npm', ['run', '-s', 'demo', '--', ...asked], { cwd: root });
  const told = JSON.parse(stdout) as {
    calls: number;
    busyAnswers: number;
    ledgers: { arrived: number; talks: number; balanced: boolean }[];
  };
  expect(told).toMatchObject({ calls: 2, busyAnswers: 0 });
  expect(told.ledgers.every(({ balanced }) => balanced)).toBe(true);
  expect(told.ledgers.reduce((sum, { arrived }) => sum + arrived, 0)).toBe(2);
  const talks = told.ledgers.reduce((sum, { talks: n }) => sum + n, 0);
  expect(talks).toBeGreaterThan(0);
  const names = readdirSync(join(folder, 'recordings'), { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => name.endsWith('.wav'));
  expect(files).toHaveLength(talks);
  const [first = ''] = files;
  const { channels } = readWav(readFileSync(join(folder, 'recordings', first)));
  const [customer = new Int16Array(0), agent = new Int16Array(0)] = channels;
  expect(isHeard(agent, 'agent/hello')).toBe(true);
  expect(['price', 'upkeep'].filter((line) => isHeard(customer, `caller/${line}`))).toHaveLength(1);
  expect(isHeard(customer, 'agent/hello')).toBe(false);
}, 150_000);
