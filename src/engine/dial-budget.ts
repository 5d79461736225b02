/** What the calls that people place make of the budgets: the facts of the engine, as dial/budget.ts takes them. */
import type { AlarmRaised } from '../domain/alarm';
import type { ConsultBegun } from '../domain/agent-events';
import type { Call } from '../domain/call/call';
import type { Leg } from '../domain/call/leg';
import { attempted, breakFor, limitsOf, overrun, settled } from '../domain/dial/budget';
import type { DialBudget, Payer } from '../domain/dial/budget';
import { dialClassOf } from '../domain/dial/class';
import type { CallPlaced, DialRefused } from '../domain/outgoing-events';
import type { AgentId } from '../domain/ids';
import { classify } from '../domain/number/kinds';
import type { Instant, Millis } from '../domain/time';
import type { LiveState } from './live-state';

/** One more attempt; help and colleagues are none. */
export function budgetOfPlaced(live: LiveState, event: CallPlaced): DialBudget {
  if (event.class === null) return live.budget;
  const who = { agentId: event.out.agentId, storeId: event.route.storeId };
  const { tariff } = limitsOf(live.plan.dialling);
  return attempted(live.budget, who, tariff[event.class], event.at);
}

/** So is a customer who is sent to an outside number, or for whom one is asked. */
export function budgetOfAsked(live: LiveState, { to, at }: ConsultBegun): DialBudget {
  if (to.kind !== 'number' || to.by === undefined) return live.budget;
  return attempted(live.budget, payerOf(live, to.by), rateOf(live, to.number, at), at);
}

/** A leg that is over: what it lasted. A call that goes on without it is none of its account. */
export function budgetOfLeg(live: LiveState, leg: Leg): DialBudget {
  if (leg.state !== 'ended' || leg.paid === undefined) return live.budget;
  const { number, by } = leg.paid;
  const talkMs = leg.answeredAt === null ? 0 : leg.endedAt - leg.answeredAt;
  return paid(live, { number, by, talkMs }, leg.endedAt);
}

/** A call that ended before its number was dialled costs nothing. */
export function budgetOfUndialled(live: LiveState, { stage }: Call, at: Instant): DialBudget {
  if (stage.is !== 'calling' || stage.line.is !== 'phone') return live.budget;
  const { to } = stage.out;
  if (to.kind !== 'number' || to.by === undefined) return live.budget;
  return paid(live, { number: to.number, by: to.by, talkMs: 0 }, at);
}

/** Nobody pays for help. */
function paid(
  live: LiveState,
  { number, by, talkMs }: { number: string; by: AgentId; talkMs: Millis },
  at: Instant,
): DialBudget {
  if (classify(number, live.book, at).kind === 'emergency') return live.budget;
  return settled(live.budget, payerOf(live, by), { rate: rateOf(live, number, at), talkMs }, at);
}

const payerOf = ({ plan }: LiveState, agentId: AgentId): Payer => ({
  agentId,
  storeId: plan.people.find(({ id }) => id === agentId)?.store ?? '',
});

function rateOf({ plan, book }: LiveState, number: string, at: Instant): number {
  const { kind } = classify(number, book, at);
  return limitsOf(plan.dialling).tariff[dialClassOf(kind, number)];
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
