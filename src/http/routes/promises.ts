/** Promises to call people back: what stands open, what is a person's task, and what he says of it. */
import { CodedError } from '../../domain/errors';
import { storesOf } from '../../domain/rights';
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
import { demandIn, storesAsked } from '../stores';
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
        summary: 'Promises of the own stores to call people back, newest first.',
        querystring: PromisesQuery,
        response: {
          200: PageOf(PromiseSchema),
          ...problems(
            ...(['INVALID_REQUEST', 'BAD_CURSOR', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'] as const),
            'NOT_FOUND',
          ),
        },
      },
    },
    (request) => {
      const { store, state, ...page } = request.query;
      const storeIds = storesAsked(personOf(request), 'store.read', store);
      const filter = { storeIds, ...(state !== undefined && { state }) };
      return queries.promises(filter, pageRequest(page));
    },
  );

  app.get(
    '/api/promises/:id',
    {
      config: { access: 'store.read' },
      schema: {
        tags: ['promises'],
        summary: 'A promise of the own stores, and every attempt to keep it.',
        params: PromiseParams,
        response: {
          200: PromiseDetailSchema,
          ...problems('INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'UNKNOWN_PROMISE'),
        },
      },
    },
    async (request) => {
      const found = await queries.promise(request.params.id);
      if (!found) throw new CodedError('UNKNOWN_PROMISE');
      demandIn(personOf(request), 'store.read', found.promise.storeId, 'UNKNOWN_PROMISE');
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
      const person = personOf(request);
      const { id } = request.params;
      const stores = storesOf(person, 'promises.settle');
      const settled = promises.settle(person.id, stores, { id, as, reason: request.body.reason });
      if (settled) {
        await written();
        return settled;
      }
      const known = await queries.promise(id);
      demandIn(person, 'promises.settle', known?.promise.storeId, 'UNKNOWN_PROMISE');
      throw new CodedError('PROMISE_OVER');
    },
  );
}
