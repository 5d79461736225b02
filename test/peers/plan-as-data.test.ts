/**
 * The plan as a file, word for word as docs/operations.md says it: tried, applied, looked at, exported, changed and taken
 * back, by the commands of the built product.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { emptyPlan, withStaticAgents, type TestPlan } from '../support/plan';
import { startProduct, type Product } from '../support/product';

const root = join(__dirname, '..', '..');

let product: Product;
beforeAll(async () => void (product = await startProduct()), 90_000);
afterAll(() => product?.stop(), 30_000);

/** As `npx openline …` beside the data folder of the product. */
async function openline(...args: string[]) {
  const child = spawn(process.execPath, [join(root, 'bin/openline.cjs'), ...args], {
    cwd: product.dataDir,
    env: {
      ...{ PATH: process.env['PATH'], HOME: process.env['HOME'], LANG: 'C' },
      ...{ OPENLINE_DATA: product.dataDir, HTTP_LISTEN: product.http },
    },
  });
  const told = { out: '', err: '' };
  child.stdout.on('data', (text: Buffer) => (told.out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (told.err += text.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out: told.out.trimEnd().split('\n'), err: told.err.trimEnd() };
}

const file = (name: string): string => join(product.dataDir, name);
const write = (name: string, plan: TestPlan) => writeFileSync(file(name), stringify(plan));

const good = (): TestPlan => withStaticAgents(emptyPlan(), 2, { host: '127.0.0.5', port: 5090 });

/** With a slip, and without a hotline that customers know. */
function other(): TestPlan {
  const plan = good();
  const [hotline] = plan.hotlines;
  if (!hotline) throw new Error('the plan has no hotline');
  return { ...plan, hotlines: [{ ...hotline, number: '401', voiceMessage: 'none' }] };
}

test('a plan is tried, applied, looked at, exported, changed and taken back', async () => {
  write('plan.yaml', good());
  const tried = await openline('apply', 'plan.yaml', '--dry-run');
  expect(tried).toMatchObject({ code: 0, err: '' });
  expect(tried.out[0]).toBe('Dry run: nothing was changed. It would be:');
  expect(tried.out).toContain('  + 400 (store: bj01, queue: sales, notice: default)');
  expect((await openline('export')).out.join('\n')).toContain('hotlines: []');

  expect((await openline('apply', 'plan.yaml')).out).toContain('hotlines: 1 added');
  expect((await openline('apply', 'plan.yaml')).out).toEqual(['Nothing changed.']);
  expect(await openline('lint', 'plan.yaml')).toEqual({
    ...{ code: 0, err: '', out: ['Nothing is to be said of this plan.'] },
  });

  expect((await openline('export', '--output', 'now.yaml')).out).toEqual([
    'The plan is in now.yaml.',
  ]);
  const exported = readFileSync(file('now.yaml'), 'utf8');
  expect(exported).toMatch(/^# Openline plan, version 1, exported /);
  expect(exported).not.toMatch(/change-me|ha1|password:/i);
  expect((await openline('apply', 'now.yaml')).out).toEqual(['Nothing changed.']);

  write('other.yaml', other());
  expect((await openline('apply', 'other.yaml', '--dry-run')).out).toEqual([
    'Dry run: nothing was changed. It would be:',
    'hotlines',
    '  + 401 (store: bj01, queue: sales, notice: default, voiceMessage: none)',
    '  - 400',
    'Calls that go on:',
    '  ! hotlines 400: From now on its callers are refused (404).',
  ]);
  expect(await openline('apply', 'other.yaml')).toMatchObject({ code: 0 });
  expect((await openline('plan', 'versions')).out[0]).toMatch(/^2 {2}\S+ {2}admin-token$/);
  expect((await openline('plan', 'undo')).out).toEqual([
    'hotlines: 1 added, 1 removed',
    'Calls that go on:',
    '  ! hotlines 401: From now on its callers are refused (404).',
  ]);
  const back = (await openline('export')).out.join('\n');
  expect(parse(back)).toEqual(parse(exported));
}, 120_000);

test('what is wrong is told with its line, by the lint as well, and changes nothing', async () => {
  write('plan.yaml', good());
  await openline('apply', 'plan.yaml');
  const text = readFileSync(file('plan.yaml'), 'utf8');
  const lineOf = (words: string) => text.split('\n').findIndex((line) => line.includes(words)) + 1;
  writeFileSync(file('bad.yaml'), text.replace('strategy: longest-idle', 'strategy: longest_idle'));
  const said =
    `bad.yaml:${lineOf('strategy:')}: queues[0].strategy: Expected one of longest-idle, round-robin, ` +
    'least-calls-today, least-talk, top-down, random, ring-all, progressive. Did you mean "longest-idle"?';
  const refused = await openline('apply', 'bad.yaml');
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining(said) });
  expect(await openline('lint', 'bad.yaml')).toMatchObject({ code: 1, err: said });
  writeFileSync(file('empty.yaml'), text.replaceAll(/queues:\n\s+- sales\n/g, 'queues: []\n'));
  const empty = await openline('lint', 'empty.yaml');
  expect(empty.code).toBe(1);
  expect(empty.out[0]).toMatch(
    new RegExp(
      `^empty\\.yaml:${lineOf('queue: sales')}: error: hotlines\\[0\\]\\.queue: Nobody serves`,
    ),
  );
  expect((await openline('apply', 'plan.yaml')).out).toEqual(['Nothing changed.']);
}, 120_000);
