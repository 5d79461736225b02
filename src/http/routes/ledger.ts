/** The ledger of the hotlines of the person's stores, one of them or all together. */
import { CodedError } from '../../domain/errors';
import type { Instant } from '../../domain/time';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import type { CountedCalls, Ledger } from '../queries';
import { LedgerQuery, LedgerSchema, PickUpsQuery, PickUpsSchema } from '../schemas/ledger';
import { problems } from '../schemas/problem';
import { instantOf } from '../schemas/values';
import { storeAsked, storesAsked } from '../stores';
import type { Routes } from './app';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

export function ledgerRoutes(app: Routes, { live, queries, counted, now }: HttpDeps): void {
  app.get(
    '/api/ledger',
    {
      config: { access: 'store.oversee' },
      schema: {
        tags: ['reports'],
        summary: 'How hotline calls ended; without times, the last 24 hours.',
        querystring: LedgerQuery,
        response: {
          200: LedgerSchema,
          ...problems('INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'NOT_FOUND'),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { hotline, store: asked } = request.query;
      const to = request.query.to === undefined ? now() : instantOf(request.query.to);
      const from = request.query.from === undefined ? to - DAY_MS : instantOf(request.query.from);
      const stores = storesAsked(person, 'store.oversee', asked);
      const own = live
        .plan()
        .hotlines.filter(({ store }) => stores.includes(store))
        .map(({ number }) => number);
      if (hotline !== undefined) {
        if (!own.includes(hotline)) throw new CodedError('NOT_FOUND');
        return withCount(await queries.ledger({ hotline, from, to }), counted([hotline]));
      }
      const ledgers = await Promise.all(
        own.map((number) => queries.ledger({ hotline: number, from, to })),
      );
      return withCount(together(ledgers, from, to), counted(own));
    },
  );

  app.get(
    '/api/reports/pick-ups',
    {
      config: { access: 'store.oversee' },
      schema: {
        tags: ['reports'],
        summary:
          'How many hotline calls of a store were answered within three rings, by day; without `from` of a week.',
        querystring: PickUpsQuery,
        response: {
          200: PickUpsSchema,
          ...problems('INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'NOT_FOUND'),
        },
      },
    },
    (request) => {
      const storeId = storeAsked(personOf(request), 'store.oversee', request.query.store);
      const to = request.query.to === undefined ? now() : instantOf(request.query.to);
      const from = request.query.from === undefined ? to - WEEK_MS : instantOf(request.query.from);
      const zone = live.plan().stores.find(({ id }) => id === storeId)?.timezone ?? 'UTC';
      return queries.pickUps({ storeId, zone, from, to });
    },
  );
}

/** It balances where the other count does, too. */
const withCount = (ledger: Ledger, counted: CountedCalls) => ({
  ...ledger,
  balanced: ledger.balanced && counted.lost === 0,
  counted,
});

/** The sum of ledgers of one span: it balances when each of them does. */
function together(ledgers: Ledger[], from: Instant, to: Instant): Ledger {
  const sum = (count: (ledger: Ledger) => number): number =>
    ledgers.reduce((total, ledger) => total + count(ledger), 0);
  return {
    hotline: null,
    from,
    to,
    arrived: sum((ledger) => ledger.arrived),
    inProgress: sum((ledger) => ledger.inProgress),
    talks: sum((ledger) => ledger.talks),
    promises: sum((ledger) => ledger.promises),
    left: sum((ledger) => ledger.left),
    noNumber: sum((ledger) => ledger.noNumber),
    blocked: sum((ledger) => ledger.blocked),
    refused: sum((ledger) => ledger.refused),
    overCapacity: sum((ledger) => ledger.overCapacity),
    broken: sum((ledger) => ledger.broken),
    balanced: ledgers.every(({ balanced }) => balanced),
  };
}
