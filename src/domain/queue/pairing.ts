/**
 * Decides who of the free agents is rung for which call: first those who join a call that rings already, then the
 * calls that wait, in the order of their places, each with the first of the strategy's groups that suits it.
 */
import type { AgentId } from '../ids';
import type { StrategyName } from '../plan';
import type { Instant, Millis } from '../time';
import type { Entry } from './entry';
import { keepingOf, type Floors } from './floor';
import { earlier, join, type Joining } from './joining';
import { LISTED, reasonOf, type OfferReason } from './reason';
import { Rest } from './rest';
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
  /** Whom of its agents it must leave to other queues. */
  floors: Floors;
}

export interface Pairing extends Joining {
  /** The floor of another queue keeps somebody from this one's callers. */
  heldBack: boolean;
}

const NOBODY: Pairing = { offers: [], again: null, heldBack: false };

/**
 * Entries for which the same is wanted look through the groups together, so that the work is in proportion to
 * agents and entries, and not to their product.
 */
export function pair(queue: Choice): Pairing {
  const { groups, joinsAfter } = STRATEGIES[queue.strategy];
  const isAsked = queue.waiting.length > 0 || queue.ringing.length > 0;
  if (!isAsked || queue.free.length === 0) return NOBODY;
  const turn = turns(queue);
  const inTurn = groups(queue.free, queue.random);
  const rest = new Rest(inTurn, turn, keepingOf(queue.floors, turn.steps));
  if (rest.isOver) return { ...NOBODY, heldBack: true };
  const why = reasons(queue, turn);
  const { offers, again: joinsAt } = joinsAfter
    ? join(
        queue,
        rest.sparesFirst(),
        (asked) => joinsAfter(asked, queue.stepMs),
        rest.joins(),
        (entry, agentId) => why(entry, { by: 'turn', agents: [agentId], ...NOBODY_ELSE }),
      )
    : { offers: [], again: null };
  const choose = chooser(inTurn, turn, rest);
  let again = joinsAt;
  for (const entry of queue.waiting) {
    if (rest.isOver) break;
    const chosen = choose(entry, joinsAfter === undefined);
    if (!chosen) {
      again = earlier(again, turn.opensAt(entry));
      continue;
    }
    const reason = why(entry, chosen);
    for (const agentId of chosen.agents) offers.push({ entry, agentId, why: reason });
    if (joinsAfter && entry.askedBy === undefined)
      again = earlier(again, opens(queue, turn, entry, joinsAfter(1, queue.stepMs)));
  }
  return { offers, again: rest.isOver ? null : again, heldBack: rest.heldBack };
}

/** Who is asked for an entry, and what is told of it. */
interface Chosen {
  by: 'turn' | 'owner';
  agents: AgentId[];
  /** Who would have been asked after them. */
  next: AgentId[];
  /** Free, and before them in the strategy's order. */
  unsuited: readonly AgentId[];
  /** They, too, but for callers of other queues. */
  kept: readonly AgentId[];
}

function reasons(queue: Choice, turn: Turns): (entry: Entry, chosen: Chosen) => OfferReason {
  const around = { ...queue, score: STRATEGIES[queue.strategy].score };
  const known = (ids: readonly AgentId[]) => ids.flatMap((id) => turn.candidate(id) ?? []);
  return (entry, { by, agents, next, unsuited, kept }) => {
    const candidates = known([...agents.slice(0, LISTED), ...next]);
    const wanted = turn.steps[turn.stepOf(entry)]?.wants ?? [];
    return reasonOf({ by, entry, candidates, unsuited: known(unsuited), kept }, wanted, {
      ...around,
      opensTo: turn.opensTo,
    });
  };
}

/** When somebody may join a call that begins to ring. */
function opens({ now }: Choice, turn: Turns, entry: Entry, afterMs: Millis): Instant | null {
  const opensAt = turn.opensAt(entry);
  if (turn.ownerOf(entry) !== null && opensAt !== null) return Math.max(now + afterMs, opensAt);
  return afterMs > 0 ? now + afterMs : opensAt;
}

type Choose = (entry: Entry, isAlone: boolean) => Chosen | null;

const NOBODY_ELSE = { next: [], unsuited: [], kept: [] };

/** How far those for whom the same is wanted have looked through the groups. */
interface Cursor {
  at: number;
  unsuited: AgentId[];
  /** Who suits, and was passed by because another queue keeps him; those of a group together. */
  kept: AgentId[][];
}

/** `isAlone`: one is rung at a time, so that the owner, if he is free, is who it is. */
function chooser(inTurn: readonly AgentId[][], turn: Turns, rest: Rest): Choose {
  const owned = (owner: AgentId): Chosen => {
    rest.take(owner);
    return { by: 'owner', agents: [owner], ...NOBODY_ELSE };
  };
  /** Whoever is called back is no reason to take an agent who is kept for callers, whosever lead he is. */
  const mayHave = (owner: AgentId, entry: Entry): boolean => {
    const step = turn.stepOf(entry);
    return rest.has(owner, step) && (entry.back === undefined || turn.suits(owner, step));
  };
  const cursors = new Map<number, Cursor>();
  return (entry, isAlone) => {
    const only = turn.ownerOf(entry);
    const { owner } = entry;
    const step = turn.stepOf(entry);
    if (only !== null) return mayHave(only, entry) ? owned(only) : null;
    if (isAlone && owner !== undefined && mayHave(owner, entry)) return owned(owner);
    const cursor = cursors.get(step) ?? { at: 0, unsuited: [], kept: [] };
    cursors.set(step, cursor);
    const most = entry.askedBy === undefined ? Infinity : 1;
    const agents =
      nextGroup(inTurn, cursor, { step, most }, { turn, rest }) ??
      owedGroup(cursor, { step, most }, rest);
    if (!agents) return null;
    const next: AgentId[] = [];
    for (let at = cursor.at; at < inTurn.length && at < cursor.at + LISTED; at += 1)
      for (const id of inTurn[at] ?? [])
        if (rest.has(id, step) && turn.suits(id, step)) next.push(id);
    const kept = cursor.kept
      .slice(0, LISTED)
      .flat()
      .filter((id) => rest.isFree(id));
    return { by: 'turn', agents, next, unsuited: [...cursor.unsuited], kept };
  };
}

/** What holds for who waits, and how many are rung for him at once. */
interface Wanted {
  step: number;
  most: number;
}

/** The first group that has somebody who suits and is nobody else's. Who of it is not needed is left to the next ones. */
function nextGroup(
  inTurn: readonly AgentId[][],
  cursor: Cursor,
  { step, most }: Wanted,
  { turn, rest }: { turn: Turns; rest: Rest },
): AgentId[] | null {
  while (cursor.at < inTurn.length) {
    const free = inTurn[cursor.at]?.filter((id) => rest.isFree(id)) ?? [];
    const suited = free.filter((id) => turn.suits(id, step));
    const agents = firstOf(suited, most, (id) => rest.takeSpare(id));
    if (agents.length === most) return agents;
    cursor.at += 1;
    if (cursor.unsuited.length < LISTED)
      cursor.unsuited.push(...free.filter((id) => !suited.includes(id)).slice(0, LISTED));
    if (agents.length < suited.length) cursor.kept.push(suited.filter((id) => rest.isFree(id)));
    if (agents.length > 0) return agents;
  }
  return null;
}

/** Of those who were passed by, as many as the callers are owed. */
function owedGroup(cursor: Cursor, { step, most }: Wanted, rest: Rest): AgentId[] | null {
  while (cursor.kept.length > 0 && rest.owes(step)) {
    const group = cursor.kept.shift() ?? [];
    const agents = firstOf(group, most, (id) => rest.has(id, step) && rest.take(id));
    if (agents.length === most) cursor.kept.unshift(group);
    if (agents.length > 0) return agents;
  }
  return null;
}

/** At most so many who can be taken. */
function firstOf(ids: readonly AgentId[], most: number, take: (id: AgentId) => boolean): AgentId[] {
  const agents: AgentId[] = [];
  for (const id of ids) if (agents.length < most && take(id)) agents.push(id);
  return agents;
}
