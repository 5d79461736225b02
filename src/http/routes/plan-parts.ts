/** Parts of the plan by their address: each change is the whole plan with that part changed, checked and applied as one. */
import { Type } from '@sinclair/typebox';
import { CodedError } from '../../domain/errors';
import { partOf, withoutPart, withPart } from '../../domain/plan-part';
import { callerName } from '../auth';
import type { HttpDeps } from '../deps';
import { etagOf } from '../etag';
import { answerPlan, orderOf } from '../plan-orders';
import { PlanApplied, PlanPart } from '../schemas/plan';
import { problems } from '../schemas/problem';
import type { Routes } from './app';
import { PLAN_LIMIT_BYTES } from './plan';

const Section = {
  section: Type.String({ maxLength: 32, description: 'As the plan file has it: `people`.' }),
};
const Id = { id: Type.String({ maxLength: 64, description: 'Id; of a hotline its number.' }) };
const DryRun = Type.Object({ dryRun: Type.Boolean({ default: false }) });

const READ = problems('NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'NOT_FOUND');
const CHANGE = {
  200: PlanApplied,
  ...problems(
    ...(['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'CROSS_SITE'] as const),
    ...(['NOT_FOUND', 'TOO_LARGE', 'PLAN_MOVED', 'PLAN_REFUSED', 'OTHER_ID'] as const),
  ),
};

export function planPartRoutes(app: Routes, deps: HttpDeps): void {
  const { plans, audit } = deps;
  for (const [path, params, what] of [
    ['/api/plan/:section', Type.Object(Section), 'A section'],
    ['/api/plan/:section/:id', Type.Object({ ...Section, ...Id }), 'One element of a section'],
  ] as const) {
    app.get(
      path,
      {
        config: { access: 'plan.apply', taken: true },
        schema: {
          tags: ['plan'],
          summary: `${what} of the plan, without secrets.`,
          params,
          response: { 200: PlanPart, ...READ },
        },
      },
      async (request, reply) => {
        const { version, document } = await plans.standing();
        const part = partOf(document, request.params);
        if (part === null) throw new CodedError('NOT_FOUND');
        const subject = [version, ...Object.values(request.params)].join(' ');
        await audit({ who: callerName(request), what: 'plan.exported', subject });
        reply.header('etag', etagOf(version));
        return part;
      },
    );
    app.put(
      path,
      {
        config: { access: 'plan.apply', checksTexts: true },
        bodyLimit: PLAN_LIMIT_BYTES,
        schema: {
          tags: ['plan'],
          summary: `${what} of the plan is to be this; answers what that changed.`,
          description: 'The rest stays. Passwords that are left out stay as they are.',
          params,
          querystring: DryRun,
          body: PlanPart,
          response: CHANGE,
        },
      },
      async (request, reply) => {
        const { dryRun } = request.query;
        const order = orderOf(request, deps, { what: 'plan.applied', dryRun });
        const { params: address, body } = request;
        // A schema of anything lets nothing at all through as well.
        if (body === undefined || body === null)
          throw new CodedError('INVALID_REQUEST', [{ at: 'body', problem: 'is missing' }]);
        const result = await plans.change((standing) => withPart(standing, address, body), order);
        return answerPlan(deps, request, reply, { order, result });
      },
    );
  }

  app.delete(
    '/api/plan/:section/:id',
    {
      config: { access: 'plan.apply' },
      schema: {
        tags: ['plan'],
        summary: 'One element of a section leaves the plan; answers what that changed.',
        params: Type.Object({ ...Section, ...Id }),
        querystring: DryRun,
        response: CHANGE,
      },
    },
    async (request, reply) => {
      const { dryRun } = request.query;
      const order = orderOf(request, deps, { what: 'plan.applied', dryRun });
      const edit = (standing: Record<string, unknown>) => withoutPart(standing, request.params);
      const result = await plans.change(edit, order);
      return answerPlan(deps, request, reply, { order, result });
    },
  );
}
