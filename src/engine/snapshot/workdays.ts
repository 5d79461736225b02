import type { Agent } from '../../domain/agent/agent';
import { workToday, type DaySoFar } from '../../domain/agent/workday';
import type { Instant } from '../../domain/time';

/** What everybody has done today, a talk that goes on counted until now. */
export function workdays(agents: Iterable<Agent>, at: Instant): DaySoFar[] {
  return [...agents].map((agent) => {
    const { day, calls, talkMs, askedAt } = workToday(agent, at);
    const { activity, id } = agent;
    const since = activity.is === 'talking' ? (activity.countedTo ?? activity.since) : at;
    return { id, calls, talkMs: talkMs + (at - Math.max(since, day.startsAt)), askedAt };
  });
}
