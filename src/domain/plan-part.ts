/** A part of a plan document by its address, `people/wang`, and the document with that part changed. Pure. */
import { CodedError } from './errors';
import { keyOf, SECTIONS } from './plan-check/sections';
import type { PlanDocument } from './plan-document';

export interface PartAddress {
  section: string;
  /** Id, or number of a hotline; missing: the whole section. */
  id?: string | undefined;
}

/** Null: there is no such thing. A section of which nothing is said is an empty one. */
export function partOf(document: PlanDocument, { section, id }: PartAddress): unknown {
  if (!SECTIONS.includes(section) && !Object.hasOwn(document, section)) return null;
  const part = document[section];
  if (id === undefined) return part ?? (OBJECTS.includes(section) ? {} : []);
  return elementsOf(part).find((one) => keyOf(one) === id) ?? null;
}

/** In its place, or at the end when it is new. Throws `CodedError`: `NOT_FOUND`, `OTHER_ID`. */
export function withPart(
  document: PlanDocument,
  { section, id }: PartAddress,
  value: unknown,
): PlanDocument {
  if (partOf(document, { section }) === null) throw new CodedError('NOT_FOUND');
  if (id === undefined) return { ...document, [section]: value };
  if (!Array.isArray(document[section] ?? [])) throw new CodedError('NOT_FOUND');
  const element = named(section, id, value);
  const elements = elementsOf(document[section]);
  const isNew = elements.every((one) => keyOf(one) !== id);
  const replaced = elements.map((one) => (keyOf(one) === id ? element : one));
  return { ...document, [section]: isNew ? [...elements, element] : replaced };
}

/** Throws `CodedError`: `NOT_FOUND`. */
export function withoutPart(
  document: PlanDocument,
  { section, id }: PartAddress & { id: string },
): PlanDocument {
  if (partOf(document, { section, id }) === null) throw new CodedError('NOT_FOUND');
  const elements = elementsOf(document[section]);
  return { ...document, [section]: elements.filter((one) => keyOf(one) !== id) };
}

/** Sections that are no lists. */
const OBJECTS = ['sip', 'numbers', 'dialling', 'forms', 'leads', 'signIn'];

const elementsOf = (section: unknown): object[] =>
  Array.isArray(section) ? (section as object[]) : [];

/** The address says which it is; the value may say so, too. What is no object is the check's to refuse. */
function named(section: string, id: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const key = section === 'hotlines' ? 'number' : 'id';
  const said = (value as Record<string, unknown>)[key] ?? id;
  if (said !== id) throw new CodedError('OTHER_ID');
  return { [key]: id, ...value };
}
