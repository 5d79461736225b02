/**
 * How much may be dialled: calls a minute and an hour, and what they are estimated to cost a day, for each person and
 * each store. Who has used his up is refused everything but help until the breaker closes: after a while where it
 * was the rate, at the end of the day (UTC+8) where it was the money. Pure: the state is a value.
 */
import { dayInChina, startInChina } from '../day';
import type { AgentId, StoreId } from '../ids';
import type { DialClass, PlanDialling } from '../plan';
import { seconds, type Instant, type Millis } from '../time';

export interface DialLimits {
  person: Limit;
  store: Limit;
  /** What a minute that has begun is estimated to cost, in hundredths of the currency. */
  tariff: Record<DialClass, number>;
  /** How long nobody dials who dialled too often. */
  pauseMs: Millis;
}

export interface Limit {
  perMinute: number;
  perHour: number;
  /** In hundredths of the currency. */
  spendPerDay: number;
}

const TARIFF: Record<DialClass, number> = {
  ...{ mobile: 15, fixed: 15, service: 15, premium: 500, foreign: 500, other: 500 },
};

/** What the plan says, and what it leaves out. */
export const limitsOf = ({
  person,
  store,
  tariff,
  pauseMinutes,
}: PlanDialling = {}): DialLimits => ({
  person: { perMinute: 10, perHour: 120, spendPerDay: 20_000, ...given(person) },
  store: { perMinute: 100, perHour: 2000, spendPerDay: 500_000, ...given(store) },
  tariff: { ...TARIFF, ...given(tariff) },
  pauseMs: seconds((pauseMinutes ?? 10) * 60),
});

const given = <T extends object>(said: T | undefined): { [K in keyof T]: NonNullable<T[K]> } =>
  (said ?? {}) as { [K in keyof T]: NonNullable<T[K]> };

/** Who pays: a person, and the store that he belongs to. */
export interface Payer {
  agentId: AgentId;
  storeId: StoreId;
}

type Subject = string;

export interface DialBudget {
  /** Of the last hour, the oldest first. */
  readonly attempts: readonly { at: Instant; who: Payer }[];
  readonly day: number;
  /** Of this day, by subject. */
  readonly spent: ReadonlyMap<Subject, number>;
  /** When each breaker that is open closes. */
  readonly broken: ReadonlyMap<Subject, Instant>;
}

export const UNUSED: DialBudget = { attempts: [], day: 0, spent: new Map(), broken: new Map() };

const MINUTE: Millis = seconds(60);
const HOUR = 60 * MINUTE;
const endOfDay = (at: Instant): Instant => startInChina(dayInChina(at) + 1);

const personKey = ({ agentId }: Payer): Subject => `person ${agentId}`;
const storeKey = ({ storeId }: Payer): Subject => `store ${storeId}`;

/** Whose limit is reached, which one, and when he may dial again. */
export interface Overrun {
  subject: Subject;
  limit: 'rate' | 'spend';
  until: Instant;
}

/** Null when one more call is within the limits, and no breaker is open. */
export function overrun(
  budget: DialBudget,
  who: Payer,
  limits: DialLimits,
  at: Instant,
): Overrun | null {
  return (
    overrunOf(budget, personKey(who), limits.person, limits.pauseMs, at) ??
    overrunOf(budget, storeKey(who), limits.store, limits.pauseMs, at)
  );
}

function overrunOf(
  budget: DialBudget,
  subject: Subject,
  limit: Limit,
  pauseMs: Millis,
  at: Instant,
): Overrun | null {
  const until = budget.broken.get(subject) ?? 0;
  if (until > at) return { subject, limit: 'rate', until };
  const own = budget.attempts.filter(({ who }) =>
    [personKey(who), storeKey(who)].includes(subject),
  );
  const within = (span: Millis) => own.filter((one) => at - one.at < span).length;
  if (within(MINUTE) >= limit.perMinute || within(HOUR) >= limit.perHour)
    return { subject, limit: 'rate', until: at + pauseMs };
  const spent = budget.day === dayInChina(at) ? (budget.spent.get(subject) ?? 0) : 0;
  return spent >= limit.spendPerDay ? { subject, limit: 'spend', until: endOfDay(at) } : null;
}

/** The breaker opens; null when it is open already, of which everybody has been told. */
export function breakFor(budget: DialBudget, over: Overrun, at: Instant): DialBudget | null {
  if ((budget.broken.get(over.subject) ?? 0) > at) return null;
  const open = [...budget.broken].filter(([, until]) => until > at);
  return { ...budget, broken: new Map([...open, [over.subject, over.until]]) };
}

/** A call is placed: its first minute is paid. */
export function attempted(budget: DialBudget, who: Payer, cost: number, at: Instant): DialBudget {
  const recent = budget.attempts.filter((one) => at - one.at < HOUR);
  return charged({ ...budget, attempts: [...recent, { at, who }] }, who, cost, at);
}

/** A call is over: what it lasted is paid, less the minute that was paid before. */
export function settled(
  budget: DialBudget,
  who: Payer,
  call: { rate: number; talkMs: Millis },
  at: Instant,
): DialBudget {
  const minutes = Math.ceil(call.talkMs / MINUTE);
  return charged(budget, who, (minutes - 1) * call.rate, at);
}

function charged(budget: DialBudget, who: Payer, cost: number, at: Instant): DialBudget {
  const today = dayInChina(at);
  const spent = new Map(budget.day === today ? budget.spent : []);
  for (const subject of [personKey(who), storeKey(who)])
    spent.set(subject, Math.max(0, (spent.get(subject) ?? 0) + cost));
  return { ...budget, day: today, spent };
}
