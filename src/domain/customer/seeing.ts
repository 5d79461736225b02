/**
 * Who sees a customer, and his numbers whole: data of people are shown for a purpose (PIPL). A customer is seen by whoever
 * reads a store in whose books he is; a lead, and a contact, by whoever reads its store.
 */
import type { StoreId } from '../ids';
import { mayIn, storesOf, type Asker, type Right } from '../rights';
import { controllerOf, type Controller } from './controller';

type Answerable = Parameters<typeof controllerOf>[0];

/** The books of stores in which he has the right: of one store, or of all. */
export function booksOf(
  plan: Answerable,
  person: Asker,
  right: Right,
  storeId?: StoreId,
): Controller[] {
  const stores = storesOf(person, right).filter((id) => storeId === undefined || id === storeId);
  return [...new Set(stores.map((id) => controllerOf(plan, id)))];
}

/** Whose something is, at which store. */
export interface Owned {
  storeId: StoreId;
  ownerId: string | null;
}

/** Whose customer or lead it is, and who oversees its store, sees its number whole; others the last four digits. */
export const seesWhole = (person: Asker, owned: readonly Owned[]): boolean =>
  owned.some(
    ({ storeId, ownerId }) => ownerId === person.id || mayIn(person, 'store.oversee', storeId),
  );

/** `****8000` */
export const lastFour = (number: string): string =>
  number === '' ? '' : `****${number.length < 8 ? '' : number.slice(-4)}`;

/** The number as he is shown it. */
export const shownNumber = (number: string, whole: boolean): string =>
  whole ? number : lastFour(number);
