/** Which trunks carry a call of a store, and as whom the store is shown. */
import type { StoreId, TrunkId } from '../ids';
import { groupOfStore, storesOfGroup } from '../organisation';
import { countryOf } from '../number/book';
import { normaliseNumber } from '../number/normalise';
import { trunksFor } from '../number/trunk-choice';
import type { DialClass, Plan, PlanTrunk } from '../plan';
import { mayCarry } from './permission';

export interface Carriers {
  /** The best first. */
  via: TrunkId[];
  /** The number of ours that is shown, as a key; `''` when there is none. */
  callerId: string;
}

/** Those that may carry such numbers. */
export const trunksForClass = (plan: Plan, storeId: StoreId, wanted: DialClass): Carriers =>
  carriers(plan, storeId, (trunk) => mayCarry(trunk, wanted));

/**
 * All of the store, and after them what other stores of its group lend for it: help is no question of permission.
 * The caller is shown as of his own store whoever carries him.
 */
export function trunksForHelp(plan: Plan, storeId: StoreId): Carriers {
  const { via, callerId } = carriers(plan, storeId, () => true);
  const lent = groupOf(plan, storeId)
    .flatMap((store) => trunksOf(plan, store))
    .filter(({ id, to = [], lendsForHelp }) => lendsForHelp && to.length > 0 && !via.includes(id));
  return { via: [...new Set([...via, ...lent.map(({ id }) => id)])], callerId };
}

/** The other stores of its group. */
function groupOf(plan: Plan, storeId: StoreId): StoreId[] {
  const group = groupOfStore(plan, storeId);
  return group === undefined ? [] : storesOfGroup(plan, group).filter((id) => id !== storeId);
}

/** The area code in which the store's local numbers are; `''` when its trunks name none. */
export const areaOfStore = (plan: Plan, storeId: StoreId): string =>
  trunksOf(plan, storeId).find(({ area }) => area !== undefined)?.area ?? '';

/** A store that says which number it shows is shown so everywhere; else each trunk says it. */
function carriers(plan: Plan, storeId: StoreId, may: (trunk: PlanTrunk) => boolean): Carriers {
  const store = plan.stores.find(({ id }) => id === storeId);
  const own = trunksOf(plan, storeId).filter(may);
  const routes = trunksFor(plan, storeId);
  const ways = own.flatMap(({ id }) => routes.find(({ trunkId }) => trunkId === id) ?? []);
  const shown = store?.shows;
  return {
    via: ways.map(({ trunkId }) => trunkId),
    callerId:
      shown === undefined
        ? (ways[0]?.callerId ?? '')
        : normaliseNumber(shown, countryOf(plan, own[0]), own[0]?.area),
  };
}

/** Its own in its order; a store that names none uses all of the plan. */
function trunksOf({ stores, trunks }: Plan, storeId: StoreId): PlanTrunk[] {
  const own = stores.find(({ id }) => id === storeId)?.trunks;
  if (own === undefined) return trunks;
  return own.flatMap((id) => trunks.find((trunk) => trunk.id === id) ?? []);
}
