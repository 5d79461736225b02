/** Which stores a request is about, of those in which the caller has the right that its route demands. */
import { CodedError, type ErrorCode } from '../domain/errors';
import type { StoreId } from '../domain/ids';
import { mayIn, seesStore, storesOf, type Asker, type Right } from '../domain/rights';

/** Of a list: the one that is asked for, else all of them. One that is not his is none (`NOT_FOUND`). */
export function storesAsked(person: Asker, right: Right, store: StoreId | undefined): StoreId[] {
  const stores = storesOf(person, right);
  if (store === undefined) return stores;
  if (!stores.includes(store)) throw new CodedError('NOT_FOUND');
  return [store];
}

/** Where one store is meant: the one that is asked for, else the home store, else the first of them. */
export function storeAsked(person: Asker, right: Right, store: StoreId | undefined): StoreId {
  const stores = storesAsked(person, right, store);
  const [first] = stores;
  if (first === undefined) throw new CodedError('FORBIDDEN_POST');
  return stores.includes(person.store) ? person.store : first;
}

/**
 * Refuses what he may not in the thing's store: as if it were not there, where he does not see the store either. Who may, may
 * without seeing the rest of the store: a program that was given one right.
 */
export function demandIn(
  person: Asker,
  right: Right,
  storeId: StoreId | null | undefined,
  unseen: ErrorCode,
): void {
  if (storeId !== undefined && mayIn(person, right, storeId)) return;
  const isSeen = storeId !== undefined && seesStore(person, storeId);
  throw new CodedError(isSeen ? 'FORBIDDEN_POST' : unseen);
}
