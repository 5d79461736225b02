import { parse } from 'yaml';
import { storeQueries } from '../../src/store/queries';
import { aSession, cookieOf, tokenOf, type Method, type TestHttp } from '../support/http';
import { useDatabase } from '../support/postgres';
import { connect } from '../support/push';
import { call, NOW, PEOPLE } from '../support/two-stores';
import { setScene, startScene } from './access/scene';
import { TABLE } from './access/table';

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  anyOf?: Schema[];
}
interface Operation {
  parameters?: { in: 'path' | 'query' | 'header'; name: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

/** From the OpenAPI document, so that a new route is attacked as well. */
interface Route {
  name: string;
  method: Method;
  path: string;
  parameters: NonNullable<Operation['parameters']>;
  texts: string[];
}

const ATTACKS: Record<string, string> = {
  'SQL that is always true': "x' or 1=1 --",
  'SQL that drops a table': "'; drop table audit; --",
  'a header of its own': 'x\r\nx-injected: 1\r\n\r\n<script>',
  'a path out of the folder': '../../../../../../etc/passwd',
  'the same, encoded once more': '..%2f..%2f..%2fetc%2fpasswd',
  'a NUL': 'rec-1\0.wav',
  'half a surrogate pair': 'x\ud800',
  HTML: '<img src=x onerror=alert(1)>',
  'a text that is read backwards': '\u202egnp.exe',
  'a terminal command': '\u001b[2J\u001b]0;x\u0007',
  'what every object has': '__proto__',
  'the longest text': 'x'.repeat(8000),
};

const database = useDatabase();
let http: TestHttp;
let routes: Route[] = [];

beforeAll(async () => {
  http = startScene();
  const { paths } = (await http.ask(null, 'GET', '/api/openapi.json')).json<{
    paths: Record<string, Record<string, Operation>>;
  }>();
  routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([verb, operation]) => {
      const method = verb.toUpperCase() as Method;
      const parameters = (operation.parameters ?? []).filter((one) => one.in !== 'header');
      return { name: `${method} ${path}`, method, path, parameters, texts: textsOf(operation) };
    }),
  );
});
afterAll(() => http.close());
beforeEach(() => {
  http.forget();
  http.sessions.restore([aSession('zhao')]);
  setScene(http);
});

function textsOf({ requestBody }: Operation): string[] {
  const fields = requestBody?.content['application/json']?.schema.properties ?? {};
  return Object.keys(fields).filter((name) => JSON.stringify(fields[name]).includes('"string"'));
}

const rowOf = ({ name }: Route) => TABLE.find(({ route }) => route === name);
/** The address of the scene, with one of its parts replaced. */
function addressOf(route: Route, part: string, text: string): string {
  const [path = '', query] = (rowOf(route)?.url ?? route.path).split('?');
  const known = path.split('/');
  const replaced = route.path
    .split('/')
    .map((name, n) => (name === `{${part}}` ? encodeURIComponent(text) : (known[n] ?? name)))
    .join('/');
  return query === undefined ? replaced : `${replaced}?${query}`;
}
const encodable = (text: string): boolean => !/\p{Surrogate}/u.test(text);

/** Everything that can be put where a text is asked for. */
function* attempts(route: Route, text: string) {
  const row = rowOf(route);
  const url = row?.url ?? route.path;
  if (encodable(text)) {
    for (const { in: where, name } of route.parameters)
      yield where === 'path'
        ? { at: name, url: addressOf(route, name, text), body: row?.body }
        : { at: name, url: `${url.split('?')[0]}?${name}=${encodeURIComponent(text)}` };
  }
  for (const name of route.texts) yield { at: name, url, body: { ...row?.body, [name]: text } };
}

/** It would wait for the socket of a browser. */
const isSocket = ({ path }: Route): boolean => path === '/api/push' || path === '/sip';

describe('in every text of every route', () => {
  test.each(Object.entries(ATTACKS))(
    '%s does nothing',
    async (_what, text) => {
      const queries = storeQueries(database.db, http.deps.queries);
      const fakes = { ...http.deps.queries };
      Object.assign(http.deps.queries, queries);
      const fell: string[] = [];
      for (const route of routes.filter((one) => !isSocket(one))) {
        for (const { at, url, body } of attempts(route, text)) {
          for (const who of ['zhao', 'wang']) {
            const {
              statusCode,
              headers,
              body: answer,
            } = await http.ask(who, route.method, url, body);
            const sound =
              statusCode < 500 &&
              headers['x-injected'] === undefined &&
              !answer.includes('root:') &&
              /json|yaml|wav|csv|plain|^$/.test(String(headers['content-type'] ?? ''));
            if (!sound) fell.push(`${route.name} ${at} by ${who}: ${statusCode}`);
          }
        }
      }
      Object.assign(http.deps.queries, fakes);
      expect(fell).toEqual([]);
      expect(http.logged.filter((line) => !isOneLine(line))).toEqual([]);
      expect(await database.db('audit').count()).toEqual([{ count: '0' }]);
      const told = JSON.stringify([http.journal.records, http.desk.asked, http.audited]);
      expect(told).not.toMatch(/\\u0000|\\ud800/);
    },
    60_000,
  );
});

const isOneLine = (line: string): boolean =>
  line.indexOf('\n') === line.length - 1 && typeof JSON.parse(line) === 'object';

/**
 * What belongs to no store: what one sets up, whose sign-in one sees to, phones, at which whoever is there may sit, and numbers
 * of customers, of which any may be said to want no texts.
 */
const OF_NO_STORE = /^\S+ \/api\/(plan|tokens|sessions|people|phones|opt-outs)/;
/** Where not every text can be one. */
const NOT_THERE: Record<string, string> = { slot: '702' };

test('what is of another store is answered as what is not there at all', async () => {
  const told: string[] = [];
  for (const route of routes) {
    const [part] = route.parameters.filter(
      (one) => one.in === 'path' && one.schema.type === 'string',
    );
    const row = rowOf(route);
    if (part === undefined || OF_NO_STORE.test(route.name)) continue;
    for (const who of ['sun', 'zhou']) {
      const [theirs, nobodys] = await Promise.all(
        [
          row?.url ?? route.path,
          addressOf(route, part.name, NOT_THERE[part.name] ?? 'none-such'),
        ].map((url) => http.ask(who, route.method, url, row?.body)),
      );
      const [a, b] = [theirs, nobodys].map((one) => `${one?.statusCode} ${one?.body}`);
      if (a !== b) told.push(`${route.name} by ${who}: ${a} | ${b}`);
    }
  }
  expect(told).toEqual([]);
});

const changing = () => routes.filter(({ method }) => method !== 'GET');

test.each<[string, Record<string, string>]>([
  ['says nothing of itself', {}],
  ['is another one', { origin: 'https://evil.example' }],
  ['is another one of the same name', { origin: 'https://localhost.evil.example' }],
  ['is another port', { origin: 'http://localhost:81' }],
  ['is in a sandbox', { origin: 'null' }],
  ['is said by the browser to be foreign', { 'sec-fetch-site': 'cross-site' }],
  ['is a neighbour', { 'sec-fetch-site': 'same-site', origin: 'http://localhost' }],
])('no route changes anything for a page that %s', async (_what, headers) => {
  const passed: string[] = [];
  for (const route of changing()) {
    const row = rowOf(route);
    const response = await http.app.inject({
      ...{ method: route.method, url: row?.url ?? route.path },
      headers: { host: 'localhost', cookie: cookieOf(tokenOf('zhao')), ...headers },
      ...(row?.body && { payload: row.body }),
    });
    if (response.json<{ code: string }>().code !== 'CROSS_SITE') passed.push(route.name);
  }
  expect(passed).toEqual([]);
  expect(changing().length).toBeGreaterThan(40);
  expect([...http.desk.asked, ...http.audited, ...http.plans.kept]).toEqual([]);
});

const takesSound = ({ name }: Route): boolean => name.startsWith('PUT /api/prompts');
const takesFile = ({ name }: Route): boolean =>
  name.startsWith('POST /api/imports') && !name.endsWith('undo');
const typeFor = (route: Route): string =>
  takesSound(route) ? 'audio/wav' : takesFile(route) ? 'text/csv' : 'application/json';
/** With eight megabytes for the plan, two for the leads of HQ, and 24 for a sound. */
function bytesFor(route: Route): number {
  if (takesSound(route)) return 25_165_825;
  if (route.path === '/api/hq-leads') return 2_097_153;
  return route.path.startsWith('/api/plan') ? 8_388_609 : 16_385;
}

test('no route takes a body that is too large, or one that is too deep', async () => {
  const took: string[] = [];
  for (const route of changing()) {
    const headers = {
      'content-type': typeFor(route),
      authorization: `Bearer ${tokenOf('zhao')}`,
    };
    const url = rowOf(route)?.url ?? route.path;
    // Some of these end it.
    http.sessions.restore([aSession('zhao')]);
    const send = (payload: string, more = {}) =>
      http.app.inject({ method: route.method, url, headers: { ...headers, ...more }, payload });
    // A file is refused by what it says of itself, before a byte of it is taken; one that lies in db/intake.test.ts.
    const large = takesFile(route)
      ? (await send('x', { 'content-length': '104857601' })).statusCode
      : (await send(`"${'x'.repeat(bytesFor(route) - 2)}"`)).statusCode;
    const deep = (await send(`{"a":${'['.repeat(8000)}${']'.repeat(8000)}}`)).statusCode;
    if (large !== 413 || deep >= 500) took.push(`${route.name}: ${large}, ${deep}`);
  }
  expect(took).toEqual([]);
}, 60_000);

const NASTY = '<b onclick="x()">王\u202e\u0007\r\nset-cookie: a=b\u2028,"=1+1';

test('a name with HTML, line ends and marks stays what it is in frames, lists and the plan’s file', async () => {
  const people = PEOPLE.map((one) => ({ ...one, name: NASTY }));
  const document = { stores: [{ id: 'bj01', name: NASTY }], people };
  await http.ask('zhao', 'POST', '/api/plan', document);
  const yaml = await http.ask('zhao', 'GET', '/api/plan', undefined, {
    accept: 'application/yaml',
  });
  expect(yaml.headers['content-type']).toContain('application/yaml');
  expect(parse(yaml.body)).toEqual(http.plans.document);
  expect(JSON.stringify(http.plans.document)).toContain(JSON.stringify(NASTY));

  http.live.theCalls = [call('call-2', { from: NASTY })];
  http.rows.calls = [call('call-1', { from: NASTY })];
  const list = await http.ask('zhao', 'GET', '/api/calls');
  expect(list.json()).toMatchObject({ items: [{ from: NASTY }] });
  expect(list.headers['content-type']).toContain('application/json');
  expect(list.headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
  const line = await connect(http, 'chen');
  await line.next('snapshot');
  http.hub.publish({ kind: 'call.updated', call: call('call-2', { from: NASTY }) }, NOW);
  expect((await line.next('call.updated')).data.from).toBe(NASTY);
  line.socket.terminate();
  http.deps.log.info({ from: NASTY, at: NOW }, NASTY);
  expect(http.logged.length).toBeGreaterThan(0);
  expect(http.logged.filter((line) => !isOneLine(line))).toEqual([]);
});
