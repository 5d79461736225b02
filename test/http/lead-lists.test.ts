import { startHttp, type TestHttp } from '../support/http';
import { NOW, PEOPLE, person } from '../support/two-stores';

let http: TestHttp;
beforeEach(() => {
  http = startHttp();
  const people = [
    ...PEOPLE,
    person('zhu', 'direct-salesperson', 'bj01'),
    { ...person('ma', 'after-sales', 'bj01'), department: 'sales' },
  ];
  const departments = [{ id: 'sales', store: 'bj01', name: '销售部', kind: 'sales' as const }];
  http.live.thePlan = { ...http.live.thePlan, people, departments };
});
afterEach(() => http.close());

const distribute = (who: string, body: object = {}) =>
  http.ask(who, 'POST', '/api/leads/distribute', body);

test('Q15, A39: leads are given to the telemarketers of the store, by who assigns leads, and noted before', async () => {
  const answer = await distribute('chen');
  expect([answer.statusCode, answer.json()]).toEqual([
    200,
    {
      ...{ storeId: 'bj01', dryRun: false, left: 0 },
      given: [{ leadId: 'lead-1', ownerId: 'wang', way: 'distributed' }],
    },
  ]);
  expect(http.rows.filters).toEqual([{ storeId: 'bj01', takers: ['wang', 'li'], dryRun: false }]);
  expect(http.audited).toEqual([{ who: 'chen', what: 'leads.distributed', subject: 'bj01' }]);
  expect((await distribute('wang')).statusCode).toBe(403);
  expect((await distribute('chen', { store: 'sh01' })).statusCode).toBe(404);
  expect((await distribute('zhao', { store: 'sh01' })).json()).toMatchObject({
    ...{ storeId: 'sh01', given: [{ ownerId: 'sun' }] },
  });
});

test('a dry run is noted nowhere, and does nothing', async () => {
  expect((await distribute('chen', { dryRun: true })).json()).toMatchObject({ dryRun: true });
  expect([http.audited, http.customers.done]).toEqual([[], []]);
});

test('what is due is shown with its number to whose lead it is and who oversees the store', async () => {
  const numberFor = async (who: string) => {
    const { items } = (await http.ask(who, 'GET', '/api/leads/due')).json<{
      items: { number: string; overdue: boolean; dueAt: number }[];
    }>();
    expect(items[0]).toMatchObject({ id: 'lead-1', overdue: true, dueAt: NOW - 1 });
    expect(items[0]).not.toHaveProperty('turn');
    return items[0]?.number;
  };
  expect(await numberFor('wang')).toBe('+8613800138000');
  expect(await numberFor('chen')).toBe('+8613800138000');
  expect(await numberFor('li')).toBe('****8000');
  expect((await http.ask('sun', 'GET', '/api/leads/due')).json()).toEqual({
    items: [],
    next: null,
  });
});

test.each([
  ['wang', '', undefined, false],
  ['wang', '?owner=wang', 'wang', false],
  ['chen', '?owner=zhu&store=bj01', 'zhu', true],
  ['zhu', '', undefined, true],
  ['zhu', '?owner=wang', 'wang', true],
  ['ma', '', undefined, true],
])(
  'A36: %s asks for %s: for a sales consultant is %s %s',
  async (who, query, ownerId, forConsultant) => {
    await http.ask(who, 'GET', `/api/leads/due${query}`);
    expect(http.rows.filters).toEqual([{ storeIds: ['bj01'], ownerId, forConsultant, now: NOW }]);
  },
);

test('those of another store cannot be asked for', async () => {
  expect((await http.ask('wang', 'GET', '/api/leads/due?store=sh01')).statusCode).toBe(404);
});
