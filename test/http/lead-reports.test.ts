import { DEFAULT_LEAD_RULES } from '../../src/domain/lead/rules';
import type { LeadReportAsked, Measured } from '../../src/http/lead-report-ports';
import { startHttp, type TestHttp } from '../support/http';
import { OFFICES, PEOPLE, PLAN } from '../support/two-stores';

let http: TestHttp;
beforeEach(() => {
  http = startHttp();
});
afterEach(() => http.close());

const get = async <T>(name: string, query = '', who = 'chen'): Promise<T> => {
  const answer = await http.ask(who, 'GET', `/api/reports/${name}${query}`);
  expect([answer.statusCode, answer.body]).toEqual([200, expect.any(String)]);
  return answer.json<T>();
};
const lastAsked = <T = LeadReportAsked>(): T => http.rows.filters.at(-1) as T;
const NAMES = [
  ...['team-kpi', 'funnel', 'individual-kpi', 'trial', 'channel-efficiency', 'lead-quality'],
  'defeats',
  'promises-kept',
  'month-tasks',
];

test.each(NAMES)(
  '%s is of the month of the store in which we are, or of the span asked',
  async (name) => {
    // It is 09:00 on 31 January in Beijing.
    await get(name);
    const month = { from: Date.parse('2026-01-01T00:00:00+08:00'), to: http.clock.now };
    expect(lastAsked()).toMatchObject({ storeId: 'bj01', zone: 'Asia/Shanghai', ...month });
    const span = '?from=2025-12-01T00:00:00Z&to=2025-12-02T00:00:00Z';
    expect(await get(name, span)).toMatchObject({
      ...{ storeId: 'bj01', zone: 'Asia/Shanghai' },
      ...{ from: Date.UTC(2025, 11, 1), to: Date.UTC(2025, 11, 2) },
    });
    expect(lastAsked()).toMatchObject({ from: Date.UTC(2025, 11, 1), to: Date.UTC(2025, 11, 2) });
  },
);

test('until the midnight with which a month ends it is that month', async () => {
  await get('trial', '?to=2026-01-01T00:00:00%2B08:00');
  expect(lastAsked().from).toBe(Date.parse('2025-12-01T00:00:00+08:00'));
});

test('one store is asked: his own, or another in which he oversees; none else', async () => {
  http.live.thePlan = { ...http.live.thePlan, people: [...PEOPLE, ...OFFICES] };
  await get('funnel', '?store=sh01', 'song');
  expect(lastAsked().storeId).toBe('sh01');
  for (const name of NAMES) {
    const asked = await http.ask('chen', 'GET', `/api/reports/${name}?store=sh01`);
    expect(asked.statusCode).toBe(404);
    expect((await http.ask('wang', 'GET', `/api/reports/${name}`)).statusCode).toBe(403);
  }
});

test('the rules are those of the store', async () => {
  const [bj01, sh01] = PLAN.stores;
  http.live.thePlan = {
    ...http.live.thePlan,
    leads: { trial: { salesSharePercent: 12 } },
    stores: [{ ...bj01!, leads: { trial: { salesSharePercent: 14 } } }, sh01!],
  };
  expect(await get('trial')).toMatchObject({ needed: 14, passed: false });
  expect(await get('trial', '', 'zhou')).toMatchObject({ needed: 12, passed: true });
  expect(lastAsked().rules).toEqual({ ...DEFAULT_LEAD_RULES, trial: { salesSharePercent: 12 } });
});

test('A44: the team’s report says whether reward and penalty hold at its end', async () => {
  const report = () => get<{ rewards: object }>('team-kpi', '?to=2026-02-01T00:00:00%2B08:00');
  expect((await report()).rewards).toEqual({ hold: true, from: null });
  const leads = { rewards: { since: '2025-11-01' } };
  http.live.thePlan = { ...http.live.thePlan, leads };
  expect((await report()).rewards).toEqual({ hold: false, from: '2026-02-01' });
  http.live.thePlan = {
    ...http.live.thePlan,
    leads: { rewards: { ...leads.rewards, freeMonths: 2 } },
  };
  expect((await report()).rewards).toEqual({ hold: true, from: '2026-01-01' });
});

test('A43: people are measured by the posts that they hold in that store', async () => {
  http.live.thePlan = { ...http.live.thePlan, people: [...PEOPLE, ...OFFICES] };
  const { people } = await get<{ people: { personId: string }[] }>('individual-kpi');
  expect(people.map(({ personId }) => personId)).toEqual(['wang', 'li', 'tang']);
  const tang = lastAsked<{ people: Measured[] }>().people.find(({ id }) => id === 'tang');
  expect(tang?.posts).toEqual(['telemarketer']);
});

test('A30: channels are those of the plan, by their names', async () => {
  const built = await get<{ channels: { channel: string | null }[] }>('channel-efficiency');
  expect(built.channels).toHaveLength(12);
  expect(built.channels.find(({ channel }) => channel === 'web')).toMatchObject({
    ...{ zh: '网站', en: 'web site', leads: 30, share: { part: 30, whole: 40, percent: 75 } },
  });
  const forms = { sources: [{ id: 'shop', zh: '商城', en: 'mall' }] };
  http.live.thePlan = { ...http.live.thePlan, forms };
  const own = await get<{ channels: object[] }>('channel-efficiency');
  expect(own.channels).toMatchObject([
    { channel: 'shop', zh: '商城', leads: 0, conversion: { percent: null } },
    { channel: 'web', zh: null, leads: 30 },
    { channel: null, zh: null, leads: 10 },
  ]);
});

test('quality is by consultant, or as it is asked for', async () => {
  await get('lead-quality');
  expect(lastAsked()).toMatchObject({ by: 'consultant' });
  await get('lead-quality', '?by=series');
  expect(lastAsked()).toMatchObject({ by: 'series' });
  const wrong = await http.ask('chen', 'GET', '/api/reports/lead-quality?by=sex');
  expect(wrong.statusCode).toBe(400);
});
