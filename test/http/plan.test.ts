import { startHttp } from '../support/http';
import type { TestHttp } from '../support/http';

let http: TestHttp;
beforeAll(() => void (http = startHttp()));
afterEach(() => http.forget());
afterAll(() => http.close());

const PLAN = { stores: [{ id: 'bj01' }] };

describe('a plan', () => {
  test.each([
    ['an administrator', 'zhao', 'zhao'],
    ['the command on this machine', 'admin-token', 'admin-token'],
  ])('is applied by %s, and that is noted', async (_what, who, noted) => {
    const response = await http.ask(who, 'POST', '/api/plan', PLAN);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({
      summary: { stores: { added: 1, changed: 0, removed: 0 } },
    });
    expect(http.audited).toEqual([{ who: noted, what: 'plan.applied', subject: 'plan' }]);
  });

  test('with faults is refused with the place of each', async () => {
    const response = await http.ask('zhao', 'POST', '/api/plan', {});
    expect(response.statusCode).toBe(422);
    expect(response.json()).toMatchObject({
      code: 'PLAN_REFUSED',
      details: { problems: [{ at: 'stores', code: 'MISSING', message: '缺少' }] },
    });
    expect(http.audited).toEqual([]);
  });

  test('may be large, but not endless; other bodies may not even be large', async () => {
    const plan = (bytes: number) => ({ stores: [{ id: 'x'.repeat(bytes) }] });
    expect((await http.ask('zhao', 'POST', '/api/plan', plan(4_000_000))).statusCode).toBe(200);
    expect((await http.ask('zhao', 'POST', '/api/plan', plan(9_000_000))).statusCode).toBe(413);
    const large = await http.ask('wang', 'POST', '/api/agents/me/not-ready', plan(20_000));
    expect(large.statusCode).toBe(413);
    expect(large.json()).toMatchObject({ code: 'TOO_LARGE' });
  });

  test('of somebody who may not is refused before it is read', async () => {
    const response = await http.app.inject({ method: 'POST', url: '/api/plan', payload: '{' });
    expect(response.statusCode).toBe(401);
  });
});
