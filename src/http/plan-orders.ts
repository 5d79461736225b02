/** Who asks for a plan under which condition, and how what came of it is answered; the same for every route of plans. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CodedError } from '../domain/errors';
import { liveWarnings } from '../domain/plan-difference/live';
import { callerName } from './auth';
import type { HttpDeps } from './deps';
import { languageOf } from './errors';
import { etagOf, meantBy } from './etag';
import type { AuditNote, PlanOrder, PlanProblem, PlanResult } from './ports';

/** By whom, and noted as `what` before it stays; a dry run is not. */
export function orderOf(
  request: FastifyRequest,
  { audit }: Pick<HttpDeps, 'audit'>,
  {
    what,
    dryRun,
  }: { what: Extract<AuditNote['what'], 'plan.applied' | 'plan.undone'>; dryRun: boolean },
): PlanOrder {
  const who = callerName(request);
  const meant = meantBy(request.headers['if-match']);
  const noted = () => audit({ who, what, subject: 'plan' });
  return { who, dryRun, noted, ...(meant && { meant }) };
}

/** Tells what changed; throws `PLAN_REFUSED` with the place of each fault. */
export function answerPlan(
  { live }: Pick<HttpDeps, 'live'>,
  request: FastifyRequest,
  reply: FastifyReply,
  { order, result }: { order: PlanOrder; result: PlanResult },
) {
  const language = languageOf(request.headers['accept-language']);
  if (!result.applied)
    throw new CodedError('PLAN_REFUSED', { problems: inWords(result.problems, language) });
  if (!order.dryRun) reply.header('etag', etagOf(result.version));
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
