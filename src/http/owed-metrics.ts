/**
 * What is owed and not done yet, and what came of it, for Prometheus: promises to callers, the attempts to keep them,
 * and forms. Ends are counted from what is written down, what stands is read from the live view at each scrape.
 */
import type { Registry } from 'prom-client';
import { Counter } from 'prom-client';
import { isOverdue } from '../domain/form/form';
import { stands } from '../domain/promise/promise';
import type { AttemptSnapshot, JournalRecord, PromiseSnapshot } from '../domain/records';
import { seconds, type Instant } from '../domain/time';
import type { Attempts, LiveView } from '../engine/ports';
import { countedOnce } from './count-once';
import { gaugeRows } from './metrics';

/** Hears what is written, and what a former life has left. */
export interface OwedCounter {
  written(record: JournalRecord): void;
  /** The same attempts, of which those that are found lost are counted as well. */
  counting(attempts: Attempts): Attempts;
}

/** Counts each promise and each attempt when it ends. */
export function countOwed(registry: Registry): OwedCounter {
  const attempt = countAttempts(registry);
  const promise = countPromises(registry);
  return {
    written(record) {
      if (record.kind === 'attempt.saved') attempt(record.attempt);
      if (record.kind === 'promise.saved') promise(record.promise);
    },
    counting: (attempts) => ({
      claim: (one) => attempts.claim(one),
      intend: (id, said) => attempts.intend(id, said),
      async closeLost(at) {
        const closed = await attempts.closeLost(at);
        for (const one of closed.lost) attempt(one);
        return closed;
      },
    }),
  };
}

function countAttempts(registry: Registry): (attempt: AttemptSnapshot) => void {
  const isNew = countedOnce();
  const counter = new Counter({
    name: 'openline_attempts_total',
    help: 'Attempts to keep a promise that ended, by store and outcome.',
    labelNames: ['store', 'outcome'],
    registers: [registry],
  });
  return ({ id, storeId, state, outcome }) => {
    if (state === 'done' && isNew(id)) counter.inc({ store: storeId, outcome: outcome ?? 'lost' });
  };
}

function countPromises(registry: Registry): (promise: PromiseSnapshot) => void {
  const isNew = countedOnce();
  const counter = new Counter({
    name: 'openline_promises_ended_total',
    help: 'Promises to call back that ended, by store and state: kept in time, late, or withdrawn.',
    labelNames: ['store', 'state'],
    registers: [registry],
  });
  return (promise) => {
    const { id, storeId, state } = promise;
    if (!stands(promise) && isNew(id)) counter.inc({ store: storeId, state });
  };
}

/** What stands now. */
export function gaugeOwed(registry: Registry, live: LiveView, now: () => Instant): void {
  const promises = (): PromiseSnapshot[] => live.promises().filter(stands);
  gaugeRows(registry, 'openline_promises_open', 'Promises to call back that are open, by store.', {
    labels: ['store'],
    rows: () => promises().map(({ storeId }) => [storeId]),
  });
  gaugeRows(
    registry,
    'openline_promises',
    'Open promises by store and state: `open` in line or for its time, `claimed`, `task` for a person.',
    {
      labels: ['store', 'state'],
      rows: () => promises().map(({ storeId, state, task }) => [storeId, task ? 'task' : state]),
    },
  );
  gaugeRows(
    registry,
    'openline_promises_overdue',
    'Open promises that were due before now, by store.',
    {
      labels: ['store'],
      rows: () =>
        promises()
          .filter(({ dueAt }) => dueAt < now())
          .map(({ storeId }) => [storeId]),
    },
  );
  gaugeRows(
    registry,
    'openline_calls_unclassified',
    'Calls that are over and have no complete form, by store.',
    {
      labels: ['store'],
      rows: () =>
        live
          .unclassified()
          .filter(({ endedAt }) => endedAt !== null)
          .map(({ storeId }) => [storeId]),
    },
  );
  gaugeRows(
    registry,
    'openline_forms_overdue',
    'Forms that keep an agent from being ready longer than the wrap-up of their queue, by store.',
    {
      labels: ['store'],
      rows: () => {
        const wrapUps = new Map(
          live.plan().queues.map(({ id, wrapUpSeconds }) => [id, seconds(wrapUpSeconds)]),
        );
        return live
          .unclassified()
          .filter((form) => isOverdue(form, wrapUps.get(form.queueId) ?? 0, now()))
          .map(({ storeId }) => [storeId]);
      },
    },
  );
}
