import { POSTS, type Post } from '../../src/domain/organisation';
import { rightsOf, type Right } from '../../src/domain/rights';
import { PLAN, person } from '../support/two-stores';
import { ROLES, type Role, type Row } from './access/row';
import { setScene, startScene } from './access/scene';
import { TABLE } from './access/table';
import type { Method, TestHttp } from '../support/http';

/**
 * Every route x every role. The rows must be the routes of the OpenAPI document, so that a route
 * without a row here fails; one without an access rule does not even start.
 */
describe('every route x every role', () => {
  let http: TestHttp;

  beforeAll(() => void (http = startScene()));
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

/** Where he works, and where his post holds. */
const STORES: [string, string, string[]][] = [
  ['of the store', 'bj01', ['bj01']],
  ['of another store', 'sh01', ['sh01']],
  ['of a group or a legal entity, from another store', 'sh01', ['sh01', 'bj01']],
];

/** Of bj01, of different posts. */
const OWN: [Role, Post][] = [
  ['chen', 'supervisor'],
  ['qian', 'quality'],
  ['zhao', 'administrator'],
];

/**
 * What somebody of that post is answered who asks first. Rows ask for what is of bj01: there it is what another one is
 * answered who may, of what the row asks for, the same.
 */
function statusOf(row: Row, rule: Right | 'person', post: Post, stores: readonly string[]): number {
  const has = (of: Post, right: Right | 'person'): boolean =>
    right === 'person' || rightsOf(of).includes(right);
  const may = (of: Post): boolean[] => [rule, row.needs ?? rule].map((right) => has(of, right));
  const by = (role: Role | undefined): number =>
    row.statuses[ROLES.findIndex((one) => one === role)] ?? 0;
  if (!has(post, rule)) return 403;
  if (!stores.includes('bj01'))
    return row.elsewhere ?? by(has('supervisor', rule) ? 'zhou' : 'zhao');
  const [same] = OWN.find(([, of]) => may(of).join() === may(post).join()) ?? [];
  return (may(post).every(Boolean) ? row.first : undefined) ?? by(same);
}

describe('every route x every post', () => {
  let http: TestHttp;
  /** The rule of every route that has one, as the OpenAPI document says it. */
  const rules = new Map<string, Right | 'person'>();

  beforeAll(async () => {
    http = startScene();
    const { paths } = (await http.ask(null, 'GET', '/api/openapi.json')).json<{
      paths: Record<string, Record<string, { 'x-access': Right | 'person' | 'public' }>>;
    }>();
    for (const [path, methods] of Object.entries(paths))
      for (const [method, { 'x-access': rule }] of Object.entries(methods))
        if (rule !== 'public') rules.set(`${method.toUpperCase()} ${path}`, rule);
  });
  beforeEach(() => setScene(http));
  afterAll(() => http.close());

  describe.each(POSTS)('%s', (post) => {
    test.each(STORES)('%s', async (_where, home, stores) => {
      const somebody = { ...person('x', post, home), posts: [{ post, stores }] };
      http.live.thePlan = { ...PLAN, people: [...PLAN.people, somebody] };
      const answered: Record<string, number> = {};
      const expected: Record<string, number> = {};
      for (const row of TABLE) {
        const rule = rules.get(row.route);
        if (rule === undefined) continue;
        const [method, path = ''] = row.route.split(' ');
        const response = await http.ask('x', method as Method, row.url ?? path, row.body);
        answered[row.route] = response.statusCode;
        expected[row.route] = statusOf(row, rule, post, stores);
      }
      expect(answered).toEqual(expected);
    });
  });
});
