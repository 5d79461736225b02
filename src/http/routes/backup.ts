/** For `npx openline backup`: the moment as of which the database is to be saved. */
import { Type } from '@sinclair/typebox';
import { callerName } from '../auth';
import type { HttpDeps } from '../deps';
import { problems } from '../schemas/problem';
import type { Routes } from './app';

export function backupRoutes(app: Routes, { audit, caughtUp }: HttpDeps): void {
  app.post(
    '/api/backup/moment',
    {
      config: { access: 'data.care' },
      schema: {
        tags: ['administration'],
        summary: 'Bring what has happened so far into the database.',
        description: 'Answers when it stands there, or after 20 s that it does not yet.',
        response: {
          200: Type.Object({ caughtUp: Type.Boolean() }),
          ...problems('NOT_AUTHENTICATED', 'FORBIDDEN_POST'),
        },
      },
    },
    async (request) => {
      await audit({ who: callerName(request), what: 'backup.begun', subject: 'data' });
      return { caughtUp: await caughtUp() };
    },
  );
}
