/** What is known, before a row lands, of those whom it may be about; and what an import makes of it. */
import type { IdentifyingNumber } from '../customer/same-person';
import type { CustomerId, LeadId } from '../ids';
import type { NumberKind } from '../number/kinds';
import type { Instant } from '../time';
import type { IntakeRecord } from './record';

/** A value of a field; `''` and null: nothing. */
export type FieldValue = string | null;

/** Fields that an import fills where they are empty, by what they belong to. */
export const FILLED = {
  customer: ['name', 'sex', 'kind', 'customerType', 'area', 'address', 'bornOn', 'note'],
  lead: [
    ...(['name', 'level', 'channel', 'customerType', 'presentCar', 'interestSeries'] as const),
    ...(['interestModel', 'intendedOn', 'contactResult', 'nextPlan', 'prospect'] as const),
  ],
  vehicle: ['plate', 'vin', 'series', 'model', 'boughtOn', 'registeredOn', 'insuredUntil'],
} as const satisfies Record<string, readonly (keyof IntakeRecord)[]>;

export type FilledTable = keyof typeof FILLED;

export type FieldsOf<T extends FilledTable> = Record<(typeof FILLED)[T][number], FieldValue>;

/** The person's lead that is open in the store of the import. */
export interface KnownLead {
  id: LeadId;
  fields: FieldsOf<'lead'>;
}

export interface KnownVehicle {
  id: string;
  fields: FieldsOf<'vehicle'>;
}

/** Somebody who has one of the numbers of the rows, as he is after merges. */
export interface KnownPerson {
  id: CustomerId;
  createdAt: Instant;
  controller: string;
  name: string;
  kind: 'person' | 'company' | null;
  /** Those of his numbers that the rows name. */
  numbers: IdentifyingNumber[];
  fields: FieldsOf<'customer'>;
  lead: KnownLead | null;
  vehicles: KnownVehicle[];
}

export interface NewPerson {
  id: CustomerId;
  fields: FieldsOf<'customer'>;
  ownerId: string | null;
}

export interface NewNumber {
  id: string;
  customerId: CustomerId;
  number: string;
  kind: NumberKind;
  identifies: boolean;
}

export interface NewLead {
  id: LeadId;
  customerId: CustomerId;
  number: string;
  ownerId: string | null;
  source: string;
  /** It is held until somebody has confirmed it (A26). */
  isHeld: boolean;
  fields: FieldsOf<'lead'>;
}

export interface NewVehicle {
  id: string;
  customerId: CustomerId;
  fields: FieldsOf<'vehicle'>;
}

/** Entry of the timeline: what came with which row. */
export interface NewContact {
  id: string;
  customerId: CustomerId;
  leadId: LeadId | null;
  body: string;
}

/** Two of whom people decide whether they are one. */
export interface NewPair {
  id: string;
  left: CustomerId;
  right: CustomerId;
  why: string;
  leftNumber: string;
  rightNumber: string;
}

/** One field that was empty, or what stands there now. */
export interface Fill {
  table: FilledTable;
  id: string;
  values: Record<string, FieldValue>;
}

/** Everything that one row has made, by which it can be taken back. */
export interface Made {
  customer?: CustomerId;
  lead?: LeadId;
  contact?: string;
  numbers?: string[];
  vehicles?: string[];
  pairs?: string[];
  fills?: Fill[];
}

/** What became of a row. `same`: it has landed before, or says nothing new. */
export type Outcome = 'made' | 'filled' | 'same';

export interface LandedRow {
  row: number;
  outcome: Outcome;
  customerId: CustomerId | null;
  /** The lead that it is about, made or known; null: it has landed before, or the import makes none. */
  leadId: LeadId | null;
  made: Made;
}

/** All that rows bring, for one transaction. */
export interface Landed {
  customers: NewPerson[];
  numbers: NewNumber[];
  leads: NewLead[];
  vehicles: NewVehicle[];
  contacts: NewContact[];
  pairs: NewPair[];
  rows: LandedRow[];
}
