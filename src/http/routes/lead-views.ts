/** Filters of the leads' list that people keep, for themselves or for their store. */
import { CodedError } from '../../domain/errors';
import { mayIn, type Asker } from '../../domain/rights';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import type { LeadView } from '../lead-desk-ports';
import { viewSeen } from '../leads-asked';
import { Changed } from '../schemas/customer';
import {
  DeskParams,
  said,
  ViewBody,
  ViewChange,
  ViewSchema,
  ViewsQuery,
} from '../schemas/lead-desk';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import { storeAsked, storesAsked } from '../stores';
import type { Routes } from './app';
import { doing } from './lead-bulk';

const READING = ['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'] as const;
const CHANGING = [...READING, 'CROSS_SITE', 'DATABASE_AWAY'] as const;
const READ = 'store.read';

export function leadViewRoutes(app: Routes, deps: HttpDeps): void {
  addKeeping(app, deps);
  addChanging(app, deps);
}

function addKeeping(app: Routes, deps: HttpDeps): void {
  const { leadDesk } = deps;
  app.get(
    '/api/lead-views',
    {
      config: { access: READ },
      schema: {
        tags: ['leads'],
        summary: 'Kept filters: the own ones, and those that are shared in the own stores.',
        querystring: ViewsQuery,
        response: { 200: PageOf(ViewSchema), ...problems(...READING, 'NOT_FOUND', 'BAD_CURSOR') },
      },
    },
    (request) => {
      const person = personOf(request);
      const { store, ...page } = request.query;
      const storeIds = storesAsked(person, READ, store);
      return leadDesk.views({ personId: person.id, storeIds }, pageRequest(page));
    },
  );

  app.post(
    '/api/lead-views',
    {
      config: { access: READ },
      schema: {
        tags: ['leads'],
        summary: 'Keep a filter of the leads’ list.',
        body: ViewBody,
        response: { 200: Changed, ...problems(...CHANGING, 'NOT_FOUND') },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { store, name, filter, shared } = request.body;
      const storeId = storeAsked(person, READ, store);
      const id = await leadDesk.keepView(
        { ...{ personId: person.id, storeId, name, shared }, filter: said(filter) },
        doing(deps, person, 'lead-view.kept'),
      );
      return { id, version: 1 };
    },
  );
}

/** Whose it is changes it, and one that is shared who leads the store; who does not see it is told that there is none. */
async function changeable(deps: HttpDeps, person: Asker, id: string): Promise<LeadView> {
  const view = await viewSeen(deps, person, id);
  if (view.personId !== person.id && !mayIn(person, 'leads.assign', view.storeId))
    throw new CodedError('FORBIDDEN_POST');
  return view;
}

function addChanging(app: Routes, deps: HttpDeps): void {
  const { leadDesk } = deps;
  app.put(
    '/api/lead-views/:id',
    {
      config: { access: READ },
      schema: {
        tags: ['leads'],
        summary: 'Change a filter of one’s own, or one that is shared in the store that one leads.',
        params: DeskParams,
        body: ViewChange,
        response: { 200: Changed, ...problems(...CHANGING, 'UNKNOWN_VIEW', 'VERSION_MOVED') },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { id } = await changeable(deps, person, request.params.id);
      const { version, filter, ...rest } = request.body;
      const next = await leadDesk.changeView(
        { id, version },
        { ...rest, filter: said(filter) },
        doing(deps, person, 'lead-view.changed'),
      );
      return { id, version: next };
    },
  );

  app.delete(
    '/api/lead-views/:id',
    {
      config: { access: READ },
      schema: {
        tags: ['leads'],
        summary: 'Forget a filter of one’s own, or one that is shared in the store that one leads.',
        params: DeskParams,
        response: {
          204: { type: 'null', description: 'There is no such filter any more.' },
          ...problems(...CHANGING, 'UNKNOWN_VIEW'),
        },
      },
    },
    async (request, reply) => {
      const person = personOf(request);
      const { id } = await changeable(deps, person, request.params.id);
      await leadDesk.dropView(id, doing(deps, person, 'lead-view.removed'));
      return reply.code(204).send();
    },
  );
}
