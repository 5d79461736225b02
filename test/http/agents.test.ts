import { ERRORS } from '../../src/domain/errors';
import type { RefusalCode } from '../../src/domain/errors';
import { startHttp } from '../support/http';
import type { TestHttp } from '../support/http';

let http: TestHttp;
beforeAll(() => void (http = startHttp()));
afterEach(() => http.forget());
afterAll(() => http.close());

const ASKED: [string, object | undefined, string, object][] = [
  ['ready', undefined, 'ready wang', { intent: { is: 'ready' } }],
  [
    'not-ready',
    { reason: 'lunch' },
    'not-ready(lunch) wang',
    { intent: { is: 'not-ready', reason: 'lunch' } },
  ],
  ['wrap-up', undefined, 'wrap-up wang', { activity: 'idle' }],
];

describe('an agent at his desk', () => {
  test.each(ASKED)('asks for %s and sees how he then stands', async (what, body, asked, view) => {
    const response = await http.ask('wang', 'POST', `/api/agents/me/${what}`, body);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({ id: 'wang', ...view });
    expect(http.desk.asked).toEqual([asked]);
  });

  const refusals: RefusalCode[] = ['NOT_AN_AGENT', 'NO_PHONE', 'NOT_SIGNED_IN', 'NOT_IN_WRAP_UP'];
  test.each(refusals)('is refused with %s in his language', async (code) => {
    http.desk.refusal = code;
    const response = await http.app.inject({
      method: 'POST',
      url: '/api/session',
      headers: { 'accept-language': 'en' },
      payload: { user: 'wang', password: 'change-me' },
    });
    const token = response.cookies[0]?.value ?? '';
    const refused = await http.app.inject({
      method: 'POST',
      url: '/api/agents/me/wrap-up',
      headers: { authorization: `Bearer ${token}`, 'accept-language': 'en' },
    });
    expect(refused.statusCode).toBe(409);
    expect(refused.headers['content-language']).toBe('en');
    expect(refused.json()).toEqual({ code, message: ERRORS[code].en });
  });

  test.each([
    ['without a reason', {}],
    ['with an empty reason', { reason: '' }],
    ['with an endless reason', { reason: 'x'.repeat(65) }],
    ['with more than a reason', { reason: 'lunch', agentId: 'li' }],
  ])('is told that not-ready %s is no request', async (_what, body) => {
    const response = await http.ask('wang', 'POST', '/api/agents/me/not-ready', body);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ code: 'INVALID_REQUEST' });
    expect(http.desk.asked).toEqual([]);
  });
});

test('FORM_OPEN names the calls whose forms are open', async () => {
  const http = startHttp();
  http.desk.refusal = 'FORM_OPEN';
  http.live.theAgents = http.live.theAgents.map((one) => ({ ...one, openForms: ['call-1'] }));
  const response = await http.ask('wang', 'POST', '/api/agents/me/ready');
  expect([response.statusCode, response.json()]).toMatchObject([
    409,
    { code: 'FORM_OPEN', details: { calls: ['call-1'] } },
  ]);
  await http.close();
});
