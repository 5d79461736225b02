/**
 * Decides whose a lead is that comes in (Q15): his owner's; else of the store's telemarketers who has the fewest open
 * follow-ups, and of those who has waited longest for a new lead. Whom to ask is the caller's: at work, not away.
 */
import type { AgentId } from '../ids';
import type { Instant } from '../time';
import type { LeadRules } from './rules';

/** A telemarketer of the store who may be given leads. */
export interface Taker {
  id: AgentId;
  openFollowUps: number;
  /** When he was given his last new lead; null: never, which is longer than any time. */
  lastNewLeadAt: Instant | null;
}

/** How ownership says it. */
export type DistributedWay = 'own' | 'distributed';

export interface Distributed {
  to: AgentId;
  way: DistributedWay;
}

/**
 * `owner`: whose he is already, while that one may still have leads. Null: nobody can be given him, or a supervisor gives
 * leads by hand.
 */
export function distribute(
  owner: AgentId | null,
  takers: readonly Taker[],
  { distribution }: Pick<LeadRules, 'distribution'>,
): Distributed | null {
  if (owner !== null) return { to: owner, way: 'own' };
  if (distribution === 'by-hand') return null;
  const [first] = [...takers].sort(byTurn);
  return first === undefined ? null : { to: first.id, way: 'distributed' };
}

/** In order of id where all else is the same, so that it can be foretold. */
function byTurn(a: Taker, b: Taker): number {
  if (a.openFollowUps !== b.openFollowUps) return a.openFollowUps - b.openFollowUps;
  const [given, other] = [a.lastNewLeadAt ?? -Infinity, b.lastNewLeadAt ?? -Infinity];
  if (given !== other) return given < other ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

/**
 * Many at once, in their order: each is counted as an open follow-up and a new lead of who was given it before the next
 * is. Null for those whom nobody can be given.
 */
export function distributeAll(
  owners: readonly (AgentId | null)[],
  takers: readonly Taker[],
  rules: Pick<LeadRules, 'distribution'>,
  now: Instant,
): (Distributed | null)[] {
  const left = new Map(takers.map((taker) => [taker.id, taker]));
  return owners.map((owner) => {
    const given = distribute(owner, [...left.values()], rules);
    const taker = given === null ? undefined : left.get(given.to);
    if (taker)
      left.set(taker.id, {
        ...taker,
        openFollowUps: taker.openFollowUps + 1,
        // Later than everybody before him in the same moment.
        lastNewLeadAt: Math.max(
          now,
          ...[...left.values()].map((one) => (one.lastNewLeadAt ?? 0) + 1),
        ),
      });
    return given;
  });
}
