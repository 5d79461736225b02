/**
 * Who asks too often is told to wait (429, `Retry-After`). A person and each of his tokens have budgets of their own, so that
 * a dealership behind one address is not one asker and a greedy program slows nobody else; who has not signed in shares the
 * budget of his network. The command on this machine has none, nor has who comes from loopback, where a proxy may stand.
 *
 * Every answer says what is left (draft-ietf-httpapi-ratelimit-headers).
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Counter } from 'prom-client';
import { CodedError } from '../domain/errors';
import { WINDOW_MS, Spending, type Budgets, type Kind, type Spent } from './budgets';
import type { HttpDeps } from './deps';
import { networkOf } from './guessing';
import { isLoopback } from './loopback';
import { addressOf } from './trusted-proxies';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What it is counted as where its method does not say so. */
    kind?: Kind;
  }
}

/** Behind the hook that knows who asks, before the one that asks whether he may: refused requests count, too. */
export function limitRequests(
  app: FastifyInstance,
  { budgets, metrics, now }: Pick<HttpDeps, 'budgets' | 'metrics' | 'now'>,
): void {
  // Apart: however many addresses there are, no budget of a person is forgotten.
  const [people, networks] = [new Spending(), new Spending()];
  const refused = new Counter({
    name: 'openline_http_limited_total',
    help: 'Requests refused because their sender asks too often, by kind.',
    labelNames: ['kind'],
    registers: [metrics],
  });
  app.addHook('onRequest', async (request, reply) => {
    const asker = askerOf(request);
    if (asker === null) return;
    const { key, kind } = asker;
    const spending = kind === 'strangers' ? networks : people;
    const spent = spending.spend(`${kind} ${key}`, budgets[kind], now());
    tell(reply, kind, budgets[kind], spent);
    if (spent.allowed) return;
    refused.inc({ kind });
    throw new CodedError('TOO_MANY_REQUESTS', { kind });
  });
}

/** What a request counts as. */
export function kindOf(method: string, config: FastifyRequest['routeOptions']['config']): Kind {
  if (config.kind) return config.kind;
  if (config.taken) return 'exports';
  return method === 'GET' || method === 'HEAD' ? 'reads' : 'changes';
}

/** Whose budget it is; null: nobody's. */
function askerOf(request: FastifyRequest): { key: string; kind: keyof Budgets } | null {
  const { caller, method, routeOptions } = request;
  const ip = addressOf(request);
  switch (caller.is) {
    case 'admin-token':
      return null;
    case 'person':
      return {
        key: caller.tokenId ?? caller.person.id,
        kind: kindOf(method, routeOptions.config),
      };
    case 'nobody':
      return isLoopback(ip) ? null : { key: networkOf(ip), kind: 'strangers' };
  }
}

function tell(reply: FastifyReply, kind: string, perMinute: number, spent: Spent): void {
  const seconds = Math.ceil(spent.waitMs / 1000);
  const [quota, window] = [Math.floor((perMinute * WINDOW_MS) / 60_000), WINDOW_MS / 1000];
  reply.header('ratelimit-policy', `"${kind}";q=${quota};w=${window}`);
  reply.header('ratelimit', `"${kind}";r=${spent.left};t=${seconds}`);
  if (!spent.allowed) reply.header('retry-after', Math.max(1, seconds));
}
