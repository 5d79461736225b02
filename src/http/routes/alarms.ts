/** What was raised: of the own stores for who oversees them, of no store for who sees to the machine. */
import { hasRight } from '../../domain/rights';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { AlarmSchema, AlarmsQuery, alarmView } from '../schemas/alarm';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import { storesAsked } from '../stores';
import type { Routes } from './app';

export function alarmRoutes(app: Routes, { queries, live, now }: HttpDeps): void {
  app.get(
    '/api/alarms',
    {
      config: { access: 'store.oversee' },
      schema: {
        tags: ['administration'],
        summary: 'Alarms that stand, or all there were; the one that began last first.',
        description:
          'The same alarm told again is one, with its first and last time. It is over when its end is told (`READ_ONLY` by ' +
          '`READ_ONLY_OVER`); one that nothing ends, a day after it was told last. Those of no store are listed for who has ' +
          '`machine.oversee`, unless a store is named. They are kept for 400 days after they were over. It is read from the ' +
          'database, which is a moment behind.',
        querystring: AlarmsQuery,
        response: {
          200: PageOf(AlarmSchema),
          ...problems(
            ...(['INVALID_REQUEST', 'BAD_CURSOR', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'] as const),
            'NOT_FOUND',
          ),
        },
      },
    },
    async (request) => {
      const { store, state, limit, after } = request.query;
      const person = personOf(request);
      const storeIds = storesAsked(person, 'store.oversee', store);
      const machine = store === undefined && hasRight(person, 'machine.oversee', live.plan());
      const filter = { storeIds, machine, standing: state === 'standing', now: now() };
      const page = pageRequest({ limit, ...(after !== undefined && { after }) });
      const { items, next } = await queries.alarms(filter, page);
      return { items: items.map(alarmView), next };
    },
  );
}
