/** Leads of the person's stores, and whether their fixed numbers are their own. */
import { seesWhole, shownNumber } from '../../domain/customer/seeing';
import { CodedError } from '../../domain/errors';
import { mayConfirm, numberIdentity } from '../../domain/number/identity';
import type { Asker } from '../../domain/rights';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { leadsAsked, overView } from '../leads-asked';
import { LeadParams } from '../schemas/lead';
import { filterOf, LeadsQuery, ListedLeadSchema } from '../schemas/lead-desk';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import { demandIn } from '../stores';
import type { Routes } from './app';

export function leadRoutes(app: Routes, deps: HttpDeps): void {
  const { queries } = deps;
  confirmationRoutes(app, deps);
  app.get(
    '/api/leads',
    {
      config: { access: 'store.read' },
      schema: {
        tags: ['leads'],
        summary: 'Leads of the own stores, those of a filter or all, newest first.',
        querystring: LeadsQuery,
        response: {
          200: PageOf(ListedLeadSchema),
          ...problems(
            ...(['INVALID_REQUEST', 'BAD_CURSOR', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'] as const),
            ...(['NOT_FOUND', 'UNKNOWN_VIEW'] as const),
          ),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { number, limit, after, view, ...query } = request.query;
      const filter = await overView(deps, person, { view, filter: filterOf(query) });
      const { items, next } = await queries.leads(
        {
          ...leadsAsked(deps, person, 'store.read', filter),
          ...(number !== undefined && { number }),
        },
        pageRequest({ limit, ...(after !== undefined && { after }) }),
      );
      return {
        items: items.map((lead) => ({
          ...{ ...lead, number: shownNumber(lead.number, seesWhole(person, [lead])) },
        })),
        next,
      };
    },
  );
}

const CONFIRMING = [
  ...(['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'CROSS_SITE'] as const),
  'UNKNOWN_LEAD',
] as const;

/** Of numbers that identify a person only then (Q06). The next call by such a number is his. */
function confirmationRoutes(app: Routes, { queries, live, confirm, audit, now }: HttpDeps): void {
  const identifies = numberIdentity(() => live.plan());
  const leadOf = async (id: string, person: Asker) => {
    const lead = await queries.lead(id);
    if (!lead) throw new CodedError('UNKNOWN_LEAD');
    demandIn(person, 'numbers.confirm', lead.storeId, 'UNKNOWN_LEAD');
    const { storeId } = lead;
    return { by: person.id, storeId, lead, holder: await queries.holder(storeId, lead.number) };
  };
  const common = { tags: ['leads'], params: LeadParams };

  app.post(
    '/api/leads/:id/confirm-number',
    {
      config: { access: 'numbers.confirm' },
      schema: {
        ...common,
        summary:
          "The lead's fixed number is this person's own line: by it he is known from now on.",
        response: {
          204: { type: 'null', description: 'It is written down.' },
          ...problems(
            ...CONFIRMING,
            ...(['NUMBER_OF_NOBODY', 'NUMBER_IDENTIFIES', 'NUMBER_OF_ANOTHER'] as const),
          ),
        },
      },
    },
    async (request, reply) => {
      const { by, storeId, lead, holder } = await leadOf(request.params.id, personOf(request));
      const refusal = mayConfirm(identifies(lead.number, now()), lead.id, holder);
      if (refusal !== null) throw new CodedError(refusal);
      await audit({ who: by, what: 'number.confirmed', subject: lead.id });
      await confirm({ storeId, number: lead.number, leadId: lead.id, by });
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/leads/:id/unconfirm-number',
    {
      config: { access: 'numbers.confirm' },
      schema: {
        ...common,
        summary: "The lead's number is not, or no longer, this person's own.",
        response: {
          204: { type: 'null', description: 'By it nobody is known.' },
          ...problems(...CONFIRMING),
        },
      },
    },
    async (request, reply) => {
      const { by, storeId, lead, holder } = await leadOf(request.params.id, personOf(request));
      if (holder === lead.id) {
        await audit({ who: by, what: 'number.unconfirmed', subject: lead.id });
        await confirm({ storeId, number: lead.number, leadId: null, by });
      }
      return reply.code(204).send();
    },
  );
}
