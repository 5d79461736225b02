/**
 * In whose books a store's customers are: one person is one record of whoever is answerable for his data (the controller,
 * PIPL). Nothing is known across controllers.
 */
import { groupOfStore, type Organisation, type PlanGroup } from '../organisation';
import type { StoreId } from '../ids';

/** `group:…`, `entity:…` or `store:…`. */
export type Controller = string;

/** What of a plan says who is answerable for the customers of its stores. */
type Answerable = Organisation & { groups?: readonly PlanGroup[] | undefined };

/**
 * The group of the store where it shares its customers by agreement (`sharesCustomers`), else the store's legal entity,
 * else the store by itself (Q06).
 */
export function controllerOf(plan: Answerable, storeId: StoreId): Controller {
  const group = groupOfStore(plan, storeId);
  const shares = plan.groups?.find(({ id }) => id === group)?.sharesCustomers ?? false;
  if (group !== undefined && shares) return `group:${group}`;
  const entity = plan.stores.find(({ id }) => id === storeId)?.entity;
  return entity === undefined ? `store:${storeId}` : `entity:${entity}`;
}
