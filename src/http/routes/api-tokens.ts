/** Tokens by which programs act for a person, with a part of what he may. */
import { Type } from '@sinclair/typebox';
import { CodedError } from '../../domain/errors';
import type { ApiTokenSnapshot } from '../../domain/sign-in/api-token';
import { refusedToken } from '../../domain/sign-in/api-token';
import { mustSecure, personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { pageOf } from '../pages';
import { MadeToken, MakeTokenBody, TokenList } from '../schemas/api-tokens';
import { problems } from '../schemas/problem';
import { pageRequest } from '../schemas/page';
import { PersonPageQuery } from '../schemas/sessions';
import { Id } from '../schemas/values';
import type { Routes } from './app';

export function apiTokenRoutes(app: Routes, deps: HttpDeps): void {
  addMaking(app, deps);
  addList(app, deps);
  addRevoking(app, deps);
}

function addMaking(app: Routes, { tokens, audit, live, now }: HttpDeps): void {
  app.post(
    '/api/tokens',
    {
      config: { access: 'person' },
      schema: {
        tags: ['tokens'],
        summary: 'Make a token for a program that acts for you with these rights.',
        description:
          'Its value is in the answer only. It does what these rights allow, as long as you have them ' +
          'yourself, in these stores, for a year at most; never calls, desks, push or signing in.',
        body: MakeTokenBody,
        response: { 200: MadeToken, ...problems('TOKEN_REFUSED', 'CROSS_SITE', ...REFUSED) },
      },
    },
    async (request) => {
      const maker = personOf(request);
      const { name, rights, stores = null, expiresAt } = request.body;
      const asked = { rights, stores, expiresAt };
      const refused = refusedToken(maker, asked, { at: now(), plan: live.plan() });
      if (refused) throw new CodedError('TOKEN_REFUSED', refused);
      const made = await tokens.make(maker.id, { name, ...asked }, (subject) =>
        audit({ who: maker.id, what: 'token.made', subject }),
      );
      if (!made) throw new CodedError('TOKEN_REFUSED', { tokens: tokens.of(maker.id).length });
      return { ...shown(made.token), value: made.value };
    },
  );
}

function addList(app: Routes, deps: HttpDeps): void {
  app.get(
    '/api/tokens',
    {
      config: { access: 'person' },
      schema: {
        tags: ['tokens'],
        summary: 'Tokens that stand, the newest first, without their values.',
        description: '`person` is for who has the right `people.secure`.',
        querystring: PersonPageQuery,
        response: { 200: TokenList, ...problems('BAD_CURSOR', 'NOT_FOUND', ...REFUSED) },
      },
    },
    (request) => {
      const { person, ...page } = request.query;
      const personId = person ?? personOf(request).id;
      mustSecure(request, personId, deps);
      const items = deps.tokens.of(personId).map(shown);
      return pageOf(items, pageRequest(page), ({ createdAt, id }) => [createdAt, id], 'last');
    },
  );
}

function addRevoking(app: Routes, deps: HttpDeps): void {
  app.delete(
    '/api/tokens/:id',
    {
      config: { access: 'person' },
      schema: {
        tags: ['tokens'],
        summary: 'Revoke a token; it is refused from now on.',
        params: Type.Object({ id: Id }),
        response: { 204: { type: 'null' }, ...problems('NOT_FOUND', 'CROSS_SITE', ...REFUSED) },
      },
    },
    async (request, reply) => {
      const by = personOf(request).id;
      const token = deps.tokens.find(request.params.id);
      if (!token) throw new CodedError('NOT_FOUND');
      mustSecure(request, token.personId, deps);
      await deps.audit({ who: by, what: 'token.revoked', subject: token.id });
      await deps.tokens.revoke(token, by);
      return reply.code(204).send();
    },
  );
}

const REFUSED = ['INVALID_REQUEST', 'NOT_AUTHENTICATED'] as const;

/** Without its hash. */
function shown({ rights, stores, hash: _hash, ...token }: ApiTokenSnapshot) {
  return { ...token, rights: [...rights], stores: stores && [...stores] };
}
