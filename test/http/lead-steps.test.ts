import { startHttp, type TestHttp } from '../support/http';
import { PEOPLE, person } from '../support/two-stores';

let http: TestHttp;
beforeEach(() => {
  http = startHttp();
  const salespeople = ['zhu', 'ren'].map((id) => person(id, 'direct-salesperson', 'bj01'));
  const people = [...PEOPLE, ...salespeople];
  http.live.thePlan = { ...http.live.thePlan, people };
});
afterEach(() => http.close());

const arrive = (salespersonId: string) =>
  http.ask('wang', 'POST', '/api/leads/lead-1/arrivals', { salespersonId });

test('A37: who arrives is handed to a direct salesperson of the store, and to nobody else', async () => {
  for (const other of ['li', 'chen', 'sun', 'nobody']) {
    const refused = await arrive(other);
    expect([refused.statusCode, refused.json()]).toMatchObject([
      409,
      { code: 'NOT_A_SALESPERSON' },
    ]);
  }
  expect(http.customers.done).toEqual([]);
  expect((await arrive('zhu')).statusCode).toBe(200);
  expect(http.customers.done).toEqual(['arrive']);
});

test('A38: the sixth new customer of a day is a warning in both languages, and is handed over', async () => {
  expect((await arrive('zhu')).json()).toEqual({
    ...{ id: 'arrival-1', newToday: 6 },
    warning: {
      zh: '直销员今日已接待 6 位新客户，超过 5 位。',
      en: '6 new customers today; the plan wants 5 at most.',
    },
  });
  // Those who can have others receive the next ones hear of it at once.
  expect(http.rows.alarmed).toEqual([['TOO_MANY_CUSTOMERS', 'zhu: 6', 'bj01']]);
  expect((await arrive('ren')).json()).toMatchObject({ newToday: 5, warning: null });
  expect(http.rows.alarmed).toHaveLength(1);
});

test('a car is delivered by who asks, if he is a direct salesperson', async () => {
  const deliver = (who: string) => http.ask(who, 'POST', '/api/deals/deal-1/delivery', {});
  expect((await deliver('zhu')).json()).toEqual({ id: 'delivery-1' });
  expect((await deliver('wang')).json()).toMatchObject({ code: 'NOT_A_SALESPERSON' });
  const unknown = await http.ask('zhu', 'POST', '/api/deals/deal-2/delivery', {});
  expect([unknown.statusCode, unknown.json()]).toMatchObject([404, { code: 'UNKNOWN_DEAL' }]);
});
