/** Who holds a post less by another plan: he signs in again, and sees what is left to him. Pure. */
import type { AgentId } from '../ids';
import { postsOf } from '../organisation';
import type { PlanPerson } from '../plan';

type People = readonly PlanPerson[];

/** Of those who are in both. */
export function lostPosts(before: People, after: People): AgentId[] {
  const now = new Map(after.map((person) => [person.id, holdings(person)]));
  return before
    .filter((person) => {
      const held = now.get(person.id);
      return held !== undefined && [...holdings(person)].some((one) => !held.has(one));
    })
    .map(({ id }) => id);
}

/** Each post in each store. */
const holdings = (person: PlanPerson): Set<string> =>
  new Set(postsOf(person).flatMap(({ post, stores }) => stores.map((store) => `${post} ${store}`)));
