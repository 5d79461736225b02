/** What HTTP reads of the records, a page at a time: the rows of each list, what may be asked of it, and who answers. */
import type { AlarmCode } from '../domain/alarm';
import type { AgentId, LeadId, QueueId, RecordingId, StoreId } from '../domain/ids';
import type {
  CallSnapshot,
  EntrySnapshot,
  OfferSnapshot,
  AttemptSnapshot,
  PromiseSnapshot,
  LegSnapshot,
  RatingSnapshot,
} from '../domain/records';
import type { CallKind, FollowUp, FormSnapshot, FormState } from '../domain/form/form';
import type { LeadFilter } from '../domain/lead/filter';
import type { LeadState } from '../domain/lead/lead';
import type { LeadRules } from '../domain/lead/rules';
import type { LeadLevel } from '../domain/queue/place';
import type { SeenLoad } from '../domain/staffing/need';
import type { Instant } from '../domain/time';

/** A page of a list; `next` is an opaque cursor, null at the end. */
export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface PageRequest {
  /** 1-200. */
  limit: number;
  after?: string;
}

export interface CallFilter {
  /** Those of the caller in which the calls are; without it of any. */
  storeIds?: readonly StoreId[];
  agentId?: string;
  /** The customer's number, in any spelling. */
  number?: string;
  from?: Instant;
  to?: Instant;
  /** Those whose form is not complete: of the stores, or what is in one agent's work list. */
  unclassified?: 'store' | { agentId: string };
  /** Flagged for their length (A09), as it is at that moment. */
  longAt?: Instant;
}

/** A call in a list, with what is known of its form; null: it has none. */
export type CallRow = CallSnapshot & { form: FormState | null };

export interface FollowUpFilter {
  /** Stores of which all are shown. */
  storeIds: readonly StoreId[];
  /** Of these what is after-sales'. */
  afterSalesOf: readonly StoreId[];
  /** Of these what is one person's own. */
  own: { of: readonly StoreId[]; agentId: AgentId };
  /** Whose they are. */
  agentId?: string;
  department?: FollowUp['department'];
  /** `overdue`: open, and too late. */
  state?: FollowUp['state'] | 'overdue';
  now: Instant;
}

/** What is owed to a customer, and who that is. */
export type FollowUpRow = FollowUp & {
  callId: string;
  storeId: string;
  leadId: LeadId | null;
  customerId: string | null;
  /** Of the customer; `''` when withheld. */
  number: string;
  name: string;
  overdue: boolean;
};

/** How many calls of a span of time have no complete form, by agent. */
export interface UnclassifiedReport {
  from: Instant;
  to: Instant;
  calls: number;
  unclassified: number;
  agents: {
    agentId: string;
    /** Calls of his with a form. */
    calls: number;
    unclassified: number;
    /** When the oldest of these arrived. */
    oldestAt: Instant | null;
  }[];
}

/** How soon hotline calls were answered, by day of the store. */
export interface PickUpReport {
  from: Instant;
  to: Instant;
  /** IANA, in which the days are. */
  zone: string;
  days: {
    /** `2026-03-02` */
    day: string;
    calls: number;
    talks: number;
    /** Of them, who talked within 15 s. */
    withinThreeRings: number;
  }[];
}

export interface RecordingRow {
  id: RecordingId;
  callId: string;
  leadId: LeadId | null;
  customerId: string | null;
  agentId: string | null;
  storeId: string | null;
  /** `erased`: its file was deleted because its person wished it. */
  state: 'stored' | 'failed' | 'erased';
  /** Relative to its folder; null when the recording failed. */
  path: string | null;
  /** 1: `RECORDINGS_DIR`, 2: `RECORDINGS_DIR_2`. */
  folder: 1 | 2;
  startedAt: Instant | null;
  durationMs: number | null;
  bytes: number | null;
  sha256: string | null;
  failure: string | null;
  /** Milliseconds that are missing, by cause; null when nobody counted. */
  gapsMs: Record<string, number> | null;
  /** False when its manifest contradicts itself. */
  reconciles: boolean | null;
}

export interface LeadRow {
  id: LeadId;
  storeId: string;
  number: string;
  name: string;
  ownerId: string | null;
  source: string;
  openedAt: Instant;
  openedByCall: string | null;
  /** What the forms of its calls say; null: nothing yet. */
  kind: CallKind | null;
  level: LeadLevel | null;
  /** By which channel (渠道) he came. */
  channel: string | null;
  /** An agent has said that the number is this person's own line; mobile ones need no such word. */
  numberConfirmed: boolean;
}

export interface LeadsAsked {
  /** Nothing said: of all. */
  storeIds?: readonly StoreId[];
  number?: string;
  filter?: LeadFilter;
  /** By which rules something is due, and when it is late; nothing said: of none it is known. */
  due?: {
    stores: readonly { storeId: StoreId; zone: string; rules: LeadRules }[];
    now: Instant;
  };
}

/** A lead in a list. */
export interface ListedLead extends LeadRow {
  customerId: string | null;
  version: number;
  state: LeadState;
  nextPlan: string | null;
  lastContactAt: Instant | null;
  /** The last moment at which it is in time; null: nothing is due. */
  dueAt: Instant | null;
  overdue: boolean;
  /** Nobody has it until HQ has confirmed it (A26). */
  held: boolean;
}

export interface CallDetail {
  call: CallSnapshot;
  legs: LegSnapshot[];
  entries: EntrySnapshot[];
  offers: OfferSnapshot[];
  ratings: RatingSnapshot[];
  recordings: RecordingRow[];
  lead: LeadRow | null;
  form: FormSnapshot | null;
}

export interface PromiseDetail {
  promise: PromiseSnapshot;
  /** The first first. */
  attempts: AttemptSnapshot[];
}

/** Counts of hotline calls by how they ended; `arrived` equals the sum of the others. */
export interface Ledger {
  hotline: string | null;
  from: Instant;
  to: Instant;
  arrived: number;
  inProgress: number;
  talks: number;
  promises: number;
  left: number;
  noNumber: number;
  blocked: number;
  refused: number;
  overCapacity: number;
  broken: number;
  balanced: boolean;
}

/** Hotline calls as they were counted at the door of this app, beside the rows. */
export interface CountedCalls {
  since: Instant;
  came: number;
  ended: number;
  inProgress: number;
  /** 0: what came has ended or is going on. */
  lost: number;
}

/** How callers rated an agent: ratings, their mean (two decimals), and what they said of their matter. */
export interface AgentRatings {
  agentId: AgentId;
  ratings: number;
  mean: number;
  settled: number;
  notSettled: number;
}

/** Of stores, of talks that were over in that span. */
export type Ratings = (asked: {
  storeIds: readonly StoreId[];
  from: Instant;
  to: Instant;
}) => Promise<AgentRatings[]>;

/** How a queue was on some days, each from a moment until (exclusive) another. */
export type QueueLoads = (
  queueId: QueueId,
  days: readonly (readonly [from: Instant, to: Instant])[],
) => Promise<SeenLoad>;

/** What pages read from the database. */
export interface Queries {
  calls(filter: CallFilter, page: PageRequest): Promise<Page<CallRow>>;
  call(id: string): Promise<CallDetail | null>;
  recordings(filter: { callId?: string }, page: PageRequest): Promise<Page<RecordingRow>>;
  recording(id: string): Promise<RecordingRow | null>;
  leads(asked: LeadsAsked, page: PageRequest): Promise<Page<ListedLead>>;
  lead(id: string): Promise<LeadRow | null>;
  form(callId: string): Promise<FormSnapshot | null>;
  /** Whose lead the call is of. */
  ownerOfCall(callId: string): Promise<string | null>;
  followUps(filter: FollowUpFilter, page: PageRequest): Promise<Page<FollowUpRow>>;
  followUp(id: string, now: Instant): Promise<FollowUpRow | null>;
  unclassified(filter: {
    storeIds: readonly StoreId[];
    from: Instant;
    to: Instant;
  }): Promise<UnclassifiedReport>;
  pickUps(filter: {
    storeId: string;
    zone: string;
    from: Instant;
    to: Instant;
  }): Promise<PickUpReport>;
  /** Of whom the number is confirmed in the store. */
  holder(storeId: string, number: string): Promise<LeadId | null>;
  promises(
    filter: { storeIds: readonly StoreId[]; state?: PromiseSnapshot['state'] | 'task' },
    page: PageRequest,
  ): Promise<Page<PromiseSnapshot>>;
  promise(id: string): Promise<PromiseDetail | null>;
  ledger(filter: { hotline?: string; from: Instant; to: Instant }): Promise<Ledger>;
  audit(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>>;
  alarms(filter: AlarmFilter, page: PageRequest): Promise<Page<AlarmRow>>;
}

/** What was noted, by routes or by the engine. */
export interface AuditEntry {
  id: string;
  at: Instant;
  who: string;
  what: string;
  subject: string;
}

/** One alarm, however often it was told while it stood. */
export interface AlarmRow {
  id: string;
  code: AlarmCode;
  /** Null: of the whole installation. */
  storeId: StoreId | null;
  /** As it was told last. */
  detail: string;
  firstAt: Instant;
  lastAt: Instant;
  count: number;
  /** Null: it stands. */
  endedAt: Instant | null;
  /** Null: it stands, or time ended it. */
  endedBy: AlarmCode | null;
}

/** `machine`: those of no store, too; `standing`: only those that are not over at `now`. */
export interface AlarmFilter {
  storeIds: readonly StoreId[];
  machine: boolean;
  standing: boolean;
  now: Instant;
}

/** Exact texts; `to` is no more part of it. */
export interface AuditFilter {
  /** Of these people alone. */
  people?: readonly AgentId[];
  who?: string;
  what?: string;
  subject?: string;
  from?: Instant;
  to?: Instant;
}
