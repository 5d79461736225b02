import { createHash } from 'node:crypto';
import { Registry } from 'prom-client';
import { startHttp, tokenOf } from '../support/http';
import { call, offer } from '../support/two-stores';
import type { TestHttp } from '../support/http';
import { buildHttp } from '../../src/http/server';
import { countNotices, gaugeLive, gaugeWaits } from '../../src/http/metrics';
import { CodedError } from '../../src/domain/errors';

let http: TestHttp;
afterEach(() => http.close());

describe('for what watches from outside', () => {
  test('the process lives even when it cannot take a call, and says what is missing', async () => {
    http = startHttp({ deps: { readiness: async () => ['plan', 'media'] } });
    expect((await http.ask(null, 'GET', '/health')).statusCode).toBe(200);
    const response = await http.ask(null, 'GET', '/ready');
    expect(response.statusCode).toBe(503);
    expect(response.json()).toMatchObject({
      code: 'NOT_READY',
      details: { missing: ['plan', 'media'] },
    });
  });

  test('figures are counted once a call, and gauges follow the live view', async () => {
    const metrics = new Registry();
    http = startHttp({ deps: { metrics } });
    const push = countNotices(metrics);
    gaugeLive(metrics, http.live);
    gaugeWaits(metrics, http.live);
    const talking = call('call-1', { state: 'talking', endCause: null, outcome: null });
    const closed = call('call-1', { outcome: 'talk', agentId: 'wang' });
    for (const each of [talking, closed, closed])
      push.publish({ kind: 'call.updated', call: each }, 0);
    push.publish(
      { kind: 'offer.withdrawn', offerId: 'o', agentId: 'wang', reason: 'missed', cause: null },
      0,
    );
    const noPop = { ...offer('offer-1', 'wang'), noPop: true as const };
    for (const one of [noPop, offer('offer-2', 'wang')])
      push.publish({ kind: 'offer.created', offer: one }, 0);
    const [wang, ...others] = http.live.theAgents;
    const desktop = { state: 'lost' as const, since: 1, answers: false };
    http.live.theAgents = [{ ...wang!, desktop }, ...others];
    http.live.theCalls = [talking];
    const { body } = await http.ask(null, 'GET', '/metrics');
    expect(body).toContain(
      'openline_calls_ended_total{store="bj01",outcome="talk",cause="hangup"} 1\n',
    );
    expect(body).toContain('openline_calls{store="bj01",state="talking"} 1\n');
    expect(body).toContain('openline_offers_total{result="missed"} 1\n');
    expect(body).toContain('openline_agents{store="bj01",intent="logged-out",activity="idle"} 2\n');
    expect(body).toContain('openline_offers_without_pop_total 1\n');
    expect(body).toContain('openline_desktops{store="bj01",state="lost"} 1\n');
    expect(body).toContain('openline_queue_waiting{queue="sales"} 0\n');
    expect(body).toContain('openline_wait_cases{queue="sales"} 0\n');
    expect(body).not.toContain('openline_wait_coverage{');
    expect(body).not.toMatch(/wang|1380/);
    http.live.theCalls = [];
    expect((await http.ask(null, 'GET', '/metrics')).body).not.toContain('state="talking"');
  });
});

describe('what goes wrong', () => {
  const failing = (error: Error) => {
    const started = startHttp();
    started.accounts.verify = () => Promise.reject(error);
    return started;
  };
  const signIn = () =>
    http.ask(null, 'POST', '/api/session', { user: 'wang', password: 'change-me' });

  test('inside is logged and hidden', async () => {
    http = failing(new Error('select * from person: password_hash'));
    const response = await signIn();
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain('password_hash');
    expect(response.json()).toMatchObject({
      code: 'INTERNAL',
      details: { requestId: expect.any(String) },
    });
    expect(http.logged.join('')).toContain('password_hash');
  });

  test.each([
    ['ours', new CodedError('TAKEN_OVER')],
    ['named by an edge', Object.assign(new Error('x'), { code: 'TAKEN_OVER', statusCode: 400 })],
  ])('with a code of the catalogue is answered by it: %s', async (_what, error) => {
    http = failing(error);
    const response = await signIn();
    expect(response.statusCode).toBe(503);
    expect(response.json()).toMatchObject({ code: 'TAKEN_OVER' });
  });

  test.each([
    ['broken JSON', 'application/json', '{', 400, 'INVALID_REQUEST', 'request', /not valid JSON/],
    ['no body', 'application/json', '', 400, 'INVALID_REQUEST', 'body', /^is missing$/],
    ['a line end', 'application/json', '\r\n', 400, 'INVALID_REQUEST', 'body', /^is missing$/],
    [
      'a form',
      'application/x-www-form-urlencoded',
      'user=wang',
      415,
      'UNSUPPORTED_TYPE',
      null,
      null,
    ],
    [
      'text',
      'text/plain',
      '{"user":"wang","password":"x"}',
      400,
      'INVALID_REQUEST',
      'body',
      /object/,
    ],
    [
      ...(['a poisoned prototype', 'application/json', '{"__proto__":{}}', 400] as const),
      ...(['INVALID_REQUEST', 'request', /.{10}/] as const),
    ],
  ])('outside is told: %s', async (_what, type, payload, status, code, at, problem) => {
    http = startHttp();
    const headers = { 'content-type': type, 'accept-language': 'en' };
    const response = await http.app.inject({
      method: 'POST',
      url: '/api/session',
      headers,
      payload,
    });
    const said = response.json<{ code: string; details?: object; whatToDo?: string }>();
    expect([response.statusCode, said.code]).toEqual([status, code]);
    if (at === null || problem === null) return;
    expect(said.details).toEqual([{ at, problem: expect.stringMatching(problem) }]);
    expect(said.whatToDo).toContain('`details`');
  });

  test.each(['', ' '])(
    'nothing of the type of JSON is no body where none is wanted: "%s"',
    async (payload) => {
      http = startHttp();
      const response = await http.app.inject({
        ...{ method: 'POST', url: '/api/agents/me/ready', payload },
        headers: { 'content-type': 'application/json', authorization: `Bearer ${tokenOf('wang')}` },
      });
      expect(response.json()).toMatchObject({ intent: { is: 'ready' } });
    },
  );

  test.each([
    '/index.html',
    '/api',
    '/api/nothing',
    '/api/calls/..%2f..%2fetc',
    '/api/push/x',
    '/%ff',
  ])('an address that is none of ours is told so: %s', async (url) => {
    http = startHttp();
    const response = await http.ask('zhao', 'GET', url);
    expect([400, 404]).toContain(response.statusCode);
    expect(response.json()).toHaveProperty('message');
  });
});

describe('every answer', () => {
  test.each(['/health', '/api/session', '/nothing'])(
    'of %s is closed to other pages',
    async (url) => {
      http = startHttp();
      const { headers } = await http.ask(null, 'GET', url);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    },
  );
});

describe('the bare address', () => {
  test('shows a page that runs nothing but its own script, and speaks to nobody but us', async () => {
    http = startHttp();
    const { headers, body, statusCode } = await http.ask(null, 'GET', '/');
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers).toMatchObject({ 'x-frame-options': 'DENY', 'cache-control': 'no-store' });
    const hashes = ['script', 'style'].map((name) => {
      const [, text = ''] = new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(body) ?? [];
      return `${name}-src 'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    });
    const policy = String(headers['content-security-policy']).split('; ');
    expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", "connect-src 'self'"]));
    expect(policy).toEqual(expect.arrayContaining(hashes));
    // Nothing of whoever asks comes back in it.
    const odd = await http.ask(null, 'GET', '/?name=%3Cscript%3E');
    expect(odd.body).toBe(body);
  });
});

describe('the server', () => {
  test.each([
    ['session key', { sessionKey: Buffer.alloc(31) }],
    ['admin token', { adminToken: 'short' }],
  ])('is not built with a short %s', (_what, deps) => {
    http = startHttp();
    expect(() => buildHttp({ ...http.deps, ...deps })).toThrow('at least 32 bytes');
  });

  test('describes every route with a summary, a tag and its answers', async () => {
    http = startHttp();
    const document = (await http.ask(null, 'GET', '/api/openapi.json')).json<{
      openapi: string;
      paths: Record<string, Record<string, { summary?: string; tags?: string[] }>>;
    }>();
    expect(document.openapi).toBe('3.1.0');
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    expect(operations.length).toBeGreaterThan(15);
    for (const operation of operations) {
      expect(operation).toMatchObject({
        summary: expect.any(String),
        tags: [expect.any(String)],
        responses: expect.any(Object),
        'x-access': expect.any(String),
      });
    }
    expect(document.paths['/health']?.['get']).toMatchObject({ security: [] });
    expect(document.paths['/api/plan']?.['post']).toMatchObject({
      'x-access': 'plan.apply',
      security: [{ cookie: [] }, { bearer: [] }],
    });
  });
});
