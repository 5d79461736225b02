/**
 * Decides when missed offers say that somebody is not there. Whose phone rings in vain again and again is set not
 * ready: callers are not to wait for him. Who is ready by his phone alone stays so, because nobody could say "ready"
 * for him.
 */
import type { AgentIntent } from '../records';
import type { Step } from '../step';
import type { Instant } from '../time';
import { wanted, type Agent } from './agent';
import { want } from './intent';

/** The reason shown to him and to who oversees him. */
export const MISSED_OFFERS: AgentIntent = { is: 'not-ready', reason: 'missed-offers' };

/** One more; `limit` in a row are too many, without one none are. */
export function miss(agent: Agent, limit: number | undefined, now: Instant): Step<Agent> {
  const next = { ...agent, misses: agent.misses + 1 };
  const isAway =
    limit !== undefined &&
    next.misses >= limit &&
    wanted(agent).is === 'ready' &&
    !agent.phones.some(({ autoReady }) => autoReady);
  return isAway ? want(next, MISSED_OFFERS, now) : { next, effects: [] };
}

/** Who takes a call or says "ready" is there. */
export const isThere = (agent: Agent): Agent =>
  agent.misses === 0 ? agent : { ...agent, misses: 0 };

type Talking = Extract<Agent['activity'], { is: 'talking' }>;

/** Kept with the talk that he takes, until it is known whether anybody is heard in it. */
export const takenAt = ({ misses }: Agent, missLimit?: number): NonNullable<Talking['taken']> => ({
  misses,
  ...(missLimit === undefined ? {} : { missLimit }),
});

/** To pick up and to hang up at once is no way round the count. */
export const unTaken = (agent: Agent, { taken }: Talking): Agent => ({
  ...agent,
  misses: taken?.misses ?? agent.misses,
});
