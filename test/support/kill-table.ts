import { join } from 'node:path';
import type { Client } from 'pg';
import { dialogsLeftIn } from '../../sip/gateway/survival/dialog-file';
import { hotlineOf, Lane, planOf } from './lane';
import { emptyPlan } from './plan';
import { startProduct, type Product } from './product';
import { waitFor } from './wait';

/** A call in a state, the process that dies over it, and what must come of it. */
export interface KillRow {
  state: string;
  wrapUpSeconds?: number;
  /** Brings the call into its state. */
  reach: (lane: Lane) => Promise<void>;
  /** What is on its way when the process dies: sent to one that is stopped already. */
  underWay?: (lane: Lane) => Promise<void>;
  /** What the parties see and do while no such process is there. */
  away?: (lane: Lane) => Promise<void>;
  /** And when the next one is. */
  after?: (lane: Lane) => Promise<void>;
  /** Outcome and end cause of each call of the lane, in the order of the callers. */
  ledger: string[];
  /** State of each recording, and why it failed if it did. */
  recordings: string[];
}

export interface KillTableOptions {
  victim: 'app' | 'edge';
  env?: Record<string, string>;
}

/** The product that outlived it, with everything closed; `verdict` throws what went wrong in a row. */
export interface KillTable {
  product: Product;
  lanes: Map<KillRow, Lane>;
  db: Client;
  verdict: (row: KillRow) => Promise<void>;
  facts: (row: KillRow) => Promise<Pick<KillRow, 'ledger' | 'recordings'>>;
  close: () => Promise<void>;
}

/** Brings every row's call into its state, kills once, and goes on with each to its end. */
export async function killAt(
  rows: readonly KillRow[],
  { victim, env = {} }: KillTableOptions,
): Promise<KillTable> {
  const product = await startProduct({ env });
  const lanes = new Map<KillRow, Lane>();
  for (const [i, row] of rows.entries()) {
    lanes.set(row, await Lane.open(product, i, row.wrapUpSeconds));
  }
  await product.apply(planOf(emptyPlan(), [...lanes.values()]));
  const db = await product.db();
  const faults = new Map<KillRow, unknown>();
  const each = async (part: 'reach' | 'underWay' | 'away' | 'after'): Promise<void> => {
    const run = async ([row, lane]: [KillRow, Lane]) => {
      if (!faults.has(row)) await row[part]?.(lane);
    };
    await Promise.all(
      [...lanes].map((entry) => run(entry).catch((error: unknown) => faults.set(entry[0], error))),
    );
  };
  await each('reach');
  const pid = product.listening.pids[victim];
  process.kill(pid, 'SIGSTOP');
  await each('underWay');
  // The launcher would start another at once: it is held.
  process.kill(product.pid, 'SIGSTOP');
  process.kill(pid, 'SIGKILL');
  await each('away');
  process.kill(product.pid, 'SIGCONT');
  await product.restarted(victim, pid);
  await each('after');
  return {
    ...{ product, lanes, db },
    verdict: async (row) => {
      if (faults.has(row)) throw faults.get(row);
      const index = lanes.get(row)?.index ?? -1;
      await allIsClosed(db, index);
      // A file is filed after its call.
      await waitFor('the recordings to be filed', async () => {
        return (await factsOf(db, index)).recordings.length >= row.recordings.length;
      });
    },
    facts: (row) => factsOf(db, lanes.get(row)?.index ?? -1),
    close: async () => {
      process.kill(product.pid, 'SIGCONT');
      for (const lane of lanes.values()) lane.close();
      await product.stop();
    },
  };
}

/** No dialog lives on the edge, no call in the app, and no agent is kept by a call that is gone. */
export async function nothingIsLeft({ product }: KillTable): Promise<void> {
  const file = join(product.dataDir, 'edge', 'dialogs.jsonl');
  const dialogs = () => dialogsLeftIn(file).map(({ facts, state }) => [facts.callId, state.note]);
  await waitFor('the file of dialogs to be empty', () => dialogs().length === 0, 15_000).catch(() =>
    expect(dialogs()).toEqual([]),
  );
  const busy = async () => {
    const text = await (await fetch(`${product.http}/metrics`)).text();
    return text
      .split('\n')
      .filter((line) => /^openline_(calls|agents)\{/.test(line) && !line.endsWith(' 0'))
      .filter((line) => !/activity="(idle|wrap-up)"/.test(line));
  };
  await waitFor('nobody to be busy', async () => (await busy()).length === 0).catch(async () =>
    expect(await busy()).toEqual([]),
  );
}

/** Every call, leg and place of the lane has its end, and its files are filed. */
async function allIsClosed(db: Client, index: number): Promise<void> {
  await waitFor('everything to be closed', async () => {
    const { rows } = await db.query(
      `with mine as (select id, state, ended_at from call where hotline = $1)
       select id from mine where state <> 'closed' or ended_at is null
       union all select leg.id from leg join mine on mine.id = call_id where leg.ended_at is null
       union all select q.id from queue_entry q join mine on mine.id = call_id
                 where q.ended_at is null`,
      [hotlineOf(index)],
    );
    const all = await db.query('select id from call where hotline = $1', [hotlineOf(index)]);
    return all.rows.length > 0 && rows.length === 0;
  });
}

async function factsOf(db: Client, index: number) {
  const calls = await db.query<{ fact: string }>(
    `select coalesce(outcome, '?') || ' ' || coalesce(end_cause, '?') as fact
     from call where hotline = $1 order by from_number, arrived_at`,
    [hotlineOf(index)],
  );
  const recordings = await db.query<{ fact: string }>(
    `select r.state || coalesce(': ' || r.failure, '') as fact
     from recording r join call on call.id = r.call_id
     where call.hotline = $1 order by call.from_number, r.started_at`,
    [hotlineOf(index)],
  );
  const facts = (rows: { fact: string }[]) => rows.map(({ fact }) => fact);
  return { ledger: facts(calls.rows), recordings: facts(recordings.rows) };
}
