/**
 * Changes that a person, or a program gone wrong, makes to a plan file: good ones, taken from another good plan, and bad
 * ones anywhere in it. What comes of them is the plan's own to say.
 */
import type { Random } from '../simulation/random';
import { randomPlan, type PlanFile } from './random-plan';

type Node = Record<string | number, unknown>;

/** The document with some changes, and what they were. */
export function changed(document: object, random: Random): { document: object; did: string[] } {
  const next = structuredClone(document) as PlanFile;
  const did = Array.from({ length: 1 + random.below(3) }, () => change(next, random));
  return { document: next, did };
}

function change(document: PlanFile, random: Random): string {
  // More than half of the files that people write are good.
  if (random.chance(0.65)) return better(document, random);
  const [parent, key, at] = somewhere(document, random);
  const worse = random.pick(WORSE) ?? remove;
  return `${worse.name} ${at}: ${worse(parent, key, random)}`;
}

/** A field, or a thing, as another good plan has it. */
function better(document: PlanFile, random: Random): string {
  const other = randomPlan(random);
  const section = random.pick(Object.keys(other)) ?? 'stores';
  const theirs = other[section];
  if (!Array.isArray(theirs)) {
    Object.assign(document, { [section]: theirs });
    return `take ${section}`;
  }
  const thing = random.pick(theirs);
  const ours = (document[section] ??= []);
  const key = section === 'hotlines' ? 'number' : 'id';
  const same = Array.isArray(ours) ? ours.find((one) => one?.[key] === thing?.[key]) : undefined;
  if (thing === undefined || !Array.isArray(ours)) return `leave ${section}`;
  if (same === undefined) {
    ours.push(thing);
    return `add ${section} ${String(thing[key])}`;
  }
  const field = random.pick(Object.keys(thing)) ?? key;
  if (field !== key) same[field] = thing[field];
  return `set ${section} ${String(thing[key])}.${field}`;
}

/** Any object or list of the document, one of its keys, and where that is. */
function somewhere(document: object, random: Random): [Node, string | number, string] {
  let [node, at] = [document as Node, ''];
  for (;;) {
    const keys = Array.isArray(node) ? node.map((_one, index) => index) : Object.keys(node);
    const key = random.pick<string | number>(keys) ?? 'x';
    const child = node[key];
    const place = typeof key === 'number' ? `${at}[${key}]` : `${at}.${key}`;
    if (typeof child !== 'object' || child === null || random.chance(0.15))
      return [node, key, place];
    [node, at] = [child as Node, place];
  }
}

const VALUES: readonly unknown[] = [
  ...[null, '', 0, -1, 1e9, 1.5, true, 'x', '二', 'store1', 'queue1', 'person1', '400', '0400'],
  ...[
    [],
    {},
    [[]],
    ['x'],
    { id: 'x' },
    '__proto__',
    'a'.repeat(300),
    '10.0.0.1',
    'sip:@',
    '\u0000',
  ],
];

type Change = (parent: Node, key: string | number, random: Random) => string;

function put(parent: Node, key: string | number, random: Random): string {
  parent[key] = structuredClone(random.pick(VALUES));
  return JSON.stringify(parent[key])?.slice(0, 40) ?? '';
}

function remove(parent: Node, key: string | number): string {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
  return '';
}

/** Twice the same. */
function repeat(parent: Node, key: string | number): string {
  if (Array.isArray(parent)) parent.push(structuredClone(parent[Number(key)]));
  else parent[`${key}2`] = structuredClone(parent[key]);
  return '';
}

/** A slip of the pen in the name of a field. */
function misspell(parent: Node, key: string | number, random: Random): string {
  if (Array.isArray(parent)) return repeat(parent, key);
  const name = String(key);
  const cut = random.below(name.length);
  const wrong = name.slice(0, cut) + name.slice(cut + 1) + (random.chance(0.3) ? 'x' : '');
  parent[wrong] = parent[key];
  if (wrong !== key) delete parent[key];
  return wrong;
}

/** Something that belongs elsewhere. */
function swap(parent: Node, key: string | number, random: Random): string {
  const keys = Object.keys(parent);
  const other = random.pick(keys) ?? String(key);
  [parent[key], parent[other]] = [parent[other], parent[key]];
  return other;
}

const WORSE: readonly Change[] = [put, put, put, remove, remove, repeat, misspell, swap];
