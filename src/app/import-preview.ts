/** What a file of customers and leads would do: it is read and landed as an import is, in a transaction of which nothing stays. */
import { CodedError } from '../domain/errors';
import {
  NO_COUNTS,
  type ImportBatch,
  type ImportCounts,
  type Portion,
} from '../domain/intake/batch';
import type { ReasonCode } from '../domain/intake/cell';
import type { Heading } from '../domain/intake/header';
import {
  SHOWN_ROWS,
  shownRow,
  type ImportPreview,
  type PreviewOrder,
  type PreviewRow,
} from '../domain/intake/preview';
import type { RecordRules } from '../domain/intake/record';
import { runImport, type LandingPlace } from '../intake/run';
import type { Database } from '../store/database';
import type { Terms } from '../store/intake/land';
import { openPreview, previewPortion, type PreviewedPortion } from '../store/intake/preview';

export interface PreviewTerms {
  path: string;
  rules: Omit<RecordRules, 'from1904'>;
  landing: Terms;
  remembered: LandingPlace['remembered'];
  /** Whether nobody waits for it any more. */
  isOver: () => boolean;
}

/** Rejects with `CodedError`: those of `runImport`, and `IMPORT_BROKEN_OFF`. */
export async function previewFile(
  db: Database,
  order: PreviewOrder,
  terms: PreviewTerms,
): Promise<ImportPreview> {
  const seen = new Seen();
  const { path, rules, remembered, isOver } = terms;
  await db.transaction(async (trx) => {
    const place = await openPreview(trx, order);
    const { controller, as, source } = place;
    const origin = (row: number) => `${order.fileName} #${row}`;
    const landing = { ...terms.landing, controller, as, source, origin };
    const ended = await runImport(
      batchOf(order, controller),
      {
        remembered,
        remember: async () => undefined,
        heading: async () => undefined,
        land: async (portion) => {
          if (isOver()) return false;
          seen.took(portion, await previewPortion(trx, place, portion, landing));
          return true;
        },
      },
      {
        ...{ path, rules },
        seen: (row, heading, read, from1904) => {
          seen.heading ??= heading;
          if (seen.first.length < SHOWN_ROWS)
            seen.first.push(shownRow(row, heading, read, { ...rules, from1904 }));
        },
      },
    );
    if (ended === 'broken-off') throw new CodedError('IMPORT_BROKEN_OFF');
  });
  return seen.preview();
}

/** As one that begins at the first row. */
const batchOf = (order: PreviewOrder, controller: string): ImportBatch => ({
  ...{ ...order, id: '', sha256: '', bytes: 0, controller, state: 'running', error: null },
  ...{ heading: null, rowDone: 0, counts: NO_COUNTS, keptCount: 0, kept: [], createdAt: 0 },
  ...{ doneAt: null, undoneAt: null, undoneBy: null },
});

/** What of the file has been seen so far. */
class Seen {
  heading: Heading | null = null;
  readonly first: Omit<PreviewRow, 'outcome'>[] = [];
  private readonly outcomes = new Map<number, PreviewRow['outcome']>();
  private readonly counts: ImportCounts = { ...NO_COUNTS };
  private readonly rejects = new Map<ReasonCode, number>();

  took({ rejected }: Portion, { counts, outcomes }: PreviewedPortion): void {
    for (const key of Object.keys(counts) as (keyof ImportCounts)[])
      this.counts[key] += counts[key];
    for (const { refusals } of rejected)
      for (const code of new Set(refusals.map((refusal) => refusal.code)))
        this.rejects.set(code, (this.rejects.get(code) ?? 0) + 1);
    for (const { row } of this.first) {
      const outcome = outcomes.get(row);
      if (outcome !== undefined) this.outcomes.set(row, outcome);
    }
  }

  preview(): ImportPreview {
    const { labels = [], mapping = [] } = this.heading ?? {};
    return {
      columns: labels.map((heading, column) => ({ heading, field: mapping[column] ?? null })),
      counts: this.counts,
      rejects: [...this.rejects]
        .map(([code, rows]) => ({ code, rows }))
        .sort((a, b) => b.rows - a.rows || (a.code < b.code ? -1 : 1)),
      first: this.first.map((row) => ({
        ...row,
        outcome: this.outcomes.get(row.row) ?? 'rejected',
      })),
    };
  }
}
