/** Decides what a plan may say of the menu of a hotline, and that its queues are there. */
import type { PlanMenu } from '../plan';
import { LANGUAGES } from '../spoken';
import { FAULTS, type PlanFault } from './faults';
import { integer, isObject, matching, objectOf, oneOf, optionally, type Field } from './fields';

const queue = optionally(matching(/^\S{1,64}$/u, '队列的 id', 'the id of a queue'));

export const MENU: Field<PlanMenu | undefined> = optionally(
  objectOf({
    ...{ sales: queue, afterSales: queue, complaint: queue },
    language: optionally(oneOf(...LANGUAGES)),
    seconds: optionally(integer(2, 30)),
  }),
);

const QUEUES = ['sales', 'afterSales', 'complaint'] as const;

/** Keys that lead to no queue of the plan. */
export function menusAstray({ hotlines, queues }: Record<string, unknown>): PlanFault[] {
  const known = new Set(listOf(queues).map((one) => (isObject(one) ? one['id'] : undefined)));
  return listOf(hotlines).flatMap((hotline, index) => {
    const menu = isObject(hotline) ? hotline['menu'] : undefined;
    if (!isObject(menu)) return [];
    return QUEUES.flatMap((name) => {
      const id = menu[name];
      return typeof id !== 'string' || known.has(id)
        ? []
        : [{ at: `hotlines[${index}].menu.${name}`, ...FAULTS.unknownReference(id, 'queues') }];
    });
  });
}

const listOf = (section: unknown): unknown[] => (Array.isArray(section) ? section : []);
