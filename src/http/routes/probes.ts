/** For what watches the process from outside: does it live, can it take a call, its figures. */
import { Type } from '@sinclair/typebox';
import { CodedError } from '../../domain/errors';
import type { HttpDeps } from '../deps';
import { problems } from '../schemas/problem';
import { Alive, Ready } from '../schemas/readiness';
import type { Routes } from './app';

const FIGURES = {
  'text/plain': {
    schema: Type.String({ examples: ['openline_calls{store="bj01",state="talking"} 1\n'] }),
  },
};

export function probeRoutes(app: Routes, { readiness, readOnly, metrics }: HttpDeps): void {
  app.get(
    '/health',
    {
      config: { access: 'public' },
      schema: {
        tags: ['watching'],
        summary: 'The process lives.',
        response: { 200: Alive },
      },
    },
    () => ({ status: 'alive' as const }),
  );

  app.get(
    '/ready',
    {
      config: { access: 'public' },
      schema: {
        tags: ['watching'],
        summary:
          'A call can be taken, and whether nothing may be changed; else what is missing, in details.missing.',
        response: { 200: Ready, ...problems('NOT_READY') },
      },
    },
    async () => {
      const missing = await readiness();
      if (missing.length > 0) throw new CodedError('NOT_READY', { missing });
      const state = readOnly.state();
      return { status: 'ready' as const, ...(state === null ? {} : { readOnly: state }) };
    },
  );

  app.get(
    '/metrics',
    {
      config: { access: 'public' },
      schema: {
        tags: ['watching'],
        summary: 'Figures for Prometheus; no names, no numbers.',
        response: { 200: { description: 'Text of Prometheus.', content: FIGURES } },
      },
    },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()),
  );
}
