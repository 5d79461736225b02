/** What the calls that people place make of the budgets: the facts of the engine, as dial/budget.ts takes them. */
import type { AlarmRaised } from '../domain/alarm';
import type { Call } from '../domain/call/call';
import { attempted, breakFor, limitsOf, overrun, settled } from '../domain/dial/budget';
import type { DialBudget } from '../domain/dial/budget';
import { dialClassOf } from '../domain/dial/class';
import type { CallPlaced, DialRefused } from '../domain/events';
import { classify } from '../domain/number/kinds';
import type { LiveState } from './live-state';

/** One more attempt; help and colleagues are none. */
export function budgetOfPlaced(live: LiveState, event: CallPlaced): DialBudget {
  if (event.class === null) return live.budget;
  const who = { agentId: event.out.agentId, storeId: event.route.storeId };
  const { tariff } = limitsOf(live.plan.dialling);
  return attempted(live.budget, who, tariff[event.class], event.at);
}

/** What the call lasted. */
export function budgetOfEnded(live: LiveState, call: Call): DialBudget {
  const { direction, agentId, talkStartedAt, endedAt, route } = call;
  if (direction !== 'outbound' || agentId === null || endedAt === null) return live.budget;
  const { kind } = classify(call.to, live.book, call.arrivedAt);
  if (kind === 'emergency') return live.budget;
  const rate = limitsOf(live.plan.dialling).tariff[dialClassOf(kind, call.to)];
  const talkMs = talkStartedAt === null ? 0 : endedAt - talkStartedAt;
  const who = { agentId, storeId: route.storeId };
  return settled(live.budget, who, { rate, talkMs }, endedAt);
}

/** Null unless a breaker opens by this refusal. */
export function budgetOfRefused(
  live: LiveState,
  { what, agentId, at }: DialRefused,
): { budget: DialBudget; alarm: AlarmRaised } | null {
  const person = live.plan.people.find(({ id }) => id === agentId);
  if (what !== 'DIAL_LIMIT' || !person) return null;
  const who = { agentId: person.id, storeId: person.store };
  const over = overrun(live.budget, who, limitsOf(live.plan.dialling), at);
  const budget = over && breakFor(live.budget, over, at);
  if (!budget) return null;
  const until = new Date(over.until).toISOString();
  const detail = `${over.subject}: ${over.limit}, no calls until ${until}`;
  const alarm = { type: 'alarm.raised', at, code: 'DIAL_LIMIT', detail, storeId: person.store };
  return { budget, alarm: alarm as AlarmRaised };
}
