import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProduct, type Product } from '../support/product';
import { emptyPlan } from '../support/plan';
import { waitFor } from '../support/wait';

/** docs/http-api.md on the started product: its examples, and what it says of keys over a fall of the app. */
const EMPTY = emptyPlan();
const PLAN = {
  ...EMPTY,
  queues: EMPTY.queues.flatMap((queue) => [queue, { ...queue, id: 'service' }]),
};
/** With another name of its store. */
const planOf = (name: string) => ({
  ...PLAN,
  stores: PLAN.stores.map((store) => ({ ...store, name })),
});

let product: Product;
let printed: string[] = [];

const PAGE = readFileSync(join(__dirname, '../../docs/http-api.md'), 'utf8');
const EXAMPLES = [...PAGE.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, text = '']) => text);
/** Between what two examples print. */
const LINE = '--8<--';

beforeAll(async () => {
  product = await startProduct();
  await product.apply(PLAN);
  // One shell, as a reader has: an example uses what those before it have set.
  const script = EXAMPLES.map((text) => `${text}\necho; echo '${LINE}'\n`).join('');
  const run = spawnSync('bash', ['-e'], {
    input: script.replaceAll('http://127.0.0.1:8080', product.http),
    encoding: 'utf8',
    timeout: 60_000,
    // The document of the interface is more than the megabyte that is usual.
    maxBuffer: 16e6,
  });
  expect(run.stderr).toBe('');
  printed = run.stdout.split(`${LINE}\n`);
}, 120_000);
afterAll(() => product.stop());

const json = (n: number): unknown => JSON.parse(printed[n] ?? '');
/** Of each answer that was printed with its headers. */
const answersOf = (text = '') => text.split(/(?=HTTP\/1\.1 )/).filter((one) => one.trim() !== '');

test('the examples of the page do what it says, in its order', () => {
  expect(EXAMPLES).toHaveLength(7);
  expect(json(0)).toMatchObject({ openapi: '3.1.0', info: { version: '1' } });
  expect(json(1)).toMatchObject({ person: { id: 'chen' } });
  expect(json(2)).toMatchObject({ items: [{ id: 'sales' }, { id: 'service' }], next: null });
  expect(json(3)).toMatchObject({ items: [{ id: 'service' }], next: null });
  const [first = '', again = ''] = answersOf(printed[4]);
  expect([first.slice(0, 12), again.slice(0, 12)]).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
  expect(first).not.toContain('idempotent-replayed');
  expect(again).toContain('idempotent-replayed: true');
  expect(again.split('\r\n\r\n')[1]?.trim()).toBe(first.split('\r\n\r\n')[1]);
  expect(printed[5]).toMatch(/^ratelimit: "reads";r=\d+;t=1\r$/m);
  expect(json(6)).toMatchObject({ code: 'NOT_FOUND', message: expect.stringMatching(/^[ -~]+$/) });
});

async function apply(key: string, body: object) {
  const admin = readFileSync(join(product.dataDir, 'secrets/admin'), 'utf8').trim();
  const response = await fetch(`${product.http}/api/plan`, {
    method: 'POST',
    headers: {
      ...{ authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
      'idempotency-key': key,
    },
    body: JSON.stringify(body),
  });
  const replayed = response.headers.get('idempotent-replayed');
  return { status: response.status, replayed, body: await response.text() };
}

const kept = (): string => {
  const folder = join(product.dataDir, 'repeats');
  if (!existsSync(folder)) return '';
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
};
const linesOf = (is: string): number => kept().split(`"is":"${is}"`).length - 1;

test('over a fall of the app an answer is given again, and what was not answered is not done again', async () => {
  const db = await product.db();
  const versions = async () => (await db.query('select 1 from plan_version')).rowCount;
  const first = await apply('done', planOf('二'));
  expect(first.status).toBe(200);
  const before = await versions();

  // The second waits for a lock: the app is killed when it has begun and cannot have ended.
  await db.query('begin');
  await db.query('lock table plan_version in access exclusive mode');
  const begun = linesOf('begun');
  const changed = planOf('三');
  const second = apply('killed', changed).catch((error: unknown) => error);
  await waitFor('the second to begin', () => linesOf('begun') > begun);
  const { app } = product.listening.pids;
  process.kill(app, 'SIGKILL');
  expect(await second).toMatchObject({ message: 'fetch failed' });
  await db.query('rollback');
  await product.restarted('app', app);

  expect(await apply('done', planOf('二'))).toEqual({
    ...first,
    replayed: 'true',
  });
  const again = await apply('killed', changed);
  expect([again.status, JSON.parse(again.body)]).toEqual([
    409,
    expect.objectContaining({
      code: 'OUTCOME_UNKNOWN',
      details: { since: expect.any(Number), lookAt: 'GET /api/plan' },
    }),
  ]);
  expect((await apply('done', changed)).status).toBe(422);
  expect(await versions()).toBe(before);
  expect((await apply('another', changed)).status).toBe(200);
  expect(await versions()).toBe((before ?? 0) + 1);
}, 60_000);
