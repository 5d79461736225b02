import type { Client } from 'pg';
import { Chance } from '../../demo/talk';
import { Telephones } from '../../demo/telephone';
import {
  emptyPlan,
  PASSWORD,
  withoutNotice,
  withStaticAgents,
  type TestPlan,
} from '../support/plan';
import { startProduct, type Product } from '../support/product';
import { waitFor } from '../support/wait';
import { elapsed } from './elapsed';
import { BurstAgents } from './burst/agents';
import { BurstCallers, type Counted } from './burst/callers';
import { faultsIn, type Faults } from './burst/records';

/**
 * Everybody calls at once: far more callers than agents, some of whom leave, agents who refuse or let it ring, desktops
 * that vanish, more callers than media has places for at first, and PostgreSQL away in the middle. Nobody may hear
 * "busy", and afterwards everything that was promised is in the database, once.
 *
 *   busyAnswers     callers whose final answer was neither 200 nor 487 to their own CANCEL
 *   failed          those, and every fault in the records (`faults` says which)
 */
export interface BurstLoad {
  calls: number;
  agents: number;
  /** Of them, who have a desktop, and fill in forms. */
  desktops: number;
  callsPerSecond: number;
  databaseAwayMs: number;
  maxStreams: number;
}

export const FULL_BURST: BurstLoad = {
  ...{ calls: 1000, agents: 20, desktops: 10, callsPerSecond: 25 },
  ...{ databaseAwayMs: 60_000, maxStreams: 400 },
};

/** Enough to see all of it happen. */
export const QUICK_BURST: BurstLoad = {
  ...{ calls: 120, agents: 8, desktops: 4, callsPerSecond: 12 },
  ...{ databaseAwayMs: 8000, maxStreams: 50 },
};

export interface BurstFigures extends Counted, Faults {
  agents: number;
  desktopsGone: number;
  refusedOffers: number;
  missedOffers: number;
  failed: number;
}

const HOST = '127.0.0.1';
const FILED_WITHIN_MS = 120_000;

/** Starts the product, lets everybody call, and looks into its records. */
export async function burst(load: BurstLoad): Promise<BurstFigures> {
  const product = await startProduct({
    mediaPorts: 3 * load.maxStreams,
    env: { LOG_LEVEL: 'error', MEDIA_MAX_STREAMS: String(load.maxStreams) },
  });
  const chance = new Chance(load.calls);
  const agents = await BurstAgents.open(HOST, chance);
  const telephones = await Telephones.open(HOST, () => undefined);
  const callers = new BurstCallers(telephones, chance);
  try {
    await product.apply(planFor(load, agents.address));
    await agents.sitDown(product.http, desksOf(load));
    const calling = callers.callAll(product.sip(), load);
    await elapsed((300 * load.calls) / load.callsPerSecond);
    const gone = agents.desktopsVanish(Math.floor(load.desktops / 2));
    await databaseAway(product, load.databaseAwayMs);
    await calling;
    const db = await waitFor('PostgreSQL', () => product.db().catch(() => undefined), 30_000);
    await agents.allFormsFilled();
    await filed(db);
    const seen = { callers: callers.saw, agents: agents.saw, desks: agents.filled };
    const faults = await faultsIn(product, db, seen);
    if (faults.toldMediaFull === 0) faults.faults.push('the limit of the media was not reached');
    const { counted } = callers;
    return {
      ...counted,
      ...faults,
      ...{ agents: load.agents, desktopsGone: gone },
      ...{ refusedOffers: agents.refused, missedOffers: agents.missed },
      failed: counted.busyAnswers + faults.faults.length,
    };
  } finally {
    callers.close();
    agents.close();
    await product.stop();
  }
}

/** Those without a desktop are ready by their phones. */
function planFor({ agents, desktops }: BurstLoad, at: { host: string; port: number }): TestPlan {
  const plan = withoutNotice(withStaticAgents(emptyPlan(), agents, at));
  return {
    ...plan,
    queues: plan.queues.map((queue) => ({
      ...{ ...queue, ringSeconds: 4, wrapUpSeconds: 10, missesToPause: 0 },
    })),
    phones: plan.phones.map((phone, at) => ({ ...phone, autoReady: at >= desktops })),
    // Nobody is called back meanwhile: what was promised is to be found as it was promised.
    trunks: plan.trunks.map((trunk) => ({ ...trunk, from: [HOST], channels: 2000 })),
  };
}

const desksOf = ({ desktops }: BurstLoad): { user: string; password: string }[] =>
  Array.from({ length: desktops }, (_, at) => ({
    ...{ user: `t${String(at + 1).padStart(3, '0')}`, password: PASSWORD },
  }));

/** Killed, and kept from coming back for so long. */
async function databaseAway(product: Product, ms: number): Promise<void> {
  const { postgres } = product.listening.pids;
  if (postgres === null) throw new Error('the product has no PostgreSQL of its own');
  process.kill(product.pid, 'SIGSTOP');
  try {
    process.kill(postgres, 'SIGKILL');
    await elapsed(ms);
  } finally {
    process.kill(product.pid, 'SIGCONT');
  }
}

/** Every call, leg, place and recording has its end in the database. */
async function filed(db: Client): Promise<void> {
  await waitFor(
    'everything to be filed',
    async () => {
      const { rows } = await db.query(`select id from call where state <> 'closed'
        union all select id from leg where ended_at is null
        union all select id from queue_entry where ended_at is null
        union all select id from recording where state not in ('stored', 'failed')`);
      return rows.length === 0;
    },
    FILED_WITHIN_MS,
  );
}
