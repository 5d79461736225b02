import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { ImportCounts } from '../../src/domain/intake/batch';
import { csvRows } from '../../src/intake/csv';
import { linesOf } from '../../src/intake/encoding';
import { LIMITS } from '../../src/intake/limits';
import { messyFile, type MessyFile } from '../support/messy-file';
import { emptyPlan } from '../support/plan';
import { startProduct, type Product } from '../support/product';
import { xlsxOf } from '../support/xlsx';
import { cpuMs, rssMb } from './cpu';
import { elapsed } from './elapsed';
import { quantile, rounded } from './quantile';

/**
 * A file of customers and leads as dealers send it, by HTTP to the started product: CSV, then the same as XLSX. Each lands, is imported
 * a second time, its rejected rows are fetched and imported as they are, and all of it is taken back.
 *
 *   rows            of the file
 *   cpuMsPerRow     of the app and PostgreSQL, with what its other processes do, while the file lands: of the dearer format
 *   peakRssMb       of the app, the most of the whole run
 *   seconds         until the file had landed, of the slower format
 *   runs            of each format: the same in parts, what the second time and the undo take, and
 *     answerP99Ms   how long the app, asked how far it is, took to answer meanwhile
 *   failed          counts that are not as they must be, row by row; `faults` says which
 */
export interface ImportLoad {
  rows: number;
}

export const FULL_IMPORT: ImportLoad = { rows: 200_000 };

/** Enough to see every key and no fault; the figures mean nothing. */
export const QUICK_IMPORT: ImportLoad = { rows: 1500 };

export interface ImportFigures {
  rows: number;
  seconds: number;
  cpuMsPerRow: number;
  peakRssMb: number;
  runs: Run[];
  faults: string[];
  failed: number;
}

interface Run {
  format: Format;
  seconds: number;
  appCpuMsPerRow: number;
  databaseCpuMsPerRow: number;
  againCpuMsPerRow: number;
  undoCpuMsPerRow: number;
  answerP99Ms: number;
  /** Most of the app while that was done. */
  peakRssMb: number;
}

type Format = 'csv' | 'xlsx';
interface Batch {
  id: string;
  state: string;
  error: string | null;
  kept: number;
  counts: ImportCounts;
}

const LOOK_MS = 100;
const ENDED = ['done', 'failed', 'undone'];

/** `say` hears what it is at. */
export async function importFiles(
  { rows }: ImportLoad,
  say: (what: string) => void = () => undefined,
): Promise<ImportFigures> {
  const product = await startProduct({ env: { LOG_LEVEL: 'error' } });
  try {
    await product.apply(emptyPlan());
    const file = messyFile(rows);
    const bench = new ImportBench(product, file, say);
    const runs = [await bench.run('csv', file.bytes), await bench.run('xlsx', await asXlsx(file))];
    const most = (of: (run: Run) => number) => rounded(Math.max(...runs.map(of)), 3);
    return {
      rows,
      seconds: most(({ seconds }) => seconds),
      cpuMsPerRow: most((run) => run.appCpuMsPerRow + run.databaseCpuMsPerRow),
      peakRssMb: most(({ peakRssMb }) => peakRssMb),
      runs,
      faults: bench.faults,
      failed: bench.faults.length,
    };
  } finally {
    await product.stop();
  }
}

/** The same cells in a workbook. */
async function asXlsx({ bytes }: MessyFile): Promise<Buffer> {
  async function* whole(): AsyncGenerator<Buffer> {
    yield bytes;
  }
  const rows: (string | null)[][] = [];
  for await (const block of csvRows(linesOf(whole()), LIMITS))
    for (const { cells } of block) rows.push(cells.map((cell) => String(cell) || null));
  return xlsxOf(rows);
}

class ImportBench {
  readonly faults: string[] = [];
  private readonly token: string;
  private answers: number[] = [];
  private peak = 0;

  constructor(
    private readonly product: Product,
    private readonly file: MessyFile,
    private readonly say: (what: string) => void,
  ) {
    this.token = readFileSync(join(product.dataDir, 'secrets', 'admin'), 'utf8').trim();
  }

  async run(format: Format, bytes: Buffer): Promise<Run> {
    const { counts } = this.file;
    this.peak = 0;
    const first = await this.measured(() => this.imported(bytes));
    this.expect(`${format}: lands`, first.batch, 'done', counts);
    const answerP99Ms = rounded(quantile(this.answers, 0.99));
    const again = await this.measured(() => this.imported(bytes));
    const same = { rows: counts.rows, rejected: counts.rejected, customers: 0, leads: 0 };
    this.expect(`${format}: again`, again.batch, 'done', {
      ...same,
      ...{ filled: 0, same: counts.rows - counts.rejected },
    });
    const rejects = await this.imported(await this.rejectsOf(first.batch));
    const all = { rows: counts.rejected, rejected: counts.rejected };
    this.expect(`${format}: rejected rows`, rejects, 'done', all);
    const undo = await this.measured(() => this.undone(first.batch));
    this.expect(`${format}: undo`, undo.batch, 'undone', counts);
    if (undo.batch.kept > 0) this.faults.push(`${format}: the undo has left ${undo.batch.kept}`);
    await this.expectNobody(format);
    return {
      format,
      seconds: first.seconds,
      appCpuMsPerRow: first.app,
      databaseCpuMsPerRow: first.database,
      againCpuMsPerRow: rounded(again.app + again.database, 3),
      undoCpuMsPerRow: rounded(undo.app + undo.database, 3),
      answerP99Ms,
      peakRssMb: this.peak,
    };
  }

  /** CPU of each process for a row of the file. */
  private async measured(work: () => Promise<Batch>) {
    const { app, postgres } = this.product.listening.pids;
    if (postgres === null) throw new Error('the product has no PostgreSQL of its own');
    const before = { app: cpuMs(app), database: cpuMs(postgres), at: performance.now() };
    this.answers = [];
    const batch = await work();
    const perRow = (ms: number) => rounded(ms / this.file.counts.rows, 3);
    return {
      batch,
      seconds: rounded((performance.now() - before.at) / 1000),
      app: perRow(cpuMs(app) - before.app),
      database: perRow(cpuMs(postgres) - before.database),
    };
  }

  private async imported(bytes: Buffer): Promise<Batch> {
    const query = 'name=bench&source=hq&store=bj01';
    const batch = await this.ask<Batch>('POST', `/api/imports?${query}`, bytes);
    return this.ended(batch);
  }

  private async undone({ id }: Batch): Promise<Batch> {
    return this.ended(await this.ask<Batch>('POST', `/api/imports/${id}/undo`));
  }

  private async ended({ id }: Batch): Promise<Batch> {
    for (;;) {
      const from = performance.now();
      const batch = await this.ask<Batch>('GET', `/api/imports/${id}`);
      this.answers.push(performance.now() - from);
      this.peak = Math.max(this.peak, rssMb(this.product.listening.pids.app));
      if (ENDED.includes(batch.state)) return batch;
      await elapsed(LOOK_MS);
    }
  }

  private async rejectsOf({ id }: Batch): Promise<Buffer> {
    const response = await this.fetched('GET', `/api/imports/${id}/rejects.csv`);
    return Buffer.from(await response.arrayBuffer());
  }

  private async ask<T>(method: string, path: string, body?: Buffer): Promise<T> {
    return (await (await this.fetched(method, path, body)).json()) as T;
  }

  private async fetched(method: string, path: string, body?: Buffer): Promise<Response> {
    const response = await fetch(`${this.product.http}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body && { 'content-type': 'application/octet-stream' }),
      },
      ...(body && { body: new Uint8Array(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return response;
  }

  private expect(what: string, batch: Batch, state: string, counts: Partial<ImportCounts>): void {
    this.say(`${what}: ${JSON.stringify(batch.counts)}`);
    if (batch.state !== state) this.faults.push(`${what}: ${batch.state} ${batch.error ?? ''}`);
    for (const [key, must] of Object.entries(counts)) {
      const is = batch.counts[key as keyof ImportCounts];
      if (is !== must) this.faults.push(`${what}: ${key} is ${is}, not ${must}`);
    }
  }

  private async expectNobody(format: Format): Promise<void> {
    const db = await this.product.db();
    for (const table of ['customer', 'lead', 'contact', 'doubtful_pair']) {
      const { rows } = await db.query<{ count: string }>(`select count(*) from ${table}`);
      if (rows[0]?.count !== '0')
        this.faults.push(`${format}: ${rows[0]?.count} left in ${table} by the undo`);
    }
  }
}
