/**
 * The HTTP edge: builds the server, which does not listen yet. It states facts and asks questions
 * through ports; it changes no state of its own accord.
 */
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import fastify, { LogController } from 'fastify';
import { readBodies } from './bodies';
import type { HttpDeps } from './deps';
import { handleErrors } from './errors';
import { LATE_SCHEMAS } from './late-schemas';
import { registerPlugins } from './plugins';
import { trustedProxies } from './trusted-proxies';

/** All bodies but the plan's are a handful of words. */
const BODY_LIMIT_BYTES = 16_384;
const MIN_SECRET_BYTES = 32;

/** Builds the server; throws when a secret is too short or a route has no access rule. */
export function buildHttp(deps: HttpDeps): FastifyInstance {
  if (deps.sessionKey.length < MIN_SECRET_BYTES || deps.adminToken.length < MIN_SECRET_BYTES) {
    throw new Error(`session key and admin token need at least ${MIN_SECRET_BYTES} bytes`);
  }
  const log: FastifyBaseLogger = deps.log;
  const app = fastify({
    loggerInstance: log,
    // Its lines hold the whole URL, and that may hold a telephone number; ours follow below.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    // Then `request.ip` and `request.protocol` are what these say, and nobody else.
    trustProxy: deps.trustedProxies.length > 0 && trustedProxies(deps.trustedProxies),
    exposeHeadRoutes: false,
    // An unknown key is a mistake to be told, not to be dropped.
    ajv: { customOptions: { removeAdditional: false } },
    schemaController: LATE_SCHEMAS,
  });
  handleErrors(app);
  readBodies(app);
  setSecurityHeaders(app);
  logRequests(app);
  registerPlugins(app, deps);
  return app;
}

/** Answers are data for our own pages: never run, framed, sniffed, embedded elsewhere or kept. listen.ts adds HSTS. */
function setSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=(self)',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
  });
}

/** One line a request, with the route's pattern in place of the address. */
function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions, ip } = request;
    const fields = {
      method,
      route: routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      ip,
    };
    // Pages ask often: what went well is for debugging only.
    if (reply.statusCode < 400) request.log.debug(fields, 'answered');
    else request.log.info(fields, 'answered');
  });
}
