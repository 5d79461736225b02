/**
 * Who may do what, and whose data a person sees: the posts (岗位) as sets of rights, each in the stores of the post
 * (A68). Pages and push ask the same questions here, so that what one hides the other cannot show.
 */
import type { QueueId, StoreId } from './ids';
import {
  POSTS,
  postsOf,
  type Holder,
  type Organisation,
  type PlanPost,
  type Post,
} from './organisation';
import type { PlanPerson } from './plan';

/** Who takes calls or places them. */
const DESKS: readonly Post[] = [
  'telemarketer',
  'telemarketer-inbound',
  'telemarketer-outbound',
  'callback',
  'direct-salesperson',
  'after-sales',
];
/** Who leads a store, or sets it up: he can do for his people what they can. */
const LEADERS: readonly Post[] = ['supervisor', 'manager', 'administrator'];
/** Supervisor, inspection (A15), and who sets the system up; a centre manager is a supervisor by another name (R01). */
const LISTENERS: readonly Post[] = [...LEADERS, 'quality'];
const DIRECTORS: readonly Post[] = ['gm', 'group', 'hq'];

/** Which posts carry a right. */
const HOLDERS = {
  /** Calls, leads and queues of the store. */
  'store.read': POSTS,
  /** Whether hotlines are open. */
  'hotlines.read': POSTS,
  /** Say of a fixed number that it is a person's own, or no longer. */
  'numbers.confirm': [...DESKS, ...LISTENERS],
  /** Say of a promise that there will be no call, or that it was kept in another way. */
  'promises.settle': [...DESKS, ...LISTENERS],
  /** Live state of everybody in the store, its reports and its ledger. */
  'store.oversee': [...LISTENERS, ...DIRECTORS],
  /** Alarms of no store: machine, database, disk, trunks; of the whole installation. */
  'machine.oversee': ['group', 'hq', 'administrator'],
  /** Lists and audio of recordings. */
  'recordings.hear': LISTENERS,
  /** Make customers and leads, and say what is known of them. */
  'leads.work': [...DESKS, ...LEADERS],
  /** Say who is one person and who is not, take that back, and say of a lead that it is invalid. */
  'customers.merge': [...DESKS, ...LEADERS],
  /** Have customers cleaned now, and see what the runs did. */
  'customers.clean': LEADERS,
  /** See all that is held of a person, take it along, delete it, and hold his recordings. */
  'customers.privacy': LEADERS,
  /** Take lists of leads out of the house as a file. */
  'leads.export': LEADERS,
  /** Give leads to whomever. */
  'leads.assign': LEADERS,
  /** Close a hotline by command, and open it. */
  'hotlines.close': [...LEADERS, 'gm'],
  /** Take no calls of a number, and take them again. */
  'callers.block': [...LEADERS, 'gm'],
  /** Fill in, and correct, forms of others. */
  'forms.correct': LEADERS,
  /** Import customers and leads from files, and take that back. */
  'leads.import': LEADERS,
  /** Hand down leads of HQ by its program (总部下发), and read what became of them. */
  'leads.deliver': ['hq', 'administrator'],
  /** Call leads of HQ to confirm them before a dealer has them (外呼确认), and say what came of it. */
  'leads.confirm': ['hq', 'administrator'],
  /** Let web sites hand in leads by their forms. */
  'web-forms.manage': ['administrator'],
  /** Read and replace the plan. */
  'plan.apply': ['administrator'],
  /** See whom the edge holds back, and let an address in again. */
  'edge.guard': ['administrator'],
  /** Have the edge take other prompts. */
  'prompts.replace': ['administrator'],
  /** Back up the data, let nobody change any for a while, and try whether mails of alarms arrive. */
  'data.care': ['administrator'],
  /** Read who did what. */
  'audit.read': ['administrator'],
  /** See to how others sign in: end their sessions, give them a new password. */
  'people.secure': ['administrator'],
  /** Have other systems told of what happens. */
  'webhooks.manage': ['administrator'],
} satisfies Record<string, readonly Post[]>;

export type Right = keyof typeof HOLDERS;

/**
 * What concerns the whole installation and cannot be done for one store: a post gives it only where it holds in all stores of
 * the plan (A68: one store sees nothing of another).
 */
export const WHOLE: readonly Right[] = [
  'machine.oversee',
  'plan.apply',
  'edge.guard',
  'prompts.replace',
  'data.care',
];

/** Home of who stands beside the plan and belongs to no store of it. */
export const NO_STORE: StoreId = '';

/** What of a plan says which stores there are. */
type AllStores = Pick<Organisation, 'stores'>;

/** Every right, in a stable order. */
export const RIGHTS = Object.keys(HOLDERS) as Right[];

const BY_POST = new Map<Post, readonly Right[]>(
  POSTS.map((post) => [
    post,
    RIGHTS.filter((right) => (HOLDERS[right] as readonly Post[]).includes(post)),
  ]),
);

/** A person, or a program that acts for him with a part of what he may. */
export type Asker = PlanPerson & {
  limit?: { rights: readonly Right[]; stores?: readonly StoreId[] };
};

/** The rights of a post, in a stable order. */
export const rightsOf = (post: Post): readonly Right[] => BY_POST.get(post) ?? [];

/** All that he may somewhere, in the order of `RIGHTS`. */
export const rightsHeld = (person: Asker, plan: AllStores): Right[] =>
  RIGHTS.filter((right) => hasRight(person, right, plan));

/** Whether one of his posts carries the right, in whatever store; one of the whole installation, in all of them. */
export function hasRight(person: Asker, right: Right, plan: AllStores): boolean {
  return WHOLE.includes(right)
    ? mayEverywhere(person, right, plan)
    : storesOf(person, right).length > 0;
}

/** Whether he may in every store there is. */
export function mayEverywhere(person: Asker, right: Right, { stores }: AllStores): boolean {
  const his = storesOf(person, right);
  if (his.length === 0) return false;
  return person.store === NO_STORE || stores.every(({ id }) => his.includes(id));
}

/** The stores in which he may; of who sets the plan up, and is of no store, those that there are. */
export function storesHeld(person: Asker, right: Right, { stores }: AllStores): StoreId[] {
  const his = storesOf(person, right);
  return person.store === NO_STORE && his.length > 0 ? stores.map(({ id }) => id) : his;
}

/** Whether he may in each of these stores. */
export function mayInEach(
  person: Asker,
  right: Right,
  asked: readonly StoreId[],
  plan: AllStores,
): boolean {
  const his = storesHeld(person, right, plan);
  return asked.every((storeId) => his.includes(storeId));
}

/** Whether he may wherever the other one is somebody: who holds a post in another store as well is not his alone. */
export function mayOver(person: Asker, right: Right, other: Holder): boolean {
  const stores = [other.store, ...postsOf(other).flatMap((post) => post.stores)];
  return stores.every((storeId) => mayIn(person, right, storeId));
}

/** Whether he may in that store. What belongs to no store is nobody's. */
export function mayIn(person: Asker, right: Right, storeId: StoreId | null): boolean {
  if (storeId === null || !isWithin(person, right, storeId)) return false;
  return postsOf(person).some((post) => carries(post, right) && post.stores.includes(storeId));
}

/** The stores in which he may, each once. */
export function storesOf(person: Asker, right: Right): StoreId[] {
  const stores = postsOf(person).flatMap((post) => (carries(post, right) ? post.stores : []));
  return [...new Set(stores)].filter((storeId) => isWithin(person, right, storeId));
}

/** Whether data of the store concern him at all. What belongs to no store is seen by nobody. */
export function seesStore(person: Asker, storeId: StoreId | null): boolean {
  return mayIn(person, 'store.read', storeId);
}

/** A telemarketer sees the queues he serves; who oversees the store sees all of its queues. */
export function seesQueue(person: Asker, queue: { id: QueueId; storeId: StoreId }): boolean {
  if (!seesStore(person, queue.storeId)) return false;
  return person.queues.includes(queue.id) || mayIn(person, 'store.oversee', queue.storeId);
}

/** Whether the person has a desk: calls of a queue can be offered to him. */
export function takesCalls(person: PlanPerson): boolean {
  return person.queues.length > 0;
}

const carries = ({ post }: PlanPost, right: Right): boolean => rightsOf(post).includes(right);

/** A person alone has no bounds but his posts. */
const isWithin = ({ limit }: Asker, right: Right, storeId: StoreId): boolean =>
  limit === undefined ||
  (limit.rights.includes(right) && (limit.stores?.includes(storeId) ?? true));
