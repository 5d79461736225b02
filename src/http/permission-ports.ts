/** What the routes of consents and refusals ask of the store. */
import type { Controller } from '../domain/customer/controller';
import type { Consent, DoNotCall, PermissionFacts, Proof } from '../domain/customer/permission';
import type { CustomerId } from '../domain/ids';
import type { Doing } from './customer-ports';
import type { Page, PageRequest } from './queries';

/** With the recordings of the calls that prove it. */
export type Proved<T> = T & { recordingIds: string[] };

/** What one person has said of it. */
export interface Said {
  /** Also those that were withdrawn, the newest first. */
  consents: Proved<Consent>[];
  /** Of him and of his numbers, also those that were lifted, the newest first. */
  doNotCall: Proved<DoNotCall>[];
}

/** Whom a call or text would reach. */
export interface Reached {
  controller: Controller;
  /** Null: whoever has one of the numbers in these books. */
  customerId: CustomerId | null;
  numbers: readonly string[];
}

export type GivenConsent = Pick<
  Consent,
  'controller' | 'customerId' | 'scope' | 'storeId' | 'givenAt' | 'proof'
>;
export type Refusing = Pick<
  DoNotCall,
  'controller' | 'customerId' | 'number' | 'scope' | 'everywhere' | 'storeId' | 'saidBy' | 'proof'
>;

/**
 * Each deed is one transaction. Rejects with `CodedError`: `UNKNOWN_CUSTOMER`, `CONSENT_STANDS`, `CONSENT_OVER`,
 * `DO_NOT_CALL_OVER`, and with what the database says.
 */
export interface Permissions {
  facts(reached: Reached): Promise<PermissionFacts>;
  said(reached: Reached): Promise<Said>;
  consent(given: GivenConsent, doing: Doing): Promise<Consent>;
  /** Null: there is none. */
  findConsent(id: string): Promise<Consent | null>;
  withdraw(id: string, proof: Proof, doing: Doing): Promise<Consent>;
  refuse(said: Refusing, doing: Doing): Promise<DoNotCall>;
  findRefusal(id: string): Promise<DoNotCall | null>;
  lift(id: string, proof: Proof, doing: Doing): Promise<DoNotCall>;
  /** That stand, in these books, the newest first. */
  refusals(books: readonly Controller[], page: PageRequest): Promise<Page<DoNotCall>>;
}
