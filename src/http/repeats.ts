/**
 * `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): who did not hear the answer to a change asks again with the
 * same key, and is answered what the first request was, without anything being done twice.
 *
 *     new -> done, and what came of it kept before it is sent          answered -> the same again, `Idempotent-Replayed: true`
 *     other request -> 422          still running -> 409          the app fell in between, or failed -> 409 OUTCOME_UNKNOWN
 *
 * A key is of who sent it: a person, one of his tokens, or the command. Signing in takes none, as nobody is known yet; doing
 * that twice is but a second session. What is refused before it is begun (400 of the schema, 401, 403, READ_ONLY) is not kept.
 */
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CodedError } from '../domain/errors';
import type { Instant } from '../domain/time';
import type { HttpDeps } from './deps';

/** What was sent. */
export interface GivenAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  body: string;
}

/** Remembers what came of requests with keys, over a fall of the app; see engine/repeats. */
export interface Repeats {
  /** Rejects when it cannot be kept: then nothing may be done. */
  begin(asked: {
    owner: string;
    key: string;
    what: string;
  }): Promise<
    | { is: 'new'; id: string }
    | { is: 'running' | 'lost'; since: Instant }
    | { is: 'answered'; since: Instant; answer: GivenAnswer | null }
    | { is: 'other' | 'full' }
  >;
  /** Null: it is not to be kept. */
  answered(id: string, answer: GivenAnswer | null): Promise<void>;
  /** Nothing was done. */
  undone(id: string): Promise<void>;
  /** Nobody can say whether it was done. */
  lost(id: string): void;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a request with a key that is being done. */
    repeatId: string | null;
  }
}

/** Of the answer: what says how to read it, or is a part of it. */
const KEPT_HEADERS = ['content-type', 'content-language', 'etag', 'location', 'set-cookie'];
/** Until what is running has been done; usual ones take less. */
const RUNNING_SECONDS = 1;
const FULL_SECONDS = 3600;

/** Whether a route takes keys. */
export const takesKey = (method: string, access: unknown): boolean =>
  method !== 'GET' && method !== 'HEAD' && access !== 'public';

/** Behind the access rules and the check of what was sent, before anything is noted or done. */
export function answerRepeats(
  app: FastifyInstance,
  { repeats, log }: Pick<HttpDeps, 'repeats' | 'log'>,
): void {
  const seen = placesToLook(app);
  app.decorateRequest('repeatId', null);
  app.addHook('preHandler', async (request, reply) => {
    const { method, routeOptions, headers } = request;
    const header = headers['idempotency-key'];
    if (header === undefined || !takesKey(method, routeOptions.config.access)) return;
    const asked = { owner: ownerOf(request), key: keyIn(header), what: whatOf(request) };
    const known = await repeats.begin(asked).catch((err: unknown) => {
      log.error({ err }, 'a request with a key was refused, as the key cannot be kept');
      throw new CodedError('IDEMPOTENCY_UNAVAILABLE');
    });
    const lookAt = seen(routeOptions.url ?? '');
    switch (known.is) {
      case 'new':
        request.repeatId = known.id;
        return;
      case 'other':
        throw new CodedError('IDEMPOTENCY_KEY_REUSED');
      case 'running':
        reply.header('retry-after', RUNNING_SECONDS);
        throw new CodedError('IDEMPOTENCY_IN_PROGRESS', { since: known.since });
      case 'full':
        reply.header('retry-after', FULL_SECONDS);
        throw new CodedError('TOO_MANY_IDEMPOTENCY_KEYS');
      case 'lost':
        throw new CodedError('OUTCOME_UNKNOWN', { since: known.since, lookAt });
      case 'answered':
        if (known.answer) return sendAgain(reply, known.answer);
        throw new CodedError('ANSWER_NOT_KEPT', { since: known.since, lookAt });
    }
  });
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.repeatId === null) return payload;
    await keep(repeats, request.repeatId, reply, payload);
    return payload;
  });
}

/** What the answer says of whether something was done. */
async function keep(
  repeats: Repeats,
  id: string,
  reply: FastifyReply,
  payload: unknown,
): Promise<void> {
  const { statusCode: status } = reply;
  // Too many attempts, or calls: nothing was done, and it is to be tried again.
  if (status === 429) return repeats.undone(id);
  // It may have been done in part, or a database did not say whether it was.
  if (status >= 500) return repeats.lost(id);
  const isText = payload === null || payload === undefined || typeof payload === 'string';
  const body = typeof payload === 'string' ? payload : '';
  await repeats.answered(id, isText ? { status, headers: headersOf(reply), body } : null);
}

function headersOf(reply: FastifyReply): GivenAnswer['headers'] {
  const given: GivenAnswer['headers'] = {};
  for (const name of KEPT_HEADERS) {
    const value = reply.getHeader(name);
    if (value !== undefined) given[name] = Array.isArray(value) ? value : String(value);
  }
  return given;
}

function sendAgain(reply: FastifyReply, { status, headers, body }: GivenAnswer): FastifyReply {
  reply.code(status).headers(headers).header('idempotent-replayed', 'true');
  return body === '' ? reply.send() : reply.send(body);
}

function ownerOf({ caller }: FastifyRequest): string {
  if (caller.is !== 'person') return caller.is;
  return caller.tokenId === undefined ? `person ${caller.person.id}` : `token ${caller.tokenId}`;
}

/** The body as it was understood: how it is spaced, or of which type it was, makes no other request of it. */
function whatOf({ method, url, body }: FastifyRequest): string {
  // Of a sound its hash: as JSON it would be a list of its bytes.
  const said = Buffer.isBuffer(body)
    ? createHash('sha256').update(body).digest('hex')
    : JSON.stringify(body ?? null);
  return `${method} ${url}\n${said}`;
}

/** A string of RFC 9651, as the draft has it, or the bare characters, as most programs send it. */
function keyIn(header: string | string[]): string {
  const text = typeof header === 'string' ? header : '';
  const [, quoted] = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,510})"$/.exec(text) ?? [];
  const key = quoted?.replace(/\\(["\\])/g, '$1') ?? (/^[\x21\x23-\x7e]+$/.exec(text)?.[0] || '');
  if (key.length < 1 || key.length > 255) throw new CodedError('BAD_IDEMPOTENCY_KEY');
  return key;
}

/** Where whoever does not know what came of a request sees it: what can be read nearest to its address. */
function placesToLook(app: FastifyInstance): (url: string) => string {
  const readable = new Set<string>();
  app.addHook('onRoute', ({ method, url }) => {
    if ([method].flat().includes('GET')) readable.add(url);
  });
  return (url) => {
    const parts = url.split('/');
    while (parts.length > 2 && !readable.has(parts.join('/'))) parts.pop();
    const nearest = parts.join('/');
    if (readable.has(nearest)) return `GET ${nearest}`;
    return /^\/api\/(me|agents|phones)\//.test(url) ? 'GET /api/session' : 'GET /api/audit';
  };
}
