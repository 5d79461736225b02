/** Where a call belongs that outlived the app: its store, queue and hotline, and those of who may take it. */
import type { LegNote } from '../domain/effects';
import type { RecoveredCall } from '../domain/recovered-call';
import { routeByQueue } from '../domain/call/routing';
import type { Plan } from '../domain/plan';
import type { CallSnapshot } from '../domain/records';

interface Notes {
  caller?: LegNote;
  agent?: LegNote;
  known?: CallSnapshot;
}

/**
 * From the snapshot, else from the note and the plan's hotline with that queue. `tookOver`: the agent was given the
 * caller after the snapshot; where he is of another store, the call is that one's already.
 */
export function whereFrom(
  { caller, agent, known }: Notes,
  { plan, tookOver }: { plan: Plan; tookOver: boolean },
): Pick<RecoveredCall, 'queueId' | 'storeId' | 'hotline'> {
  const theirs = tookOver ? plan.queues.find(({ id }) => id === agent?.queueId) : undefined;
  if (theirs && theirs.store !== known?.storeId)
    return {
      ...{ queueId: theirs.id, storeId: theirs.store },
      hotline: caller?.caller?.hotline ?? routeByQueue(plan, theirs.id)?.hotline ?? '',
    };
  const queueId = known?.queueId ?? caller?.queueId ?? agent?.queueId ?? '';
  const planned = plan.hotlines.find((hotline) => hotline.queue === queueId);
  return {
    queueId,
    storeId: known?.storeId ?? planned?.store ?? '',
    hotline: known?.hotline ?? caller?.caller?.hotline ?? planned?.number ?? '',
  };
}

/** Nothing where he is of the call's own store, or his has no hotline any more. */
export function takerRouteOf(
  { takerQueueId }: NonNullable<LegNote['consult']>,
  plan: Plan,
): Pick<NonNullable<RecoveredCall['third']>, 'takerRoute'> {
  const takerRoute = takerQueueId === undefined ? null : routeByQueue(plan, takerQueueId);
  return takerRoute ? { takerRoute } : {};
}
