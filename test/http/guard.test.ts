import { CodedError } from '../../src/domain/errors';
import { countEdge } from '../../src/http/metrics';
import { startHttp } from '../support/http';
import type { TestHttp } from '../support/http';
import { NOW } from '../support/two-stores';

let http: TestHttp;
beforeEach(() => void (http = startHttp()));
afterEach(() => http.close());

test('an administrator sees what was counted and who is held back', async () => {
  const response = await http.ask('zhao', 'GET', '/api/guard');
  expect(response.json()).toEqual({
    counters: { flood: 7, scanner: 0 },
    sources: [
      {
        address: '192.0.2.1',
        why: 'digest',
        since: NOW - 1000,
        until: NOW + 599_000,
        dropped: 3,
      },
    ],
    more: 0,
  });
  expect(http.audited).toEqual([]);
});

test.each([
  ['an administrator', 'zhao'],
  ['the command on this machine', 'admin-token'],
])('%s lets an address in again, and that is noted', async (_what, who) => {
  const body = { address: '192.0.2.1' };
  expect((await http.ask(who, 'POST', '/api/guard/unblock', body)).statusCode).toBe(204);
  expect(http.audited).toEqual([{ who, what: 'guard.unblocked', subject: '192.0.2.1' }]);
  expect(http.guard.held.size).toBe(0);
});

test('an address that is not held back is told as such; that it was asked is noted first', async () => {
  const response = await http.ask('zhao', 'POST', '/api/guard/unblock', { address: '192.0.2.9' });
  expect(response.statusCode).toBe(404);
  expect(response.json()).toMatchObject({ code: 'NOT_BLOCKED' });
  expect(http.audited).toMatchObject([{ what: 'guard.unblocked', subject: '192.0.2.9' }]);
});

test.each([{ address: 'nonsense' }, { address: '' }, {}, { address: '192.0.2.1', all: true }])(
  'what is no address is no request: %j',
  async (body) => {
    expect((await http.ask('zhao', 'POST', '/api/guard/unblock', body)).statusCode).toBe(400);
  },
);

test.each([
  ['GUARD_UNAVAILABLE', 501, 'drachtio-server'],
  ['EDGE_AWAY', 503, 'edge'],
] as const)('%s is an answer, not an empty list', async (code, status, word) => {
  http.guard.failure = new CodedError(code);
  for (const [method, url, body] of [
    ['GET', '/api/guard', undefined],
    ['POST', '/api/guard/unblock', { address: '192.0.2.1' }],
  ] as const) {
    const response = await http.app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${'a'.repeat(43)}`, 'accept-language': 'en' },
      ...(body && { payload: body }),
    });
    expect(response.statusCode).toBe(status);
    expect(response.json()).toMatchObject({ code, message: expect.stringContaining(word) });
  }
});

test('the figures for Prometheus tell what the edge counted, by reason, and nothing when it is away', async () => {
  countEdge(http.deps.metrics, http.guard);
  const metrics = async () => (await http.ask(null, 'GET', '/metrics')).body;
  expect(await metrics()).toContain('openline_edge_events_total{reason="flood"} 7');
  http.guard.counters['flood'] = 9;
  expect(await metrics()).toContain('openline_edge_events_total{reason="flood"} 9');
  http.guard.failure = new CodedError('EDGE_AWAY');
  expect(await metrics()).not.toContain('reason=');
});
