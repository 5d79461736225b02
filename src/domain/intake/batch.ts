/** An import of one file (数据输入, E30): what was asked, how far it is, and what came of it. */
import type { StoreId } from '../ids';
import type { Instant } from '../time';
import type { Cell, Refusal } from './cell';
import type { Given, Mapping } from './header';
import type { ReadyRow } from './landing';
import type { LeadSource } from './words';

/** On what people took it down (X07, E30). It says nothing of the layout: all end in one format (A25). */
export const INPUT_FORMATS = ['paper', 'pda', 'web', 'sms', 'excel'] as const;
export type InputFormat = (typeof INPUT_FORMATS)[number];

export const BATCH_STATES = [
  ...(['waiting', 'running', 'done', 'failed', 'undoing', 'undone'] as const),
] as const;
export type BatchState = (typeof BATCH_STATES)[number];

/** What somebody asks for. */
export interface ImportOrder {
  storeId: StoreId;
  by: string;
  fileName: string;
  sha256: string;
  bytes: number;
  format: InputFormat;
  /** With a lead for each person, or as customers without one. */
  as: 'leads' | 'customers';
  /** Of rows that name none. */
  source: LeadSource;
  /** Area code of local numbers (`010`); `''`: they are refused. */
  area: string;
  /** Which column holds what, by heading; null: as it is recognised, or was said before of the same headings. */
  given: Given | null;
}

export interface ImportCounts {
  /** Rows with something in them, without title and heading. */
  rows: number;
  /** Made. */
  customers: number;
  leads: number;
  vehicles: number;
  /** Rows that brought something new to somebody who was known. */
  filled: number;
  /** Rows that have landed before, or say nothing new. */
  same: number;
  rejected: number;
  /** Pairs of persons of whom people have to decide whether they are one. */
  doubtful: number;
}

export const NO_COUNTS: ImportCounts = {
  ...{ rows: 0, customers: 0, leads: 0, vehicles: 0, filled: 0, same: 0, rejected: 0, doubtful: 0 },
};

/** What an undo has left as it is, because somebody has worked with it since. */
export interface Kept {
  what: 'customer' | 'lead' | 'vehicle' | 'number' | 'field';
  /** Of the customer, lead or vehicle. */
  id: string;
  /** Of a field: its name. */
  field?: string;
}

/** The heading as it was read. */
export interface KeptHeading {
  /** With the titles above it, as they stand in the file. */
  rows: readonly (readonly Cell[])[];
  labels: readonly string[];
  mapping: Mapping;
}

export interface ImportBatch extends ImportOrder {
  id: string;
  controller: string;
  state: BatchState;
  error: string | null;
  heading: KeptHeading | null;
  /** The last row of the file that has landed. */
  rowDone: number;
  counts: ImportCounts;
  keptCount: number;
  kept: Kept[];
  createdAt: Instant;
  doneAt: Instant | null;
  undoneAt: Instant | null;
  undoneBy: string | null;
}

/** A row that cannot land: as it stands in the file, and all that is wrong with it. */
export interface RejectedRow {
  row: number;
  cells: readonly Cell[];
  refusals: readonly Refusal[];
}

/** Rows that land as one. */
export interface Portion {
  ready: readonly Omit<ReadyRow, 'isKnown'>[];
  rejected: readonly RejectedRow[];
  /** The last row of the file in it. */
  upTo: number;
}
