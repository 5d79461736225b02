/** Callers whom a store does not take: who they are, blocking one, lifting it. */
import type { BlockSnapshot } from '../../domain/records';
import { CodedError } from '../../domain/errors';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { pageOf } from '../pages';
import { BlockBody, BlockParams, BlockSchema, BlocksQuery, UnblockQuery } from '../schemas/block';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import { instantOf } from '../schemas/values';
import { storeAsked, storesAsked } from '../stores';
import type { Routes } from './app';

const REFUSALS = ['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'CROSS_SITE'] as const;

export function blockRoutes(app: Routes, { blocks, written }: HttpDeps): void {
  app.get(
    '/api/blocked-callers',
    {
      config: { access: 'callers.block' },
      schema: {
        tags: ['hotlines'],
        summary: 'Numbers of which the own stores take no calls, the newest first.',
        querystring: BlocksQuery,
        response: {
          200: PageOf(BlockSchema),
          ...problems(...REFUSALS, 'BAD_CURSOR', 'NOT_FOUND'),
        },
      },
    },
    (request) => {
      const { store, ...page } = request.query;
      const stores = storesAsked(personOf(request), 'callers.block', store);
      const items = stores.flatMap((storeId) => blocks.blocks(storeId));
      const keyOf = (one: BlockSnapshot) => [one.since, one.storeId, one.number];
      return pageOf(items, pageRequest(page), keyOf, 'last');
    },
  );

  app.post(
    '/api/blocked-callers',
    {
      config: { access: 'callers.block' },
      schema: {
        tags: ['hotlines'],
        summary: 'Take no calls of a number, until a moment or until it is lifted.',
        description: 'Its calls are declined (603) and stand in the ledger as `blocked`.',
        body: BlockBody,
        response: {
          200: BlockSchema,
          ...problems(...REFUSALS, 'NOT_A_NUMBER', 'NEVER_BLOCKED', 'PAST_MOMENT', 'NOT_FOUND'),
        },
      },
    },
    async (request) => {
      const { store, number, reason, until } = request.body;
      const person = personOf(request);
      const asked = { number, reason, until: until === undefined ? null : instantOf(until) };
      const storeId = storeAsked(person, 'callers.block', store);
      const block = blocks.block(person.id, storeId, asked);
      if (typeof block === 'string') throw new CodedError(block);
      await written();
      return block;
    },
  );

  app.delete(
    '/api/blocked-callers/:number',
    {
      config: { access: 'callers.block' },
      schema: {
        tags: ['hotlines'],
        summary: 'Take calls of a number again.',
        params: BlockParams,
        querystring: UnblockQuery,
        response: {
          204: { type: 'null', description: 'Its calls are taken.' },
          ...problems(...REFUSALS, 'NOT_BLOCKED_CALLER', 'NOT_FOUND'),
        },
      },
    },
    async (request, reply) => {
      const person = personOf(request);
      const storeId = storeAsked(person, 'callers.block', request.query.store);
      const refusal = blocks.unblock(person.id, storeId, request.params.number);
      if (refusal) throw new CodedError(refusal);
      await written();
      return reply.code(204).send();
    },
  );
}
