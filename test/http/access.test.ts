import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startHttp } from '../support/http';
import { aForm } from '../support/records';
import { call, lead, promise, recording } from '../support/two-stores';
import type { Method, TestHttp } from '../support/http';

/**
 * Every route x every role. The rows must be the routes of the OpenAPI document, so that a route
 * without a row here fails; one without an access rule does not even start.
 */
const ROLES = ['nobody', 'wang', 'chen', 'qian', 'zhao', 'sun', 'zhou', 'admin-token'] as const;
type Role = (typeof ROLES)[number];

interface Row {
  route: string;
  url?: string;
  body?: object;
  /** Status by role: nobody, telemarketer, supervisor, quality, administrator, then a telemarketer
   * and a supervisor of the other store, then the admin token. */
  statuses: number[];
}

const PLAN_BODY = { stores: [] };

const TABLE: Row[] = [
  { route: 'GET /health', statuses: [200, 200, 200, 200, 200, 200, 200, 200] },
  { route: 'GET /ready', statuses: [200, 200, 200, 200, 200, 200, 200, 200] },
  { route: 'GET /metrics', statuses: [200, 200, 200, 200, 200, 200, 200, 200] },
  { route: 'GET /api/openapi.json', statuses: [200, 200, 200, 200, 200, 200, 200, 200] },
  {
    route: 'POST /api/session',
    // Whoever asks may try; the sixth wrong password is not tried any more.
    body: { user: 'wang', password: 'wrong' },
    statuses: [401, 401, 401, 401, 401, 429, 429, 429],
  },
  { route: 'GET /api/session', statuses: [401, 200, 200, 200, 200, 200, 200, 403] },
  {
    route: 'POST /api/agents/me/ready',
    statuses: [401, 200, 409, 409, 409, 200, 409, 403],
  },
  {
    route: 'POST /api/agents/me/not-ready',
    body: { reason: 'lunch' },
    statuses: [401, 200, 409, 409, 409, 200, 409, 403],
  },
  {
    route: 'POST /api/agents/me/wrap-up',
    statuses: [401, 200, 409, 409, 409, 200, 409, 403],
  },
  {
    route: 'POST /api/phones/{id}/sign-in',
    url: '/api/phones/s1/sign-in',
    statuses: [401, 200, 409, 409, 409, 200, 409, 403],
  },
  {
    route: 'POST /api/phones/{id}/sign-out',
    url: '/api/phones/s1/sign-out',
    // Whether he may is the desk's question.
    statuses: [401, 204, 204, 204, 204, 204, 204, 403],
  },
  { route: 'GET /api/calls', statuses: [401, 200, 200, 200, 200, 200, 200, 403] },
  {
    route: 'GET /api/calls/{id}',
    url: '/api/calls/call-1',
    statuses: [401, 200, 200, 200, 200, 404, 404, 403],
  },
  ...['hold', 'resume', 'mute', 'unmute'].map((what) => ({
    route: `POST /api/calls/{id}/${what}`,
    url: `/api/calls/call-2/${what}`,
    // Only the agent of the talk; his supervisor does not talk to the customer.
    statuses: [401, 200, 409, 409, 409, 409, 409, 403],
  })),
  {
    route: 'POST /api/calls/{id}/hang-up',
    url: '/api/calls/call-2/hang-up',
    statuses: [401, 204, 409, 409, 409, 409, 409, 403],
  },
  {
    route: 'POST /api/calls/{id}/keys',
    url: '/api/calls/call-2/keys',
    body: { keys: '1#' },
    statuses: [401, 200, 409, 409, 409, 409, 409, 403],
  },
  {
    route: 'POST /api/calls',
    url: '/api/calls',
    body: { number: '13800138000' },
    statuses: [401, 200, 200, 200, 200, 200, 200, 403],
  },
  {
    route: 'POST /api/calls/{id}/transfer',
    url: '/api/calls/call-2/transfer',
    body: { to: { queue: 'service' } },
    statuses: [401, 200, 409, 409, 409, 409, 409, 403],
  },
  {
    route: 'POST /api/calls/{id}/pick-up',
    url: '/api/calls/call-2/pick-up',
    statuses: [401, 200, 409, 409, 409, 409, 409, 403],
  },
  {
    route: 'GET /api/calls/{id}/form',
    url: '/api/calls/call-1/form',
    statuses: [401, 200, 200, 200, 200, 404, 404, 403],
  },
  {
    route: 'POST /api/calls/{id}/form',
    url: '/api/calls/call-1/form',
    body: { note: 'red' },
    statuses: [401, 200, 200, 403, 200, 404, 404, 403],
  },
  { route: 'GET /api/form-choices', statuses: [401, 200, 200, 200, 200, 200, 200, 403] },
  { route: 'GET /api/reports/pick-ups', statuses: [401, 403, 200, 200, 200, 403, 200, 403] },
  { route: 'GET /api/reports/unclassified', statuses: [401, 403, 200, 200, 200, 403, 200, 403] },
  { route: 'GET /api/follow-ups', statuses: [401, 200, 200, 200, 200, 200, 200, 403] },
  {
    route: 'POST /api/follow-ups/{id}/done',
    url: '/api/follow-ups/f-1/done',
    statuses: [401, 404, 404, 404, 404, 404, 404, 403],
  },
  {
    route: 'POST /api/calls/{id}/consult',
    url: '/api/calls/call-2/consult',
    body: { agent: 'li' },
    statuses: [401, 200, 409, 409, 409, 409, 409, 403],
  },
  ...['POST /swap', 'POST /conference', 'POST /complete', 'DELETE '].map((what) => ({
    route: what.replace(' ', ' /api/calls/{id}/consult'),
    url: `/api/calls/call-2/consult${what.replace(/^.* /, '')}`,
    statuses: [401, 200, 409, 409, 409, 409, 409, 403],
  })),
  {
    route: 'POST /api/calls/{id}/park',
    url: '/api/calls/call-2/park',
    statuses: [401, 200, 409, 409, 409, 409, 409, 403],
  },
  { route: 'GET /api/parked', statuses: [401, 200, 200, 200, 200, 200, 200, 403] },
  {
    route: 'POST /api/parked/{slot}/retrieve',
    url: '/api/parked/701/retrieve',
    statuses: [401, 200, 409, 409, 409, 409, 409, 403],
  },
  {
    route: 'GET /api/recordings',
    url: '/api/recordings?callId=call-1',
    statuses: [401, 403, 200, 200, 200, 403, 404, 403],
  },
  {
    route: 'GET /api/recordings/{id}/audio',
    url: '/api/recordings/rec-1/audio',
    statuses: [401, 403, 200, 200, 200, 403, 404, 403],
  },
  ...['confirm-number', 'unconfirm-number'].map((what) => ({
    route: `POST /api/leads/{id}/${what}`,
    url: `/api/leads/lead-1/${what}`,
    statuses: [401, 204, 204, 204, 204, 404, 404, 403],
  })),
  { route: 'GET /api/leads', statuses: [401, 200, 200, 200, 200, 200, 200, 403] },
  { route: 'GET /api/promises', statuses: [401, 200, 200, 200, 200, 200, 200, 403] },
  {
    route: 'GET /api/promises/{id}',
    url: '/api/promises/promise-1',
    statuses: [401, 200, 200, 200, 200, 404, 404, 403],
  },
  {
    route: 'POST /api/promises/{id}/withdraw',
    url: '/api/promises/promise-2/withdraw',
    body: { reason: 'bought elsewhere' },
    // The first ends it.
    statuses: [401, 200, 409, 409, 409, 404, 404, 403],
  },
  {
    route: 'POST /api/promises/{id}/done',
    url: '/api/promises/promise-3/done',
    body: { reason: 'by message' },
    statuses: [401, 200, 409, 409, 409, 404, 404, 403],
  },
  { route: 'GET /api/queues', statuses: [401, 200, 200, 200, 200, 200, 200, 403] },
  {
    route: 'GET /api/ledger',
    url: '/api/ledger?hotline=400',
    statuses: [401, 403, 200, 200, 200, 403, 404, 403],
  },
  {
    route: 'POST /api/plan',
    body: PLAN_BODY,
    statuses: [401, 403, 403, 403, 200, 403, 403, 200],
  },
  {
    route: 'GET /api/numbers',
    url: '/api/numbers?number=13800138000',
    statuses: [401, 403, 403, 403, 200, 403, 403, 200],
  },
  { route: 'GET /api/trunks', statuses: [401, 403, 200, 200, 200, 403, 200, 403] },
  { route: 'GET /api/doctor', statuses: [401, 403, 403, 403, 200, 403, 403, 200] },
  { route: 'GET /api/hotlines', statuses: [401, 200, 200, 200, 200, 200, 200, 200] },
  {
    route: 'POST /api/hotlines/{number}/close',
    url: '/api/hotlines/400/close',
    body: {},
    // That of another store is none to him.
    statuses: [401, 403, 200, 403, 200, 403, 404, 200],
  },
  {
    route: 'POST /api/hotlines/{number}/test',
    url: '/api/hotlines/400/test',
    statuses: [401, 403, 200, 403, 200, 403, 404, 200],
  },
  {
    route: 'POST /api/hotlines/{number}/open',
    url: '/api/hotlines/400/open',
    statuses: [401, 403, 200, 403, 200, 403, 404, 200],
  },

  {
    route: 'POST /api/hotlines/{number}/message',
    url: '/api/hotlines/400/message',
    body: { say: 'closed' },
    statuses: [401, 403, 200, 403, 200, 403, 404, 200],
  },
  {
    route: 'DELETE /api/hotlines/{number}/message',
    url: '/api/hotlines/400/message',
    statuses: [401, 403, 200, 403, 200, 403, 404, 200],
  },
  { route: 'GET /api/blocked-callers', statuses: [401, 403, 200, 403, 200, 403, 200, 403] },
  {
    route: 'POST /api/blocked-callers',
    body: { number: '13800138000', reason: 'nuisance' },
    statuses: [401, 403, 200, 403, 200, 403, 200, 403],
  },
  {
    route: 'DELETE /api/blocked-callers/{number}',
    url: '/api/blocked-callers/13800138009',
    statuses: [401, 403, 404, 403, 404, 403, 404, 403],
  },
  {
    route: 'GET /api/staffing',
    url: '/api/staffing?queue=sales',
    statuses: [401, 403, 200, 200, 200, 403, 404, 403],
  },
  { route: 'GET /api/ratings', statuses: [401, 403, 200, 200, 200, 403, 200, 403] },
  { route: 'GET /api/guard', statuses: [401, 403, 403, 403, 200, 403, 403, 200] },
  {
    route: 'POST /api/guard/unblock',
    // The first who may lets it in; for the second nothing is left to do.
    body: { address: '192.0.2.1' },
    statuses: [401, 403, 403, 403, 204, 403, 403, 404],
  },
  { route: 'POST /api/prompts/reload', statuses: [401, 403, 403, 403, 200, 403, 403, 200] },
  { route: 'GET /api/push', statuses: [401, 426, 426, 426, 426, 426, 426, 403] },
  { route: 'DELETE /api/session', statuses: [401, 204, 204, 204, 204, 204, 204, 403] },
];

describe('every route x every role', () => {
  let http: TestHttp;

  beforeAll(() => {
    http = startHttp();
    http.rows.calls = [call('call-1')];
    http.rows.forms = [aForm({ callId: 'call-1' })];
    http.live.theCalls = [call('call-2', { state: 'talking', agentId: 'wang', outcome: null })];
    http.rows.recordings = [recording('rec-1')];
    for (const id of ['promise-1', 'promise-2', 'promise-3'])
      http.owes({ ...promise(id, 'bj01'), number: id });
    http.rows.leads = [lead('lead-1', { number: '+861082345678' })];
    writeFileSync(join(http.recordingsDir, 'rec-1.wav'), 'RIFF');
  });
  afterAll(() => http.close());

  describe.each(TABLE)('$route', ({ route, url, body, statuses }) => {
    test.each(ROLES.map((role, index): [Role, number] => [role, statuses[index] ?? 0]))(
      'by %s: %i',
      async (role, status) => {
        const [method, path = ''] = route.split(' ');
        const who = role === 'nobody' ? null : role;
        const response = await http.ask(who, method as Method, url ?? path, body);
        expect(response.statusCode).toBe(status);
      },
    );
  });

  test('the rows are the routes of the OpenAPI document', async () => {
    const { paths } = (await http.ask(null, 'GET', '/api/openapi.json')).json<{
      paths: Record<string, object>;
    }>();
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.sort()).toEqual(TABLE.map(({ route }) => route).sort());
  });

  test('A15: what a telemarketer is refused is named', async () => {
    const response = await http.ask('wang', 'GET', '/api/recordings/rec-1/audio');
    expect(response.json()).toMatchObject({ code: 'FORBIDDEN_POST' });
  });
});
