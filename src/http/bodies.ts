/**
 * How bodies of JSON are read. Many programs name that type with everything they send, also where there is nothing to send:
 * to a route that wants no body that is none, and of one that wants one the schema says that it is missing.
 */
import type { FastifyInstance } from 'fastify';

/** No key of a body becomes a prototype; what is no JSON is refused as INVALID_REQUEST. */
export function readBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    (request, text, done) => {
      if (text.trim() === '') done(null, undefined);
      else void parse(request, text, done);
    },
  );
}
