/**
 * What an agent wants, beside what he does: his intent takes effect at once while he is idle, else it is
 * pending until he is. It is kept on disk when he says it.
 */
import type { Effect } from '../effects';
import type { AgentIntent } from '../records';
import { stay, type Step } from '../step';
import type { Instant } from '../time';
import { notify, wanted, type Activity, type Agent } from './agent';
import { withoutSeat } from './seat';

type Idle = Extract<Activity, { is: 'idle' }>;

/** The reason shown for somebody who has signed in and not said "ready" yet. */
export const SIGNED_IN: AgentIntent = { is: 'not-ready', reason: 'signed-in' };

/** A pending intent becomes effective. */
export const settle = (agent: Agent, now: Instant): Agent =>
  agent.pending === null
    ? agent
    : { ...agent, intent: agent.pending, pending: null, intentSince: now };

export function seated(next: Agent): Step<Agent> {
  return { next, effects: [saveIntent(next, next.intentSince), notify(next)] };
}

/** Who goes home leaves his seat to others. */
export function signOut(agent: Agent, now: Instant): Step<Agent> {
  const { next, effects } = want(withoutSeat(agent), { is: 'logged-out' }, now);
  if (agent.seat !== null && effects.length === 0) effects.push(...seated(next).effects);
  // Nobody will pick up: the caller must not wait for the ring's limit.
  if (agent.activity.is === 'reserved')
    effects.push({
      type: 'raise',
      event: {
        type: 'offer.revoked',
        at: now,
        offerId: agent.activity.offerId,
        callId: agent.activity.callId,
      },
    });
  return { next, effects };
}

/**
 * The agent wants something else: effective at once when idle, else pending. Kept at once in both
 * cases, since a restart must not forget what he asked for.
 */
export function want(agent: Agent, intent: AgentIntent, now: Instant): Step<Agent> {
  if (sameIntent(wanted(agent), intent)) return stay(agent);
  const { activity } = agent;
  const next =
    activity.is === 'idle' ? wantIdle(agent, activity, intent, now) : wantBusy(agent, intent);
  return { next, effects: [saveIntent(next, now), notify(next)] };
}

/** Becoming ready is the start of being idle for the strategies. */
const wantIdle = (agent: Agent, idle: Idle, intent: AgentIntent, now: Instant): Agent => ({
  ...agent,
  intent,
  pending: null,
  intentSince: now,
  activity: intent.is === 'ready' ? { ...idle, since: now } : idle,
});

const wantBusy = (agent: Agent, intent: AgentIntent): Agent => ({
  ...agent,
  pending: sameIntent(agent.intent, intent) ? null : intent,
});

/** Two intents are the same when they say the same, reason included. */
const sameIntent = (a: AgentIntent, b: AgentIntent): boolean =>
  a.is === 'not-ready' && b.is === 'not-ready' ? a.reason === b.reason : a.is === b.is;

/** Kept for the next start of the app, with the paperwork that nobody is to disturb then either. */
export const saveIntent = (agent: Agent, since: Instant): Effect => ({
  type: 'journal.write',
  record: {
    kind: 'agent.saved',
    agent: {
      ...{ id: agent.id, intent: wanted(agent), since },
      ...(agent.seat === null ? {} : { seat: agent.seat }),
      ...(agent.desktop.is === 'none' ? {} : { desktop: true as const }),
      ...wrapUpOf(agent),
    },
  },
});

function wrapUpOf({ activity }: Agent) {
  if (activity.is !== 'wrap-up') return {};
  const { callId, since, until } = activity;
  return { wrapUp: { callId, since, until } };
}
