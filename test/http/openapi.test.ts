import Ajv from 'ajv/dist/2020';
import { ERRORS, type ErrorCode } from '../../src/domain/errors';
import { exampleOf, type Schema } from '../../src/http/openapi/example';
import { startHttp, type TestHttp } from '../support/http';

/**
 * What holds for every route, read from the OpenAPI document: a new route that breaks a rule fails here, and the failure says
 * what it lacks.
 */
interface Media {
  schema: Schema;
  example?: unknown;
  examples?: Record<string, { value: unknown }> | unknown[];
}
interface Operation {
  tags?: string[];
  summary?: string;
  parameters?: { in: string; name: string; schema: Schema; example?: unknown }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { description?: string; content?: Record<string, Media> }>;
}

let http: TestHttp;
let routes: [name: string, operation: Operation][] = [];
beforeAll(async () => {
  http = startHttp();
  const { paths } = (await http.ask(null, 'GET', '/api/openapi.json')).json<{
    paths: Record<string, Record<string, Operation>>;
  }>();
  routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );
});
afterAll(() => http.close());

/** What every route is found to lack, with its name. */
const lacking = (lacks: (operation: Operation, name: string) => string[]): string[] =>
  routes.flatMap(([name, operation]) => lacks(operation, name).map((what) => `${name}: ${what}`));

const isError = (status: string): boolean => Number(status) >= 400;
const changes = (name: string): boolean => !name.startsWith('GET ');

/** Everything with a schema of its own: where it stands, the schema, its examples. */
function* described({ parameters, requestBody, responses }: Operation) {
  for (const { in: where, name, schema, example } of parameters ?? [])
    yield { at: `${where} ${name}`, name, schema, examples: [example] };
  for (const [type, media] of Object.entries(requestBody?.content ?? {}))
    yield { at: `body ${type}`, name: '', schema: media.schema, examples: examplesIn(media) };
  for (const [status, { content }] of Object.entries(responses))
    for (const [type, media] of Object.entries(content ?? {}))
      yield {
        at: `${status} ${type}`,
        name: '',
        schema: media.schema,
        examples: examplesIn(media),
      };
}

function examplesIn({ example, examples }: Media): unknown[] {
  const named = Object.values(examples ?? {}).map((one) => (one as { value: unknown }).value);
  return example === undefined ? named : [example];
}

test('every route has a summary, one tag, and an answer for when all is well', () => {
  expect(
    lacking(({ tags, summary, responses }) => [
      ...(summary?.trim() ? [] : ['`summary` in its schema']),
      ...(tags?.length === 1 ? [] : ['`tags: [one]` in its schema']),
      ...(Object.keys(responses).some((status) => !isError(status) && status !== 'default')
        ? []
        : ['`response: { 200: … }` in its schema']),
    ]),
  ).toEqual([]);
  expect(routes.length).toBeGreaterThan(75);
});

test('every parameter, body and answer has an example that its own schema lets through', () => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  expect(
    lacking((operation) =>
      [...described(operation)].flatMap(({ at, schema, examples }) => {
        const lets = ajv.compile(schema);
        const wrong = examples.filter((example) => example === undefined || !lets(example));
        if (examples.length === 0) return [`an example at ${at}`];
        return wrong.map((one) => `${at} does not let through ${JSON.stringify(one)}`);
      }),
    ),
  ).toEqual([]);
}, 60_000);

test('every text has an example of its own: in its schema, or by its name in openapi/example-words.ts', () => {
  expect(
    lacking((operation) => {
      const unknown = new Set<string>();
      for (const { at, name, schema, examples } of described(operation))
        if (!/^[45]/.test(at) && examples.length < 2)
          exampleOf(schema, name, (text) => unknown.add(text));
      return [...unknown].map((text) => `how \`${text}\` looks`);
    }),
  ).toEqual([]);
});

const codesOf = ({ responses }: Operation): string[] =>
  Object.values(responses).flatMap(({ content }) =>
    Object.values(content ?? {}).flatMap(
      ({ schema }) => (schema.properties?.['code']?.enum as string[] | undefined) ?? [],
    ),
  );

test('every error of a route is shown by its code, in the answers of its status', () => {
  expect(
    lacking(({ responses }) =>
      Object.entries(responses)
        .filter(([status]) => isError(status))
        .flatMap(([status, { content }]) => {
          const { schema, examples } = content?.['application/json'] ?? { schema: {} };
          const codes = (schema.properties?.['code']?.enum ?? []) as ErrorCode[];
          return [
            ...(codes.length > 0 ? [] : [`codes of ${status}: use problems(…)`]),
            ...codes.filter((code) => ERRORS[code].status !== Number(status)),
            ...codes.filter((code) => !(examples && code in examples)),
          ];
        }),
    ),
  ).toEqual([]);
});

test('every error of the catalogue is one of a route', () => {
  const given = new Set(routes.flatMap(([, operation]) => codesOf(operation)));
  expect(Object.keys(ERRORS).filter((code) => !given.has(code))).toEqual([]);
});

/** Nobody is known yet; of a lead of a web site its `webhook-id` is the key. */
const NO_KEY = ['POST /api/session', 'POST /api/web-forms/{id}/leads'];

test('every route that changes something, but signing in, takes an Idempotency-Key and says so', () => {
  expect(
    lacking(({ parameters }, name) => {
      const takes = parameters?.some(
        (one) => one.in === 'header' && one.name === 'Idempotency-Key',
      );
      const should = changes(name) && !NO_KEY.includes(name);
      return Boolean(takes) === should ? [] : [should ? 'the key' : 'no key'];
    }),
  ).toEqual([]);
});

/** Answers with a list of things in them that are no list to be paged, and why. */
const NO_LIST: Record<string, string> = {
  'GET /api/calls/{id}': 'what belongs to one call',
  'GET /api/promises/{id}': 'the tries of one promise',
  'GET /api/leads/{id}': 'the owners of one lead',
  'GET /api/customers/{id}': 'what belongs to one customer; his contacts are a list of their own',
  'GET /api/erasures/{id}': 'what was kept: of a few kinds, each once',
  'GET /api/customers/{id}/provenance': 'what belongs to one customer',
  'GET /api/form-choices': 'what the plan allows',
  'GET /api/imports/{id}': 'the columns of one file, and the first of what an undo left',
  'GET /api/reports/unclassified': 'a line for each agent of the own stores',
  'GET /api/reports/pick-ups': 'a line for each day that is asked for',
  'GET /api/reports/funnel': 'a line for each of four sources',
  'GET /api/reports/individual-kpi': 'a line for each person of the store',
  'GET /api/reports/month-tasks': 'a line for each person of the store who sells',
  'GET /api/reports/promises-kept': 'a line for each person of the store',
  'GET /api/reports/channel-efficiency': 'a line for each channel of the plan',
  'GET /api/reports/lead-quality': 'a line for each consultant, channel or series',
  'GET /api/reports/defeats': 'the most frequent hundred, and how many `others` there are',
  'GET /api/staffing': 'the quarters of an hour of one day',
  'GET /api/numbers': 'what one number becomes',
  'GET /api/guard': 'the edge tells so many, and how many `more` there are',
  'GET /api/doctor': 'what is to be done, each once',
};

const answerOf = ({ responses }: Operation): Schema =>
  responses['200']?.content?.['application/json']?.schema ?? {};
const holdsObjects = ({ type, items }: Schema): boolean =>
  type === 'array' && (items?.type === 'object' || items?.anyOf !== undefined);

test('every list is asked by `limit` and `after`, and answers `items` and `next`', () => {
  expect(
    lacking((operation, name) => {
      const { properties = {}, type } = answerOf(operation);
      if (changes(name)) return [];
      if (type === 'array') return ['an object: use PageOf(…)'];
      if (!('items' in properties)) {
        const lists = Object.keys(properties).filter((key) => holdsObjects(properties[key] ?? {}));
        return lists.length === 0 || name in NO_LIST
          ? []
          : [`${lists.join()}: page it with PageOf(…), or say in NO_LIST why it has an end`];
      }
      const asked = new Map(operation.parameters?.map((one) => [one.name, one]));
      const [limit, after] = [asked.get('limit')?.schema, asked.get('after')?.schema];
      return [
        ...(limit?.type === 'integer' && limit.minimum === 1 && Number(limit.maximum) <= 200
          ? []
          : ['`limit` from 1 to 200: use PageQuery or WholePageQuery']),
        ...(after?.type === 'string' ? [] : ['`after`: use PageQuery or WholePageQuery']),
        ...('next' in properties ? [] : ['`next`: use PageOf(…)']),
        ...(codesOf(operation).includes('BAD_CURSOR') ? [] : ['BAD_CURSOR in problems(…)']),
      ];
    }),
  ).toEqual([]);
});
