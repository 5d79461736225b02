/** An agent becomes idle: at the end of the idle order, or resting because he let a call pass. */
import type { Step } from '../step';
import { seconds, type Instant, type Millis } from '../time';
import { notify, type Activity, type Agent } from './agent';
import { miss } from './misses';
import { settleWithForms } from './open-forms';

/** Who let an offer pass is left alone for a moment, so that his phone is not rung in a circle. */
export const REST_MS: Millis = seconds(5);

type Idle = Extract<Activity, { is: 'idle' }>;

/** One more call that he did not take. */
export function letPass(agent: Agent, limit: number | undefined, now: Instant): Step<Agent> {
  const missed = miss(agent, limit, now);
  const { next, effects } = rest(missed.next, now);
  return { next, effects: [...missed.effects, ...effects] };
}

/** He is asked again when he has rested, after others. */
export function rest(agent: Agent, now: Instant): Step<Agent> {
  const idle = becomeIdle(agent, { is: 'idle', since: now, resting: true }, now);
  return {
    next: idle.next,
    effects: [
      ...idle.effects,
      { type: 'timer.set', timer: { kind: 'agent-rest', agentId: agent.id }, at: now + REST_MS },
    ],
  };
}

/** Idle again; `since` decides the place in the idle order. */
export const goIdle = (agent: Agent, since: Instant, now: Instant = since): Step<Agent> =>
  becomeIdle(agent, { is: 'idle', since, resting: false }, now);

function becomeIdle(agent: Agent, idle: Idle, now: Instant): Step<Agent> {
  const settled = settleWithForms(agent, now);
  const { next, effects } = become(settled.next, idle);
  return { next, effects: [...settled.effects, ...effects] };
}

/** Boards are told. */
export function become(agent: Agent, activity: Activity): Step<Agent> {
  const next = { ...agent, activity };
  return { next, effects: [notify(next)] };
}
