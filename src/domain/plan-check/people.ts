/** Decides what a plan may say of its people: which posts each holds and where, and what nobody may hold together. */
import { POSTS, TELEMARKETERS, type Post, type PostScope, type SaidPost } from '../organisation';
import type { PlanPerson } from '../plan';
import { DIAL } from './dialling';
import { FAULTS, type FaultText, type PlanFault } from './faults';
import {
  isObject,
  listOf,
  matching,
  objectOf,
  oneOf,
  optional,
  optionally,
  readObject,
  type Fields,
  type Place,
} from './fields';
import { id, name } from './names';
import { groupNamed, groupsOf } from './organisation';
import { password, pin } from './passwords';
import { SKILLS } from './queues';
import { objectsOf } from './references';

/** A person as the plan says him, his password in the clear; null keeps the stored one. */
export type CheckedPerson = Omit<PlanPerson, 'posts'> & {
  posts?: SaidPost[] | undefined;
  password: string | null;
  pin: string | null;
};

const post = oneOf(...POSTS);
const scope = optionally(id);

const PERSON: Fields<Omit<CheckedPerson, 'post'> & { post: Post | undefined }> = {
  id,
  name,
  post: optionally(post),
  store: id,
  posts: optionally(
    listOf(objectOf<SaidPost>({ post, store: scope, entity: scope, group: scope }), 1),
  ),
  department: optionally(id),
  queues: optional(listOf(id), []),
  skills: optionally(SKILLS),
  dial: DIAL,
  extension: optionally(matching(/^\d{2,8}$/, '2-8 位数字', '2-8 digits')),
  password,
  pin,
};

/** Of several posts the first is `post`. */
export function readPerson(raw: unknown, place: Place): CheckedPerson | null {
  const person = readObject(raw, PERSON, place);
  if (person === null) return null;
  const { post: alone, posts } = person;
  if (alone !== undefined && posts !== undefined)
    place.faults.push({ at: `${place.at}.posts`, ...FAULTS.postOrPosts() });
  const first = alone ?? posts?.[0]?.post;
  if (first === undefined) place.faults.push({ at: `${place.at}.post`, ...FAULTS.missing() });
  return first === undefined ? null : { ...person, post: first };
}

type Document = Record<string, unknown>;

/** A post as the file has it, with its place. */
interface Written {
  at: string;
  said: Record<string, unknown>;
}

function postsWritten(person: Record<string, unknown>, at: string): Written[] {
  const { posts } = person;
  if (!Array.isArray(posts)) return [{ at: `${at}.post`, said: { post: person['post'] } }];
  return posts.flatMap((said: unknown, index) =>
    isObject(said) ? [{ at: `${at}.posts[${index}]`, said }] : [],
  );
}

const SCOPES = ['store', 'entity', 'group'] as const;
type ScopeName = keyof PostScope;

/** Where a post may be said to hold; the others in a store, an entity or a group. Nothing need be said of any. */
const MAY_HOLD: Partial<Record<Post, readonly ScopeName[]>> = {
  manager: ['store', 'entity'],
  gm: ['store', 'entity'],
  group: ['group'],
  hq: [],
};

/** Posts that hold where they cannot, or in what the plan does not have. */
export function postsAstray(document: Document): PlanFault[] {
  const known: Record<ScopeName, ReadonlySet<unknown>> = {
    store: new Set([...objectsOf(document, 'stores')].map(([one]) => one['id'])),
    entity: new Set([...objectsOf(document, 'entities')].map(([one]) => one['id'])),
    group: groupsOf(document),
  };
  const sections = { store: 'stores', entity: 'entities', group: 'groups' };
  const faultsOf = ({ at, said }: Written, home: unknown): PlanFault[] => {
    const named = SCOPES.filter((one) => said[one] !== undefined && said[one] !== null);
    const held = said['post'] as Post;
    const may = MAY_HOLD[held] ?? SCOPES;
    const wrong = named.find((one) => !may.includes(one));
    if (wrong) return [{ at: `${at}.${wrong}`, ...FAULTS.wrongScope(held, may) }];
    if (named.length > 1) return [{ at, ...FAULTS.oneScope() }];
    if (held === 'group' && named.length === 0 && groupNamed(document, home) === undefined)
      return [{ at, ...FAULTS.noGroup() }];
    return named.flatMap((one) => {
      const value = said[one];
      return typeof value !== 'string' || known[one].has(value)
        ? []
        : [{ at: `${at}.${one}`, ...FAULTS.unknownReference(value, sections[one]) }];
    });
  };
  return [...objectsOf(document, 'people')].flatMap(([person, at]) =>
    postsWritten(person, at).flatMap((one) => faultsOf(one, person['store'])),
  );
}

/**
 * What the documents forbid: telemarketer and direct salesperson in one (A37), a telemarketer in the sales
 * department (A39), a hotline that sales staff answer (A03); and a department of another store.
 */
export function mixtures(document: Document): PlanFault[] {
  const departments = new Map(
    [...objectsOf(document, 'departments')].map(([one]) => [one['id'], one]),
  );
  const ofHotlines = queuesOfHotlines(document);
  return [...objectsOf(document, 'people')].flatMap(([person, at]) => {
    const posts = postsWritten(person, at);
    const department = departments.get(person['department']);
    const seller = posts.find(({ said }) => said['post'] === 'direct-salesperson');
    const caller = posts.find(({ said }) => TELEMARKETERS.includes(said['post'] as Post));
    const inSales = department?.['kind'] === 'sales';
    const fault = (where: string, text: FaultText): PlanFault => ({ at: where, ...text });
    return [
      ...(seller && caller ? [fault(`${at}.posts`, FAULTS.mixedPosts())] : []),
      ...(inSales && caller ? [fault(`${at}.department`, FAULTS.telemarketerInSales())] : []),
      ...(department && department['store'] !== person['store']
        ? [fault(`${at}.department`, FAULTS.departmentElsewhere())]
        : []),
      ...((seller ?? inSales) && !caller
        ? places(person['queues'], ofHotlines).map((index) =>
            fault(`${at}.queues[${index}]`, FAULTS.hotlineForTelemarketers()),
          )
        : []),
    ];
  });
}

/** Where who dials a hotline, or chooses sales in its menu, stands in line. */
function queuesOfHotlines(document: Document): Set<unknown> {
  const hotlines = [...objectsOf(document, 'hotlines')].map(([one]) => one);
  const chosen = hotlines.map(({ menu }) => (isObject(menu) ? menu['sales'] : undefined));
  return new Set([...hotlines.map(({ queue }) => queue), ...chosen]);
}

const places = (list: unknown, wanted: ReadonlySet<unknown>): number[] =>
  Array.isArray(list) ? list.flatMap((one, index) => (wanted.has(one) ? [index] : [])) : [];
