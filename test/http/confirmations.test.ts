import { startHttp, type TestHttp } from '../support/http';
import { NOW, PEOPLE, person } from '../support/two-stores';

/** Song confirms leads of HQ for bj01, and is nobody's telemarketer. */
let http: TestHttp;
beforeEach(() => {
  http = startHttp();
  const people = [...PEOPLE, person('song', 'hq', 'bj01')];
  http.live.thePlan = { ...http.live.thePlan, people };
});
afterEach(() => http.close());

const list = (who: string, query = '') => http.ask(who, 'GET', `/api/confirmations${query}`);
const say = (who: string, body: object = {}, id = 'lead-1') =>
  http.ask(who, 'POST', `/api/leads/${id}/confirmation`, {
    version: 1,
    result: 'intending',
    ...body,
  });

test('A26: HQ sees what it is to confirm, with the number that it calls', async () => {
  const answer = await list('song');
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({
    items: [
      {
        ...{ id: 'lead-1', customerId: 'customer-1', storeId: 'bj01', number: '+8613800138000' },
        ...{ name: '张三', version: 1, level: 'H', prospect: 'high', channel: 'web', tries: 0 },
        ...{ interestSeries: '3系', interestModel: '320i', intendedOn: null, due: true },
        ...{ openedAt: NOW - 86_400_000, nextAt: NOW - 1 },
      },
    ],
    next: null,
  });
  expect(http.rows.filters).toEqual([{ storeIds: ['bj01'], now: NOW }]);
  expect((await list('song', '?store=sh01')).statusCode).toBe(404);
  expect((await list('zhao', '?store=sh01')).json()).toEqual({ items: [], next: null });
});

test('A26: what it says is noted before, and a lead that goes on is for the telemarketers of its store', async () => {
  const answer = await say('song', { level: 'A', note: ' 周末试驾 ', callId: 'call-1' });
  expect([answer.statusCode, answer.json()]).toEqual([
    200,
    {
      ...{ id: 'lead-1', version: 2, state: 'open', prospect: 'intending', nextAt: null },
      ...{ tries: 0, ownerId: 'wang' },
    },
  ]);
  expect(http.rows.filters).toEqual([
    {
      said: { result: 'intending', level: 'A', note: '周末试驾', callId: 'call-1' },
      ...{ storeId: 'bj01', takers: ['wang', 'li'] },
    },
  ]);
  expect(http.audited).toEqual([{ who: 'song', what: 'lead.confirmed', subject: 'lead-1' }]);
});

test.each(['wang', 'chen', 'qian', 'sun'])(
  'A26: %s of a dealer confirms nothing, and does not see what is to be confirmed',
  async (who) => {
    expect([(await list(who)).statusCode, (await say(who)).statusCode]).toEqual([403, 403]);
    expect([http.audited, http.customers.done]).toEqual([[], []]);
  },
);

test('A26: a lead of another store, or of none, is unknown', async () => {
  const people = [...PEOPLE, person('deng', 'hq', 'sh01')];
  http.live.thePlan = { ...http.live.thePlan, people };
  expect((await say('deng')).json()).toMatchObject({ code: 'UNKNOWN_LEAD' });
  expect((await say('zhao', {}, 'lead-2')).json()).toMatchObject({ code: 'UNKNOWN_LEAD' });
});

test.each([
  ['what there is not', { result: 'perhaps' }],
  ['that it is high, which is what is asked', { result: 'high' }],
  ['a level that there is not', { level: 'D' }],
  ['of no version', { version: undefined }],
  ['something besides', { state: 'won' }],
])('A26: %s is refused', async (_what, body) => {
  expect((await say('song', body)).json()).toMatchObject({ code: 'INVALID_REQUEST' });
  expect(http.customers.done).toEqual([]);
});

test('A26: said twice by the same key it is done once', async () => {
  const headers = { 'idempotency-key': 'k-1' };
  const body = { version: 1, result: 'owner' };
  for (let n = 0; n < 2; n += 1)
    expect(
      (await http.ask('song', 'POST', '/api/leads/lead-1/confirmation', body, headers)).statusCode,
    ).toBe(200);
  expect(http.customers.done).toEqual(['confirm']);
});
