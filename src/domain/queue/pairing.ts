/**
 * Decides who of the free agents is rung for which call: first those who join a call that rings already, then the
 * calls that wait, in the order of their places, each with the first of the strategy's groups that suits it.
 */
import type { AgentId } from '../ids';
import type { StrategyName } from '../plan';
import type { Instant, Millis } from '../time';
import type { Entry } from './entry';
import { earlier, join, type Joining } from './joining';
import { LISTED, reasonOf, type OfferReason } from './reason';
import { STRATEGIES } from './strategies';
import { turns, type TurnRules, type Turns } from './turn';

/** What the choice is made of. */
export interface Choice extends TurnRules {
  strategy: StrategyName;
  /** Until one more is rung, where the strategy widens step by step. */
  stepMs: Millis;
  /** Numbers from 0 to below 1. */
  random: () => number;
  /** Waiting entries in the order of their places. */
  waiting: readonly Entry[];
  /** Entries that ring, in the order of their places; of interest only where the strategy widens. */
  ringing: readonly Entry[];
}

/**
 * Entries for which the same is wanted look through the groups together, so that the work is in proportion to
 * agents and entries, and not to their product.
 */
export function pair(queue: Choice): Joining {
  const { groups, joinsAfter } = STRATEGIES[queue.strategy];
  const isAsked = queue.waiting.length > 0 || queue.ringing.length > 0;
  if (!isAsked || queue.free.length === 0) return { offers: [], again: null };
  const turn = turns(queue);
  const inTurn = groups(queue.free, queue.random);
  const why = reasons(queue, turn);
  const { offers, again: joinsAt } = joinsAfter
    ? join(
        queue,
        inTurn.flat(),
        (asked) => joinsAfter(asked, queue.stepMs),
        turn,
        (entry, agentId) => why(entry, { by: 'turn', agents: [agentId], next: [], unsuited: [] }),
      )
    : { offers: [], again: null };
  const choose = chooser(inTurn, new Set(offers.map(({ agentId }) => agentId)), turn);
  let left = queue.free.length - offers.length;
  let again = joinsAt;
  for (const entry of queue.waiting) {
    if (left === 0) break;
    const chosen = choose(entry, joinsAfter === undefined);
    if (!chosen) {
      again = earlier(again, turn.opensAt(entry));
      continue;
    }
    left -= chosen.agents.length;
    const reason = why(entry, chosen);
    for (const agentId of chosen.agents) offers.push({ entry, agentId, why: reason });
    if (joinsAfter) again = earlier(again, opens(queue, turn, entry, joinsAfter(1, queue.stepMs)));
  }
  return { offers, again: left === 0 ? null : again };
}

/** Who is asked for an entry, and what is told of it. */
interface Chosen {
  by: 'turn' | 'owner';
  agents: AgentId[];
  /** Who would have been asked after them. */
  next: AgentId[];
  /** Free, and before them in the strategy's order. */
  unsuited: readonly AgentId[];
}

function reasons(queue: Choice, turn: Turns): (entry: Entry, chosen: Chosen) => OfferReason {
  const around = { ...queue, score: STRATEGIES[queue.strategy].score };
  const known = (ids: readonly AgentId[]) => ids.flatMap((id) => turn.candidate(id) ?? []);
  return (entry, { by, agents, next, unsuited }) => {
    const candidates = known([...agents.slice(0, LISTED), ...next]);
    return reasonOf(
      { by, entry, candidates, unsuited: known(unsuited) },
      turn.stepOf(entry),
      around,
    );
  };
}

/** When somebody may join a call that begins to ring. */
function opens({ now }: Choice, turn: Turns, entry: Entry, afterMs: Millis): Instant | null {
  const opensAt = turn.opensAt(entry);
  if (turn.ownerOf(entry) !== null && opensAt !== null) return Math.max(now + afterMs, opensAt);
  return afterMs > 0 ? now + afterMs : opensAt;
}

type Choose = (entry: Entry, isAlone: boolean) => Chosen | null;

/** How far those for whom the same is wanted have looked through the groups. */
interface Cursor {
  at: number;
  unsuited: AgentId[];
}

/** `isAlone`: one is rung at a time, so that the owner, if he is free, is who it is. */
function chooser(inTurn: readonly AgentId[][], taken: Set<AgentId>, turn: Turns): Choose {
  const isFree = (id: AgentId): boolean => turn.candidate(id) !== undefined && !taken.has(id);
  const owned = (owner: AgentId): Chosen => {
    taken.add(owner);
    return { by: 'owner', agents: [owner], next: [], unsuited: [] };
  };
  const cursors = new Map<number, Cursor>();
  return (entry, isAlone) => {
    const only = turn.ownerOf(entry);
    const { owner } = entry;
    if (only !== null) return isFree(only) ? owned(only) : null;
    if (isAlone && owner !== undefined && isFree(owner)) return owned(owner);
    const step = turn.stepOf(entry);
    const cursor = cursors.get(step) ?? { at: 0, unsuited: [] };
    cursors.set(step, cursor);
    for (; cursor.at < inTurn.length; cursor.at += 1) {
      const free = inTurn[cursor.at]?.filter(isFree) ?? [];
      const agents = free.filter((id) => turn.suits(id, step));
      if (cursor.unsuited.length < LISTED)
        cursor.unsuited.push(...free.filter((id) => !agents.includes(id)).slice(0, LISTED));
      if (agents.length === 0) continue;
      cursor.at += 1;
      const next: AgentId[] = [];
      for (let at = cursor.at; at < inTurn.length && at < cursor.at + LISTED; at += 1)
        for (const id of inTurn[at] ?? []) if (isFree(id) && turn.suits(id, step)) next.push(id);
      for (const id of agents) taken.add(id);
      return { by: 'turn', agents, next, unsuited: [...cursor.unsuited] };
    }
    return null;
  };
}
