/** What the routes that look for leads by a filter, keep filters and change many leads at once ask of the store. */
import type { AgentId, LeadId, StoreId } from '../domain/ids';
import type { LeadFilter } from '../domain/lead/filter';
import type { LeadState, OwnerWay } from '../domain/lead/lead';
import type { LeadLevel } from '../domain/queue/place';
import type { Instant } from '../domain/time';
import type { Doing, Seen } from './customer-ports';
import type { LeadsAsked, Page, PageRequest } from './queries';

/** What is said of a lead among many; what is not named stays. */
export interface LeadChange {
  owner?: { ownerId: AgentId | null; way?: OwnerWay; reason?: string };
  level?: LeadLevel | null;
  state?: { state: LeadState; reason: string | null };
  nextDueAt?: Instant | null;
  nextPlan?: string | null;
}

/** A lead as it was seen, and what is said of it. */
export type RowChange = Seen & { change: LeadChange };

/** Why a lead was left as it is. */
export interface RowLeft {
  id: LeadId;
  code: string;
  /** The version that it has, of one that somebody has changed since. */
  version: number | null;
}

export interface ManyDone {
  /** By which the deed is undone. */
  id: string;
  changed: LeadId[];
  left: RowLeft[];
}

/** A deed on many leads. */
export interface BulkDeed {
  id: string;
  byId: string;
  doneAt: Instant;
  change: object;
  filter: object | null;
  changed: number;
  left: number;
  undoneAt: Instant | null;
  undoneBy: string | null;
}

/** What of the leads' stores and people decides what may be done. */
export interface ManyRules {
  /** Whether leads of the store are his to change. */
  may: (storeId: StoreId) => boolean;
  /** Whether a lead of the store can be his. */
  canOwn: (ownerId: AgentId, storeId: StoreId) => boolean;
  /** Whether it is the centre's already, if it is his. */
  isOfCentre: (ownerId: AgentId | null, storeId: StoreId) => boolean;
}

/** A filter that somebody keeps. */
export interface LeadView {
  id: string;
  personId: AgentId;
  storeId: StoreId;
  name: string;
  filter: LeadFilter;
  shared: boolean;
  version: number;
  createdAt: Instant;
}

/** Rejects with what the database says. */
export interface LeadDesk {
  count(asked: LeadsAsked): Promise<number>;
  /** At most so many, with the versions they have now. */
  versions(asked: LeadsAsked, most: number): Promise<Seen[]>;
  /**
   * Changes each that may be changed and stands as it was seen, each in a transaction of its own; the others are left and
   * named. `noted` is waited for before the first.
   */
  changeMany(
    rows: readonly RowChange[],
    kept: { change: object; filter: object | null },
    rules: ManyRules,
    doing: Doing,
  ): Promise<ManyDone>;
  /** What each was before; those that were changed since are left and named. `UNKNOWN_BULK`. */
  undoMany(id: string, rules: ManyRules, doing: Doing): Promise<ManyDone>;
  /** With a lead of one of these stores, the newest first. */
  deeds(storeIds: readonly StoreId[], page: PageRequest): Promise<Page<BulkDeed>>;
  /** His own, and those that are shared in these stores; the newest first. */
  views(
    asked: { personId: AgentId; storeIds: readonly StoreId[] },
    page: PageRequest,
  ): Promise<Page<LeadView>>;
  view(id: string): Promise<LeadView | null>;
  keepView(
    view: Pick<LeadView, 'personId' | 'storeId' | 'name' | 'filter' | 'shared'>,
    doing: Doing,
  ): Promise<string>;
  /** The next version; `VERSION_MOVED`. */
  changeView(
    seen: Seen,
    said: Pick<LeadView, 'name' | 'filter' | 'shared'>,
    doing: Doing,
  ): Promise<number>;
  dropView(id: string, doing: Doing): Promise<void>;
}
