/**
 * How dealerships are organised: groups (集团), legal entities (法人), stores (专营店), departments (部门), and the
 * posts (岗位) of their people, each with the stores in which it holds. What a post may do is in rights.ts.
 */
import type { AgentId, StoreId } from './ids';

/** Stores of one group have one top; they lend one another trunks for calls for help. */
export interface PlanGroup {
  id: string;
  name: string;
  /** Its stores know each other's customers: they have agreed on sharing them (PIPL), and one person is one record of all. */
  sharesCustomers?: boolean | undefined;
}

/** A company to which stores belong. */
export interface PlanEntity {
  id: string;
  name: string;
  /** That of all its stores. */
  group?: string | undefined;
}

/** `coc`: the Customer Operation Centre (客户运营中心). */
export const DEPARTMENT_KINDS = [
  'coc',
  'sales',
  'after-sales',
  'marketing',
  'used-car',
  'finance',
  'administration',
] as const;
export type DepartmentKind = (typeof DEPARTMENT_KINDS)[number];

export interface PlanDepartment {
  id: string;
  store: StoreId;
  name: string;
  kind: DepartmentKind;
}

/** Every post. `telemarketer` takes calls and places them; `-inbound` and `-outbound` are for one of the two. */
export const POSTS = [
  'telemarketer',
  'telemarketer-inbound',
  'telemarketer-outbound',
  'callback',
  'direct-salesperson',
  'after-sales',
  'supervisor',
  'quality',
  'manager',
  'gm',
  'group',
  'hq',
  'administrator',
] as const;
export type Post = (typeof POSTS)[number];

/** 电话营销员, of whichever kind: what the documents forbid to one they forbid to all. */
export const TELEMARKETERS: readonly Post[] = [
  'telemarketer',
  'telemarketer-inbound',
  'telemarketer-outbound',
  'callback',
];

/** Where a post holds, as the plan says it; nothing said: in the home store, of `group` in its group, of `hq` everywhere. */
export interface PostScope {
  store?: StoreId | undefined;
  entity?: string | undefined;
  group?: string | undefined;
}

/** A post as the plan says it. */
export interface SaidPost extends PostScope {
  post: Post;
}

/** Whether it is the same as `post` alone: one post, and nothing said of where; also none at all. */
export const isOneAtHome = (posts: readonly SaidPost[]): boolean =>
  posts.length === 0 || (posts.length === 1 && Object.keys(posts[0] ?? {}).length === 1);

/** A post that a person holds, and in which stores. */
export interface PlanPost extends SaidPost {
  stores: readonly StoreId[];
}

/** What of a person says which posts he holds. `post` alone: that one, in his home store. */
export interface Holder {
  id: AgentId;
  post: Post;
  store: StoreId;
  posts?: readonly PlanPost[] | undefined;
}

/** The posts of a person, his first one first. */
export const postsOf = ({ post, store, posts }: Holder): readonly PlanPost[] =>
  posts ?? [{ post, stores: [store] }];

/** Whether he holds one of these posts in the store. */
export const holdsIn = (person: Holder, wanted: readonly Post[], storeId: StoreId): boolean =>
  postsOf(person).some(({ post, stores }) => wanted.includes(post) && stores.includes(storeId));

/** The posts that he holds in his home store. */
export const postsAtHome = (person: Holder): Post[] =>
  postsOf(person)
    .filter(({ stores }) => stores.includes(person.store))
    .map(({ post }) => post);

/** What of a plan says where its stores belong. */
export interface Organisation {
  stores: readonly { id: StoreId; entity?: string | undefined; group?: string | undefined }[];
  entities?: readonly PlanEntity[] | undefined;
}

/** The group of a store: its own word, else that of its legal entity; undefined: it belongs to none. */
export function groupOfStore({ stores, entities = [] }: Organisation, storeId: StoreId) {
  const store = stores.find(({ id }) => id === storeId);
  return store?.group ?? entities.find(({ id }) => id === store?.entity)?.group;
}

/** The stores of a group, in the order of the plan. */
export const storesOfGroup = (plan: Organisation, group: string): StoreId[] =>
  plan.stores.map(({ id }) => id).filter((id) => groupOfStore(plan, id) === group);

/** The stores in which a post holds that a person of that home store is given. */
export function storesOfPost(plan: Organisation, said: SaidPost, home: StoreId): StoreId[] {
  if (said.post === 'hq') return plan.stores.map(({ id }) => id);
  if (said.entity !== undefined)
    return plan.stores.filter(({ entity }) => entity === said.entity).map(({ id }) => id);
  const group = said.group ?? (said.post === 'group' ? groupOfStore(plan, home) : undefined);
  if (group !== undefined) return storesOfGroup(plan, group);
  return [said.store ?? home];
}

/** The person with the stores of each of his posts; one who holds one post in his home store stays as he is. */
export function withStores<P extends Holder>(person: P, plan: Organisation): P {
  const said: readonly SaidPost[] = person.posts ?? [{ post: person.post }];
  const posts = said.map((one) => ({ ...one, stores: storesOfPost(plan, one, person.store) }));
  const isPlain = person.posts === undefined && posts[0]?.stores.join() === person.store;
  return isPlain ? person : { ...person, posts };
}
