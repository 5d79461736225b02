/** What the plan makes of a number; for who sets the system up. Nothing is called. */
import { CodedError } from '../../domain/errors';
import { traceNumber } from '../../domain/number/trace';
import type { HttpDeps } from '../deps';
import { NumberQuery, NumberTraceSchema } from '../schemas/number';
import { problems } from '../schemas/problem';
import type { Routes } from './app';

export function numberRoutes(app: Routes, { live, now }: HttpDeps): void {
  app.get(
    '/api/numbers',
    {
      config: { access: 'plan.apply' },
      schema: {
        tags: ['administration'],
        summary: 'What becomes of a number by the rules of a trunk, step by step.',
        querystring: NumberQuery,
        response: {
          200: NumberTraceSchema,
          ...problems('INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'UNKNOWN_TRUNK'),
        },
      },
    },
    (request) => {
      const { number, trunk, direction = 'in' } = request.query;
      const trace = traceNumber(live.plan(), { number, trunk, direction }, now());
      if (trace === null) throw new CodedError('UNKNOWN_TRUNK');
      return trace;
    },
  );
}
