import type { PassedOver } from '../queue/reason';
import { wanted, type Agent } from './agent';

/** Why somebody who is signed in is not free. */
export function whyNotFree(agent: Agent): PassedOver['why'] {
  const { activity } = agent;
  if (activity.is === 'wrap-up') return 'wrap-up';
  if (activity.is !== 'idle' || agent.line !== null) return 'busy';
  if (wanted(agent).is !== 'ready') return 'not-ready';
  return activity.resting ? 'resting' : 'unreachable';
}
