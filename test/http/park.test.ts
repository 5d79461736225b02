import { ERRORS, type RefusalCode } from '../../src/domain/errors';
import { startHttp, tokenOf, type TestHttp } from '../support/http';
import { call, parked } from '../support/two-stores';

let http: TestHttp;
beforeAll(() => (http = startHttp()));
beforeEach(() => {
  http.live.theCalls = [call('call-1', { state: 'talking', agentId: 'wang', outcome: null })];
  http.live.theParked = [];
});
afterEach(() => http.forget());
afterAll(() => http.close());

test('an agent parks his caller and is told the slot, which the store sees, and no other', async () => {
  const response = await http.ask('wang', 'POST', '/api/calls/call-1/park');
  expect(response.statusCode).toBe(200);
  expect(response.json()).toMatchObject({ slot: '701', callId: 'call-1' });
  for (const [who, slots] of [
    ['li', ['701']],
    ['chen', ['701']],
    ['sun', []],
  ] as const) {
    const list = await http.ask(who, 'GET', '/api/parked');
    expect(list.json().items.map(({ slot }: { slot: string }) => slot)).toEqual(slots);
  }
});

test('another agent of the store retrieves him; what is no slot is not asked for', async () => {
  http.live.theParked = [parked('701', 'sh01', { callId: 'other' }), parked('701', 'bj01')];
  const response = await http.ask('li', 'POST', '/api/parked/701/retrieve');
  expect(response.statusCode).toBe(200);
  expect(response.json()).toMatchObject({ id: 'call-1' });
  expect(http.desk.asked).toEqual(['retrieve li 701']);
  for (const slot of ['7', '1701', 'abc'])
    expect((await http.ask('li', 'POST', `/api/parked/${slot}/retrieve`)).statusCode).toBe(400);
});

const REFUSALS: [string, RefusalCode][] = [
  ['/api/calls/call-1/park', 'PARK_FULL'],
  ['/api/calls/call-1/park', 'NOT_TO_BE_PARKED'],
  ['/api/parked/701/retrieve', 'NOTHING_PARKED'],
];
test.each(REFUSALS)('%s is refused with %s in either language', async (url, code) => {
  http.desk.refusal = code;
  for (const [language, message] of [
    ['en', ERRORS[code].en],
    ['zh-CN', ERRORS[code].zh],
  ] as const) {
    const headers = { authorization: `Bearer ${tokenOf('wang')}`, 'accept-language': language };
    const refused = await http.app.inject({ method: 'POST', url, headers });
    expect(refused.statusCode).toBe(409);
    expect(refused.json()).toMatchObject({ code, message });
  }
});
