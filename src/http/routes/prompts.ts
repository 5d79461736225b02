/** Has the edge take the prompts that were put into the data folder; by who sets the system up. */
import { callerName } from '../auth';
import type { HttpDeps } from '../deps';
import { problems } from '../schemas/problem';
import { ReloadedSchema } from '../schemas/prompts';
import type { Routes } from './app';

export function promptRoutes(app: Routes, { prompts, audit }: HttpDeps): void {
  app.post(
    '/api/prompts/reload',
    {
      config: { access: 'prompts.replace' },
      schema: {
        tags: ['administration'],
        summary: 'Read the files of prompts and music again, without a restart.',
        response: {
          200: ReloadedSchema,
          ...problems('NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'CROSS_SITE', 'EDGE_AWAY'),
        },
      },
    },
    async (request) => {
      await audit({ who: callerName(request), what: 'prompts.reloaded', subject: 'edge' });
      return prompts.reload();
    },
  );
}
