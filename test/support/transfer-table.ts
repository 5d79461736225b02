/**
 * The table of transfers, carried out: all cells at a time in one product, a process killed once over all of them,
 * and then, cell by cell, what is left. A column is one process and one moment.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { dialogsLeftIn } from '../../sip/gateway/survival/dialog-file';
import { Phone, SDP } from '../sip/support/phone';
import { startProduct, type Product } from './product';
import { callerNumber, TransferCell, type Leaver, type TargetKind } from './transfer-cell';
import { planOf } from './transfer-plan';
import { waitFor } from './wait';

export type Victim = 'nothing' | 'app' | 'edge' | 'postgres';
/** While the phone of who is to get the caller rings, or when all of the row is done. */
export type Moment = 'ringing' | 'done';

export interface TransferRow {
  transfer: string;
  target: TargetKind;
  /** Words (transfer-cell.ts) until it rings, and from there to the end. */
  rings: string;
  done: string;
  /** Who can be the first to hang up at either moment. */
  leavers: Record<Moment, readonly Leaver[]>;
  /** What the call counts as when the caller leaves before he is taken: `left`, unless he still is his agent's. */
  left: 'left' | 'talk';
}

/** One row with one who leaves first; its lane lives through all columns. */
export interface Entry {
  row: TransferRow;
  leaver: Leaver;
  cell: TransferCell;
}

const SETTLE_MS = 25_000;
const BYE_MS = 15_000;
/** Who has him in hand for so long is not on his way from one to the other. */
const STEADY_MS = 500;
/** One look at all cells serves those who ask within this while. */
const LOOK_MS = 100;

/** A talk in which somebody has the caller in hand. */
const IN_HAND = ['talking', 'held', 'consulting', 'forwarded', 'parked'];

export class TransferTable {
  private readonly faults = new Map<Entry, string[]>();
  private db!: Client;
  private asked: Promise<unknown> = Promise.resolve();
  private look: { at: number; states: Promise<LiveStates | null> } | null = null;

  private constructor(
    readonly product: Product,
    readonly entries: readonly Entry[],
    private readonly gateway: Phone,
  ) {}

  static async open(rows: readonly TransferRow[]): Promise<TransferTable> {
    const product = await startProduct({ mediaPorts: 1000 });
    const gateway = await Phone.udp();
    const entries: Entry[] = [];
    for (const row of rows)
      for (const leaver of new Set([...row.leavers.ringing, ...row.leavers.done])) {
        const place = { gateway, sdp: SDP };
        entries.push({
          row,
          leaver,
          cell: await TransferCell.open(product, entries.length, row.target, place),
        });
      }
    const table = new TransferTable(product, entries, gateway);
    const cells = entries.map(({ cell }) => cell);
    try {
      await product.apply(planOf(cells, gateway.port));
      await Promise.all(cells.map((cell) => cell.signsIn()));
    } catch (error) {
      await table.close();
      throw error;
    }
    return table;
  }

  close(): Promise<void> {
    process.kill(this.product.pid, 'SIGCONT');
    for (const { cell } of this.entries) cell.close();
    this.gateway.close();
    return this.product.stop();
  }

  /** What was wrong in a row of the column that was run last, each with who was to leave first. */
  faultsOf(row: TransferRow): string[] {
    return this.entries
      .filter((entry) => entry.row === row)
      .flatMap((entry) =>
        (this.faults.get(entry) ?? []).map((fault) => `${entry.leaver} leaves first: ${fault}`),
      );
  }

  /** Every cell that has this moment. */
  async column(victim: Victim, moment: Moment): Promise<void> {
    this.faults.clear();
    this.db = await this.product.db();
    const began = new Date();
    const entries = this.entries.filter(({ row, leaver }) => row.leavers[moment].includes(leaver));
    for (const { cell } of entries) cell.reset();
    const each = (act: (entry: Entry) => Promise<void>) =>
      Promise.all(
        entries.map((entry) =>
          this.faults.has(entry)
            ? undefined
            : act(entry).catch((error: Error) => this.wrong(entry, error.message)),
        ),
      );
    await each(async ({ row, cell }) => {
      await cell.does(row.rings);
      if (moment === 'done') await cell.does(row.done);
    });
    // An ACK is at the phone before the app has done what a pick-up means.
    if (moment === 'done') await each((entry) => this.settles(entry, began));
    await this.killed(victim, () => {
      for (const { cell, leaver } of entries) cell.leaves(leaver);
    });
    for (const { cell } of entries) {
      cell.agent.picksUpFromNowOn();
      cell.target.picksUpFromNowOn();
    }
    await each(async (entry) => {
      await this.settles(entry, began);
      entry.cell.leaves('caller');
      await waitFor('everybody to be told', () => entry.cell.open.length === 0, BYE_MS).catch(() =>
        this.wrong(entry, ...entry.cell.open),
      );
      await this.isInTheRecords(entry, { victim, moment, began });
    });
    // What went wrong in a cell is not to be in the way of the next column.
    for (const { cell } of this.faults.keys())
      for (const who of ['caller', 'agent', 'target'] as const) cell.leaves(who);
    await this.nobodyIsBusy(entries);
  }

  private wrong(entry: Entry, ...faults: string[]): void {
    this.faults.set(entry, [...(this.faults.get(entry) ?? []), ...faults]);
  }

  /** Everything else goes on while it is away. */
  private async killed(victim: Victim, meanwhile: () => void): Promise<void> {
    if (victim === 'nothing') return meanwhile();
    const { product } = this;
    const pid = product.listening.pids[victim];
    if (pid === null) throw new Error('the product has no PostgreSQL of its own');
    // The launcher would start another at once: it is held.
    process.kill(product.pid, 'SIGSTOP');
    process.kill(pid, 'SIGKILL');
    meanwhile();
    process.kill(product.pid, 'SIGCONT');
    if (victim === 'postgres') {
      this.db = await waitFor('PostgreSQL', () => product.db().catch(() => undefined), 30_000);
      return;
    }
    await product.restarted(victim, pid);
  }

  /** The caller has been told that it is over, or somebody has him in hand: as the app knows it, whose records come later. */
  private async settles({ cell }: Entry, began: Date): Promise<void> {
    let states: readonly string[] = ['unknown'];
    let since = Infinity;
    await waitFor(
      'somebody to take the caller',
      async () => {
        const live = await this.liveStates();
        if (live === null) return undefined;
        states = STORES.flatMap((kind) => live.get(`${kind}${cell.index}`) ?? []);
        if (cell.caller.open.length === 0) return true;
        // An app that is back has not found its calls at once.
        if (states.length === 0) return (await this.callOf(cell.index, began))?.state === 'closed';
        const isInHand = states.every((state) => IN_HAND.includes(state));
        since = isInHand ? Math.min(since, performance.now()) : Infinity;
        return performance.now() - since > STEADY_MS;
      },
      SETTLE_MS,
    ).catch(async () => {
      throw new Error(
        `nobody takes the caller, whose call is ${states.join()}: ${await this.pastOf(cell, began)}`,
      );
    });
  }

  /** Null while the app is away. */
  private liveStates(): Promise<LiveStates | null> {
    const now = performance.now();
    if (this.look === null || now - this.look.at > LOOK_MS)
      this.look = { at: now, states: this.looksAtAll().catch(() => null) };
    return this.look.states;
  }

  /** Whose talk is over and only has to be filed does not count. */
  private async looksAtAll(): Promise<LiveStates> {
    const states: LiveStates = new Map();
    for (const line of await this.metrics('openline_calls')) {
      const [, store = '', state = ''] = /store="([^"]*)",state="([^"]*)"/.exec(line) ?? [];
      if (state !== 'wrapping-up') states.set(store, [...(states.get(store) ?? []), state]);
    }
    return states;
  }

  /** The lines of a metric that are not 0. Rejects while the app is away. */
  private async metrics(name: string): Promise<string[]> {
    const text = await (await fetch(`${this.product.http}/metrics`)).text();
    return text.split('\n').filter((line) => line.startsWith(`${name}{`) && !line.endsWith(' 0'));
  }

  /** What led there, to be read by whoever looks for the cause: legs with their times since the first, offers, phones. */
  private async pastOf({ index, caller, agent, target }: TransferCell, began: Date) {
    const call = await this.callOf(index, began);
    const legs = await this.ask(
      `select role, agent_id, end_cause, date_part('epoch', started_at - min(started_at) over ()) as began,
         date_part('epoch', ringing_at - started_at) as rang, date_part('epoch', answered_at - started_at) as answered,
         date_part('epoch', ended_at - started_at) as ended
       from leg where call_id = $1 order by started_at`,
      [call?.id],
    );
    const offers = await this.ask(
      'select agent_id, leg_id, queue_id, offered_at from offer where call_id = $1 order by offered_at',
      [call?.id],
    );
    const phones = { caller: caller.open, agent: agent.open, target: target.open };
    return JSON.stringify({ call, now: new Date(), legs, offers, phones });
  }

  private async callOf(index: number, began: Date): Promise<CallRow | undefined> {
    const rows = await this.ask<CallRow>(
      `select id, state, outcome, end_cause from call where from_number = $1 and arrived_at >= $2`,
      [callerNumber(index), began],
    );
    return rows[0];
  }

  private async isInTheRecords(
    entry: Entry,
    column: { victim: Victim; moment: Moment; began: Date },
  ): Promise<void> {
    const { cell } = entry;
    const call = await waitFor('the call to be closed', async () => {
      const found = await this.callOf(cell.index, column.began);
      return found?.state === 'closed' && (await this.openIn(found.id)) === 0 ? found : undefined;
    });
    const counts = `${call.outcome} ${call.end_cause}`;
    const expected = outcomesOf(entry, column);
    if (!expected.includes(counts)) this.wrong(entry, `${counts}, not ${expected.join(' or ')}`);
    // A look-up that was slow while a process was killed opens the lead afterwards, and the recording follows it.
    const isFiled = ({ state, lead_id }: FileRow): boolean =>
      state === 'stored' && lead_id !== null;
    const files = await waitFor('the recordings', async () => {
      const found = await this.filesOf(call.id);
      const wants = call.outcome === 'talk' ? 1 : 0;
      const isThere = found.length >= wants && found.every(isFiled);
      return isThere ? found : undefined;
    }).catch(async () => this.filesOf(call.id));
    if (call.outcome === 'talk' && files.length === 0) this.wrong(entry, 'no recording');
    for (const file of files) this.isFiled(entry, column.victim, file);
  }

  /** Legs and places without an end. */
  private async openIn(callId: string): Promise<number> {
    const rows = await this.ask(
      `select id from leg where call_id = $1 and ended_at is null
       union all select id from queue_entry where call_id = $1 and ended_at is null`,
      [callId],
    );
    return rows.length;
  }

  private async filesOf(callId: string): Promise<FileRow[]> {
    return this.ask<FileRow>(
      `select id, path, state, failure, agent_id, lead_id from recording where call_id = $1`,
      [callId],
    );
  }

  /** One question after the other, as a connection takes them. */
  private ask<Row extends object>(sql: string, values: unknown[]): Promise<Row[]> {
    const asked = this.asked.then(() => this.db.query<Row>(sql, values));
    this.asked = asked.catch(() => undefined);
    return asked.then(({ rows }) => rows);
  }

  private isFiled(
    entry: Entry,
    victim: Victim,
    { path, state, failure, agent_id, lead_id }: FileRow,
  ): void {
    // It was to begin when the edge fell.
    if (failure === 'the connection broke' && victim === 'edge') return;
    if (state !== 'stored' || path === null)
      return this.wrong(entry, `a recording is ${state}: ${failure}`);
    if (agent_id === null) this.wrong(entry, 'a recording of nobody');
    if (lead_id === null) this.wrong(entry, 'a recording without a lead');
    for (const file of [path, `${path}.json`])
      if (!existsSync(join(this.product.recordingsDir, file))) this.wrong(entry, `no file ${file}`);
  }

  /** Of no store of these cells is anybody busy, nor a call alive; and the edge holds no dialog. */
  private async nobodyIsBusy(entries: readonly Entry[]): Promise<void> {
    const busy = async () =>
      [
        ...(await this.metrics('openline_calls')),
        ...(await this.metrics('openline_agents')),
      ].filter((line) => !/activity="idle"/.test(line));
    await waitFor('nobody to be busy', async () => (await busy()).length === 0).catch(() => null);
    for (const line of await busy()) {
      const of = entries.find(({ cell }) => new RegExp(`"[sx]${cell.index}"`).test(line));
      this.wrong(of ?? (entries[0] as Entry), line);
    }
    const file = join(this.product.dataDir, 'edge', 'dialogs.jsonl');
    await waitFor('no dialog', () => dialogsLeftIn(file).length === 0).catch(() => null);
    for (const { state } of dialogsLeftIn(file)) {
      const of = entries.find(({ cell }) => state.note?.includes(`q${cell.index}"`));
      this.wrong(of ?? (entries[0] as Entry), `the edge holds a dialog: ${state.note}`);
    }
  }
}

/** By store; the states of its calls. */
type LiveStates = Map<string, readonly string[]>;

/** Of a cell: the caller's, and the one that he may be sent to. */
const STORES = ['s', 'x'];

interface CallRow {
  id: string;
  state: string;
  outcome: string;
  end_cause: string;
}

interface FileRow {
  id: string;
  path: string | null;
  state: string;
  failure: string | null;
  agent_id: string | null;
  lead_id: string | null;
}

/** Outcome and cause as the ledger may count the call. */
function outcomesOf(
  { row, leaver }: Entry,
  { victim, moment }: { victim: Victim; moment: Moment },
) {
  const left = leaver === 'caller' && moment === 'ringing' ? `${row.left} hangup` : 'talk hangup';
  if (victim !== 'edge') return [left];
  // Who hangs up at a dead edge says so again to the next one, which may hear that first: he is with whom he was sent
  // to then, or with who had him before, because the ringing has ended with the edge.
  return leaver === 'nobody'
    ? ['broken edge-stopped']
    : ['broken edge-stopped', 'talk hangup', left];
}
