/** Calls of the person's store, also those that are over. */
import { CodedError } from '../../domain/errors';
import { isLong } from '../../domain/call/long-talk';
import { formView } from '../../domain/form/form';
import type { CallId } from '../../domain/ids';
import type { PlanPerson } from '../../domain/plan';
import type { CallSnapshot } from '../../domain/records';
import { hasRight, seesStore } from '../../domain/rights';
import type { LiveView } from '../../engine/ports';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { CallDetailSchema, CallParams, CallSchema, CallsQuery } from '../schemas/call';
import type { CallFilter } from '../ports';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import { instantOf } from '../schemas/values';
import type { Routes } from './app';

/** What no record keeps of a call: whom its agent asks, and that he is muted. */
function liveOnly(live: LiveView, id: CallId): Pick<CallSnapshot, 'consult' | 'muted'> {
  const { consult, muted } = live.calls().find((call) => call.id === id) ?? {};
  return { ...(consult && { consult }), ...(muted && { muted }) };
}

/** All of the store, or an agent's work list. */
const unclassifiedOf = (person: PlanPerson): NonNullable<CallFilter['unclassified']> =>
  hasRight(person, 'store.oversee') ? 'store' : { agentId: person.id };

export function callRoutes(app: Routes, { queries, live, isArriving, now }: HttpDeps): void {
  app.get(
    '/api/calls',
    {
      config: { access: 'store.read' },
      schema: {
        tags: ['calls'],
        summary: 'Calls of the own store, newest first.',
        querystring: CallsQuery,
        response: {
          200: PageOf(CallSchema),
          ...problems('INVALID_REQUEST', 'BAD_CURSOR', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'),
        },
      },
    },
    async (request) => {
      const { agentId, number, from, to, unclassified, long, ...page } = request.query;
      const person = personOf(request);
      const at = now();
      const filter = {
        storeId: person.store,
        ...(agentId !== undefined && { agentId }),
        ...(number !== undefined && { number }),
        ...(from !== undefined && { from: instantOf(from) }),
        ...(to !== undefined && { to: instantOf(to) }),
        ...(unclassified && { unclassified: unclassifiedOf(person) }),
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
      if (!detail || !seesStore(person, detail.call.storeId)) throw new CodedError('NOT_FOUND');
      const hears = hasRight(person, 'recordings.hear');
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
