/**
 * Who asks, and whether he may. Every route names its rule in `config.access`; one without a rule
 * stops the start. Rights are read from the plan at every request, so a person who was taken out of
 * it, or given another post, feels it at once; so does one whose session was ended.
 *
 *     cross-site? -> who (bearer before cookie) -> too often? (limits.ts) -> rule of the route -> handler
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CodedError } from '../domain/errors';
import type { AgentId } from '../domain/ids';
import type { Asker, Right } from '../domain/rights';
import { hasRight, mayOver, storesOf } from '../domain/rights';
import { TOKEN_PREFIX, actingFor } from '../domain/sign-in/api-token';
import { personIn } from '../domain/sign-in/first-administrator';
import { needsSecondFactor } from '../domain/sign-in/settings';
import type { HttpDeps } from './deps';
import { provenanceOf } from './origin';
import { equal, readSession } from './session-token';
import type { Session } from './session-token';

/** Name of the session's cookie; programs send its value as `Authorization: Bearer`. */
export const SESSION_COOKIE = 'openline_session';

/** `public`: anybody. `person`: whoever signed in. A right: whose post carries it. */
export type Access = 'public' | 'person' | Right;

/**
 * Who asks: nobody known, a person with his session, a program that acts for him by a token (no session, and his
 * rights within its bounds), or the command on this machine.
 */
export type Caller =
  | { is: 'nobody' }
  | { is: 'person'; person: Asker; session: Session | null; tokenId?: string }
  | { is: 'admin-token' };

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** Also for who has something to do before anything else, such as changing a one-time password. */
    evenPending?: true;
  }
  interface FastifyRequest {
    caller: Caller;
  }
}

type AuthDeps = Pick<
  HttpDeps,
  'live' | 'sessions' | 'accounts' | 'factors' | 'tokens' | 'sessionKey' | 'adminToken' | 'now'
>;

/** Says of every request of `app` who asks. Cookies must be parsed by then. */
export function setCallers(app: FastifyInstance, deps: AuthDeps): void {
  app.decorateRequest('caller');
  app.addHook('onRequest', async (request) => {
    refuseCrossSite(request);
    request.caller = callerOf(request, deps);
  });
}

/** Sets the guard before every route of `app`, whose callers are known by then. */
export function setAccessRules(app: FastifyInstance, deps: AuthDeps): void {
  app.addHook('onRoute', ({ method, url, config }) => {
    if (!config?.access) throw new Error(`${String(method)} ${url} has no access rule`);
  });
  app.addHook('onRequest', async (request) => {
    const { access, evenPending } = request.routeOptions.config;
    if (!access || access === 'public') return;
    demand(request.caller, access, deps);
    if (!evenPending) refusePending(request.caller, deps);
  });
}

/** The signed-in person of a request whose route demands one. */
export function personOf({ caller }: FastifyRequest): Asker {
  if (caller.is !== 'person') throw new CodedError('NOT_AUTHENTICATED');
  return caller.person;
}

/** Who asks, as it is noted. */
export function callerName({ caller }: FastifyRequest): string {
  return caller.is === 'person' ? caller.person.id : 'admin-token';
}

/** The session of a request whose route demands a person. */
export function sessionOf({ caller }: FastifyRequest): Session {
  if (caller.is !== 'person') throw new CodedError('NOT_AUTHENTICATED');
  if (!caller.session) throw new CodedError('NOT_FOR_TOKENS');
  return caller.session;
}

/**
 * A browser sends the cookie whoever wrote the page, so what changes something, and a WebSocket,
 * must come from our own page. A program that sends the cookie cannot prove that; it has the bearer.
 */
function refuseCrossSite(request: FastifyRequest): void {
  if ((request.method === 'GET' || request.method === 'HEAD') && !request.ws) return;
  const provenance = provenanceOf(request.headers);
  const byCookie = bearerOf(request) === null && request.cookies[SESSION_COOKIE] !== undefined;
  if (provenance === 'foreign' || (provenance === 'unsaid' && byCookie)) {
    throw new CodedError('CROSS_SITE');
  }
}

function callerOf(request: FastifyRequest, deps: AuthDeps): Caller {
  const bearer = bearerOf(request);
  if (bearer !== null && equal(bearer, deps.adminToken)) return { is: 'admin-token' };
  // By bearer only: nobody has one in his browser.
  if (bearer?.startsWith(TOKEN_PREFIX)) return programOf(bearer, deps);
  const token = bearer ?? request.cookies[SESSION_COOKIE];
  const session = token ? readSession(token, deps.sessionKey, deps.now()) : null;
  const person = session && personIn(deps.live.plan(), session.person);
  if (!session || !person) return { is: 'nobody' };
  // Of the same person, or the token was signed for a session of another life of the data folder.
  const standing = deps.sessions.use(session.id)?.personId === person.id;
  return standing ? { is: 'person', person, session } : { is: 'nobody' };
}

function programOf(value: string, { live, tokens }: AuthDeps): Caller {
  const token = tokens.use(value);
  const person = token && personIn(live.plan(), token.personId);
  if (!token || !person) return { is: 'nobody' };
  return { is: 'person', person: actingFor(person, token), session: null, tokenId: token.id };
}

/** RFC 6750 §2.1; a token in the URL (§2.3) is not taken, since URLs are kept in logs. */
function bearerOf(request: FastifyRequest): string | null {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

/** What commands on this machine may do; the rest needs a person. */
const MACHINE_RIGHTS: readonly Access[] = [
  'plan.apply',
  'edge.guard',
  'prompts.replace',
  'data.care',
  'hotlines.read',
  'hotlines.close',
  'people.secure',
  'leads.import',
];

function demand(
  caller: Caller,
  access: Exclude<Access, 'public'>,
  { live }: Pick<HttpDeps, 'live'>,
): void {
  if (caller.is === 'nobody') throw new CodedError('NOT_AUTHENTICATED');
  if (caller.is === 'admin-token') {
    if (!MACHINE_RIGHTS.includes(access)) throw new CodedError('FORBIDDEN_POST');
    return;
  }
  // What is everybody's is done by himself: his desk, his calls, his sign-in.
  if (access === 'person') {
    if (!caller.session) throw new CodedError('NOT_FOR_TOKENS');
    return;
  }
  const { person } = caller;
  if (hasRight(person, access, live.plan())) return;
  throw new CodedError(storesOf(person, access).length > 0 ? 'NOT_ALL_STORES' : 'FORBIDDEN_POST');
}

function refusePending(caller: Caller, { accounts, factors, live }: AuthDeps): void {
  if (caller.is !== 'person') return;
  const { person } = caller;
  if (accounts.mustChange(person.id)) throw new CodedError('PASSWORD_EXPIRED');
  if (needsSecondFactor(live.plan(), person) && !factors.isOn(person.id)) {
    throw new CodedError('SECOND_FACTOR_MISSING');
  }
}

/** His own, or of somebody whose posts hold where he sees to how people sign in; others are none to him. */
export function mustSecure(
  request: FastifyRequest,
  personId: AgentId,
  { live }: Pick<HttpDeps, 'live'>,
): void {
  const asker = personOf(request);
  if (personId === asker.id) return;
  const person = personIn(live.plan(), personId);
  if (!person || !mayOver(asker, 'people.secure', person)) throw new CodedError('NOT_FOUND');
}
