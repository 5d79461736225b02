/** Decides what a plan may say of calling back who was promised it, and that the hours that it names are there. */
import type { PlanRingBack } from '../plan';
import { PROMISE_REASONS } from '../promise/ring-back';
import { FAULTS, type PlanFault } from './faults';
import {
  integer,
  isObject,
  listOf,
  matching,
  objectOf,
  oneOf,
  optionally,
  type Field,
} from './fields';

/** A day: who is called later is called by a person. */
const MOST_MINUTES = 1440;

export const RING_BACK: Field<PlanRingBack | undefined> = optionally(
  objectOf({
    after: optionally(listOf(oneOf(...PROMISE_REASONS))),
    tries: optionally(integer(1, 10)),
    againMinutes: optionally(integer(1, MOST_MINUTES)),
    dueMinutes: optionally(integer(1, MOST_MINUTES)),
    ringSeconds: optionally(integer(10, 60)),
    hours: optionally(matching(/^\S{1,64}$/u, '营业时间的 id', 'the id of hours')),
  }),
);

/** Hours that the plan has not. */
export function ringBacksAstray({ hotlines, hours }: Record<string, unknown>): PlanFault[] {
  const known = new Set(items(hours).map((one) => (isObject(one) ? one['id'] : undefined)));
  return items(hotlines).flatMap((hotline, index) => {
    const said = isObject(hotline) ? hotline['ringBack'] : undefined;
    const id = isObject(said) ? said['hours'] : undefined;
    return typeof id !== 'string' || known.has(id)
      ? []
      : [{ at: `hotlines[${index}].ringBack.hours`, ...FAULTS.unknownReference(id, 'hours') }];
  });
}

const items = (section: unknown): unknown[] => (Array.isArray(section) ? section : []);
