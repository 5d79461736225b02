/**
 * A customer (客户): one person, or one company, in the books of one controller, with his numbers, his vehicles and every
 * contact with him. Whoever was found to be another one (a merge) keeps his record and points at that one's: `rootId`.
 */
import type { CustomerId, LeadId, StoreId } from '../ids';
import type { NumberKind } from '../number/kinds';
import type { Instant } from '../time';
import type { Controller } from './controller';

/** `person` 个人 or `company` 公司 (N42). */
export const CUSTOMER_KINDS = ['person', 'company'] as const;
export type CustomerKind = (typeof CUSTOMER_KINDS)[number];

export const SEXES = ['male', 'female'] as const;
export type Sex = (typeof SEXES)[number];

/** A day of the calendar, `2026-03-02`: a birthday has no time zone. */
export type CalendarDay = string;

/** What people say of him, and may correct. Text that is not known is empty; the rest is null. */
export interface CustomerFields {
  /** As he is addressed: `张三`, `王女士`, a company's name. */
  name: string;
  kind: CustomerKind | null;
  sex: Sex | null;
  /** 客户类型, in the words of the store. */
  customerType: string | null;
  area: string;
  address: string;
  bornOn: CalendarDay | null;
  note: string;
}

export const NOTHING_KNOWN: CustomerFields = {
  ...{ name: '', kind: null, sex: null, customerType: null },
  ...{ area: '', address: '', bornOn: null, note: '' },
};

export interface Customer extends CustomerFields {
  id: CustomerId;
  controller: Controller;
  /** His own id; the other's when he was merged into another. */
  rootId: CustomerId;
  /** Grows with each change; who changes him says which he has seen. */
  version: number;
  state: 'active' | 'erased';
  /** By which store he came. */
  storeId: StoreId;
  /** Whose customer he is (客户归属); null: the store's. */
  ownerId: string | null;
  /** How he came: `inbound`, `manual`, the name of an import. */
  source: string;
  createdAt: Instant;
  changedAt: Instant;
}

/** A number as it is kept of a customer, in the form that is its key (`normaliseNumber`). */
export interface NumberFacts {
  number: string;
  kind: NumberKind;
  /** By it alone he is known: his mobile, or a fixed one that is confirmed to be his own (Q06). */
  identifies: boolean;
  /** A privacy number is nobody's after that, and is not dialled. */
  expiresAt: Instant | null;
}

export interface CustomerNumber extends NumberFacts {
  id: string;
  customerId: CustomerId;
  source: string;
  since: Instant;
}

export interface VehicleFields {
  plate: string;
  vin: string;
  series: string;
  model: string;
  boughtOn: CalendarDay | null;
  registeredOn: CalendarDay | null;
  insuredUntil: CalendarDay | null;
}

export interface Vehicle extends VehicleFields {
  id: string;
  customerId: CustomerId;
  storeId: StoreId;
  version: number;
  createdAt: Instant;
}

export const CONTACT_KINDS = [
  ...(['call', 'visit', 'note', 'text', 'import', 'edit', 'owner'] as const),
  ...(['appointment', 'arrival', 'deal', 'confirmation'] as const),
] as const;
export type ContactKind = (typeof CONTACT_KINDS)[number];

/** An entry of a customer's timeline. */
export interface CustomerContact {
  /** Of a call: the call's. */
  id: string;
  customerId: CustomerId;
  leadId: LeadId | null;
  storeId: StoreId;
  at: Instant;
  kind: ContactKind;
  callId: string | null;
  /** Who had it, or did it. */
  byId: string | null;
  body: string;
}
