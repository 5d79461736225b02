/** Which trunks carry a call of a store, and as whom the store is shown. */
import type { StoreId, TrunkId } from '../ids';
import { countryOf } from '../number/book';
import { normaliseNumber } from '../number/normalise';
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

/** All of the store: help is no question of permission. */
export const trunksForHelp = (plan: Plan, storeId: StoreId): Carriers =>
  carriers(plan, storeId, () => true);

/** The area code in which the store's local numbers are; `''` when its trunks name none. */
export const areaOfStore = (plan: Plan, storeId: StoreId): string =>
  trunksOf(plan, storeId).find(({ area }) => area !== undefined)?.area ?? '';

function carriers(plan: Plan, storeId: StoreId, may: (trunk: PlanTrunk) => boolean): Carriers {
  const store = plan.stores.find(({ id }) => id === storeId);
  const trunks = trunksOf(plan, storeId).filter(may);
  const shown = store?.shows ?? plan.hotlines.find((one) => one.store === storeId)?.number ?? '';
  return {
    via: trunks.map(({ id }) => id),
    callerId: normaliseNumber(shown, countryOf(plan, trunks[0]), trunks[0]?.area),
  };
}

/** Its own in its order; a store that names none uses all of the plan. */
function trunksOf({ stores, trunks }: Plan, storeId: StoreId): PlanTrunk[] {
  const own = stores.find(({ id }) => id === storeId)?.trunks;
  if (own === undefined) return trunks;
  return own.flatMap((id) => trunks.find((trunk) => trunk.id === id) ?? []);
}
