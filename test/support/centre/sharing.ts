import type { Plan, PlanQueue } from '../../../src/domain/plan';
import { planWith } from './plan';

/** A store, by the name of its queue: who takes its calls, and how many of them are kept for it. */
export interface Sharer {
  people: string[];
  keep?: number;
  queue?: Partial<PlanQueue>;
}

/** Stores whose queues share people: each has the hotline, from 400 on, the queue and the id of its name. */
export function sharedPlan(stores: Record<string, Sharer>): Plan {
  const names = Object.entries(stores);
  const everybody = [...new Set(names.flatMap(([, { people }]) => people))];
  const plan = planWith({ autoReady: everybody, queue: { wrapUpSeconds: 0 } });
  const [store, queue, hotline] = [plan.stores[0]!, plan.queues[0]!, plan.hotlines[0]!];
  return {
    ...plan,
    stores: names.map(([id]) => ({ ...store, id, name: id })),
    queues: names.map(([id, sharer]) => ({
      ...{ ...queue, id, store: id },
      ...(sharer.keep === undefined ? {} : { keep: sharer.keep }),
      ...sharer.queue,
    })),
    hotlines: names.map(([id], at) => ({
      ...{ ...hotline, number: String(400 + at), store: id, queue: id },
      notice: 'none',
    })),
    people: plan.people.map((one) => {
      const queues = names.filter(([, { people }]) => people.includes(one.id)).map(([id]) => id);
      return { ...one, queues, store: queues[0] ?? '' };
    }),
  };
}
