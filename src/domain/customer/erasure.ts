/** What becomes of a person's data when he wishes that it is deleted (PIPL): the certificate of it, and what is kept all the same. */
import type { StoreId } from '../ids';
import type { Instant } from '../time';
import type { Controller } from './controller';

/** What is counted of him, in the order of the certificate. */
export const ERASED_THINGS = [
  ...(['records', 'numbers', 'leads', 'vehicles', 'contacts', 'calls', 'recordings'] as const),
  ...(['texts', 'forms', 'promises', 'consents', 'importRows', 'events'] as const),
] as const;
export type ErasedThing = (typeof ERASED_THINGS)[number];

/** `complaint`, `dispute` and `authority`: why his recordings are on hold. */
export const HOLD_REASONS = ['complaint', 'dispute', 'authority'] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

export interface Kept {
  what: 'recordings' | 'number-hashes' | 'do-not-call' | 'blocked-numbers';
  count: number;
  /** `refusal`: he is not to be called again; `protection`: of the store against calls of a number. */
  why: HoldReason | 'refusal' | 'protection';
}

/** What was deleted, what was kept and why, when and by whom; nothing in it says of whom. */
export interface Certificate {
  id: string;
  controller: Controller;
  storeId: StoreId;
  by: string;
  at: Instant;
  erased: Record<ErasedThing, number>;
  kept: Kept[];
  /** Of recordings, still on disk. */
  filesLeft: number;
  /** Null: some are left. */
  filesDeletedAt: Instant | null;
}

/** What stands in place of a number, so that two calls of one person are still counted as such. */
export const tokenOf = (erasureId: string, nth: number): string =>
  `erased-${erasureId.replaceAll('-', '').slice(-12)}-${nth}`;
