/**
 * Finds the heading of a file: where it is, over how many rows it goes, and which column holds what. Titles may stand above
 * it, groups of columns may have a heading of their own (cells that were merged), and the columns may come in any order.
 */
import { textOf, type Cell } from './cell';
import { fieldNamed, nameKey, type Field } from './fields';

/** How far down a heading is looked for, and over how many rows it may go. */
export const HEADING_WITHIN = 20;
const DEEPEST = 3;

/** What each column holds; null: it is kept with rejects and not read. */
export type Mapping = readonly (Field | null)[];

export interface Heading {
  /** Index of the first row after it, from 0. */
  dataFrom: number;
  /** What a person calls each column. */
  labels: readonly string[];
  mapping: Mapping;
}

/** A mapping that somebody gave, by the heading of the column. */
export type Given = Readonly<Record<string, Field | null>>;

/**
 * Null: no row has a column of numbers, of messages or one that `given` names. Of several that would do, the one in which
 * most columns are known counts; then the one with fewer rows, then the upper.
 */
export function findHeading(top: readonly (readonly Cell[])[], given: Given = {}): Heading | null {
  let best: { heading: Heading; known: number } | null = null;
  const within = top.slice(0, HEADING_WITHIN);
  for (let depth = 1; depth <= DEEPEST; depth += 1)
    for (let from = 0; from + depth <= within.length; from += 1) {
      const { heading, byGroup } = headingOf(within, from, depth, given);
      const known = knownOf(heading.mapping);
      // What a group says of a column counts as if it were another one.
      if (known > 0 && known + byGroup > (best?.known ?? 0))
        best = { heading, known: known + byGroup };
    }
  return best?.heading ?? null;
}

/** Columns known; 0 where nobody could be reached by them. */
function knownOf(mapping: Mapping): number {
  if (!mapping.some((field) => field === 'number' || field === 'message')) return 0;
  return mapping.filter((field) => field !== null).length;
}

function headingOf(
  rows: readonly (readonly Cell[])[],
  from: number,
  depth: number,
  given: Given,
): { heading: Heading; byGroup: number } {
  const heading = rows.slice(from, from + depth);
  const width = Math.max(...heading.map((row) => row.length));
  const upper = heading.slice(0, -1).map((row) => spread(row, width));
  const lower = heading.at(-1) ?? [];
  const columns = Array.from({ length: width }, (_none, column) => {
    const own = textOf(lower[column]);
    const groups = upper.map((row) => row[column] ?? '');
    // What is merged downwards has its text in this very column.
    const merged = heading.slice(0, -1).map((row) => textOf(row[column]));
    const names = own === '' ? merged.reverse() : withGroups(groups, own);
    return columnOf(
      names.filter((name) => name !== ''),
      own,
      given,
    );
  });
  return {
    heading: {
      dataFrom: from + depth,
      labels: columns.map(({ label }) => label),
      mapping: onceEach(columns.map(({ field }) => field)),
    },
    byGroup: columns.filter(({ byGroup }) => byGroup).length,
  };
}

/** `购车日期`, then `日期`: the whole says most, then what is nearest. */
const withGroups = (groups: readonly string[], own: string): string[] => [
  ...groups.map((_group, from) => [...groups.slice(from), own].join('')),
  own,
];

/** A merged cell has its text in the first of its columns: it stands for those to its right as well. */
function spread(row: readonly Cell[], width: number): string[] {
  let last = '';
  return Array.from({ length: width }, (_none, column) => {
    const text = textOf(row[column]);
    if (text !== '') last = text;
    return last;
  });
}

interface Column {
  label: string;
  field: Field | null;
  /** Its group has said what it is: 车型 is 意向车型 there. */
  byGroup: boolean;
}

/** The first of its names that says something. */
function columnOf(names: readonly string[], own: string, given: Given): Column {
  const label = own || (names[0] ?? '');
  const asked = new Map(Object.entries(given).map(([name, field]) => [nameKey(name), field]));
  for (const name of names) {
    const said = asked.get(nameKey(name));
    if (said !== undefined) return { label, field: said, byGroup: false };
  }
  const known = names.find((name) => fieldNamed(name) !== null);
  const field = known === undefined ? null : fieldNamed(known);
  return { label, field, byGroup: field !== null && own !== '' && fieldNamed(own) !== field };
}

/** Each field once, but numbers, and not a heading that spread over what has none of its own. */
function onceEach(fields: readonly (Field | null)[]): Mapping {
  const seen = new Set<Field>();
  return fields.map((field) => {
    if (field === null || field === 'number') return field;
    if (seen.has(field)) return null;
    seen.add(field);
    return field;
  });
}

/** What files of one layout have in common; by it a mapping is remembered. */
export const shapeOf = (labels: readonly string[]): string => labels.map(nameKey).join('|');

/** Whether a row repeats the heading, as printed lists do on each page; the first cell that says otherwise is enough. */
export const isHeadingAgain = ({ labels }: Heading, cells: readonly Cell[]): boolean =>
  labels.every((label, column) => nameKey(textOf(cells[column])) === nameKey(label));
