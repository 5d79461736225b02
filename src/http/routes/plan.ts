/** The plan as a whole: applied all or nothing, tried, looked at, exported; by who sets the system up. */
import { Type } from '@sinclair/typebox';
import { callerName } from '../auth';
import type { HttpDeps } from '../deps';
import { languageOf } from '../errors';
import { etagOf } from '../etag';
import { answerPlan, inWords, orderOf } from '../plan-orders';
import { planYaml } from '../plan-yaml';
import { PlanApplied, PlanBody, PlanDocument, PlanLint } from '../schemas/plan';
import { problems } from '../schemas/problem';
import type { Routes } from './app';

/** A group's plan with 10,000 people is about 3 MB. */
export const PLAN_LIMIT_BYTES = 8_388_608;

export function planRoutes(app: Routes, deps: HttpDeps): void {
  const { plans, audit, now } = deps;
  app.post(
    '/api/plan',
    {
      config: { access: 'plan.apply', checksTexts: true },
      bodyLimit: PLAN_LIMIT_BYTES,
      schema: {
        tags: ['plan'],
        summary: 'Apply a plan; answers what it changed, or every fault with its place.',
        description:
          'With `If-Match` only when the plan still has that version. What is answered of changes has no secrets.',
        querystring: Type.Object({
          dryRun: Type.Boolean({
            default: false,
            description: 'Say what it would change, and change nothing.',
          }),
        }),
        body: PlanBody,
        response: {
          200: PlanApplied,
          ...problems(
            ...(['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'CROSS_SITE'] as const),
            ...(['TOO_LARGE', 'PLAN_MOVED', 'PLAN_REFUSED'] as const),
          ),
        },
      },
    },
    async (request, reply) => {
      const { dryRun } = request.query;
      const order = orderOf(request, deps, { what: 'plan.applied', dryRun });
      const result = await plans.apply(request.body, order);
      return answerPlan(deps, request, reply, { order, result });
    },
  );

  app.get(
    '/api/plan',
    {
      config: { access: 'plan.apply', taken: true },
      schema: {
        tags: ['plan'],
        summary: 'The whole plan without its secrets; as YAML where that is accepted.',
        description: '`ETag` is its version, for `If-Match` of whoever changes it.',
        response: {
          200: {
            description: 'Applied as it is, it changes nothing.',
            content: {
              'application/json': { schema: PlanDocument },
              'application/yaml': {
                schema: Type.String({ examples: ['stores:\n  - id: bj01\n'] }),
              },
            },
          },
          ...problems('NOT_AUTHENTICATED', 'FORBIDDEN_POST'),
        },
      },
    },
    async (request, reply) => {
      const { version, document } = await plans.standing();
      await audit({ who: callerName(request), what: 'plan.exported', subject: `${version}` });
      reply.header('etag', etagOf(version));
      if (!/\byaml\b/i.test(request.headers.accept ?? '')) return document;
      const text = planYaml(document, { version, at: now() });
      return reply.type('application/yaml; charset=utf-8').send(text);
    },
  );

  app.post(
    '/api/plan/lint',
    {
      config: { access: 'plan.apply', checksTexts: true },
      bodyLimit: PLAN_LIMIT_BYTES,
      schema: {
        tags: ['plan'],
        summary: 'What is to be said of a plan, without applying it.',
        body: PlanBody,
        response: {
          200: PlanLint,
          ...problems(
            ...(['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'] as const),
            ...(['CROSS_SITE', 'TOO_LARGE'] as const),
          ),
        },
      },
    },
    async (request) => {
      const language = languageOf(request.headers['accept-language']);
      const said = await plans.check(request.body);
      return {
        problems: inWords(said.problems, language),
        findings: inWords(said.findings, language),
      };
    },
  );
}
