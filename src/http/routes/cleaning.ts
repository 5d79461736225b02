/** Runs of cleaning with their report (B28), and leads that somebody says are invalid (A23). */
import { controllerOf } from '../../domain/customer/controller';
import { booksOf } from '../../domain/customer/seeing';
import { personOf } from '../auth';
import { CodedError } from '../../domain/errors';
import type { HttpDeps } from '../deps';
import type { CleaningRun } from '../merge-ports';
import {
  CleaningBody,
  CleaningRunSchema,
  IdParams,
  InvalidatedSchema,
  InvalidBody,
  MergesQuery,
} from '../schemas/merging';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import { demandIn, storeAsked, storesAsked } from '../stores';
import type { Routes } from './app';
import { MERGE } from './doubtful';

const CLEAN = 'customers.clean';
const DOING = ['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'CROSS_SITE'] as const;

export function cleaningRoutes(app: Routes, deps: HttpDeps): void {
  addRuns(app, deps);
  addBegin(app, deps);
  addInvalid(app, deps);
}

function addRuns(app: Routes, { cleaning, live }: HttpDeps): void {
  app.get(
    '/api/cleaning-runs',
    {
      config: { access: CLEAN },
      schema: {
        tags: ['customers'],
        summary: 'Runs of cleaning and what each did, the newest first (B28).',
        description:
          'Of the books in which the customers of the own stores are. `came`: customers that were cleaned; `exceptions`: those ' +
          'that were left for the next run, because somebody talked with them or the database refused them.',
        querystring: MergesQuery,
        response: {
          200: PageOf(CleaningRunSchema),
          ...problems(
            ...(['INVALID_REQUEST', 'BAD_CURSOR', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'] as const),
            'NOT_FOUND',
          ),
        },
      },
    },
    async (request) => {
      const { store, ...page } = request.query;
      const person = personOf(request);
      storesAsked(person, CLEAN, store);
      const books = booksOf(live.plan(), person, CLEAN, store);
      const { items, next } = await cleaning.runs(books, pageRequest(page));
      return { items: items.map(shown), next };
    },
  );
}

function addBegin(app: Routes, { cleaning, live, audit }: HttpDeps): void {
  app.post(
    '/api/cleaning-runs',
    {
      config: { access: CLEAN },
      schema: {
        tags: ['customers'],
        summary:
          'Clean the books of a store now, as is done each night; one run goes on at a time.',
        body: CleaningBody,
        response: { 200: CleaningRunSchema, ...problems(...DOING, 'NOT_FOUND') },
      },
    },
    async (request) => {
      const person = personOf(request);
      const storeId = storeAsked(person, CLEAN, request.body.store);
      await audit({ who: person.id, what: 'cleaning.begun', subject: storeId });
      return shown(await cleaning.begin(controllerOf(live.plan(), storeId), person.id));
    },
  );
}

function addInvalid(app: Routes, { queries, merging, audit, now }: HttpDeps): void {
  app.post(
    '/api/leads/:id/invalid',
    {
      config: { access: MERGE },
      schema: {
        tags: ['leads'],
        summary: 'The lead is invalid (无效): its data is deleted, and cannot be had back (A23).',
        description:
          'A keyed hash of its number is kept, by which an import of the same number is told. Its customer is deleted too, unless ' +
          'something else hangs on him: another lead, a vehicle, a call.',
        ...{ params: IdParams, body: InvalidBody },
        response: {
          200: InvalidatedSchema,
          ...problems(...DOING, 'UNKNOWN_LEAD', 'VERSION_MOVED'),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { id } = request.params;
      const lead = await queries.lead(id);
      if (!lead) throw new CodedError('UNKNOWN_LEAD');
      demandIn(person, MERGE, lead.storeId, 'UNKNOWN_LEAD');
      const { version, reason } = request.body;
      const noted = (subject: string) => audit({ who: person.id, what: 'lead.invalid', subject });
      return merging.invalidate({ id, version }, reason, { by: person.id, at: now(), noted });
    },
  );
}

const shown = ({ controller: _books, ...run }: CleaningRun) => run;
