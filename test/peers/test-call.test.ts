/** Hotlines of the started product, tested by itself: what its board shows when all is well, and when it is not. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linearWav } from '../../src/prompts/linear-wav';
import type { Finding } from '../../src/domain/doctor/findings';
import type { HotlineView } from '../../src/domain/notices';
import { Dealership } from '../support/dealership';
import { waitFor } from '../support/wait';

let dealership: Dealership;
beforeAll(async () => {
  dealership = await Dealership.open();
}, 90_000);
afterAll(() => dealership.close(), 30_000);

async function api(method: 'GET' | 'POST', path: string): Promise<unknown> {
  const { http, dataDir } = dealership.product;
  const token = readFileSync(join(dataDir, 'secrets', 'admin'), 'utf8').trim();
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${http}${path}`, { method, headers });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

const testOf = async (number: string): Promise<HotlineView['test']> => {
  const { items } = (await api('GET', '/api/hotlines')) as { items: HotlineView[] };
  return items.find((one) => one.number === number)?.test ?? null;
};

/** Tests it once more, and waits for what comes of it. */
async function tests(number: string): Promise<HotlineView['test']> {
  const before = (await testOf(number))?.at ?? 0;
  await api('POST', `/api/hotlines/${number}/test`);
  return waitFor(
    'the test',
    async () => {
      const test = await testOf(number);
      return test !== null && test.at > before ? test : undefined;
    },
    60_000,
  );
}

test('greeted and heard; the phones of agents are silent, and the ledger knows nothing of it', async () => {
  const rung = dealership.heardSoFar();
  const test = await tests('400');
  expect(test).toMatchObject({ fault: null, failures: 0 });
  expect(test?.answeredMs).toBeLessThan(5000);
  expect(test?.mos).toBeGreaterThan(3.5);
  expect(dealership.heardSoFar()).toEqual(rung);
  expect(await dealership.rows('select id from call union all select id from lead')).toEqual([]);
}, 60_000);

test('a greeting that is silence is found, and the second time somebody is told', async () => {
  const own = join(dealership.product.dataDir, 'prompts', 'zh-CN');
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'greeting.wav'), linearWav(new Int16Array(24_000), 8000));
  await api('POST', '/api/prompts/reload');
  expect(await tests('400')).toMatchObject({ fault: 'silence', failures: 1 });
  expect(await tests('400')).toMatchObject({ fault: 'silence', failures: 2 });
  const alarms = await waitFor('the alarm', async () => {
    const rows = await dealership.rows(
      `select detail from alarm where code = 'HOTLINE_TEST_FAILED'`,
    );
    return rows.length > 0 ? rows : undefined;
  });
  expect(alarms).toEqual([{ detail: '400: silence' }]);
  const { findings } = (await api('GET', '/api/doctor')) as { findings: Finding[] };
  const stateOf = (what: string) => findings.find((one) => one.what === what)?.state;
  expect([stateOf('hotline 400'), stateOf('database'), stateOf('prompts')]).toEqual([
    ...['fail', 'ok', 'ok'],
  ]);
  const metrics = await (await fetch(`${dealership.product.http}/metrics`)).text();
  expect(metrics).toContain('openline_hotline_tests_total{store="bj01",result="silence"} 2\n');
  expect(metrics).toContain('openline_hotlines_failing{store="bj01"} 1\n');
}, 90_000);
