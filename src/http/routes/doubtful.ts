/** The work list of pairs of whom it is not sure that they are two people (A24), and what is decided of them. */
import { CodedError } from '../../domain/errors';
import { booksOf, seesWhole, shownNumber } from '../../domain/customer/seeing';
import type { Asker, Right } from '../../domain/rights';
import { seconds } from '../../domain/time';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import type { DoubtfulPair, PairDecision, PairSide } from '../merge-ports';
import type { AuditNote } from '../ports';
import { IdParams, LaterBody, PairSchema, PairsQuery, SameBody } from '../schemas/merging';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import { storesAsked } from '../stores';
import type { Routes } from './app';
import { shownListed } from './customers-shown';

export const MERGE: Right = 'customers.merge';
const READING = ['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'NOT_FOUND'] as const;
const DECIDING = [...READING, 'CROSS_SITE', 'PAIR_DECIDED'] as const;
const MERGING = ['UNKNOWN_CUSTOMER', 'SAME_CUSTOMER', 'OTHER_CONTROLLER', 'VERSION_MOVED'] as const;
const DAY_MS = seconds(86_400);
const TAGS = ['customers'];

export function doubtfulRoutes(app: Routes, deps: HttpDeps): void {
  addList(app, deps);
  addSame(app, deps);
  addLater(app, deps);
  addDecision(
    app,
    deps,
    'different',
    'pair.different',
    'The two are two people: they are not asked of again.',
  );
  addDecision(
    app,
    deps,
    'open',
    'pair.reopened',
    'Take back what was decided, and the merge with it.',
  );
}

/** The books in which he may merge; of a store that is not his `NOT_FOUND`. */
export function mergeBooks(person: Asker, { live }: HttpDeps, store?: string): string[] {
  storesAsked(person, MERGE, store);
  return booksOf(live.plan(), person, MERGE, store);
}

function addList(app: Routes, deps: HttpDeps): void {
  app.get(
    '/api/customers/doubtful',
    {
      config: { access: MERGE },
      schema: {
        tags: TAGS,
        summary:
          'Pairs of customers who may be one person, side by side, the earliest found first.',
        querystring: PairsQuery,
        response: { 200: PageOf(PairSchema), ...problems(...READING, 'BAD_CURSOR') },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { store, state = 'open', ...page } = request.query;
      const asked = { books: mergeBooks(person, deps, store), state, now: deps.now() };
      const { items, next } = await deps.merging.pairs(asked, pageRequest(page));
      return { items: items.map((pair) => shown(person, pair)), next };
    },
  );
}

function addSame(app: Routes, deps: HttpDeps): void {
  app.post(
    '/api/customers/doubtful/:id/same',
    {
      config: { access: MERGE },
      schema: {
        tags: TAGS,
        summary: 'The two are one person: the older record stays, the other is merged into it.',
        ...{ params: IdParams, body: SameBody },
        response: { 200: PairSchema, ...problems(...DECIDING, ...MERGING) },
      },
    },
    (request) => {
      const { versions } = request.body;
      const asked = { person: personOf(request), id: request.params.id };
      return decide(deps, asked, 'pair.same', { as: 'same', versions });
    },
  );
}

function addLater(app: Routes, deps: HttpDeps): void {
  app.post(
    '/api/customers/doubtful/:id/later',
    {
      config: { access: MERGE },
      schema: {
        tags: TAGS,
        summary: 'Nobody can say it now: the pair is on the list again in some days.',
        ...{ params: IdParams, body: LaterBody },
        response: { 200: PairSchema, ...problems(...DECIDING) },
      },
    },
    (request) => {
      const againAt = deps.now() + request.body.days * DAY_MS;
      const asked = { person: personOf(request), id: request.params.id };
      return decide(deps, asked, 'pair.later', { as: 'later', againAt });
    },
  );
}

const PATHS = { different: 'different', open: 'reopen' } as const;

function addDecision(
  app: Routes,
  deps: HttpDeps,
  as: keyof typeof PATHS,
  what: What,
  summary: string,
): void {
  app.post(
    `/api/customers/doubtful/:id/${PATHS[as]}`,
    {
      config: { access: MERGE },
      schema: {
        ...{ tags: TAGS, summary, params: IdParams },
        response: {
          200: PairSchema,
          ...problems(...DECIDING, ...(as === 'open' ? (['UNDONE_ALREADY'] as const) : [])),
        },
      },
    },
    (request) => decide(deps, { person: personOf(request), id: request.params.id }, what, { as }),
  );
}

type What = AuditNote['what'];

async function decide(
  { merging, audit, now, live }: HttpDeps,
  { person, id }: { person: Asker; id: string },
  what: What,
  decision: PairDecision,
) {
  const pair = await merging.pair(id);
  if (!pair || !booksOf(live.plan(), person, MERGE).includes(pair.controller))
    throw new CodedError('NOT_FOUND');
  const noted = (subject: string) => audit({ who: person.id, what, subject });
  await merging.decide(id, decision, { by: person.id, at: now(), noted });
  return shown(person, (await merging.pair(id)) ?? pair);
}

/** Without what stays here, and with numbers as he may see them. */
function shown(person: Asker, { controller: _books, sides, ...pair }: DoubtfulPair) {
  const [one, other] = sides;
  const [a, b] = pair.numbers;
  return {
    ...pair,
    numbers: [shownNumber(a, isWhole(person, one)), shownNumber(b, isWhole(person, other))] as [
      string,
      string,
    ],
    sides: [shownSide(person, one), shownSide(person, other)] as [Side, Side],
  };
}

type Side = ReturnType<typeof shownSide>;

const isWhole = (person: Asker, { customer, leads }: PairSide): boolean =>
  seesWhole(person, [customer, ...leads]);

const shownSide = (person: Asker, { customer, numbers, leads, ...counts }: PairSide) => ({
  ...{ ...counts, customer: shownListed({ customer, numbers, leads }, person) },
});
