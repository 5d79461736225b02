/**
 * A second call of an agent's phone, beside the talk that he is in: his customer is on hold, and he asks somebody.
 * It is no activity of its own while the talk lasts; when the talk ends first, he goes on in this one.
 */
import type { CallId, LegId } from '../ids';
import type { DomainEvent } from '../events';
import type { TalkMoved } from '../raised-events';
import type { Step } from '../step';
import type { Instant, Millis } from '../time';
import { notify, type Agent } from './agent';

export interface Beside {
  readonly callId: CallId;
  /** The leg of his phone; null once it has ended. */
  readonly legId: LegId | null;
  /** He is heard there. */
  readonly talks: boolean;
}

type Talking = Extract<Agent['activity'], { is: 'talking' }>;

/** What an event means to somebody who talks and has a second call, or gets one; null: it is about neither. */
export function stepBeside(
  agent: Agent,
  talk: Talking,
  event: DomainEvent,
  now: Instant,
): Step<Agent> | null {
  const { beside } = agent;
  switch (event.type) {
    case 'calling.began':
    case 'talk.recovered': {
      if (beside !== null || event.callId === talk.callId) return null;
      const { callId, legId } = event;
      return quietly(agent, { callId, legId, talks: event.type === 'talk.recovered' });
    }
    case 'calling.joined':
      if (beside?.callId !== event.callId) return null;
      return quietly(agent, { ...beside, talks: true });
    case 'leg.ended':
      return beside !== null && beside.legId === event.legId
        ? quietly(agent, { ...beside, legId: null })
        : null;
    case 'calling.ended':
    case 'talk.ended':
      if (beside?.callId === event.callId) return quietly(agent, null);
      return event.type === 'talk.ended' && event.callId === talk.callId && beside
        ? goOn(agent, beside, event.wrapUpMs, now)
        : null;
    default:
      return null;
  }
}

const quietly = (agent: Agent, beside: Beside | null): Step<Agent> => ({
  next: { ...agent, beside },
  effects: [],
});

/** His customer is gone: the second call is the only one, and the time for notes comes behind it. */
function goOn(agent: Agent, { callId, legId, talks }: Beside, owes: Millis, now: Instant) {
  const next: Agent = {
    ...agent,
    line: legId,
    beside: null,
    activity: talks
      ? { is: 'talking', since: now, callId, owes }
      : { is: 'calling', since: now, callId, owes },
  };
  return { next, effects: [notify(next)] };
}

/** The talk that he is in, or has beside it, is part of another call from now on, or goes on at another leg. */
export function moved(agent: Agent, { callId: from, to, legId }: TalkMoved): Agent {
  const { activity, beside } = agent;
  if (activity.is === 'talking' && activity.callId === from)
    return { ...agent, line: legId ?? agent.line, activity: { ...activity, callId: to } };
  if (beside?.callId !== from) return agent;
  return { ...agent, beside: { ...beside, callId: to, legId: legId ?? beside.legId } };
}
