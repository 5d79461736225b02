/** Leads that HQ hands down (总部下发) by its own program, and what became of them. */
import { CodedError } from '../../domain/errors';
import { storesHeld } from '../../domain/rights';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import type { HandedResult } from '../incoming-ports';
import { HqLeadsBody, HqLeadsTaken, HqResultsPage, HqResultsQuery } from '../schemas/incoming';
import { pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import type { Routes } from './app';

const READING = ['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'] as const;
const RIGHT = 'leads.deliver';
/** 500 leads with all that one may say. */
const BATCH_LIMIT_BYTES = 2_097_152;

export function hqLeadRoutes(app: Routes, { incoming, audit, live }: HttpDeps): void {
  app.post(
    '/api/hq-leads',
    {
      config: { access: RIGHT },
      bodyLimit: BATCH_LIMIT_BYTES,
      schema: {
        tags: ['leads'],
        summary: 'Hand down leads of HQ to stores, 500 at most.',
        description:
          'Each is taken once, by the id that HQ gives it; one with a fault is rejected, and stops none of the others. None ' +
          'is called before it is cleaned and valid.',
        body: HqLeadsBody,
        response: {
          200: HqLeadsTaken,
          ...problems(...READING, 'CROSS_SITE', 'TOO_LARGE', 'DATABASE_AWAY'),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { system = 'hq', leads } = request.body;
      const storeIds = storesHeld(person, RIGHT, live.plan());
      await audit({
        who: person.id,
        what: 'leads.delivered',
        subject: `${system} ${leads.length}`,
      });
      const handed = leads.map(({ id, store, consent, ...said }) => ({
        ...{ key: id, storeId: store, said },
        consent: consent ? { given: consent.given, text: consent.text ?? '' } : null,
      }));
      const results = await incoming.ofHq({ system, by: person.id, storeIds }, handed);
      const of = (is: HandedResult['is']) => results.filter((one) => one.is === is).length;
      return {
        ...{ accepted: of('accepted'), duplicates: of('duplicate'), rejected: of('rejected') },
        results: results.map(shown),
      };
    },
  );

  app.get(
    '/api/hq-leads',
    {
      config: { access: RIGHT },
      schema: {
        tags: ['leads'],
        summary: 'What has become of the leads of HQ, in the order in which they changed.',
        description:
          '`after` is the `last` that was told the time before: only what has changed since is answered. A change is told some ' +
          'seconds later.',
        querystring: HqResultsQuery,
        response: { 200: HqResultsPage, ...problems(...READING, 'BAD_CURSOR') },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { system, ...page } = request.query;
      const storeIds = storesHeld(person, RIGHT, live.plan());
      if (storeIds.length === 0) throw new CodedError('FORBIDDEN_POST');
      return incoming.results({ system, storeIds }, pageRequest(page));
    },
  );
}

function shown(result: HandedResult) {
  if (result.is === 'rejected')
    return {
      ...{ id: result.key, status: result.is, leadId: null, differs: false },
      refusals: result.refusals,
    };
  const { key, is, leadId, differs } = result;
  return { id: key, status: is, leadId, differs, refusals: [] };
}
