/** Merging customers by hand, taking something out of one, and taking either back. */
import type { FastifyRequest } from 'fastify';
import { CodedError } from '../../domain/errors';
import { personOf } from '../auth';
import type { Doing } from '../customer-ports';
import type { HttpDeps } from '../deps';
import type { MergeDone } from '../merge-ports';
import type { AuditNote } from '../ports';
import {
  IdParams,
  MergeBody,
  MergeSchema,
  MergesQuery,
  SplitBody,
  SplitSchema,
  UnmergedSchema,
  UnsplitSchema,
} from '../schemas/merging';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import type { Routes } from './app';
import { MERGE, mergeBooks } from './doubtful';

const READING = ['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'NOT_FOUND'] as const;
const DOING = ['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'CROSS_SITE'] as const;
const MERGING = ['UNKNOWN_CUSTOMER', 'SAME_CUSTOMER', 'OTHER_CONTROLLER', 'VERSION_MOVED'] as const;
const UNDOING = [...DOING, 'NOT_FOUND', 'UNDONE_ALREADY'] as const;
const TAGS = ['customers'];

export function mergeRoutes(app: Routes, deps: HttpDeps): void {
  addList(app, deps);
  addMerge(app, deps);
  addUndoMerge(app, deps);
  addSplit(app, deps);
  addUndoSplit(app, deps);
}

function addList(app: Routes, deps: HttpDeps): void {
  app.get(
    '/api/customers/merges',
    {
      config: { access: MERGE },
      schema: {
        tags: TAGS,
        summary: 'Merges, also those that were taken back, the newest first.',
        querystring: MergesQuery,
        response: { 200: PageOf(MergeSchema), ...problems(...READING, 'BAD_CURSOR') },
      },
    },
    async (request) => {
      const { store, ...page } = request.query;
      const books = mergeBooks(personOf(request), deps, store);
      const { items, next } = await deps.merging.merges(books, pageRequest(page));
      return { items: items.map(shown), next };
    },
  );
}

function addMerge(app: Routes, deps: HttpDeps): void {
  app.post(
    '/api/customers/merges',
    {
      config: { access: MERGE },
      schema: {
        tags: TAGS,
        summary:
          'Two customers are one person: the older record stays, the other is merged into it.',
        description:
          'Empty fields of the older one are filled from the other, and numbers, vehicles, leads and contacts of both are his. ' +
          'Nothing moves: it can be taken back at any time, also after other merges.',
        body: MergeBody,
        response: { 200: MergeSchema, ...problems(...DOING, ...MERGING) },
      },
    },
    async (request) => {
      const { customers } = request.body;
      for (const { id } of customers) await demandCustomer(request, deps, id);
      return shown(await deps.merging.merge(customers, doing(request, deps, 'customer.merged')));
    },
  );
}

function addUndoMerge(app: Routes, deps: HttpDeps): void {
  app.post(
    '/api/customers/merges/:id/undo',
    {
      config: { access: MERGE },
      schema: {
        tags: TAGS,
        summary: 'Take a merge back: they are two people again, and no run merges them by itself.',
        params: IdParams,
        response: { 200: UnmergedSchema, ...problems(...UNDOING) },
      },
    },
    async (request) => {
      const { id } = request.params;
      demandBook(request, deps, await deps.merging.findMerge(id));
      return deps.merging.undoMerge(id, doing(request, deps, 'customer.unmerged'));
    },
  );
}

function addSplit(app: Routes, deps: HttpDeps): void {
  app.post(
    '/api/customers/splits',
    {
      config: { access: MERGE },
      schema: {
        tags: TAGS,
        summary: 'Take leads, numbers or vehicles out of a customer, into another or a new one.',
        body: SplitBody,
        response: { 200: SplitSchema, ...problems(...DOING, ...MERGING, 'NOT_OF_CUSTOMER') },
      },
    },
    async (request) => {
      const { customer, to, leads = [], numbers = [], vehicles = [] } = request.body;
      await demandCustomer(request, deps, customer.id);
      if (to !== null) await demandCustomer(request, deps, to);
      const asked = { from: customer, toId: to, leads, numbers, vehicles };
      return deps.merging.split(asked, doing(request, deps, 'customer.split'));
    },
  );
}

function addUndoSplit(app: Routes, deps: HttpDeps): void {
  app.post(
    '/api/customers/splits/:id/undo',
    {
      config: { access: MERGE },
      schema: {
        tags: TAGS,
        summary: 'Take a split back.',
        params: IdParams,
        response: { 200: UnsplitSchema, ...problems(...UNDOING) },
      },
    },
    async (request) => {
      const { id } = request.params;
      demandBook(request, deps, await deps.merging.findSplit(id));
      return deps.merging.undoSplit(id, doing(request, deps, 'customer.unsplit'));
    },
  );
}

/** Whoever is in none of his books is nobody. */
async function demandCustomer(request: FastifyRequest, deps: HttpDeps, id: string): Promise<void> {
  const book = await deps.merging.bookOf(id);
  if (book === null || !mergeBooks(personOf(request), deps).includes(book))
    throw new CodedError('UNKNOWN_CUSTOMER');
}

function demandBook(
  request: FastifyRequest,
  deps: HttpDeps,
  found: { controller: string } | null,
): void {
  if (found === null || !mergeBooks(personOf(request), deps).includes(found.controller))
    throw new CodedError('NOT_FOUND');
}

function doing(request: FastifyRequest, { audit, now }: HttpDeps, what: AuditNote['what']): Doing {
  const { id: by } = personOf(request);
  return { by, at: now(), noted: (subject) => audit({ who: by, what, subject }) };
}

const shown = ({ controller: _books, ...merge }: MergeDone) => merge;
