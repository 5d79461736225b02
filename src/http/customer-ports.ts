/** What the routes of customers and leads ask of the store. */
import type { Controller } from '../domain/customer/controller';
import type {
  Customer,
  CustomerContact,
  CustomerFields,
  CustomerNumber,
  NumberFacts,
  Vehicle,
} from '../domain/customer/customer';
import type { CustomerId, LeadId, StoreId } from '../domain/ids';
import type { Lead, LeadFields, LeadOwning, LeadState, OwnerWay } from '../domain/lead/lead';
import type { CallOutcome } from '../domain/records';
import type { Instant, Millis } from '../domain/time';
import type { Noted } from './ports';
import type { FollowUpRow, Page, PageRequest } from './queries';

/** A lead as it stands beside its customer in a list. */
export type BriefLead = Pick<Lead, 'id' | 'storeId' | 'ownerId' | 'state' | 'level' | 'openedAt'>;

export interface ListedCustomer {
  customer: Customer;
  numbers: CustomerNumber[];
  /** The newest first. */
  leads: BriefLead[];
}

/** A lead with who owned it when, the first owner first (A31). */
export interface LeadDetail {
  lead: Lead;
  owners: LeadOwning[];
}

/** All that is known of a customer, and of whoever was merged into him. */
export interface CustomerDetail {
  customer: Customer;
  numbers: CustomerNumber[];
  vehicles: Vehicle[];
  /** The newest first. */
  leads: LeadDetail[];
  /** Open ones of his leads, the most urgent first. */
  followUps: FollowUpRow[];
}

/** An entry of the timeline; of a call with what became of it. */
export interface TimelineEntry extends CustomerContact {
  direction: 'inbound' | 'outbound' | 'internal' | null;
  outcome: CallOutcome | null;
  talkMs: Millis | null;
  recordingIds: string[];
}

/** Who does it, and what is waited for before it stays; when that rejects, nothing is done. */
export interface Doing {
  by: string;
  at: Instant;
  noted: Noted;
}

/** A record as whoever changes it has seen it. */
export interface Seen {
  id: string;
  version: number;
}

/**
 * Each deed is one transaction, and stands in the database when it resolves. Ids of nobody answer null. Rejects with
 * `CodedError`: `NUMBER_TAKEN`, `VERSION_MOVED`, `LEAD_NEEDS_REASON`, `UNKNOWN_CUSTOMER`, `UNKNOWN_LEAD`, and with what the
 * database says.
 */
export interface Customers {
  /** Of these books, the newest first; `q`: those who are found by all of its words. */
  list(
    asked: { books: readonly Controller[]; q?: string },
    page: PageRequest,
  ): Promise<Page<ListedCustomer>>;
  /** After merges: who was merged into another is that one. */
  find(id: CustomerId, now: Instant): Promise<CustomerDetail | null>;
  /** With these stores, the newest first. */
  contacts(
    asked: { customerId: CustomerId; storeIds: readonly StoreId[] },
    page: PageRequest,
  ): Promise<Page<TimelineEntry>>;
  make(
    made: {
      controller: Controller;
      storeId: StoreId;
      fields: CustomerFields;
      numbers: readonly NumberFacts[];
    },
    doing: Doing,
  ): Promise<CustomerId>;
  /** `numbers` are added to those he has. The next version. */
  change(
    seen: Seen,
    change: { fields: CustomerFields; numbers: readonly NumberFacts[] },
    doing: Doing,
  ): Promise<number>;
  lead(id: LeadId): Promise<LeadDetail | null>;
  makeLead(
    made: {
      customerId: CustomerId;
      storeId: StoreId;
      number: string;
      ownerId: string | null;
      source: string;
      fields: LeadFields;
    },
    doing: Doing,
  ): Promise<LeadId>;
  /**
   * `state` undefined: it stays. A showroom's lead that fails is nobody's then, unless it `stays` (A33). The next version.
   */
  changeLead(
    seen: Seen,
    change: {
      fields: LeadFields;
      state?: { state: LeadState; reason: string | null };
      /** Whether it is the centre's already, if it is his. */
      stays: (ownerId: string | null) => boolean;
    },
    doing: Doing,
  ): Promise<number>;
  /** With one who `isOfCentre` a lead of the showroom is the centre's. The next version. */
  changeOwner(
    seen: Seen,
    change: { ownerId: string | null; way: OwnerWay; reason: string; isOfCentre: boolean },
    doing: Doing,
  ): Promise<number>;
}
