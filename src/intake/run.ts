/**
 * Carries out an import: reads the file row by row and hands portions of it to the database, each of which lands as a whole. It
 * can be broken off and begun again: what has landed is passed over. Between small pieces of work others have their turn,
 * because calls are served by the same process.
 */
import { setImmediate as othersTurn } from 'node:timers/promises';
import { CodedError } from '../domain/errors';
import type { ImportBatch, KeptHeading, Portion, RejectedRow } from '../domain/intake/batch';
import type { SheetRow } from '../domain/intake/cell';
import {
  findHeading,
  HEADING_WITHIN,
  isHeadingAgain,
  shapeOf,
  type Given,
  type Heading,
} from '../domain/intake/header';
import {
  cellsToKeep,
  isEmptyRow,
  readRow,
  type RecordRules,
  type RowRead,
} from '../domain/intake/record';
import { LIMITS, tooLarge, type Limits } from './limits';
import { readSheet } from './read-file';

/** Where portions land. Each rejects while the database is away. */
export interface LandingPlace {
  /** What was said of files with one of these headings. */
  remembered(shapes: readonly string[]): Promise<Given | null>;
  remember(shape: string, given: Given): Promise<void>;
  heading(heading: KeptHeading): Promise<void>;
  /** False: the import is no longer running, and nothing has landed. */
  land(portion: Portion): Promise<boolean>;
}

export interface RunTerms {
  path: string;
  rules: Omit<RecordRules, 'from1904'>;
  limits?: Limits;
  /** Hears each row that has something in it, before it lands. */
  seen?: (row: SheetRow, heading: Heading, read: RowRead, from1904: boolean) => void;
  /** Breaks off between two portions. */
  signal?: AbortSignal;
}

/** Rows of a transaction: few enough that nobody waits long for what it holds. */
const PORTION = 1000;
/** Rows that are read before others have their turn. */
const AT_ONCE = 25;

/**
 * `broken-off`: `signal`, or somebody else has ended it. Rejects with `CodedError` when the file cannot be imported:
 * `IMPORT_NO_HEADING` and those of `readSheet`.
 */
export async function runImport(
  batch: ImportBatch,
  place: LandingPlace,
  terms: RunTerms,
): Promise<'done' | 'broken-off'> {
  const { path, limits = LIMITS, signal } = terms;
  const { rows, from1904 } = await readSheet(path, limits);
  const reader = new Reader(batch, place, terms, from1904);
  try {
    for await (const block of rows)
      for (let from = 0; from < block.length; from += AT_ONCE) {
        const goesOn = await reader.take(block.slice(from, from + AT_ONCE));
        if (!goesOn || signal?.aborted) return 'broken-off';
        await othersTurn();
      }
    return (await reader.end()) ? 'done' : 'broken-off';
  } finally {
    await rows.return(undefined);
  }
}

/**
 * Whether the file can be imported, as far as its beginning says: rejects as `runImport` does. What is wrong further down is
 * seen when it runs.
 */
export async function checkFile(
  path: string,
  given: Given | null,
  place: Pick<LandingPlace, 'remembered'>,
): Promise<void> {
  const { rows } = await readSheet(path);
  const top: SheetRow[] = [];
  try {
    for await (const block of rows) {
      top.push(...block);
      if (top.length > HEADING_WITHIN) break;
    }
  } finally {
    await rows.return(undefined);
  }
  const cells = top.map((row) => row.cells);
  await headingOf(cells, given, place);
}

/** As somebody says it is, has said of the same headings before, or as it is recognised. Throws `IMPORT_NO_HEADING`. */
async function headingOf(
  cells: readonly SheetRow['cells'][],
  said: Given | null,
  place: Pick<LandingPlace, 'remembered'>,
): Promise<Heading> {
  const top = cells.slice(0, HEADING_WITHIN);
  const plain = findHeading(top);
  const shapes = [...(plain ? [plain.labels] : []), ...top.map((row) => row.map(String))];
  const given = said ?? (await place.remembered(shapes.map(shapeOf)));
  const heading = given === null ? plain : findHeading(top, given);
  if (heading === null) throw new CodedError('IMPORT_NO_HEADING');
  return heading;
}

/** Goes over rows in their order. */
class Reader {
  /** Rows among which the heading is looked for. */
  private top: SheetRow[] | null = [];
  private heading: Heading | null = null;
  private ready: Portion['ready'][number][] = [];
  private rejected: RejectedRow[] = [];

  /** Rows with something in them, also those that have landed before. */
  private count: number;
  private readonly rules: RecordRules;
  private readonly most: number;
  private readonly seen: RunTerms['seen'];

  constructor(
    private readonly batch: ImportBatch,
    private readonly place: LandingPlace,
    { rules, limits = LIMITS, seen }: RunTerms,
    from1904: boolean,
  ) {
    this.count = batch.counts.rows;
    this.rules = { ...rules, from1904 };
    this.most = limits.rows;
    this.seen = seen;
  }

  /** Whether it goes on. */
  async take(rows: readonly SheetRow[]): Promise<boolean> {
    if (this.top === null) return this.read(rows);
    this.top.push(...rows);
    return this.top.length < HEADING_WITHIN + 1 || this.begin();
  }

  async end(): Promise<boolean> {
    if (this.top !== null && !(await this.begin())) return false;
    return this.ready.length + this.rejected.length === 0 || this.land();
  }

  /** Looks for the heading, and reads what stands behind it. */
  private async begin(): Promise<boolean> {
    const { batch, place } = this;
    const top = this.top ?? [];
    this.top = null;
    const cells = top.map((row) => row.cells);
    this.heading = await headingOf(cells, batch.given, place);
    const { labels, mapping, dataFrom } = this.heading;
    await place.heading({ rows: cells.slice(0, dataFrom), labels, mapping });
    if (batch.given !== null) await place.remember(shapeOf(labels), batch.given);
    return this.read(top.slice(dataFrom));
  }

  private async read(rows: readonly SheetRow[]): Promise<boolean> {
    for (const row of rows) {
      if (row.row <= this.batch.rowDone) continue;
      this.readOne(row);
      if (this.ready.length + this.rejected.length >= PORTION && !(await this.land())) return false;
    }
    return true;
  }

  private readOne(row: SheetRow): void {
    const { heading, rules } = this;
    if (heading === null || isEmptyRow(row) || isHeadingAgain(heading, row.cells)) return;
    this.count += 1;
    if (this.count > this.most) throw tooLarge('rows', this.most);
    const read = readRow(row, heading.mapping, rules);
    this.seen?.(row, heading, read, rules.from1904);
    if ('record' in read) return void this.ready.push({ row: row.row, record: read.record });
    const cells = cellsToKeep(row.cells, heading.mapping, rules.from1904);
    this.rejected.push({ row: row.row, cells, refusals: read.refusals });
  }

  private async land(): Promise<boolean> {
    const { ready, rejected } = this;
    [this.ready, this.rejected] = [[], []];
    const upTo = Math.max(ready.at(-1)?.row ?? 0, rejected.at(-1)?.row ?? 0);
    return this.place.land({ ready, rejected, upTo });
  }
}
