/** What the routes of merging and cleaning ask of the store and of the app. */
import type { Controller } from '../domain/customer/controller';
import type { Customer, CustomerNumber } from '../domain/customer/customer';
import type { Field } from '../domain/customer/merging';
import type { Doubt } from '../domain/customer/same-person';
import type { CustomerId, LeadId } from '../domain/ids';
import type { InvalidReason } from '../domain/lead/may-be-dialled';
import type { Instant } from '../domain/time';
import type { BriefLead, Doing, Seen } from './customer-ports';
import type { Page, PageRequest } from './queries';

/** One of a pair, as he stands beside the other. */
export interface PairSide {
  /** After merges. */
  customer: Customer;
  numbers: CustomerNumber[];
  /** The newest first. */
  leads: BriefLead[];
  vehicles: number;
  contacts: number;
  lastContactAt: Instant | null;
}

export type PairState = 'open' | 'later' | 'same' | 'different';

/** Two of whom it is not sure that they are two people (A24). */
export interface DoubtfulPair {
  id: string;
  controller: Controller;
  reason: Doubt;
  /** Of the one and of the other, by which they were found; `''`: by none. */
  numbers: readonly [string, string];
  state: PairState;
  foundAt: Instant;
  /** Of `later`. */
  againAt: Instant | null;
  decidedAt: Instant | null;
  decidedBy: string | null;
  mergeId: string | null;
  /** The older one first. */
  sides: readonly [PairSide, PairSide];
}

/** A merge, whether or not it stands. */
export interface MergeDone {
  id: string;
  controller: Controller;
  keptId: CustomerId;
  mergedId: CustomerId;
  way: 'hand' | 'pair' | 'cleaning' | 'import';
  by: string;
  at: Instant;
  undoneAt: Instant | null;
  undoneBy: string | null;
}

export type PairDecision =
  | { as: 'same'; versions: readonly [number, number] }
  | { as: 'different' }
  | { as: 'later'; againAt: Instant }
  /** What was decided is taken back, with its merge. */
  | { as: 'open' };

export interface SplitAsked {
  from: Seen;
  /** Null: a new customer. */
  toId: CustomerId | null;
  leads: readonly LeadId[];
  numbers: readonly string[];
  vehicles: readonly string[];
}

/**
 * Each deed is one transaction, and stands in the database when it resolves; an id of nothing answers null. Rejects with
 * `CodedError`: `UNKNOWN_CUSTOMER`, `SAME_CUSTOMER`, `OTHER_CONTROLLER`, `VERSION_MOVED`, `UNDONE_ALREADY`, `PAIR_DECIDED`,
 * `NOT_OF_CUSTOMER`, `UNKNOWN_LEAD`.
 */
export interface Merging {
  /** The earliest first. `open`: also those whose time has come again. */
  pairs(
    asked: { books: readonly Controller[]; state: PairState; now: Instant },
    page: PageRequest,
  ): Promise<Page<DoubtfulPair>>;
  pair(id: string): Promise<DoubtfulPair | null>;
  decide(id: string, decision: PairDecision, doing: Doing): Promise<void>;
  /** In whose books the customer is. */
  bookOf(id: CustomerId): Promise<Controller | null>;
  /** The newest first. */
  merges(books: readonly Controller[], page: PageRequest): Promise<Page<MergeDone>>;
  findMerge(id: string): Promise<MergeDone | null>;
  merge(customers: readonly [Seen, Seen], doing: Doing): Promise<MergeDone>;
  /** Fields that somebody has edited since, and that stay. */
  undoMerge(id: string, doing: Doing): Promise<{ kept: Field[] }>;
  findSplit(id: string): Promise<{ controller: Controller } | null>;
  split(asked: SplitAsked, doing: Doing): Promise<{ id: string; toId: CustomerId }>;
  /** What stayed where it is; whether the customer who was made for it is there still. */
  undoSplit(
    id: string,
    doing: Doing,
  ): Promise<{ stayed: { table: string; id: string }[]; remains: boolean }>;
  /** Deletes the data of a lead (A23). */
  invalidate(lead: Seen, reason: InvalidReason, doing: Doing): Promise<{ customerErased: boolean }>;
}

/** What of a run is counted (B28). */
export const CLEANING_COUNTS = [
  ...(['came', 'duplicates', 'merged', 'doubtful', 'valid', 'invalid'] as const),
  ...(['exceptions', 'archived', 'transferred', 'distributed'] as const),
] as const;
export type CleaningCount = (typeof CLEANING_COUNTS)[number];

export interface CleaningRun extends Record<CleaningCount, number> {
  id: string;
  controller: Controller;
  why: 'night' | 'asked';
  by: string;
  state: 'running' | 'done';
  startedAt: Instant;
  endedAt: Instant | null;
  /** People, and open leads, of these books. */
  customersBefore: number;
  customersAfter: number | null;
  leadsBefore: number;
  leadsAfter: number | null;
}

export interface Cleaning {
  /** The newest first. */
  runs(books: readonly Controller[], page: PageRequest): Promise<Page<CleaningRun>>;
  /** A run from now on, or the one that goes on. Resolves when it has begun. */
  begin(controller: Controller, by: string): Promise<CleaningRun>;
}
