/**
 * The time after a talk for its paperwork. It has a limit, and is kept on disk: no restart of the app takes it from him.
 * That it has ended is written only where that comes before its limit.
 */
import type { Effect } from '../effects';
import type { CallId } from '../ids';
import type { Step } from '../step';
import type { Instant, Millis } from '../time';
import { notify, type Agent } from './agent';
import { saveIntent } from './intent';

/** A talk is over, and he is busy with it for so long at most. */
export function beginWrapUp(agent: Agent, callId: CallId, ms: Millis, now: Instant): Step<Agent> {
  const until = now + ms;
  const next: Agent = { ...agent, activity: { is: 'wrap-up', since: now, callId, until } };
  return { next, effects: [notify(next), limit(next, until), kept(next)] };
}

/** What goes with a step of who may have been in it, out of it and before its limit. */
export const wrapUpLeft = (before: Agent, after: Agent): Effect[] =>
  before.activity.is === 'wrap-up'
    ? [{ type: 'timer.clear', timer: timerOf(before) }, kept(after)]
    : [];

/** After a restart of the app it goes on, unless its limit has come meanwhile. */
export function resumeWrapUp(
  agent: Agent,
  wrapUp: { callId: CallId; since: Instant; until: Instant } | undefined,
  now: Instant,
): Step<Agent> {
  if (wrapUp === undefined || wrapUp.until <= now) return { next: agent, effects: [] };
  const next: Agent = { ...agent, activity: { is: 'wrap-up', ...wrapUp } };
  return { next, effects: [limit(next, wrapUp.until)] };
}

const timerOf = ({ id }: Agent) => ({ kind: 'wrap-up', agentId: id }) as const;

const limit = (agent: Agent, at: Instant): Effect => ({
  ...{ type: 'timer.set', timer: timerOf(agent), at },
});

const kept = (agent: Agent): Effect => saveIntent(agent, agent.intentSince);
