/** Plans that were applied: who, when, what it changed, and going back to one. */
import { Type } from '@sinclair/typebox';
import { CodedError } from '../../domain/errors';
import { callerName } from '../auth';
import type { HttpDeps } from '../deps';
import { answerPlan, orderOf } from '../plan-orders';
import { PageOf, PageQuery, pageRequest } from '../schemas/page';
import { PlanApplied, PlanDocument, PlanVersionSchema } from '../schemas/plan';
import { problems } from '../schemas/problem';
import type { Routes } from './app';

const Version = Type.Integer({ minimum: 0, maximum: 2_147_483_647 });

export function planVersionRoutes(app: Routes, deps: HttpDeps): void {
  const { plans, audit } = deps;
  app.get(
    '/api/plan/versions',
    {
      config: { access: 'plan.apply' },
      schema: {
        tags: ['plan'],
        summary: 'The last hundred plans, the newest first: who applied them, and what changed.',
        querystring: Type.Object(PageQuery),
        response: {
          200: PageOf(PlanVersionSchema),
          ...problems('INVALID_REQUEST', 'BAD_CURSOR', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'),
        },
      },
    },
    (request) => plans.versions(pageRequest(request.query)),
  );

  app.get(
    '/api/plan/versions/:version',
    {
      config: { access: 'plan.apply', taken: true },
      schema: {
        tags: ['plan'],
        summary: 'The plan of an earlier version, without secrets.',
        params: Type.Object({ version: Version }),
        response: {
          200: PlanDocument,
          ...problems('INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'NOT_FOUND'),
        },
      },
    },
    async (request) => {
      const { version } = request.params;
      const document = await plans.version(version);
      if (document === null) throw new CodedError('NOT_FOUND');
      await audit({ who: callerName(request), what: 'plan.exported', subject: `${version}` });
      return document;
    },
  );

  app.post(
    '/api/plan/undo',
    {
      config: { access: 'plan.apply' },
      schema: {
        tags: ['plan'],
        summary: 'Apply the plan before this one, or the one of a version.',
        description:
          'It is a new version, so that it can be undone, too. Passwords are those of now; who comes back has his old one.',
        querystring: Type.Object({
          dryRun: Type.Boolean({ default: false }),
          to: Type.Optional(Version),
        }),
        response: {
          200: PlanApplied,
          ...problems(
            ...(['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'CROSS_SITE'] as const),
            ...(['NOTHING_TO_UNDO', 'PLAN_MOVED', 'PLAN_REFUSED'] as const),
          ),
        },
      },
    },
    async (request, reply) => {
      const { dryRun, to } = request.query;
      const order = orderOf(request, deps, { what: 'plan.undone', dryRun });
      const result = await plans.undo({ ...order, ...(to !== undefined && { to }) });
      return answerPlan(deps, request, reply, { order, result });
    },
  );
}
