/** Whether people may change what is kept; for who cares for the data. */
import { Type } from '@sinclair/typebox';
import { callerName } from '../auth';
import type { HttpDeps } from '../deps';
import { problems } from '../schemas/problem';
import { ReadOnlySchema } from '../schemas/read-only';
import { Nullable } from '../schemas/values';
import type { Routes } from './app';

const Stands = Type.Object({ readOnly: Nullable(ReadOnlySchema) });

export function readOnlyRoutes(app: Routes, { readOnly, audit }: HttpDeps): void {
  app.get(
    '/api/read-only',
    {
      config: { access: 'data.care' },
      schema: {
        tags: ['administration'],
        summary: 'Whether nothing may be changed, why and since when.',
        response: { 200: Stands, ...problems('NOT_AUTHENTICATED', 'FORBIDDEN_POST') },
      },
    },
    () => ({ readOnly: readOnly.state() }),
  );

  app.post(
    '/api/read-only',
    {
      config: { access: 'data.care' },
      schema: {
        tags: ['administration'],
        summary: 'Let nobody change anything, or end that.',
        description:
          'Calls are served, recorded and written down as ever. It outlives a restart. Ending it does not end what came by ' +
          'itself: a full disk, a database that takes no changes.',
        body: Type.Object({ on: Type.Boolean() }, { additionalProperties: false }),
        response: { 200: Stands, ...problems('NOT_AUTHENTICATED', 'FORBIDDEN_POST') },
      },
    },
    async (request) => {
      const { on } = request.body;
      await audit({
        who: callerName(request),
        what: on ? 'read-only.ordered' : 'read-only.ended',
        subject: 'data',
      });
      return { readOnly: await readOnly.order(on) };
    },
  );
}
