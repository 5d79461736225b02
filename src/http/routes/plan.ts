/** Replaces the plan, all or nothing; by an administrator or the command on this machine. */
import { CodedError } from '../../domain/errors';
import type { HttpDeps } from '../deps';
import { languageOf } from '../errors';
import { PlanBody, PlanSummary } from '../schemas/plan';
import { problems } from '../schemas/problem';
import type { Routes } from './app';

/** A group's plan with 10,000 people is about 3 MB. */
const PLAN_LIMIT_BYTES = 8_388_608;

export function planRoutes(app: Routes, { plans, audit }: HttpDeps): void {
  app.post(
    '/api/plan',
    {
      config: { access: 'plan.apply' },
      bodyLimit: PLAN_LIMIT_BYTES,
      schema: {
        tags: ['administration'],
        summary: 'Apply a plan; answers what it changed, or every fault with its place.',
        body: PlanBody,
        response: {
          200: PlanSummary,
          ...problems(
            'INVALID_REQUEST',
            'NOT_AUTHENTICATED',
            'FORBIDDEN_POST',
            'CROSS_SITE',
            'TOO_LARGE',
            'PLAN_REFUSED',
          ),
        },
      },
    },
    async (request) => {
      const result = await plans.apply(request.body);
      if (!result.applied) {
        const language = languageOf(request.headers['accept-language']);
        const details = result.problems.map(({ at, code, [language]: message }) => ({
          at,
          code,
          message,
        }));
        throw new CodedError('PLAN_REFUSED', { problems: details });
      }
      const { caller } = request;
      const who = caller.is === 'person' ? caller.person.id : 'admin-token';
      await audit({ who, what: 'plan.applied', subject: 'plan' });
      return { summary: result.summary };
    },
  );
}
