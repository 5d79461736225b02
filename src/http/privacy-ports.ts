/** What the routes of a person's data ask of the store: all of it as one answer, deleting it, and what holds it. */
import type { Controller } from '../domain/customer/controller';
import type { Certificate, HoldReason } from '../domain/customer/erasure';
import type { CustomerId, StoreId } from '../domain/ids';
import type { Instant } from '../domain/time';
import type { Doing, Seen } from './customer-ports';
import type { Page, PageRequest } from './queries';

/** Rows of what is held of one person, by what they are. */
export type HeldData = Record<string, Record<string, unknown>[]>;

export interface LegalHold {
  id: string;
  customerId: CustomerId;
  controller: Controller;
  storeId: StoreId;
  why: HoldReason;
  by: string;
  at: Instant;
  liftedAt: Instant | null;
  liftedBy: string | null;
}

/**
 * Each deed is one transaction. Rejects with `CodedError`: `UNKNOWN_CUSTOMER`, `VERSION_MOVED`, `CUSTOMER_BUSY`, `HOLD_OVER`,
 * and with what the database says.
 */
export interface Privacy {
  held(customerId: CustomerId): Promise<HeldData>;
  erase(seen: Seen & { storeId: StoreId }, doing: Doing): Promise<Certificate>;
  /** Null: there is none. */
  certificate(id: string): Promise<Certificate | null>;
  certificates(books: readonly Controller[], page: PageRequest): Promise<Page<Certificate>>;
  hold(
    of: { customerId: CustomerId; storeId: StoreId; why: HoldReason },
    doing: Doing,
  ): Promise<LegalHold>;
  findHold(id: string): Promise<LegalHold | null>;
  lift(id: string, doing: Doing): Promise<LegalHold>;
}
