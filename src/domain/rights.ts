/**
 * Who may do what: the posts (岗位) as sets of rights, and whose data a person sees. Pages and push
 * ask the same two questions here, so that what one hides the other cannot show. A person's scope
 * is his store (A68).
 */
import type { QueueId, StoreId } from './ids';
import type { PlanPerson, Post } from './plan';

export type Right =
  /** Calls, leads and queues of the own store. */
  | 'store.read'
  /** Say of a fixed number that it is a person's own, or no longer. */
  | 'numbers.confirm'
  /** Say of a promise that there will be no call, or that it was kept in another way. */
  | 'promises.settle'
  /** Live state of everybody in the own store, and its ledger. */
  | 'store.oversee'
  /** Lists and audio of recordings (A15: supervisor, inspection, and who sets the system up). */
  | 'recordings.hear'
  /** Whether hotlines are open. */
  | 'hotlines.read'
  /** Take no calls of a number, and take them again. */
  | 'callers.block'
  /** Close a hotline by command, and open it. */
  | 'hotlines.close'
  /** Fill in, and correct, forms of others in the own store. */
  | 'forms.correct'
  /** Replace the plan. */
  | 'plan.apply'
  /** See whom the edge holds back, and let an address in again. */
  | 'edge.guard'
  /** Have the edge take other prompts. */
  | 'prompts.replace';

const AGENT: readonly Right[] = [
  'store.read',
  'hotlines.read',
  'numbers.confirm',
  'promises.settle',
];
const OVERSEER: readonly Right[] = [...AGENT, 'store.oversee', 'recordings.hear'];

const RIGHTS: Record<Post, readonly Right[]> = {
  telemarketer: AGENT,
  'after-sales': AGENT,
  supervisor: [...OVERSEER, 'hotlines.close', 'callers.block', 'forms.correct'],
  quality: OVERSEER,
  administrator: [
    ...OVERSEER,
    'hotlines.close',
    'callers.block',
    'forms.correct',
    'plan.apply',
    'edge.guard',
    'prompts.replace',
  ],
};

/** The rights of a post, in a stable order. */
export function rightsOf(post: Post): readonly Right[] {
  return RIGHTS[post];
}

/** Whether the person's post carries the right; says nothing of whose data, see `seesStore`. */
export function hasRight(person: PlanPerson, right: Right): boolean {
  return RIGHTS[person.post].includes(right);
}

/** Whether data of the store concern the person. What belongs to no store is seen by nobody. */
export function seesStore(person: PlanPerson, storeId: StoreId | null): boolean {
  return person.store === storeId;
}

/** A telemarketer sees the queues he serves; who oversees the store sees all of its queues. */
export function seesQueue(person: PlanPerson, queue: { id: QueueId; storeId: StoreId }): boolean {
  if (!seesStore(person, queue.storeId)) return false;
  return hasRight(person, 'store.oversee') || person.queues.includes(queue.id);
}

/** Whether the person has a desk: calls of a queue can be offered to him. */
export function takesCalls(person: PlanPerson): boolean {
  return person.queues.length > 0;
}
