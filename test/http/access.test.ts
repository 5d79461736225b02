import { POSTS, type Post } from '../../src/domain/organisation';
import type { PlanPerson } from '../../src/domain/plan';
import { RIGHTS, rightsOf, WHOLE, type Right } from '../../src/domain/rights';
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

type Rule = Right | 'person';

const isWhole = (rule: Rule): boolean => WHOLE.some((right) => right === rule);

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
 * What somebody of that post is answered who asks first; what concerns all stores he is refused who is of some. Rows ask for what is of bj01: there it is what another one is
 * answered who may, of what the row asks for, the same.
 */
function statusOf(row: Row, rule: Rule, post: Post, stores: readonly string[]): number {
  const has = (of: Post, right: Rule): boolean =>
    right === 'person' || rightsOf(of).includes(right);
  const may = (of: Post): boolean[] => [rule, row.needs ?? rule].map((right) => has(of, right));
  const by = (role: Role | undefined): number =>
    row.statuses[ROLES.findIndex((one) => one === role)] ?? 0;
  if (!has(post, rule) || (isWhole(rule) && stores.length < PLAN.stores.length)) return 403;
  if (!stores.includes('bj01'))
    return row.elsewhere ?? by(has('supervisor', rule) ? 'zhou' : 'zhao');
  const [same] = OWN.find(([, of]) => may(of).join() === may(post).join()) ?? [];
  return (may(post).every(Boolean) ? row.first : undefined) ?? by(same);
}

/** The rule of every route that has one, as the OpenAPI document says it. */
async function rulesOf(http: TestHttp): Promise<Map<string, Rule>> {
  const { paths } = (await http.ask(null, 'GET', '/api/openapi.json')).json<{
    paths: Record<string, Record<string, { 'x-access': Rule | 'public' }>>;
  }>();
  const rules = new Map<string, Rule>();
  for (const [path, methods] of Object.entries(paths))
    for (const [method, { 'x-access': rule }] of Object.entries(methods))
      if (rule !== 'public') rules.set(`${method.toUpperCase()} ${path}`, rule);
  return rules;
}

describe('every route x every post', () => {
  let http: TestHttp;
  let rules: Map<string, Rule>;

  beforeAll(async () => {
    http = startScene();
    rules = await rulesOf(http);
  });
  beforeEach(() => setScene(http));
  afterAll(() => http.close());

  describe.each(POSTS)('%s', (post) => {
    test.each(STORES)('%s', async (_where, home, stores) => {
      const somebody = { ...person('x', post, home), posts: [{ post, stores }] };
      http.live.thePlan = { ...http.live.thePlan, people: [...PLAN.people, somebody] };
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

/** Given to no program; and to one with bounds of its own nothing that concerns the whole installation. */
const NEVER: Right[] = ['people.secure'];

/** A token of an administrator of both stores: where it holds, and what it is not given. */
const PROGRAMS: [string, string[] | null, Right[]][] = [
  ['without bounds', null, NEVER],
  ['of the store', ['bj01'], [...NEVER, ...WHOLE]],
  ['of another store', ['sh01'], [...NEVER, ...WHOLE]],
];
/** Tokens of one person that stand at once; when they are over he makes others. */
const MOST_TOKENS = 50;
const STANDS_MS = 1000;
const STORES_OF_X = ['sh01', 'bj01'];
const ADMINISTRATOR: PlanPerson = {
  ...person('x', 'administrator', 'sh01'),
  posts: [{ post: 'administrator', stores: STORES_OF_X }],
};

describe('every route x every token', () => {
  let http: TestHttp;
  let rules: Map<string, Rule>;

  beforeAll(async () => {
    http = startScene();
    rules = await rulesOf(http);
  });
  beforeEach(() => {
    setScene(http);
    http.live.thePlan = { ...http.live.thePlan, people: [...PLAN.people, ADMINISTRATOR] };
  });
  afterEach(() => void (http.clock.now += STANDS_MS));
  afterAll(() => http.close());

  /** Asks as programs that have just those rights, each of which is made once. */
  function programs(stores: string[] | null) {
    const values = new Map<string, string>();
    const make = async (rights: Right[]): Promise<string> => {
      if (values.size === MOST_TOKENS) {
        values.clear();
        http.clock.now += STANDS_MS;
      }
      const bounds = { rights, ...(stores && { stores }), expiresAt: http.clock.now + STANDS_MS };
      const made = await http.ask('x', 'POST', '/api/tokens', { name: 'of a test', ...bounds });
      expect(made.statusCode).toBe(200);
      return made.json<{ value: string }>().value;
    };
    return async ({ route, url, body }: Row, rights: Right[]): Promise<string> => {
      const value = values.get(rights.join()) ?? (await make(rights));
      values.set(rights.join(), value);
      const [method, path = ''] = route.split(' ');
      const headers = { authorization: `Bearer ${value}` };
      const response = await http.ask(null, method as Method, url ?? path, body, headers);
      const { statusCode } = response;
      return statusCode === 403 ? response.json<{ code: string }>().code : String(statusCode);
    };
  }

  test.each(PROGRAMS)('%s: what its right opens, and nothing else', async (_what, stores, kept) => {
    const ask = programs(stores);
    const given = RIGHTS.filter((right) => !kept.includes(right));
    const answered: Record<string, string[]> = {};
    const expected: Record<string, string[]> = {};
    for (const row of TABLE) {
      const rule = rules.get(row.route);
      if (rule === undefined) continue;
      const others = given.filter((right) => right !== rule);
      answered[row.route] = [await ask(row, others)];
      expected[row.route] = [rule === 'person' ? 'NOT_FOR_TOKENS' : 'FORBIDDEN_POST'];
      if (others.length === given.length) continue;
      const alone = given.filter((right) => right === rule || right === row.needs);
      answered[row.route]?.push(await ask(row, alone));
      expected[row.route]?.push(
        String(statusOf(row, rule, 'administrator', stores ?? STORES_OF_X)),
      );
    }
    expect(answered).toEqual(expected);
  });
});
