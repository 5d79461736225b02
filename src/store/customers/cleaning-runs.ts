/**
 * Runs of cleaning, from begin to end (A24, B28, E31): one at a time in the books of a controller. What each batch did is counted
 * in the transaction that did it; a run that an app left behind is gone on with by the next one, and running again over what is
 * clean changes nothing.
 */
import type { Knex } from 'knex';
import type { Instant } from '../../domain/time';
import type { Plan } from '../../domain/plan';
import { CLEANING_COUNTS, type CleaningCount, type CleaningRun } from '../../http/merge-ports';
import type { Page, PageRequest } from '../../http/queries';
import { page } from '../page';
import { instant } from '../statement';
import { cleanCustomers, uncleanCustomers, type CleaningBatch } from './cleaning-batch';
import { archiveHopeless, checkLeads, uncheckedLeads } from './cleaning-leads';
import { distributeOwnerless, transferShowroom } from './handing-out';
import { again } from './merge-tree';
import { isAway } from './one-by-one';

/** Rows of one transaction. */
const CUSTOMERS = 100;
const LEADS = 200;
const FIRST = '00000000-0000-0000-0000-000000000000';

/** What a run asks of the app. */
export interface CleaningWorld {
  db: Knex;
  makeId: () => string;
  now: () => Instant;
  plan: () => Plan;
  /** Numbers (E.164), leads and customers of calls that are going on. */
  busy: () => ReadonlySet<string>;
  /** Of hashes of numbers whose data is deleted. */
  key: Buffer;
  /** The app ends: the run is left as it is. */
  stopped: () => boolean;
  onError: (error: unknown) => void;
}

type Step = 'customers' | 'leads' | 'archive' | 'transfer' | 'distribution';
interface DbRun extends Record<CleaningCount, number> {
  id: string;
  controller: string;
  why: CleaningRun['why'];
  by_id: string;
  state: CleaningRun['state'];
  step: Step;
  started_at: Date;
  ended_at: Date | null;
  customers_before: number;
  customers_after: number | null;
  leads_before: number;
  leads_after: number | null;
}

/** A run of these books from now on, or the one that is going on in them (`isNew` false). */
export async function beginRun(
  { db, makeId, now }: Pick<CleaningWorld, 'db' | 'makeId' | 'now'>,
  { controller, why, by }: Pick<CleaningRun, 'controller' | 'why' | 'by'>,
): Promise<{ run: CleaningRun; isNew: boolean }> {
  const before = await inBooks(db, controller);
  const inserted = (await db('cleaning_run')
    .insert({
      ...{ id: makeId(), controller, why, by_id: by, started_at: new Date(now()) },
      ...{ customers_before: before.customers, leads_before: before.leads },
    })
    .onConflict(db.raw("(controller) where state = 'running'") as never)
    .ignore()
    .returning('*')) as DbRun[];
  const [row] =
    inserted.length > 0
      ? inserted
      : ((await db('cleaning_run').where({ controller, state: 'running' })) as DbRun[]);
  return row === undefined
    ? beginRun({ db, makeId, now }, { controller, why, by })
    : { run: runFrom(row), isNew: inserted.length > 0 };
}

/** Does what is left of a run, and says how it ended; null: the app ends, and the next one goes on. */
export async function goOn(world: CleaningWorld, id: string): Promise<CleaningRun | null> {
  const { db } = world;
  const row = (await db('cleaning_run').where({ id }).first()) as DbRun | undefined;
  if (row === undefined || row.state !== 'running') return row ? runFrom(row) : null;
  for (const step of STEPS.slice(STEPS.findIndex(([name]) => name === row.step))) {
    const [name, work] = step;
    await db('cleaning_run').where({ id }).update({ step: name });
    if (!(await work(world, row))) return null;
  }
  const after = await inBooks(db, row.controller);
  const ended = { state: 'done', ended_at: new Date(world.now()) };
  const [done] = (await db('cleaning_run')
    .where({ id })
    .update({ ...ended, customers_after: after.customers, leads_after: after.leads })
    .returning('*')) as DbRun[];
  return done ? runFrom(done) : null;
}

/** Runs that an app left behind. */
export const leftRuns = (db: Knex): Promise<string[]> =>
  db('cleaning_run').where({ state: 'running' }).orderBy('started_at').pluck('id');

/** When the last run of these books began that came to its end; null: there was none. */
export async function lastDone(db: Knex, controller: string): Promise<Instant | null> {
  const row = await db('cleaning_run')
    .where({ controller, state: 'done' })
    .orderBy('started_at', 'desc')
    .first('started_at');
  return row ? instant(row.started_at as Date) : null;
}

export const cleaningRunPage = (
  db: Knex,
  controllers: readonly string[],
  request: PageRequest,
): Promise<Page<CleaningRun>> =>
  page<DbRun, CleaningRun>(
    db('cleaning_run').whereIn('controller', controllers) as never,
    request,
    {
      ...{ timeColumn: 'started_at', fromRow: runFrom },
    },
  );

type Work = (world: CleaningWorld, run: DbRun) => Promise<boolean>;

const cleanAll: Work = (world, run) =>
  batches(world, run, {
    next: (after) => uncleanCustomers(world.db, run.controller, { after, most: CUSTOMERS }),
    work: (trx, ids) => cleanCustomers(trx, ids, batchOf(world, run)),
  });

const checkAll: Work = (world, run) =>
  batches(world, run, {
    next: (after) => uncheckedLeads(world.db, run.controller, { after, most: LEADS }),
    work: (trx, ids) => checkLeads(trx, ids, { ...batchOf(world, run), key: world.key }),
  });

const archiveAll: Work = async (world, run) => {
  const { db, now, stopped } = world;
  for (let archived = LEADS; archived === LEADS;) {
    if (stopped()) return false;
    archived = await db.transaction(async (trx) => {
      const count = await archiveHopeless(trx, { controller: run.controller, at: now() }, LEADS);
      await add(trx, run.id, { archived: count });
      return count;
    });
  }
  return true;
};

const transferAll: Work = (world, { id, controller }) =>
  transferShowroom(world, controller, (trx) => add(trx, id, { transferred: 1 }));

const distributeAll: Work = (world, { id, controller }) =>
  distributeOwnerless(world, controller, (trx) => add(trx, id, { distributed: 1 }));

const STEPS: readonly [Step, Work][] = [
  ['customers', cleanAll],
  ['leads', checkAll],
  ['archive', archiveAll],
  ['transfer', transferAll],
  ['distribution', distributeAll],
];

interface Batches {
  next: (after: string) => Promise<string[]>;
  work: (trx: Knex, ids: readonly string[]) => Promise<Partial<Record<CleaningCount, number>>>;
}

/** False: the app ends. A batch that cannot be done is done row by row, and what cannot be done then is an exception (D02). */
async function batches(
  world: CleaningWorld,
  { id }: Pick<DbRun, 'id'>,
  { next, work }: Batches,
): Promise<boolean> {
  const { db, stopped, onError } = world;
  const doThem = (ids: readonly string[]) =>
    again(() => db.transaction(async (trx) => add(trx, id, await work(trx, ids))));
  for (let ids = await next(FIRST); ids.length > 0; ids = await next(ids.at(-1) ?? FIRST)) {
    if (stopped()) return false;
    try {
      await doThem(ids);
    } catch (error) {
      // The run goes on when it is back.
      if (isAway(error)) throw error;
      onError(error);
      for (const one of ids)
        await doThem([one]).catch((alone: unknown) => {
          if (isAway(alone)) throw alone;
          onError(alone);
          return add(db, id, { exceptions: 1 });
        });
    }
  }
  return true;
}

const batchOf = (world: CleaningWorld, run: DbRun): CleaningBatch => ({
  ...{ runId: run.id, controller: run.controller, plan: world.plan(), busy: world.busy() },
  ...{ makeId: world.makeId, at: world.now() },
});

async function add(
  trx: Knex,
  id: string,
  counts: Partial<Record<CleaningCount, number>>,
): Promise<void> {
  const more = CLEANING_COUNTS.filter((count) => (counts[count] ?? 0) > 0);
  if (more.length === 0) return;
  const sums = more.map((count) => [count, trx.raw('?? + ?', [count, counts[count] ?? 0])]);
  await trx('cleaning_run').where({ id }).update(Object.fromEntries(sums));
}

async function inBooks(
  db: Knex,
  controller: string,
): Promise<{ customers: number; leads: number }> {
  const { rows } = await db.raw<{ rows: { customers: string; leads: string }[] }>(
    `select (select count(*) from customer where controller = :controller and is_root and state = 'active') as customers,
       (select count(*) from lead where state = 'open'
         and store_id in (select id from store where controller = :controller)) as leads`,
    { controller },
  );
  const [row] = rows;
  return { customers: Number(row?.customers ?? 0), leads: Number(row?.leads ?? 0) };
}

function runFrom(row: DbRun): CleaningRun {
  const counts = Object.fromEntries(CLEANING_COUNTS.map((count) => [count, row[count]]));
  return {
    ...{ id: row.id, controller: row.controller, why: row.why, by: row.by_id, state: row.state },
    ...{ startedAt: instant(row.started_at), endedAt: instant(row.ended_at) },
    ...{ customersBefore: row.customers_before, customersAfter: row.customers_after },
    ...{ leadsBefore: row.leads_before, leadsAfter: row.leads_after },
    ...(counts as Record<CleaningCount, number>),
  };
}
