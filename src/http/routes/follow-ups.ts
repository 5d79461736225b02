/** What is owed to customers after calls (跟进): whose it is, until when, and that it is done. */
import { CodedError } from '../../domain/errors';
import type { StoreId } from '../../domain/ids';
import { holdsIn } from '../../domain/organisation';
import { mayIn, type Asker } from '../../domain/rights';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import type { FollowUpFilter, FollowUpRow } from '../queries';
import { FollowUpParams, FollowUpSchema, FollowUpsQuery } from '../schemas/form';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import { storesAsked } from '../stores';
import type { Routes } from './app';

const AFTER_SALES = 'after-sales';

const isOfAfterSales = (person: Asker, storeId: StoreId): boolean =>
  holdsIn(person, [AFTER_SALES], storeId) && mayIn(person, 'store.read', storeId);

/** Whose it is, anybody of after-sales of what is theirs, and who oversees the store. */
const concerns = (person: Asker, { agentId, department, storeId }: FollowUpRow): boolean =>
  agentId === person.id ||
  mayIn(person, 'store.oversee', storeId) ||
  (department === AFTER_SALES && isOfAfterSales(person, storeId));

export function followUpRoutes(app: Routes, { queries, followedUp, audit, now }: HttpDeps): void {
  app.get(
    '/api/follow-ups',
    {
      config: { access: 'store.read' },
      schema: {
        tags: ['forms'],
        summary: 'What is owed to customers of the own stores, the most urgent first.',
        description:
          'An agent sees his own, after-sales all that is theirs, who oversees the store everything. ' +
          'Without a state, of every state; `overdue` is what is open and too late.',
        querystring: FollowUpsQuery,
        response: {
          200: PageOf(FollowUpSchema),
          ...problems(
            ...(['INVALID_REQUEST', 'BAD_CURSOR', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'] as const),
            'NOT_FOUND',
          ),
        },
      },
    },
    (request) => {
      const person = personOf(request);
      const { store, agentId, department, state, ...page } = request.query;
      const filter = {
        ...seenOf(person, storesAsked(person, 'store.read', store)),
        now: now(),
        ...(agentId === undefined ? {} : { agentId }),
        ...(department === undefined ? {} : { department }),
        ...(state === undefined ? {} : { state }),
      };
      return queries.followUps(filter, pageRequest(page));
    },
  );

  app.post(
    '/api/follow-ups/:id/done',
    {
      config: { access: 'store.read' },
      schema: {
        tags: ['forms'],
        summary: 'It is done; what is done already stays so.',
        params: FollowUpParams,
        response: {
          204: { type: 'null', description: 'It is written down.' },
          ...problems('NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'CROSS_SITE', 'NO_FOLLOW_UP'),
        },
      },
    },
    async (request, reply) => {
      const person = personOf(request);
      const row = await queries.followUp(request.params.id, now());
      if (!row || !concerns(person, row)) throw new CodedError('NO_FOLLOW_UP');
      if (row.state === 'open') {
        await audit({ who: person.id, what: 'follow-up.done', subject: row.id });
        await followedUp({ followUpId: row.id, by: person.id });
      }
      return reply.code(204).send();
    },
  );
}

/** Of each store what he may see of it. */
function seenOf(
  person: Asker,
  stores: readonly StoreId[],
): Pick<FollowUpFilter, 'storeIds' | 'afterSalesOf' | 'own'> {
  const storeIds = stores.filter((storeId) => mayIn(person, 'store.oversee', storeId));
  const others = stores.filter((storeId) => !storeIds.includes(storeId));
  const afterSalesOf = others.filter((storeId) => isOfAfterSales(person, storeId));
  const of = others.filter((storeId) => !afterSalesOf.includes(storeId));
  return { storeIds, afterSalesOf, own: { of, agentId: person.id } };
}
