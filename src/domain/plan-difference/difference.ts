/**
 * What changes between two plans, both as plan files say them. Decides what is one change, by the keys of sections and
 * fields alone, so that sections which do not exist yet are compared as well. Pure.
 */
import { keyOf } from '../plan-check/sections';
import type { PlanDocument } from '../plan-document';

/** One thing that is added, removed or changed; `id` is null for a section that is no list, and for its order. */
export type PlanChange =
  | (Place & { is: 'added' | 'removed'; value: Record<string, unknown> })
  | (Place & { is: 'changed'; fields: FieldChange[] });

interface Place {
  section: string;
  id: string | null;
}

/** `field` is a path such as `ringBack.tries`, or `order` of a section. Of a secret nothing but that it changed is said. */
export interface FieldChange {
  field: string;
  /** Null: nothing was said, or it is secret. */
  from: unknown;
  to: unknown;
  secret?: true;
}

const SECRETS: readonly string[] = ['password', 'pin'];

type Named = Map<string, Record<string, unknown>>;

/** In the order of the sections; within one what is added, what is removed, what changed. */
export function differenceOf(before: PlanDocument, after: PlanDocument): PlanChange[] {
  const sections = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  return sections.flatMap((section) => {
    const [old, now] = [before[section], after[section]];
    if (Array.isArray(old ?? now)) return listChanges(section, asList(old), asList(now));
    return objectChanges(section, old, now);
  });
}

const asList = (section: unknown): object[] =>
  Array.isArray(section) ? (section as object[]) : [];

function objectChanges(section: string, before: unknown, after: unknown): PlanChange[] {
  if (!isObject(before) && !isObject(after)) return [];
  if (!isObject(before) && isObject(after))
    return [{ section, id: null, is: 'added', value: withoutSecrets(after) }];
  if (isObject(before) && !isObject(after))
    return [{ section, id: null, is: 'removed', value: withoutSecrets(before) }];
  const fields = fieldChanges(before, after);
  return fields.length === 0 ? [] : [{ section, id: null, is: 'changed', fields }];
}

function listChanges(section: string, before: object[], after: object[]): PlanChange[] {
  const [old, now] = [byKey(before), byKey(after)];
  const added = [...now].filter(([id]) => !old.has(id));
  const removed = [...old].filter(([id]) => !now.has(id));
  const changed = [...now].flatMap(([id, value]) => {
    const fields = old.has(id) ? fieldChanges(old.get(id), value) : [];
    return fields.length === 0 ? [] : [{ section, id, is: 'changed' as const, fields }];
  });
  return [
    ...added.map(([id, value]) => ({
      section,
      id,
      is: 'added' as const,
      value: withoutSecrets(value),
    })),
    ...removed.map(([id, value]) => ({
      section,
      id,
      is: 'removed' as const,
      value: withoutSecrets(value),
    })),
    ...changed,
    ...orderChange(section, old, now),
  ];
}

const byKey = (elements: object[]): Named =>
  new Map(elements.map((one, index) => [keyOf(one) ?? `${index}`, one as Record<string, unknown>]));

/** Of those that stay: the first trunk is asked first. */
function orderChange(section: string, before: Named, after: Named): PlanChange[] {
  const from = [...before.keys()].filter((id) => after.has(id));
  const to = [...after.keys()].filter((id) => before.has(id));
  if (from.every((id, index) => id === to[index])) return [];
  return [{ section, id: null, is: 'changed', fields: [{ field: 'order', from, to }] }];
}

function fieldChanges(before: unknown, after: unknown, path = ''): FieldChange[] {
  if (equal(before, after)) return [];
  if (!isObject(before) || !isObject(after)) {
    const secret = SECRETS.includes(path.split('.').at(-1) ?? '');
    return secret
      ? [{ field: path, from: null, to: null, secret: true }]
      : [{ field: path, from: before ?? null, to: after ?? null }];
  }
  const keys = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  return keys.flatMap((key) =>
    fieldChanges(before[key], after[key], path === '' ? key : `${path}.${key}`),
  );
}

function withoutSecrets(value: Record<string, unknown>): Record<string, unknown> {
  const open = Object.entries(value).filter(([key]) => !SECRETS.includes(key));
  return Object.fromEntries(
    open.map(([key, one]) => [key, isObject(one) ? withoutSecrets(one) : one]),
  );
}

/** The order of keys says nothing, that of a list does. */
function equal(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((each, index) => equal(each, other[index]));
  if (!isObject(one) || !isObject(other)) return (one ?? null) === (other ?? null);
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => equal(one[key], other[key]));
}

const isObject = (raw: unknown): raw is Record<string, unknown> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw);
