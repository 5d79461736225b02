/** Decides what a plan may say of a queue: how its agents are asked, and how long. */
import {
  STRATEGY_NAMES,
  type PlanPerson,
  type PlanQueue,
  type Skills,
  type StrategyName,
} from '../plan';
import { FAULTS, type PlanFault } from './faults';
import {
  integer,
  listOf,
  matching,
  namesTo,
  objectOf,
  oneOf,
  optional,
  optionally,
  yesOrNo,
  type Field,
  type Fields,
} from './fields';

const person = matching(/^\S{1,64}$/u, '人员的 id', 'the id of a person');

/** Skills of a person, or wanted of one, with their levels. */
export const SKILLS: Field<Skills> = namesTo(/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u, integer(1, 9));

/** All but its id and its store. */
export const QUEUE: Fields<Omit<PlanQueue, 'id' | 'store'>> = {
  strategy: optional(oneOf(...STRATEGY_NAMES), 'longest-idle'),
  ringSeconds: optional(integer(3, 120), 20),
  wrapUpSeconds: optional(integer(0, 3600), 30),
  order: optionally(listOf(person, 1)),
  stepSeconds: optionally(integer(1, 120)),
  wants: optionally(SKILLS),
  widen: optionally(listOf(objectOf({ after: integer(1, 3600), wants: optional(SKILLS, {}) }))),
  ownerSeconds: optionally(integer(0, 600)),
  languageSeconds: optionally(integer(0, 600)),
  headStart: optionally(
    objectOf({ levelH: optionally(integer(0, 3600)), complaint: optionally(integer(0, 3600)) }),
  ),
  missesToPause: optionally(integer(0, 20)),
  returnMinutes: optionally(integer(0, 60)),
  announce: optionally(
    objectOf({
      firstSeconds: optionally(integer(0, 600)),
      everySeconds: optionally(integer(0, 600)),
      position: optionally(yesOrNo),
      wait: optionally(yesOrNo),
    }),
  ),
  hopelessMinutes: optionally(integer(0, 600)),
  keep: optionally(integer(0, 1000)),
  form: optionally(oneOf('required', 'optional', 'none')),
  afterTalk: optionally(oneOf('nothing', 'rating')),
};

type Serving = Pick<PlanPerson, 'id' | 'queues'>;

/** A queue cannot keep more agents than it has. */
export const unkeepable = (queues: readonly PlanQueue[], people: readonly Serving[]): PlanFault[] =>
  queues.flatMap(({ id, keep = 0 }, index) => {
    const served = people.filter((one) => one.queues.includes(id)).length;
    return keep <= served ? [] : [{ at: `queues[${index}].keep`, ...FAULTS.keepsTooMany(served) }];
  });

const IN_ORDER: readonly StrategyName[] = ['top-down', 'round-robin'];

/** Where nothing else is said, people are asked in the order in which the file has them. */
export function withOrder(queue: PlanQueue, people: readonly Serving[]): PlanQueue {
  if (queue.order || !IN_ORDER.includes(queue.strategy)) return queue;
  const order = people.filter(({ queues }) => queues.includes(queue.id)).map(({ id }) => id);
  return order.length === 0 ? queue : { ...queue, order };
}
