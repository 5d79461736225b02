import { PASSES } from '../../src/http/read-only';
import { startHttp, type TestHttp } from '../support/http';
import { NOW } from '../support/two-stores';

let http: TestHttp;
beforeEach(() => {
  http = startHttp();
  http.rows.readOnly = { why: 'disk', since: NOW };
});
afterEach(() => http.close());

test('what is changed is refused with the reason and what to do, in the language that was asked for', async () => {
  const { statusCode, body } = await http.app.inject({
    ...{ method: 'POST', url: '/api/plan', payload: { stores: [] } },
    headers: { authorization: `Bearer ${http.deps.adminToken}`, 'accept-language': 'en' },
  });
  expect(statusCode).toBe(503);
  expect(JSON.parse(body)).toMatchObject({
    ...{ code: 'READ_ONLY', details: { why: 'disk', since: NOW } },
    whatToDo: expect.stringContaining('make room'),
  });
  expect(http.audited).toEqual([]);
  expect(http.logged.filter((line) => line.includes('request failed'))).toEqual([]);
});

test('who may not at all is told that', async () => {
  expect((await http.ask('wang', 'POST', '/api/plan', {})).statusCode).toBe(403);
  expect((await http.ask('nobody', 'POST', '/api/plan', {})).statusCode).toBe(401);
});

test('calls are served: agents sign in, get ready, and say what came of a talk', async () => {
  expect((await http.ask('wang', 'POST', '/api/agents/me/ready')).statusCode).toBeLessThan(500);
  const form = await http.ask('wang', 'POST', '/api/calls/none/form', { kind: 'pre-sale' });
  expect(form.statusCode).toBe(404);
  expect((await http.ask('wang', 'GET', '/api/queues')).statusCode).toBe(200);
});

test('who has to go is locked out', async () => {
  expect((await http.ask('zhao', 'POST', '/api/people/wang/lock')).statusCode).toBe(204);
});

test('it can take a call, and says that nothing may be changed', async () => {
  const { statusCode, body } = await http.ask('nobody', 'GET', '/ready');
  expect(statusCode).toBe(200);
  expect(JSON.parse(body)).toEqual({ status: 'ready', readOnly: { why: 'disk', since: NOW } });
});

test('every route that changes something is refused, but for those that are said to pass', async () => {
  const { paths } = JSON.parse((await http.ask('zhao', 'GET', '/api/openapi.json')).body) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const changing = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`)
      .filter((route) => !route.startsWith('GET ')),
  );
  expect([...PASSES].filter((route) => !changing.includes(route))).toEqual([]);
  const refused = changing.filter((route) => !PASSES.has(route)).sort();
  expect(refused).toEqual([
    'DELETE /api/blocked-callers/:number',
    'DELETE /api/customers/:id/numbers/:numberId',
    'DELETE /api/customers/:id/vehicles/:vehicleId',
    'DELETE /api/hotlines/:number/message',
    'DELETE /api/lead-views/:id',
    'DELETE /api/opt-outs/:number',
    'DELETE /api/plan/:section/:id',
    'DELETE /api/prompts/:language/:key',
    'DELETE /api/prompts/music',
    'DELETE /api/web-forms/:id',
    'DELETE /api/webhooks/:id',
    'POST /api/blocked-callers',
    'POST /api/cleaning-runs',
    'POST /api/consents/:id/withdraw',
    'POST /api/customers',
    'POST /api/customers/:id/consents',
    'POST /api/customers/:id/erase',
    'POST /api/customers/:id/holds',
    'POST /api/customers/:id/notes',
    'POST /api/customers/:id/vehicles',
    'POST /api/customers/doubtful/:id/different',
    'POST /api/customers/doubtful/:id/later',
    'POST /api/customers/doubtful/:id/reopen',
    'POST /api/customers/doubtful/:id/same',
    'POST /api/customers/merges',
    'POST /api/customers/merges/:id/undo',
    'POST /api/customers/splits',
    'POST /api/customers/splits/:id/undo',
    'POST /api/deals',
    'POST /api/deals/:id/delivery',
    'POST /api/do-not-call',
    'POST /api/do-not-call/:id/lift',
    'POST /api/follow-ups/:id/done',
    'POST /api/holds/:id/lift',
    'POST /api/hotlines/:number/message',
    'POST /api/hq-leads',
    'POST /api/imports',
    'POST /api/imports/:id/undo',
    'POST /api/imports/preview',
    'POST /api/information-fees/:id/paid',
    'POST /api/lead-views',
    'POST /api/leads',
    'POST /api/leads/:id/appointments',
    'POST /api/leads/:id/arrivals',
    'POST /api/leads/:id/confirm-number',
    'POST /api/leads/:id/confirmation',
    'POST /api/leads/:id/invalid',
    'POST /api/leads/:id/owner',
    'POST /api/leads/:id/unconfirm-number',
    'POST /api/leads/bulk',
    'POST /api/leads/bulk/:id/undo',
    'POST /api/leads/distribute',
    'POST /api/leads/evening-meeting',
    'POST /api/messages',
    'POST /api/plan',
    'POST /api/plan/undo',
    'POST /api/prompts/reload',
    'POST /api/tokens',
    'POST /api/web-forms',
    'POST /api/web-forms/:id/leads',
    'POST /api/web-forms/:id/secret',
    'POST /api/webhooks',
    'POST /api/webhooks/:id/dead-letters/discard',
    'POST /api/webhooks/:id/dead-letters/retry',
    'POST /api/webhooks/:id/resume',
    'POST /api/webhooks/:id/secret',
    'POST /api/webhooks/:id/test',
    'PUT /api/customers/:id',
    'PUT /api/customers/:id/vehicles/:vehicleId',
    'PUT /api/lead-views/:id',
    'PUT /api/leads/:id',
    'PUT /api/opt-outs/:number',
    'PUT /api/plan/:section',
    'PUT /api/plan/:section/:id',
    'PUT /api/prompts/:language/:key',
    'PUT /api/prompts/music',
    'PUT /api/web-forms/:id',
    'PUT /api/webhooks/:id',
  ]);
});
