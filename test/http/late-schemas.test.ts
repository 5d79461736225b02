import { AjvCompiler } from '@fastify/ajv-compiler';
import SerializerSelector from '@fastify/fast-json-stringify-compiler';
import type { RouteOptions } from 'fastify';
import { startHttp, type TestHttp } from '../support/http';

/** What the start leaves until it is asked for, done for every route here. */
let http: TestHttp;
const routes: RouteOptions[] = [];
beforeAll(async () => {
  http = startHttp();
  http.app.addHook('onRoute', (route) => void routes.push(route));
  await http.app.ready();
});
afterAll(() => http.close());

const schemas = (route: RouteOptions) => (route.schema ?? {}) as Record<string, unknown>;
/** Of a body or an answer that may be of several types each has a schema of its own, as Fastify compiles them. */
function byType(said: unknown): unknown[] {
  if (!said) return [];
  const { content } = said as { content?: Record<string, { schema: unknown }> };
  return content ? Object.values(content).map(({ schema }) => schema) : [said];
}
const nameOf = ({ method, url }: RouteOptions) => `${String(method)} ${url}`;

/** The reason why, with the route's name, of each that fails. */
function failing(attempt: (route: RouteOptions) => void): string[] {
  return routes.flatMap((route) => {
    try {
      attempt(route);
      return [];
    } catch (error) {
      return [`${nameOf(route)}: ${String(error)}`];
    }
  });
}

test('the schemas of every question can be compiled', () => {
  const compile = AjvCompiler()({}, { customOptions: { removeAdditional: false } });
  const parts = ['body', 'querystring', 'params', 'headers'];
  expect(routes.length).toBeGreaterThan(100);
  expect(
    failing((route) => {
      for (const part of parts)
        for (const schema of byType(schemas(route)[part]))
          (compile as (of: unknown) => unknown)({ schema, httpPart: part });
    }),
  ).toEqual([]);
});

test('the schemas of every answer can be compiled', () => {
  const compile = SerializerSelector()({}, {});
  let compiled = 0;
  expect(
    failing((route) => {
      const answers = (schemas(route)['response'] ?? {}) as Record<string, unknown>;
      for (const [httpStatus, answer] of Object.entries(answers)) {
        for (const schema of byType(answer)) {
          compile({ schema, method: String(route.method), url: route.url, httpStatus });
          compiled += 1;
        }
      }
    }),
  ).toEqual([]);
  expect(compiled).toBeGreaterThan(500);
});

test('a question that breaks its schema is told why, the first time and the second', async () => {
  for (let time = 0; time < 2; time++) {
    const answer = await http.ask(null, 'POST', '/api/session', { user: 1 });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'INVALID_REQUEST', details: [{ at: 'body' }] });
  }
});
