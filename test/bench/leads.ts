import { performance } from 'node:perf_hooks';
import { openDatabase, type Database } from '../../src/store/database';
import { hearPlans, readWhole } from '../support/heard-plans';
import { elapsed } from './elapsed';
import { LARGE } from './leads/fill';
import { questions, type Kind } from './leads/questions';
import type { Amounts } from './leads/rows';
import { sample, type Sample } from './leads/sample';
import { filledServer } from './leads/server';
import { quantile, rounded } from './quantile';

/**
 * Customers and leads of a group of dealers after five years, in a PostgreSQL as the product starts it, and what agents ask of
 * them. It asks the product's own functions, from several connections at once, one kind after the other:
 *
 *   customers leads contacts   as many as there are
 *   numberLookupP99Ms          who is calling, when it rings
 *   searchP99Ms                customers by names, pinyin, initials, pieces of numbers, plates, and mixes
 *   leadPageP99Ms              a lead, its customer with all that is his, and the first page of his timeline
 *   overdueListP99Ms           a page of what is due, of an agent or of a store; of each fifth the second page
 *   …P50Ms                     the same at the median
 *   failed                     answers that were not right, and large tables that a statement reads from one end to the other
 *
 * `BENCH_LEADS_DATA` names a folder in which the database is kept for the next run.
 */
export interface LeadsLoad extends Amounts {
  clients: number;
  /** Of each kind that are measured, and before them that are not. */
  questions: number;
  warmUp: number;
  /** Of each kind, whose plans are looked at. */
  heard: number;
}

export const FULL_LEADS: LeadsLoad = {
  ...{ customers: 1_000_000, leads: 2_000_000, contacts: 10_000_000, stores: 40, names: 24_000 },
  ...{ clients: 4, questions: 2000, warmUp: 200, heard: 60 },
};

/** Enough to see every key and no failure; the figures mean nothing. */
export const QUICK_LEADS: LeadsLoad = {
  ...{ customers: 2000, leads: 4000, contacts: 20_000, stores: 8, names: 300 },
  ...{ clients: 2, questions: 60, warmUp: 0, heard: 30 },
};

export type LeadsFigures = Record<'customers' | 'leads' | 'contacts' | 'failed', number> &
  Record<`${Kind}P99Ms`, number> &
  Record<`${Kind}P50Ms`, number>;

/** Below so many customers the tables are small. */
const LARGE_FROM = 100_000;
const KINDS: Kind[] = ['numberLookup', 'search', 'leadPage', 'overdueList'];

/** `say` hears what it is at. */
export async function leads(
  load: LeadsLoad,
  say: (what: string) => void = () => undefined,
): Promise<LeadsFigures> {
  const server = await filledServer(load, say);
  const db = openDatabase(server.url, { min: load.clients, max: load.clients });
  try {
    const { stores } = load;
    const drawn = await sample(db, { count: load.questions, stores, now: server.filledAt });
    const whole = await readFromEndToEnd(server.url, drawn, load);
    whole.forEach((one) => say(`reads a large table from one end to the other: ${one}`));
    const measured: Measured[] = [];
    for (const kind of KINDS) measured.push(await measure(db, drawn, kind, load, say));
    const [numberLookup, search, leadPage, overdueList] = measured;
    const wrong = measured.reduce((sum, one) => sum + one.wrong, 0);
    const counts = await countOf(db);
    return {
      ...counts,
      numberLookupP99Ms: at(numberLookup, 0.99),
      searchP99Ms: at(search, 0.99),
      leadPageP99Ms: at(leadPage, 0.99),
      overdueListP99Ms: at(overdueList, 0.99),
      numberLookupP50Ms: at(numberLookup, 0.5),
      searchP50Ms: at(search, 0.5),
      leadPageP50Ms: at(leadPage, 0.5),
      overdueListP50Ms: at(overdueList, 0.5),
      failed: wrong + whole.length,
    };
  } finally {
    await db.destroy();
    await server.stop();
  }
}

interface Measured {
  ms: number[];
  wrong: number;
}

const at = (measured: Measured | undefined, q: number): number =>
  rounded(quantile(measured?.ms ?? [], q));

/** Each client rests for as long as it waited, so that half of them wait at a time. */
async function measure(
  db: Database,
  drawn: Sample,
  kind: Kind,
  load: LeadsLoad,
  say: (what: string) => void,
): Promise<Measured> {
  const found: Measured = { ms: [], wrong: 0 };
  let left = load.warmUp + load.questions;
  const next = questions(db, drawn, left)[kind];
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const isMeasured = left < load.questions;
      const { before, ask } = next();
      await before?.();
      const from = performance.now();
      const isRight = await ask();
      const ms = performance.now() - from;
      if (!isRight) found.wrong += 1;
      if (isMeasured) found.ms.push(ms);
      await elapsed(ms);
    }
  };
  await Promise.all(Array.from({ length: load.clients }, client));
  say(`${kind}: ${found.ms.length} asked, ${found.wrong} of them wrong`);
  return found;
}

/**
 * What of the product's statements does so. A small table is read whole with good reason: there PostgreSQL is told to avoid it, so
 * that only what it cannot find in another way is left.
 */
async function readFromEndToEnd(url: string, drawn: Sample, load: LeadsLoad): Promise<string[]> {
  const isSmall = load.customers < LARGE_FROM;
  const plans = await hearPlans(
    url,
    async (db) => {
      const all = questions(db, drawn, load.questions);
      for (const kind of KINDS)
        for (let n = 0; n < load.heard; n += 1) {
          const { before, ask } = all[kind]();
          await before?.();
          await ask();
        }
    },
    isSmall ? ['enable_seqscan = off'] : [],
  );
  if (plans.length < KINDS.length * load.heard) throw new Error('plans were not heard');
  return readWhole(plans, LARGE);
}

async function countOf(db: Database): Promise<Record<'customers' | 'leads' | 'contacts', number>> {
  const { rows } = await db.raw<{ rows: Record<'customers' | 'leads' | 'contacts', number>[] }>(
    `select (select count(*) from customer)::int as customers, (select count(*) from lead)::int as leads,
       (select count(*) from contact)::int as contacts`,
  );
  if (rows[0] === undefined) throw new Error('nothing was counted');
  return rows[0];
}
