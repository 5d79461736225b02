import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aSession, startHttp } from '../support/http';
import { aForm } from '../support/records';
import { call, lead, promise, recording } from '../support/two-stores';
import { ROLES, type Role } from './access/row';
import { TABLE } from './access/table';
import type { Method, TestHttp } from '../support/http';

/**
 * Every route x every role. The rows must be the routes of the OpenAPI document, so that a route
 * without a row here fails; one without an access rule does not even start.
 */
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
    http.sessions.restore([{ ...aSession('li'), id: 'session-li' }]);
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
