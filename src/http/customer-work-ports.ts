/** What the routes ask that work on one customer beside his own fields: his cars, notes, numbers, and where each value came from. */
import type { VehicleFields } from '../domain/customer/customer';
import type { Field } from '../domain/customer/merging';
import type { AgentId, CustomerId, LeadId, StoreId } from '../domain/ids';
import type { Instant } from '../domain/time';
import type { Doing, Seen } from './customer-ports';

/** A value that somebody, or something, gave of a field. */
export interface Word {
  value: string;
  /** The record that says it: his own, or one that was merged into him. */
  from: CustomerId;
  /** As `source` of a customer says it: `manual`, `inbound`, `import:…`, `form:…`, `hq:…`. */
  source: string;
  since: Instant;
}

/** What somebody has changed by hand; `''`: nothing. */
export interface Edit {
  field: Field;
  was: string;
  now: string;
  /** Of whom. */
  from: CustomerId;
  by: AgentId;
  at: Instant;
}

export interface Provenance {
  customerId: CustomerId;
  /** Of each field that says something: the shown value first. */
  fields: { field: Field; words: Word[] }[];
  /** The newest first. */
  edits: Edit[];
  numbers: { id: string; number: string; from: CustomerId; source: string; since: Instant }[];
  leads: {
    id: LeadId;
    storeId: StoreId;
    source: string;
    openedAt: Instant;
    callId: string | null;
  }[];
  /** Of leads of web forms and of HQ: when, from where, and what was agreed to. */
  handedIn: {
    leadId: LeadId | null;
    storeId: StoreId;
    origin: string;
    key: string;
    at: Instant;
    consent: boolean | null;
    consentText: string;
  }[];
}

/** Of a vehicle or a number of that customer. */
export interface SeenOf extends Seen {
  customerId: CustomerId;
}

/**
 * Each deed is one transaction, and stands in the database when it resolves. Rejects with `CodedError`: `NOT_FOUND` of what is
 * not his, `VERSION_MOVED`, `LAST_NUMBER`, and with what the database says.
 */
export interface CustomerWork {
  /** Of one who was found. */
  provenance(id: CustomerId): Promise<Provenance>;
  addVehicle(
    made: { customerId: CustomerId; storeId: StoreId; fields: VehicleFields },
    doing: Doing,
  ): Promise<string>;
  /** What is not named stays. The next version. */
  changeVehicle(seen: SeenOf, fields: Partial<VehicleFields>, doing: Doing): Promise<number>;
  removeVehicle(seen: SeenOf, doing: Doing): Promise<void>;
  addNote(
    note: { customerId: CustomerId; storeId: StoreId; leadId: LeadId | null; body: string },
    doing: Doing,
  ): Promise<string>;
  /** `version` is the customer's. What was confirmed of the number is so no more. The next version. */
  removeNumber(seen: SeenOf, doing: Doing): Promise<number>;
}
