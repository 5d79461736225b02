/**
 * Decides how whoever was promised a call is called back: after which reasons by itself, how often, how long after one
 * another, for how long his phone rings, and when of the day. From the plan, by hotline.
 */
import { CUSTOMER_RINGS_MS } from '../attempt/attempt';
import type { PlannedOpening } from '../hours/closure';
import { openingAt, type Opening } from '../hours/opening';
import type { Plan, PlanHotline, PlanHours, Span } from '../plan';
import type { PromiseReason, PromiseSnapshot } from '../records';
import { seconds, type Instant, type Millis } from '../time';

/** A caller who went without a talk is called back within half an hour. */
export const PROMISE_DUE_MS: Millis = seconds(30 * 60);
/** So often he is dialled, … */
export const TRIES = 3;
/** … and so long after one another: three over half an hour. */
export const TRY_AGAIN_MS: Millis = PROMISE_DUE_MS / (TRIES - 1);

export interface RingBack {
  /** By itself after these reasons; of all others a person sees to it. */
  after: ReadonlySet<PromiseReason>;
  tries: number;
  againMs: Millis;
  dueMs: Millis;
  ringMs: Millis;
  /** While the hotline is open, and, where these are given, within them, too. */
  hours?: PlanHours | undefined;
  /** `hours` count only half an hour after he rang, or it has opened: until then he is awake. */
  isAwakeAtFirst: boolean;
  zone: string;
}

export const PROMISE_REASONS: readonly PromiseReason[] = [
  ...(['nobody-signed-in', 'hopeless', 'abandoned', 'closed', 'asked', 'over-capacity'] as const),
];

const DAY: readonly Span[] = [[8 * 60, 21 * 60]];
/** Of a hotline that is always open: nobody has said when people may be called. */
const BY_DAY: PlanHours = { id: '', week: [DAY, DAY, DAY, DAY, DAY, DAY, DAY] };

/** Where the plan says nothing of it. */
export const USUAL_RING_BACK: RingBack = {
  after: new Set(PROMISE_REASONS),
  ...{ tries: TRIES, againMs: TRY_AGAIN_MS, dueMs: PROMISE_DUE_MS, ringMs: CUSTOMER_RINGS_MS },
  ...{ hours: BY_DAY, isAwakeAtFirst: true, zone: 'Asia/Shanghai' },
};

/** By the hotline's number; made once for each plan. */
export const ringBacks = (
  plan: Plan,
  openings: ReadonlyMap<string, PlannedOpening>,
): Map<string, RingBack> =>
  new Map(plan.hotlines.map((one) => [one.number, ruleOf(one, plan, openings.get(one.number))]));

function ruleOf(
  { ringBack = {} }: PlanHotline,
  plan: Plan,
  { hours: open, zone }: PlannedOpening = { hours: undefined, zone: 'UTC' },
): RingBack {
  const { after, tries = TRIES, againMinutes, dueMinutes, ringSeconds, hours } = ringBack;
  const named = hours === undefined ? undefined : plan.hours?.find(({ id }) => id === hours);
  const isSaid = named !== undefined || open !== undefined;
  return {
    after: after === undefined ? USUAL_RING_BACK.after : new Set(after),
    tries,
    againMs: againMinutes === undefined ? TRY_AGAIN_MS : seconds(againMinutes * 60),
    dueMs: dueMinutes === undefined ? PROMISE_DUE_MS : seconds(dueMinutes * 60),
    ringMs: ringSeconds === undefined ? CUSTOMER_RINGS_MS : seconds(ringSeconds),
    hours: isSaid ? named : BY_DAY,
    isAwakeAtFirst: !isSaid,
    zone,
  };
}

/** Whether he may be rung at that moment, and if not, when. */
export function ringingHours(
  { hours, isAwakeAtFirst, dueMs, zone }: RingBack,
  hotline: Opening,
  { dueAt }: Pick<PromiseSnapshot, 'dueAt'>,
  at: Instant,
): Opening {
  if (hotline.is === 'closed' || hours === undefined) return hotline;
  const isAwake = isAwakeAtFirst && at <= dueAt - dueMs + PROMISE_DUE_MS;
  return isAwake ? hotline : openingAt(hours, zone, at);
}
