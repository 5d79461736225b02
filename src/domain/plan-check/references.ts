/** What must be the only one of its kind in a plan file, and what must be somewhere in it. */
import { FAULTS, type PlanFault } from './faults';
import { isObject } from './fields';

/** The objects of a section as the file has them, with their places. */
export function* objectsOf(
  document: Record<string, unknown>,
  section: string,
): Generator<[Record<string, unknown>, string]> {
  const items = document[section];
  if (!Array.isArray(items)) return;
  for (const [index, item] of items.entries()) {
    if (isObject(item)) yield [item, `${section}[${index}]`];
  }
}

/** Every text at a key of a section; the elements when it is a list. */
function* textsOf(
  document: Record<string, unknown>,
  section: string,
  key: string,
): Generator<[string, string]> {
  for (const [item, at] of objectsOf(document, section)) {
    const value = item[key];
    if (typeof value === 'string') yield [value, `${at}.${key}`];
    if (!Array.isArray(value)) continue;
    for (const [index, element] of value.entries()) {
      if (typeof element === 'string') yield [element, `${at}.${key}[${index}]`];
    }
  }
}

/** What must be the only one of its kind; a source or contact names one trunk or phone. */
const UNIQUE: [section: string, key: string][] = [
  ['groups', 'id'],
  ['entities', 'id'],
  ['stores', 'id'],
  ['departments', 'id'],
  ['trunks', 'id'],
  ['trunks', 'from'],
  ['queues', 'id'],
  ['hours', 'id'],
  ['hotlines', 'number'],
  ['people', 'id'],
  ['people', 'extension'],
  ['phones', 'id'],
  ['phones', 'contact'],
];

export function duplicates(document: Record<string, unknown>): PlanFault[] {
  return UNIQUE.flatMap(([section, key]) => {
    const first = new Map<string, string>();
    const faults: PlanFault[] = [];
    for (const [value, at] of textsOf(document, section, key)) {
      const earlier = first.get(value);
      if (earlier === undefined) first.set(value, at);
      else faults.push({ at, ...FAULTS.duplicate(value, earlier) });
    }
    return faults;
  });
}

const REFERENCES: [section: string, key: string, target: string][] = [
  ['stores', 'entity', 'entities'],
  ['stores', 'trunks', 'trunks'],
  ['stores', 'hours', 'hours'],
  ['queues', 'store', 'stores'],
  ['queues', 'order', 'people'],
  ['hotlines', 'store', 'stores'],
  ['hotlines', 'queue', 'queues'],
  ['hotlines', 'hours', 'hours'],
  ['departments', 'store', 'stores'],
  ['people', 'store', 'stores'],
  ['people', 'department', 'departments'],
  ['people', 'queues', 'queues'],
  ['phones', 'person', 'people'],
];

export function danglingReferences(document: Record<string, unknown>): PlanFault[] {
  return REFERENCES.flatMap(([section, key, target]) => {
    const known = new Set([...textsOf(document, target, 'id')].map(([value]) => value));
    return [...textsOf(document, section, key)]
      .filter(([value]) => !known.has(value))
      .map(([value, at]) => ({ at, ...FAULTS.unknownReference(value, target, [...known]) }));
  });
}
