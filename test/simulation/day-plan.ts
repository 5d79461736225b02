import type { Plan, StrategyName } from '../../src/domain/plan';
import { planWith } from '../support/centre/plan';
import type { Random } from './random';

const AGENTS = ['ann', 'bea', 'cui', 'dan'];
const AUTO_READY = ['eva', 'fan'];
/** In the order of the plan. */
export const EVERYBODY = [...AGENTS, ...AUTO_READY];
/** The second is of another store, where there is one. */
const HOTLINES = ['4008001234', '4008005678'];

/**
 * One store, or two that share their people; open all day, or closing and opening again within the simulated hours;
 * callers wait before our answer or after it, as the seed has it.
 */
export function dayPlan(random: Random, strategy: StrategyName): Plan {
  const plan = storesOf(random, strategy);
  return random.chance(0.3) ? heardEarly(plan) : plan;
}

const heardEarly = (plan: Plan): Plan => ({
  ...plan,
  trunks: plan.trunks.map((one) => ({ ...one, earlyMedia: 'allow' })),
  hotlines: plan.hotlines.map((one) => ({ ...one, answerMode: 'early' })),
});

function storesOf(random: Random, strategy: StrategyName): Plan {
  const plan = planWith({
    agents: AGENTS,
    autoReady: AUTO_READY,
    queue: {
      strategy,
      wrapUpSeconds: random.pick([0, 10]) ?? 0,
      ringSeconds: 15,
      form: random.pick(['required', 'optional'] as const) ?? 'optional',
    },
    hotline: {
      number: HOTLINES[0]!,
      notice: random.pick(['default', 'none'] as const) ?? 'default',
    },
  });
  const hours = random.chance(0.3) ? shortHours() : {};
  const timed: Plan = { ...plan, ...hours };
  if ('hours' in hours) timed.stores = timed.stores.map((one) => ({ ...one, hours: 'short' }));
  if (random.chance(0.3)) return withSecondStore(timed, random.below(3));
  return random.chance(0.3) ? withMenu(timed) : timed;
}

/** Callers choose between two queues of the same people. */
function withMenu(plan: Plan): Plan {
  const [queue, hotline] = [plan.queues[0]!, plan.hotlines[0]!];
  return {
    ...plan,
    queues: [queue, { ...queue, id: 'service' }],
    hotlines: [{ ...hotline, menu: { afterSales: 'service' } }],
    people: plan.people.map((one) => ({ ...one, queues: ['sales', 'service'] })),
  };
}

/** From nine o'clock, when the day begins, by turns five minutes open and two closed. */
function shortHours(): Pick<Plan, 'hours'> {
  const spans = Array.from({ length: 40 }, (_, at) => [540 + at * 7, 545 + at * 7] as const);
  return { hours: [{ id: 'short', week: Array.from({ length: 7 }, () => spans) }] };
}

function withSecondStore(plan: Plan, keep: number): Plan {
  const [store, queue, hotline] = [plan.stores[0]!, plan.queues[0]!, plan.hotlines[0]!];
  return {
    ...plan,
    stores: [store, { ...store, id: 'bj02', name: 'Beijing Two' }],
    queues: [
      { ...queue, keep },
      { ...queue, id: 'second', store: 'bj02', keep },
    ],
    hotlines: [hotline, { ...hotline, number: HOTLINES[1]!, store: 'bj02', queue: 'second' }],
    people: plan.people.map((one) => ({ ...one, queues: ['sales', 'second'] })),
  };
}
