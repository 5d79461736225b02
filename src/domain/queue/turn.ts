/** Decides which of the free agents may take a caller at this moment: his owner alone, or whoever suits him. */
import type { AgentId } from '../ids';
import type { Instant, Millis } from '../time';
import type { Language } from '../spoken';
import { stepAt, stepNumber, stepsOf, suits, widensAt, type Demand, type Wanted } from './demands';
import type { Entry } from './entry';
import { earlier } from './joining';
import { speaks } from './language';
import type { Engaged } from './reason';
import type { Candidate } from './strategies/strategy';

/** Whose turn it is, as a queue has it. */
export interface TurnRules {
  now: Instant;
  demands: readonly Demand[];
  /** How long a caller waits for his owner, when that one will be free. */
  ownerMs: Millis;
  /** Is he an agent of the queue who takes calls, and only busy? */
  awaits: (agentId: AgentId) => boolean;
  free: readonly Candidate[];
  engaged: Engaged;
  /** How long a caller is kept for who speaks his language, while one of those is free or will be; missing: for no time. */
  language?: { ms: Millis; isSpoken: (language: Language) => boolean };
  /** Who may be taken for somebody who is called back; missing: nobody stands in line for that. */
  lent?: ReadonlySet<AgentId>;
}

export interface Turns {
  candidate: (agentId: AgentId) => Candidate | undefined;
  /** Who alone may take the caller, free or not; null: not only one. */
  ownerOf: (entry: Entry) => AgentId | null;
  /** Which of the steps holds for him. */
  stepOf: (entry: Entry) => number;
  steps: readonly Wanted[];
  suits: (agentId: AgentId, step: number) => boolean;
  mayTake: (entry: Entry, agentId: AgentId) => boolean;
  /** When time alone lets more agents take him. */
  opensAt: (entry: Entry) => Instant | null;
  /** When it lets this one, who may not yet; undefined: never. */
  opensTo: (entry: Entry, agent: Candidate) => Instant | undefined;
}

/** What is wanted of an agent for who is called back, and for who speaks another language, are steps of their own. */
export function turns({ now, demands, ownerMs, awaits, free, lent, language }: TurnRules): Turns {
  const candidates = new Map(free.map((one) => [one.id, one]));
  const steps = stepsOf(demands);
  const spoken = new Map<Language, boolean>();
  const isSpoken = (one: Language): boolean => {
    const known = spoken.get(one) ?? language?.isSpoken(one) ?? false;
    spoken.set(one, known);
    return known;
  };
  /** Until when he is kept for who speaks his language; null: he is not. */
  const keptUntil = ({ language: own, back }: Entry): Instant | null => {
    if (own === undefined || back !== undefined || !language) return null;
    const until = own.since + language.ms;
    return now < until && isSpoken(own.is) ? until : null;
  };
  const ownerOf = ({ owner, joinedAt }: Entry): AgentId | null => {
    if (owner === undefined || now >= joinedAt + ownerMs) return null;
    return candidates.has(owner) || awaits(owner) ? owner : null;
  };
  const stepOf = (entry: Entry): number =>
    stepNumber(
      { step: stepAt(demands, entry.place, now), of: demands.length },
      entry.back !== undefined,
      keptUntil(entry) === null ? undefined : entry.language?.is,
    );
  const isSuited = (agentId: AgentId, step: number): boolean => {
    const [agent, wanted] = [candidates.get(agentId), steps[step]];
    if (agent === undefined || wanted === undefined) return false;
    return (!wanted.back || lent?.has(agentId) === true) && suits(agent.skills, wanted);
  };
  return {
    candidate: (agentId) => candidates.get(agentId),
    ...{ ownerOf, stepOf, steps, suits: isSuited },
    mayTake: (entry, agentId) => {
      const owner = ownerOf(entry);
      if (owner === null) return isSuited(agentId, stepOf(entry));
      return owner === agentId && (entry.back === undefined || lent?.has(agentId) === true);
    },
    opensAt: (entry) =>
      ownerOf(entry) === null
        ? earlier(widensAt(demands, entry.place, now), keptUntil(entry))
        : entry.joinedAt + ownerMs,
    opensTo: (entry, { skills }) => {
      const from = stepAt(demands, entry.place, now);
      const later = demands.findIndex((demand, at) => at >= from && suits(skills, demand));
      if (later < 0) return undefined;
      const opens = later === from ? now : entry.place + (demands[later]?.after ?? 0);
      const isKept = entry.language !== undefined && !speaks(skills, entry.language.is);
      return Math.max(opens, isKept ? (keptUntil(entry) ?? now) : now);
    },
  };
}
