/**
 * A hotline that somebody has closed by command, at once and until he opens it or a moment comes. It outranks
 * the hours of the plan.
 */
import type { Effect } from '../effects';
import type { HotlineTest } from '../hotline/test-result';
import type { HotlineView } from '../notices';
import type { Plan, PlanHotline, PlanHours } from '../plan';
import type { HotlineSnapshot } from '../records';
import type { Instant } from '../time';
import { messageAt, type HotlineTold } from './message';
import { openingAt, type Opening } from './opening';

/** Somebody closed a hotline by command, or (`closure` null) opened it again. */
export interface HotlineOrdered {
  type: 'hotline.ordered';
  at: Instant;
  /** A person, or `admin-token`. */
  by: string;
  number: string;
  closure: { until: Instant | null } | null;
}

/** What stands from now on. */
export const ordered = (
  { at, by, number, closure }: HotlineOrdered,
  before: HotlineSnapshot | undefined,
): HotlineSnapshot => ({
  ...(before?.message ? { message: before.message } : {}),
  number,
  closure: closure === null ? null : { since: at, until: closure.until, by },
});

/** The order is kept, audited, and shown to the store. */
export function orderEffects(
  order: HotlineOrdered | HotlineTold,
  next: HotlineSnapshot,
  view: HotlineView,
): Effect[] {
  const { by, number } = order;
  const what = whatOf(order);
  return [
    { type: 'journal.write', record: { kind: 'hotline.saved', hotline: next } },
    { type: 'journal.write', record: { kind: 'audit.noted', who: by, what, subject: number } },
    { type: 'notify', notice: { kind: 'hotline.updated', hotline: view } },
  ];
}

function whatOf(order: HotlineOrdered | HotlineTold): string {
  if (order.type === 'hotline.told')
    return order.message === null ? 'hotline.message-ended' : 'hotline.message-set';
  return order.closure === null ? 'hotline.opened' : 'hotline.closed';
}

/** When a hotline is open by the plan: its own hours, else its store's. */
export interface PlannedOpening {
  hours: PlanHours | undefined;
  zone: string;
}

/** By the hotline's number; made once for each plan. */
export function plannedOpenings(plan: Plan): Map<string, PlannedOpening> {
  const stores = new Map(plan.stores.map((store) => [store.id, store]));
  const hours = new Map((plan.hours ?? []).map((one) => [one.id, one]));
  return new Map(
    plan.hotlines.map((hotline) => {
      const store = stores.get(hotline.store);
      const named = hotline.hours ?? store?.hours;
      const planned = {
        hours: named === undefined ? undefined : hours.get(named),
        zone: store?.timezone ?? 'UTC',
      };
      return [hotline.number, planned];
    }),
  );
}

/** The hotline as a board shows it. */
export function hotlineView(
  { number, store, queue }: PlanHotline,
  state: HotlineSnapshot | undefined,
  now: Opening,
  at: Instant,
  test: HotlineTest | null = null,
): HotlineView {
  const closed = now.is === 'closed' ? now : null;
  return {
    ...{ number, storeId: store, queueId: queue, open: closed === null },
    why: closed?.why ?? null,
    opensAt: closed?.opensAt ?? null,
    closure: closed?.why === 'closure' ? (state?.closure ?? null) : null,
    test,
    message: messageAt(state, at),
  };
}

/** Whether a call that arrives now finds the hotline open, and why not. */
export function opening(
  planned: PlannedOpening | undefined,
  state: HotlineSnapshot | undefined,
  at: Instant,
): Opening {
  const closure = state?.closure ?? null;
  const byHours = (when: Instant): Opening =>
    planned ? openingAt(planned.hours, planned.zone, when) : { is: 'open' };
  if (closure === null || (closure.until !== null && closure.until <= at)) return byHours(at);
  if (closure.until === null) return { is: 'closed', why: 'closure', opensAt: null };
  const then = byHours(closure.until);
  const opensAt = then.is === 'open' ? closure.until : then.opensAt;
  return { is: 'closed', why: 'closure', opensAt };
}
