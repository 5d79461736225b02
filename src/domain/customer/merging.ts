/**
 * What records that were merged say together (Q06): the older one stays, fields of the newer that say something fill its empty
 * ones, and each filled value is kept with where and when it came from. Standing merges are a forest: a record that was merged
 * points at the one that it went into. What a record shows follows from what each of them says by itself and from the merges
 * that stand, so that any merge can be taken back in any order, and leaves what there would be had it never been.
 */
import type { CustomerId } from '../ids';
import type { Instant } from '../time';
import { fullness } from './names';

/** What of a record is filled from another. */
export const FIELDS = [
  ...(['name', 'kind', 'sex', 'customerType', 'area', 'address', 'bornOn', 'note'] as const),
] as const;
export type Field = (typeof FIELDS)[number];

/** Nothing: null, or `''`. */
export type Value = string | null;
export type Fields = Record<Field, Value>;

export interface MergeRecord {
  id: CustomerId;
  createdAt: Instant;
  /** How the record came. */
  source: string;
  /** As they are shown now. */
  fields: Fields;
}

/** One field that a merge filled. */
export interface FilledField {
  was: Value;
  now: Value;
  /** Whose word it is, how that record came, and when. */
  from: CustomerId;
  source: string;
  since: Instant;
}
export type Filled = Partial<Record<Field, FilledField>>;

/** A merge that stands. */
export interface Merge {
  id: string;
  keptId: CustomerId;
  mergedId: CustomerId;
  at: Instant;
  /** Of the kept record. */
  filled: Filled;
}

/** The forest as it is shown, and what each merge filled in it. */
export interface Grown {
  fields: Map<CustomerId, Fields>;
  filled: Map<string, Filled>;
}

/** Fields which somebody has edited since that merge filled them: they stay when it is taken back. */
export const editedSince = ({ filled }: Merge, kept: Fields): Field[] =>
  FIELDS.filter((field) => isEdited(filled[field], kept[field]));

/**
 * What the records show under the merges that are to stand. `merges`: those of which `records` bear the marks now; `standing`:
 * those that are to stand, of the same or new ones. Every record that a merge names is among `records`.
 */
export function regrow(
  records: readonly MergeRecord[],
  merges: readonly Merge[],
  standing: readonly Merge[],
): Grown {
  const own = new Map(records.map((record) => [record.id, ownFields(record, merges)]));
  const children = new Map<CustomerId, Merge[]>();
  for (const merge of [...standing].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)))
    children.set(merge.keptId, [...(children.get(merge.keptId) ?? []), merge]);
  const byId = new Map(records.map((record) => [record.id, record]));
  const grown: Grown = { fields: new Map(), filled: new Map() };
  const roots = new Set(records.map(({ id }) => id));
  for (const { mergedId } of standing) roots.delete(mergedId);
  for (const id of roots) grow(id, { byId, own, children, grown });
  return grown;
}

/** Each value that records of one person give of a field, the shown one first, then the oldest first. */
export function wordsOf(
  field: Field,
  shown: Value,
  records: readonly (Pick<MergeRecord, 'id' | 'createdAt' | 'source'> & { own: Fields })[],
): { value: string; from: CustomerId; source: string; since: Instant }[] {
  const words = [...records]
    .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
    .flatMap(({ id, source, createdAt, own }) => {
      const value = own[field];
      return isEmpty(value) ? [] : [{ value, from: id, source, since: createdAt }];
    });
  return [
    ...words.filter((one) => one.value === shown),
    ...words.filter((one) => one.value !== shown),
  ];
}

/** What the record says by itself: without what the merges filled, unless that was edited since. */
export function ownFields(
  { id, fields }: Pick<MergeRecord, 'id' | 'fields'>,
  merges: readonly Merge[],
): Fields {
  const own = { ...fields };
  for (const { keptId, filled } of merges) {
    if (keptId !== id) continue;
    for (const field of FIELDS) {
      const fill = filled[field];
      if (fill !== undefined && fields[field] === fill.now) own[field] = fill.was;
    }
  }
  return own;
}

interface Growing {
  byId: ReadonlyMap<CustomerId, MergeRecord>;
  own: ReadonlyMap<CustomerId, Fields>;
  children: ReadonlyMap<CustomerId, Merge[]>;
  grown: Grown;
}

/** Whose word each field of a record is. */
type Origins = Map<Field, MergeRecord>;

function grow(id: CustomerId, growing: Growing): Origins {
  const { byId, own, children, grown } = growing;
  const record = byId.get(id);
  const origins: Origins = new Map();
  if (!record) return origins;
  const fields = { ...(own.get(id) ?? record.fields) };
  const merges = children.get(id) ?? [];
  const sources = merges.map(({ mergedId }) => grow(mergedId, growing));
  for (const merge of merges) grown.filled.set(merge.id, {});
  for (const field of FIELDS) {
    origins.set(field, record);
    const edited = merges.find(({ filled }) => isEdited(filled[field], record.fields[field]));
    // Who has changed it, or emptied it, has the last word; that it was filled is kept, to be told when that is taken back.
    if (edited) note(grown, edited, field, edited.filled[field]);
    else fill(field, { record, fields, merges, sources, origins, grown });
  }
  grown.fields.set(id, fields);
  return origins;
}

const isEdited = (fill: FilledField | undefined, value: Value): boolean =>
  fill !== undefined && fill.now !== value;

function note(grown: Grown, { id }: Merge, field: Field, fill: FilledField | undefined): void {
  const filled = grown.filled.get(id);
  if (filled && fill) filled[field] = fill;
}

interface Filling {
  record: MergeRecord;
  fields: Fields;
  merges: readonly Merge[];
  sources: readonly Origins[];
  origins: Origins;
  grown: Grown;
}

/** By the first merge that says something, or says it fuller than those before. */
function fill(field: Field, { record, fields, merges, sources, origins, grown }: Filling): void {
  const was = fields[field];
  let last: { merge: Merge; origin: MergeRecord } | null = null;
  for (const [n, merge] of merges.entries()) {
    const theirs = grown.fields.get(merge.mergedId)?.[field] ?? null;
    if (!says(field, theirs, fields[field])) continue;
    last = { merge, origin: sources[n]?.get(field) ?? record };
    fields[field] = theirs;
  }
  if (last === null) return;
  const { id: from, source, createdAt: since } = last.origin;
  note(grown, last.merge, field, { was, now: fields[field], from, source, since });
  origins.set(field, last.origin);
}

const isEmpty = (value: Value): value is null | '' => value === null || value === '';

/** Whether the other's value says more: something where there is nothing, of a name also a full one for a part of it. */
function says(field: Field, other: Value, mine: Value): boolean {
  if (isEmpty(other)) return false;
  if (isEmpty(mine)) return true;
  return field === 'name' && fullness(other) > fullness(mine);
}
