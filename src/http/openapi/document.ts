/**
 * The OpenAPI document: what routes declare, with what holds for all of them (who may, keys, errors of what stands before the
 * handlers), and an example of every body, parameter and answer.
 */
import type { SwaggerOptions } from '@fastify/swagger';
import type { FastifySchema, RouteOptions } from 'fastify';
import { ERRORS, type ErrorCode } from '../../domain/errors';
import { SESSION_COOKIE } from '../auth';
import { answerFor } from '../errors';
import { takesKey } from '../repeats';
import { problems } from '../schemas/problem';
import { exampleOf, type Schema } from './example';
import { errorsOf } from './route-errors';

interface Media {
  schema?: Schema;
  example?: unknown;
  examples?: Record<string, unknown>;
}
interface Operation {
  parameters?: { name: string; schema: Schema; example?: unknown }[];
  requestBody?: { content: Record<string, Media> };
  responses?: Record<string, { content?: Record<string, Media> }>;
}

/** What the document is made with. */
export function openApi(): SwaggerOptions {
  return {
    openapi: ABOUT,
    transform: ({ schema, url, route }) => ({ url, schema: { ...schema, ...ofAll(route) } }),
    transformObject: (document) => {
      if (!('openapiObject' in document)) throw new Error('the document is no OpenAPI 3');
      for (const operations of Object.values(document.openapiObject.paths ?? {}))
        for (const operation of Object.values(operations ?? {}))
          addExamples(operation as Operation);
      return document.openapiObject;
    },
  };
}

/** What holds for a route by its method and its rule. */
function ofAll(route: RouteOptions): FastifySchema & { 'x-access': unknown; security: object[] } {
  const { config, url, schema } = route;
  const method = String(route.method);
  const access = config?.access;
  const { evenPending } = config ?? {};
  const codes = errorsOf({ method, url, access, evenPending, response: schema?.response });
  const good = Object.entries((schema?.response ?? {}) as object).filter(
    ([status]) => Number(status) < 400,
  );
  return {
    security: access === 'public' ? [] : [{ cookie: [] }, { bearer: [] }],
    'x-access': access,
    response: { ...Object.fromEntries(good), ...errorAnswers(codes) },
    ...(takesKey(method, access) && { headers: KEY_HEADER }),
  };
}

/** As JSON, also where the route answers with something else when all is well. */
function errorAnswers(codes: ErrorCode[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(problems(...codes)).map(([status, { description, ...schema }]) => [
      status,
      { description, content: { 'application/json': { schema } } },
    ]),
  );
}

const KEY_HEADER = {
  type: 'object',
  properties: {
    'Idempotency-Key': {
      type: 'string',
      description:
        '1 to 255 visible ASCII characters, a new UUID for each act: sent again within 24 hours with the same request, it is ' +
        'answered as the first time (`Idempotent-Replayed: true`), and nothing is done twice.',
      examples: ['8e03978e-40d5-43dd-bc93-6894a57f9324'],
    },
  },
};

function addExamples({ parameters, requestBody, responses }: Operation): void {
  for (const parameter of parameters ?? [])
    parameter.example ??= exampleOf(parameter.schema, parameter.name);
  for (const media of Object.values(requestBody?.content ?? {})) addExample(media);
  for (const [status, { content }] of Object.entries(responses ?? {}))
    for (const media of Object.values(content ?? {}))
      if (Number(status) >= 400) addErrors(media);
      else addExample(media);
}

function addExample(media: Media): void {
  if (media.example !== undefined || media.examples !== undefined || !media.schema) return;
  media.example = exampleOf(media.schema, '');
}

/** One for each code. */
function addErrors(media: Media): void {
  const codes = (media.schema?.properties?.['code']?.enum ?? []) as ErrorCode[];
  media.examples = Object.fromEntries(
    codes.map((code) => [code, { summary: ERRORS[code].en, value: answerFor(code, 'en') }]),
  );
}

const ABOUT = {
  openapi: '3.1.0',
  info: {
    title: 'Openline',
    description:
      'Contact-centre server. Times are milliseconds since 1970-01-01T00:00:00Z; lists answer ' +
      '`{items, next}`; errors answer `{code, message, whatToDo?, details?}` in the language of ' +
      'Accept-Language (zh, en). `RateLimit` says what is left before 429.',
    version: '1',
  },
  components: {
    securitySchemes: {
      cookie: { type: 'apiKey' as const, in: 'cookie' as const, name: SESSION_COOKIE },
      bearer: { type: 'http' as const, scheme: 'bearer' },
    },
  },
};
