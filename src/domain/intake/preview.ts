/** What a file would do if it were imported, and how its first rows are read: so that who sends it sees that before. */
import type { ImportCounts, ImportOrder } from './batch';
import { sayRefusal, textOf, type Cell, type ReasonCode, type SheetRow } from './cell';
import type { Field } from './fields';
import type { Heading } from './header';
import type { Outcome } from './known';
import { readCell, type RecordRules, type RowRead } from './record';

/** So many rows are shown as they are read. */
export const SHOWN_ROWS = 20;
/** Characters of a cell that are shown. */
const SHOWN = 200;

/** What the import would be asked to do; the file itself is given beside it. */
export type PreviewOrder = Omit<ImportOrder, 'sha256' | 'bytes'>;

/** A cell, or what was told without one: the sex by how somebody is called, a name by a message. */
export interface PreviewField {
  /** Of its column; null: of none. */
  heading: string | null;
  /** As it stands in the file. */
  stood: string;
  /** Null: the column is not read. */
  field: Field | null;
  /** Null: nothing, or it cannot be read. */
  value: string | null;
}

export interface PreviewRow {
  /** Of the file: the first is 1. */
  row: number;
  outcome: Outcome | 'rejected';
  fields: PreviewField[];
  /** Why it would be rejected. */
  reasons: { code: ReasonCode; zh: string; en: string }[];
}

export interface ImportPreview {
  columns: { heading: string; field: Field | null }[];
  counts: ImportCounts;
  /** Rows that each reason would reject; one may have several. */
  rejects: { code: ReasonCode; rows: number }[];
  first: PreviewRow[];
}

/** A row as it is read; what comes of it is known later. */
export function shownRow(
  row: SheetRow,
  { labels, mapping }: Heading,
  read: RowRead,
  rules: RecordRules,
): Omit<PreviewRow, 'outcome'> {
  const fields = row.cells.map((cell, column): PreviewField => {
    const field = mapping[column] ?? null;
    const isRead = field !== null && row.undecodable === undefined;
    return {
      ...{ heading: labels[column] ?? '', stood: stoodIn(cell), field },
      value: isRead ? readCell(field, cell, rules) : null,
    };
  });
  const refusals = 'refusals' in read ? read.refusals : [];
  const reasons = refusals.map((one) => ({ code: one.code, ...sayRefusal(one, row.row) }));
  return { row: row.row, fields: [...fields, ...told(read, fields)], reasons };
}

/** What the record has besides. */
function told(read: RowRead, fields: readonly PreviewField[]): PreviewField[] {
  if ('refusals' in read) return [];
  const { numbers, ...record } = read.record;
  const values: [string, string | null][] = [
    ['number', numbers.map(({ number }) => number).join(', ')],
    ...Object.entries(record),
  ];
  const has = (name: string) => fields.some(({ field, value }) => field === name && value !== null);
  return values
    .filter(([name, value]) => value && !has(name))
    .map(([name, value]) => ({ heading: null, stood: '', field: name as Field, value }));
}

const stoodIn = (cell: Cell): string =>
  [...(typeof cell === 'string' ? cell : textOf(cell))].slice(0, SHOWN).join('');
