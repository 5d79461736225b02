/** Calls of the person's stores, also those that are over. */
import { CodedError } from '../../domain/errors';
import { isLong } from '../../domain/call/long-talk';
import { formView } from '../../domain/form/form';
import type { CallId, StoreId } from '../../domain/ids';
import type { CallSnapshot } from '../../domain/records';
import { mayIn, type Asker } from '../../domain/rights';
import type { LiveView } from '../../engine/ports';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import type { CallFilter } from '../queries';
import { CallDetailSchema, CallParams, CallSchema, CallsQuery } from '../schemas/call';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import { instantOf } from '../schemas/values';
import { demandIn, storesAsked } from '../stores';
import type { Routes } from './app';

/** What no record keeps of a call: whom its agent asks, and that he is muted. */
function liveOnly(live: LiveView, id: CallId): Pick<CallSnapshot, 'consult' | 'muted'> {
  const { consult, muted } = live.calls().find((call) => call.id === id) ?? {};
  return { ...(consult && { consult }), ...(muted && { muted }) };
}

/** Without a form: all of the stores that he oversees, or his own, which are his in whatever store (people serve several). */
function unclassifiedOf(
  person: Asker,
  stores: readonly StoreId[],
  isBounded: boolean,
): Pick<CallFilter, 'storeIds' | 'unclassified'> {
  const overseen = stores.filter((storeId) => mayIn(person, 'store.oversee', storeId));
  if (overseen.length > 0) return { storeIds: overseen, unclassified: 'store' };
  return { ...(isBounded && { storeIds: stores }), unclassified: { agentId: person.id } };
}

export function callRoutes(app: Routes, { queries, live, isArriving, now }: HttpDeps): void {
  app.get(
    '/api/calls',
    {
      config: { access: 'store.read' },
      schema: {
        tags: ['calls'],
        summary: 'Calls of the own stores, newest first.',
        querystring: CallsQuery,
        response: {
          200: PageOf(CallSchema),
          ...problems(
            ...(['INVALID_REQUEST', 'BAD_CURSOR', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'] as const),
            'NOT_FOUND',
          ),
        },
      },
    },
    async (request) => {
      const { store, agentId, number, from, to, unclassified, long, ...page } = request.query;
      const person: Asker = personOf(request);
      const at = now();
      const stores = storesAsked(person, 'store.read', store);
      const isBounded = store !== undefined || person.limit?.stores !== undefined;
      const filter = {
        ...(unclassified ? unclassifiedOf(person, stores, isBounded) : { storeIds: stores }),
        ...(agentId !== undefined && { agentId }),
        ...(number !== undefined && { number }),
        ...(from !== undefined && { from: instantOf(from) }),
        ...(to !== undefined && { to: instantOf(to) }),
        ...(long && { longAt: at }),
      };
      const { items, next } = await queries.calls(filter, pageRequest(page));
      return { items: items.map((call) => ({ ...call, long: isLong(call, at) })), next };
    },
  );

  app.get(
    '/api/calls/:id',
    {
      config: { access: 'store.read' },
      schema: {
        tags: ['calls'],
        summary: 'One call with its legs, queue entries, offers, lead and recordings.',
        params: CallParams,
        response: {
          200: CallDetailSchema,
          ...problems('NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'NOT_FOUND'),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const detail = await queries.call(request.params.id);
      if (!detail) throw new CodedError('NOT_FOUND');
      demandIn(person, 'store.read', detail.call.storeId, 'NOT_FOUND');
      const hears = mayIn(person, 'recordings.hear', detail.call.storeId);
      const recordings = detail.recordings.map((row) => ({
        ...row,
        arriving: isArriving(row.id),
      }));
      const call = {
        ...detail.call,
        ...liveOnly(live, detail.call.id),
        ...{ long: isLong(detail.call, now()), form: detail.form?.state ?? null },
      };
      const form = detail.form && formView(detail.form);
      return { ...detail, call, form, recordings: hears ? recordings : null };
    },
  );
}
