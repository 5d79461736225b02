import { CodedError, ERRORS } from '../../src/domain/errors';
import type { TextMessage } from '../../src/domain/message/message';
import { startHttp, type TestHttp } from '../support/http';
import { NOW, PLAN } from '../support/two-stores';

let http: TestHttp;
beforeEach(() => {
  http = startHttp();
  const texts = { appointment: { 'zh-CN': '{store}：您的预约 {time}' } };
  const stores = PLAN.stores.map((one) => ({
    ...one,
    entity: 'north',
    ...(one.id === 'bj01' && { texts }),
  }));
  http.live.thePlan = { ...PLAN, stores };
});
afterEach(() => http.close());

const PATH = '/api/messages';
const body = { kind: 'appointment', number: '138 0013 8000', values: { time: '周六 14:00' } };

test('an agent texts a caller about his appointment, and only supervisors see the number whole', async () => {
  const asked = await http.ask('wang', 'POST', PATH, body);
  const message = { kind: 'appointment', storeId: 'bj01', state: 'queued', askedBy: 'wang' };
  expect([asked.statusCode, asked.json()]).toMatchObject([
    200,
    { ...message, number: '+86138****8000', language: 'zh-CN' },
  ]);
  expect(http.audited).toEqual([{ who: 'wang', what: 'text.asked', subject: '+8613800138000' }]);
  expect(http.rows.texts).toMatchObject([{ number: '+8613800138000', values: body.values }]);
  const seen = async (who: string): Promise<unknown> => (await http.ask(who, 'GET', PATH)).json();
  expect(await seen('chen')).toMatchObject({
    ...{ items: [{ ...message, number: '+8613800138000' }], next: null, via: 'http' },
  });
  // Oversees, and may block nobody.
  expect(await seen('qian')).toMatchObject({ items: [{ ...message, number: '+86138****8000' }] });
  expect(await seen('zhou')).toEqual({ items: [], next: null, via: 'http' });
  expect(JSON.stringify(await seen('chen'))).not.toContain('周六');
});

test.each([
  [{ ...body, number: 'anonymous' }, 409, 'NOT_A_NUMBER', undefined],
  [{ ...body, number: '' }, 400, 'INVALID_REQUEST', expect.anything()],
  [{ ...body, kind: 'missed-call' }, 400, 'INVALID_REQUEST', expect.anything()],
  [{ ...body, values: { time: 'a\nb' } }, 400, 'INVALID_REQUEST', expect.anything()],
  [{ ...body, values: { time: 'x'.repeat(101) } }, 400, 'INVALID_REQUEST', expect.anything()],
  [{ ...body, values: { 'a b': 'x' } }, 400, 'INVALID_REQUEST', expect.anything()],
  [{ ...body, values: {} }, 409, 'TEXT_LACKS_VALUES', ['time']],
  [{ ...body, store: 'sh01' }, 404, 'NOT_FOUND', undefined],
  [{ ...body, values: { time: '点 http://t.cn/x' } }, 409, 'TEXT_HAS_LINK', ['http://t.cn']],
  [{ ...body, values: { time: '14:00', x: 'evil．com' } }, 409, 'TEXT_HAS_LINK', ['evil.com']],
])('%j is refused, and nothing is queued: %i %s', async (asked, status, code, details) => {
  const response = await http.ask('wang', 'POST', PATH, asked);
  expect([response.statusCode, response.json()]).toMatchObject([status, { code }]);
  expect(response.json<{ details?: unknown }>().details).toEqual(details);
  expect([http.rows.texts, http.audited]).toEqual([[], []]);
});

test('without a text in the plan, and without a gateway, it is said that none are sent', async () => {
  const here = await http.ask('sun', 'POST', PATH, body);
  expect([here.statusCode, here.json()]).toMatchObject([409, { code: 'NO_TEXT' }]);
  http.rows.textsVia = null;
  const off = await http.ask('wang', 'POST', PATH, body);
  expect([off.statusCode, off.json()]).toMatchObject([409, { code: 'TEXTS_OFF' }]);
  expect((await http.ask('chen', 'GET', PATH)).json()).toEqual({
    items: [],
    next: null,
    via: null,
  });
  expect(http.rows.texts).toEqual([]);
});

test.each([
  ['NUMBER_NOT_KNOWN', undefined],
  ['TEXT_NUMBER_LIMIT', { perDay: 3 }],
] as const)(
  '%s is said in both languages, and that it was asked is noted',
  async (code, details) => {
    http.rows.textRefusal = new CodedError(code, details);
    for (const language of ['zh', 'en'] as const) {
      const refused = await http.ask('wang', 'POST', PATH, body, { 'accept-language': language });
      const message = ERRORS[code][language];
      expect([refused.statusCode, refused.json()]).toMatchObject([409, { code, message }]);
      expect(refused.json<{ details?: unknown }>().details).toEqual(details);
    }
    expect(http.rows.texts).toEqual([]);
    expect(http.audited).toMatchObject([{ what: 'text.asked' }, { what: 'text.asked' }]);
  },
);

test('a text of another kind keeps its place in the list', async () => {
  const missed: TextMessage = {
    ...{ id: 'text-0', key: 'missed-call:p', kind: 'missed-call', storeId: 'bj01' },
    ...{ number: '+8613800138000', language: 'zh-CN', values: {}, promiseId: 'p', body: 'x' },
    ...{ state: 'dropped', reason: 'opted-out', detail: '', price: 0 },
    ...{ askedAt: NOW, askedBy: 'openline', sentAt: null },
  };
  http.rows.texts = [missed];
  const { key: _key, values: _values, ...shown } = missed;
  expect((await http.ask('chen', 'GET', PATH)).json()).toMatchObject({ items: [shown] });
});

test('who wants no texts is kept with the proof, for all stores of the company, until it is lifted', async () => {
  const url = `/api/opt-outs/${encodeURIComponent('138 0013 8000')}`;
  const made = await http.ask('wang', 'PUT', url, { how: 'said so on the phone' });
  const proof = {
    scope: 'north',
    number: '+8613800138000',
    by: 'wang',
    how: 'said so on the phone',
  };
  expect([made.statusCode, made.json()]).toMatchObject([200, proof]);
  // The first proof stays, whoever hears it again.
  expect((await http.ask('sun', 'PUT', url, { how: 'again' })).json()).toMatchObject(proof);
  expect((await http.ask('zhou', 'GET', '/api/opt-outs')).json()).toMatchObject({ items: [proof] });
  // Who hears a refusal cannot take it back.
  expect((await http.ask('wang', 'DELETE', url)).statusCode).toBe(403);
  expect((await http.ask('zhou', 'DELETE', url)).statusCode).toBe(204);
  expect((await http.ask('chen', 'GET', '/api/opt-outs')).json()).toMatchObject({ items: [] });
  const again = await http.ask('chen', 'DELETE', url);
  expect([again.statusCode, again.json()]).toMatchObject([404, { code: 'NO_OPT_OUT' }]);
  expect(http.audited.map(({ who, what, subject }) => `${who} ${what} ${subject}`)).toEqual([
    'wang opt-out.made +8613800138000',
    'sun opt-out.made +8613800138000',
    'zhou opt-out.lifted +8613800138000',
    'chen opt-out.lifted +8613800138000',
  ]);
});

test.each([
  ['PUT', 'anonymous', { how: 'x' }, 409, 'NOT_A_NUMBER'],
  ['PUT', '110', { how: 'x' }, 409, 'NOT_A_NUMBER'],
  ['PUT', '13800138000', { how: '' }, 400, 'INVALID_REQUEST'],
  ['PUT', '13800138000', {}, 400, 'INVALID_REQUEST'],
  ['PUT', '13800138000', { how: 'x', store: 'sh01' }, 404, 'NOT_FOUND'],
  ['DELETE', 'anonymous', undefined, 409, 'NOT_A_NUMBER'],
] as const)('%s of %s with %j is refused: %i %s', async (method, number, said, status, code) => {
  const response = await http.ask('chen', method, `/api/opt-outs/${number}`, said);
  expect([response.statusCode, response.json()]).toMatchObject([status, { code }]);
  expect([http.rows.optOuts, http.audited]).toEqual([[], []]);
});
