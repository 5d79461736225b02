import { ERRORS, type RefusalCode } from '../../src/domain/errors';
import { startHttp, tokenOf, type TestHttp } from '../support/http';
import { call } from '../support/two-stores';

let http: TestHttp;
beforeAll(() => {
  http = startHttp();
  http.live.theCalls = [call('call-1', { state: 'talking', agentId: 'wang', outcome: null })];
});
afterEach(() => http.forget());
afterAll(() => http.close());

describe('an agent who calls', () => {
  test('sees his call as it begins', async () => {
    const body = { number: '138 0013 8000', queue: 'sales' };
    const response = await http.ask('wang', 'POST', '/api/calls', body);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({ direction: 'outbound', state: 'calling' });
    expect(http.desk.asked).toEqual(['call(138 0013 8000) wang']);
  });

  test.each([{}, { number: '' }, { number: '110\r\nX: 1' }, { number: '110', to: 'x' }])(
    'is told that %j is no request',
    async (body) => {
      expect((await http.ask('wang', 'POST', '/api/calls', body)).statusCode).toBe(400);
      expect(http.desk.asked).toEqual([]);
    },
  );

  test.each([
    ['DIAL_FORBIDDEN', 403],
    ['DIAL_LIMIT', 429],
    ['NOT_A_NUMBER', 409],
    ['NO_TRUNK', 409],
    ['OCCUPIED_YOURSELF', 409],
  ] as const)('is refused with %s', async (code, status) => {
    http.desk.refusal = code;
    const refused = await http.ask('wang', 'POST', '/api/calls', { number: '1' });
    expect([refused.statusCode, refused.json()]).toMatchObject([status, { code }]);
  });
});

describe('an agent in a talk', () => {
  test.each([
    ['hold', 'held'],
    ['resume', 'talking'],
    ['mute', 'talking'],
    ['unmute', 'talking'],
  ])('asks for %s and sees the call as it then stands', async (what, state) => {
    const response = await http.ask('wang', 'POST', `/api/calls/call-1/${what}`);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({ id: 'call-1', state, agentId: 'wang' });
    expect(http.desk.asked).toEqual([`${what} wang call-1`]);
  });

  test.each([
    { queue: 'service' },
    { agent: 'li' },
    { post: 'supervisor' },
    { phone: '902' },
    { number: '+8613900000009' },
  ])('transfers to %j', async (to) => {
    const response = await http.ask('wang', 'POST', '/api/calls/call-1/transfer', { to });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({ id: 'call-1', state: 'queued' });
    expect(http.desk.asked).toEqual([`transfer(${JSON.stringify(to)}) wang call-1`]);
  });

  test.each([
    ...[{ agent: 'li' }, { phone: '902' }, { number: '013900000009' }],
    ...[{ post: 'supervisor' }, { queue: 'service' }],
  ])('asks %j', async (whom) => {
    const response = await http.ask('wang', 'POST', '/api/calls/call-1/consult', whom);
    expect([response.statusCode, response.json()]).toMatchObject([200, { state: 'consulting' }]);
    expect(http.desk.asked).toEqual([`consult(${JSON.stringify(whom)}) wang call-1`]);
  });

  test.each([
    ['POST', '/swap', 'swap'],
    ['POST', '/conference', 'conference'],
    ['POST', '/complete', 'complete'],
    ['DELETE', '', 'end'],
  ] as const)('%s consult%s is the order %s', async (method, path, order) => {
    const response = await http.ask('wang', method, `/api/calls/call-1/consult${path}`);
    expect(response.statusCode).toBe(200);
    expect(http.desk.asked).toEqual([`consult ${order} wang call-1`]);
  });

  test.each(['consult', 'transfer'])('is told why he may not dial: %s', async (what) => {
    const number = { number: '00442079460000' };
    const body = what === 'consult' ? number : { to: number };
    for (const [code, status] of [
      ['DIAL_FORBIDDEN', 403],
      ['DIAL_LIMIT', 429],
    ] as const) {
      http.desk.refusal = code;
      const refused = await http.ask('wang', 'POST', `/api/calls/call-1/${what}`, body);
      expect([refused.statusCode, refused.json()]).toMatchObject([status, { code }]);
    }
  });

  test('asks nobody who is no target', async () => {
    for (const whom of [
      {},
      { post: 'chef' },
      { store: 'bj02' },
      { agent: 'li', phone: '902' },
      { number: 'x' },
    ]) {
      const response = await http.ask('wang', 'POST', '/api/calls/call-1/consult', whom);
      expect(response.statusCode).toBe(400);
    }
    expect(http.desk.asked).toEqual([]);
  });

  test('hangs up', async () => {
    const response = await http.ask('wang', 'POST', '/api/calls/call-1/hang-up');
    expect([response.statusCode, http.desk.asked]).toEqual([204, ['hang-up wang call-1']]);
  });

  test('presses keys, and nothing that is none', async () => {
    const press = (keys: string) =>
      http.ask('wang', 'POST', '/api/calls/call-1/keys', { keys }).then((it) => it.statusCode);
    expect(await press('0123456789*#ABCD')).toBe(200);
    for (const keys of ['', 'E', '1 2', '1'.repeat(65)]) expect(await press(keys)).toBe(400);
    expect(http.desk.asked).toEqual(['keys(0123456789*#ABCD) wang call-1']);
  });

  test.each([
    {},
    { to: {} },
    { to: { queue: 'service', agent: 'li' } },
    { to: { number: 'sip:110@x' } },
  ])('is told that %j is no target', async (body) => {
    const response = await http.ask('wang', 'POST', '/api/calls/call-1/transfer', body);
    expect(response.statusCode).toBe(400);
    expect(http.desk.asked).toEqual([]);
  });

  const transfer = { url: 'transfer', payload: { to: { queue: 'sales' } } };
  const complete = { url: 'consult/complete' };
  const refusals: [RefusalCode, { url: string; payload?: object }][] = [
    ['NOT_YOUR_TALK', { url: 'resume' }],
    ['NOT_JOINED_YET', { url: 'resume' }],
    ['HELD_AT_PHONE', { url: 'resume' }],
    ['HELD_BY_COLLEAGUE', { url: 'resume' }],
    ['IN_CONSULTATION', { url: 'resume' }],
    ['NO_SUCH_TARGET', transfer],
    ['QUEUE_DESERTED', transfer],
    ['AGENT_NOT_FREE', transfer],
    ['NOT_A_NUMBER', transfer],
    ['NO_TRUNK', transfer],
    ['NO_CONSULTATION', complete],
    ['NOT_ANSWERED_YET', { url: 'consult/swap' }],
  ];
  test.each(refusals)('is refused with %s in either language', async (code, asked) => {
    http.desk.refusal = code;
    for (const [language, message] of [
      ['en', ERRORS[code].en],
      ['zh-CN', ERRORS[code].zh],
    ] as const) {
      const refused = await http.app.inject({
        ...{ ...asked, method: 'POST', url: `/api/calls/call-1/${asked.url}` },
        headers: { authorization: `Bearer ${tokenOf('wang')}`, 'accept-language': language },
      });
      expect(refused.statusCode).toBe(409);
      expect(refused.json()).toMatchObject({ code, message });
    }
  });
});
