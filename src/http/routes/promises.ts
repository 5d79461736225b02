/** Promises to call people back: what stands open, what is a person's task, and what he says of it. */
import { CodedError } from '../../domain/errors';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import {
  PromiseDetailSchema,
  PromiseParams,
  PromiseSchema,
  PromisesQuery,
  SettleBody,
} from '../schemas/promise';
import type { Routes } from './app';

const REFUSALS = ['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'CROSS_SITE'] as const;

export function promiseRoutes(app: Routes, deps: HttpDeps): void {
  const { queries } = deps;
  app.get(
    '/api/promises',
    {
      config: { access: 'store.read' },
      schema: {
        tags: ['promises'],
        summary: 'Promises of the own store to call people back, newest first.',
        querystring: PromisesQuery,
        response: {
          200: PageOf(PromiseSchema),
          ...problems('INVALID_REQUEST', 'BAD_CURSOR', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'),
        },
      },
    },
    (request) => {
      const { state, ...page } = request.query;
      const filter = { storeId: personOf(request).store, ...(state !== undefined && { state }) };
      return queries.promises(filter, pageRequest(page));
    },
  );

  app.get(
    '/api/promises/:id',
    {
      config: { access: 'store.read' },
      schema: {
        tags: ['promises'],
        summary: 'A promise of the own store, and every attempt to keep it.',
        params: PromiseParams,
        response: {
          200: PromiseDetailSchema,
          ...problems('INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'UNKNOWN_PROMISE'),
        },
      },
    },
    async (request) => {
      const found = await queries.promise(request.params.id);
      if (found?.promise.storeId !== personOf(request).store)
        throw new CodedError('UNKNOWN_PROMISE');
      return found;
    },
  );
  settleRoute(app, deps, 'withdraw', {
    as: 'withdrawn',
    summary: 'There will be no call: say why. Who is being rung for it is rung no more.',
  });
  settleRoute(app, deps, 'done', {
    as: 'done',
    summary: 'It was kept in another way than by a call through this system: say how.',
  });
}

/** Also while the database is away: what stands open is known. */
function settleRoute(
  app: Routes,
  { queries, promises, written }: HttpDeps,
  verb: 'withdraw' | 'done',
  { as, summary }: { as: 'withdrawn' | 'done'; summary: string },
): void {
  app.post(
    `/api/promises/:id/${verb}`,
    {
      config: { access: 'promises.settle' },
      schema: {
        tags: ['promises'],
        summary,
        description: 'Who said so, and why, is kept with it and in the audit.',
        params: PromiseParams,
        body: SettleBody,
        response: {
          200: PromiseSchema,
          ...problems(...REFUSALS, 'UNKNOWN_PROMISE', 'PROMISE_OVER'),
        },
      },
    },
    async (request) => {
      const { id: by, store } = personOf(request);
      const { id } = request.params;
      const settled = promises.settle(by, store, { id, as, reason: request.body.reason });
      if (settled) {
        await written();
        return settled;
      }
      const known = await queries.promise(id);
      throw new CodedError(known?.promise.storeId === store ? 'PROMISE_OVER' : 'UNKNOWN_PROMISE');
    },
  );
}
