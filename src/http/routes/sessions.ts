/** Which sessions stand, and ending them: one's own, and those of people whose sign-in one sees to. */
import { Type } from '@sinclair/typebox';
import { CodedError } from '../../domain/errors';
import { mustSecure, personOf, sessionOf } from '../auth';
import type { HttpDeps } from '../deps';
import { pageOf } from '../pages';
import { pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import { EndedSessions, PersonPageQuery, PersonQuery, SessionList } from '../schemas/sessions';
import { Id } from '../schemas/values';
import type { Routes } from './app';

const OF_WHOM =
  '`person` is for who has the right `people.secure`; without it they are those of who asks.';

export function sessionsRoutes(app: Routes, deps: HttpDeps): void {
  const { sessions } = deps;
  app.get(
    '/api/sessions',
    {
      config: { access: 'person' },
      schema: {
        tags: ['session'],
        summary: 'Sessions that stand, the newest first.',
        description: OF_WHOM,
        querystring: PersonPageQuery,
        response: { 200: SessionList, ...problems('BAD_CURSOR', ...REFUSED) },
      },
    },
    (request) => {
      const { person, ...page } = request.query;
      const personId = person ?? personOf(request).id;
      mustSecure(request, personId, deps);
      const current = sessionOf(request).id;
      const items = sessions.of(personId).map((one) => ({ ...one, current: one.id === current }));
      return pageOf(items, pageRequest(page), ({ startedAt, id }) => [startedAt, id], 'last');
    },
  );

  app.delete(
    '/api/sessions',
    {
      config: { access: 'person' },
      schema: {
        tags: ['session'],
        summary: 'End all sessions but the one that asks.',
        description: OF_WHOM,
        querystring: PersonQuery,
        response: { 200: EndedSessions, ...problems('CROSS_SITE', ...REFUSED) },
      },
    },
    async (request) => {
      const by = personOf(request).id;
      const personId = request.query.person ?? by;
      mustSecure(request, personId, deps);
      const how = { by, why: 'ended', but: sessionOf(request).id } as const;
      await deps.audit({ who: by, what: 'session.ended', subject: personId });
      return { ended: await sessions.endAll(personId, how) };
    },
  );

  app.delete(
    '/api/sessions/:id',
    {
      config: { access: 'person' },
      schema: {
        tags: ['session'],
        summary: 'End one session; its pages are cut off at once.',
        params: Type.Object({ id: Id }),
        response: { 204: { type: 'null' }, ...problems('CROSS_SITE', ...REFUSED) },
      },
    },
    async (request, reply) => {
      const by = personOf(request).id;
      const session = sessions.standing(request.params.id);
      if (!session) throw new CodedError('NOT_FOUND');
      mustSecure(request, session.personId, deps);
      await deps.audit({ who: by, what: 'session.ended', subject: session.personId });
      await sessions.end([session.id], by, 'ended');
      return reply.code(204).send();
    },
  );
}

const REFUSED = ['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'NOT_FOUND'] as const;
