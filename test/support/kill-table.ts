import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dialogsLeftIn } from '../../sip/gateway/survival/dialog-file';
import { Lane } from './lane';
import type { LaneFacts } from './lane-facts';
import { colleagueOf } from './lane-parties';
import { planOf } from './lane-plan';
import { emptyPlan, type TestPlan } from './plan';
import { startProduct, type Product } from './product';
import { waitFor } from './wait';

/** A call in a state, the process that dies over it, and what must come of it. */
export interface KillRow extends LaneFacts {
  state: string;
  wrapUpSeconds?: number;
  /** The caller hears that he is recorded before he hears his agent. */
  notice?: true;
  /** The agent has a colleague, whose phone is that of the lane's second caller. */
  colleague?: true;
  /** Calls of ours go to the caller's phone; in one row at most. */
  called?: true;
  /** Brings the call into its state. */
  reach: (lane: Lane) => Promise<void>;
  /** What is on its way when the process dies: sent to one that is stopped already. */
  underWay?: (lane: Lane) => Promise<void>;
  /** What the parties see and do while no such process is there. */
  away?: (lane: Lane) => Promise<void>;
  /** And when the next one is. */
  after?: (lane: Lane) => Promise<void>;
}

export interface KillTableOptions {
  victim: 'app' | 'edge';
  /** From the kill to what comes after, at the earliest: its commands have one try each. The launcher is not held. ms */
  commandsAfterMs?: number;
  mediaPorts?: number;
  env?: Record<string, string>;
}

/** The product that outlived it, with everything closed; `verdict` throws what went wrong in a row. */
export interface KillTable {
  product: Product;
  /** From the kill to the first commands. */
  commandsAtMs: number;
  /** How long the next process stood in line for a processor while it started, where neighbours keep them busy. */
  starvedMs: number;
  verdict: (row: KillRow) => Promise<void>;
  close: () => Promise<void>;
}

/** Brings every row's call into its state, kills once, and goes on with each to its end. */
export async function killAt(
  rows: readonly KillRow[],
  { victim, commandsAfterMs, env = {}, mediaPorts = 400 }: KillTableOptions,
): Promise<KillTable> {
  const product = await startProduct({ env, mediaPorts });
  const db = await product.db();
  const lanes = new Map<KillRow, Lane>();
  for (const [i, row] of rows.entries()) {
    lanes.set(row, await Lane.open(product, db, i, row.wrapUpSeconds));
  }
  const plan = planOf(emptyPlan(), [...lanes.values()]);
  for (const [row, lane] of lanes) adapt(plan, row, lane);
  await product.apply(plan);
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
  const killedAt = performance.now();
  if (commandsAfterMs !== undefined) process.kill(product.pid, 'SIGCONT');
  await each('away');
  process.kill(product.pid, 'SIGCONT');
  const { pids } = await product.restarted(victim, pid);
  const starvedMs = waitedForProcessor(pids[victim]);
  if (commandsAfterMs !== undefined) {
    for (const lane of lanes.values()) lane.patienceMs = 0;
    const isDue = () => performance.now() - killedAt >= commandsAfterMs;
    await waitFor('the time of the commands', isDue);
  }
  const commandsAtMs = performance.now() - killedAt;
  await each('after');
  return {
    ...{ product, commandsAtMs, starvedMs },
    verdict: async (row) => {
      if (faults.has(row)) throw faults.get(row);
      const lane = lanes.get(row);
      await lane?.allIsClosed();
      // A file is filed after its call; that of an edge that was killed as failed first. A call found without its legs
      // is closed at once, and what the edge tells of its end corrects that.
      const expected = { ledger: row.ledger, recordings: row.recordings };
      await lane?.factsBecome(expected);
      expect(await lane?.facts()).toEqual(expected);
    },
    close: async () => {
      process.kill(product.pid, 'SIGCONT');
      for (const lane of lanes.values()) lane.close();
      await product.stop();
    },
  };
}

/** In ms, since it began (Linux). */
const waitedForProcessor = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;

function adapt(plan: TestPlan, { notice, colleague, called }: KillRow, lane: Lane): void {
  const { index, next, caller } = lane;
  const hotline = plan.hotlines[index];
  if (notice && hotline) hotline.notice = 'default';
  if (called)
    for (const trunk of plan.trunks)
      Object.assign(trunk, { to: [`sip:127.0.0.1:${caller.sip.port}`], watch: false });
  const agent = plan.people.find(({ id }) => id === `t${index}`);
  const phone = plan.phones.find(({ person }) => person === agent?.id);
  if (!colleague || !agent || phone?.kind !== 'static') return;
  const [queue] = plan.queues;
  // No hotline leads to it.
  const own = 'colleagues';
  if (queue && !plan.queues.some(({ id }) => id === own)) plan.queues.push({ ...queue, id: own });
  const person = colleagueOf(lane);
  const contact = `sip:${person}@127.0.0.1:${next.sip.port}`;
  plan.people.push({ ...agent, id: person, name: `同事${index}`, queues: [own] });
  plan.phones.push({ ...phone, id: `8${index}`, person, contact });
}

/**
 * No dialog lives on the edge, no call in the app, and no agent is kept by a call that is gone. A BYE that nobody answers
 * keeps its dialog for 32 s.
 */
export async function nothingIsLeft(
  { product }: Pick<KillTable, 'product'>,
  dialogsMs = 15_000,
): Promise<void> {
  const file = join(product.dataDir, 'edge', 'dialogs.jsonl');
  const dialogs = () => dialogsLeftIn(file).map(({ facts, state }) => [facts.callId, state.note]);
  await waitFor('the file of dialogs to be empty', () => dialogs().length === 0, dialogsMs).catch(
    () => expect(dialogs()).toEqual([]),
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
