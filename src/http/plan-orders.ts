/** Who asks for a plan under which condition, and how what came of it is answered; the same for every route of plans. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CodedError } from '../domain/errors';
import { liveWarnings } from '../domain/plan-difference/live';
import type { HttpDeps } from './deps';
import { languageOf } from './errors';
import { etagOf, meantBy } from './etag';
import type { AuditNote, PlanOrder, PlanProblem, PlanResult } from './ports';

export function orderOf(request: FastifyRequest): PlanOrder & { who: string } {
  const { caller } = request;
  const who = caller.is === 'person' ? caller.person.id : 'admin-token';
  const meant = meantBy(request.headers['if-match']);
  return { who, ...(meant && { meant }) };
}

export interface Ordered {
  order: PlanOrder & { who: string };
  what: Extract<AuditNote['what'], 'plan.applied' | 'plan.undone'>;
  result: PlanResult;
}

/** Notes it, and tells what changed; throws `PLAN_REFUSED` with the place of each fault. */
export async function answerPlan(
  { live, audit }: Pick<HttpDeps, 'live' | 'audit'>,
  request: FastifyRequest,
  reply: FastifyReply,
  { order, what, result }: Ordered,
) {
  const language = languageOf(request.headers['accept-language']);
  if (!result.applied)
    throw new CodedError('PLAN_REFUSED', { problems: inWords(result.problems, language) });
  if (!order.dryRun) {
    await audit({ who: order.who, what, subject: 'plan' });
    reply.header('etag', etagOf(result.version));
  }
  const { version, summary, changes, findings } = result;
  const { calls, queues, agents } = {
    ...{ calls: live.calls(), queues: live.queues(), agents: live.agents() },
  };
  return {
    ...{ dryRun: order.dryRun === true, version, summary, changes },
    findings: inWords(findings, language),
    warnings: inWords(liveWarnings(changes, { calls, queues, agents }), language),
  };
}

/** In one language, as `message`. */
export const inWords = <T extends Pick<PlanProblem, 'zh' | 'en'>>(
  said: readonly T[],
  language: 'zh' | 'en',
) => said.map(({ zh, en, ...one }) => ({ ...one, message: language === 'zh' ? zh : en }));
