/** What the routes that distribute leads and list what is due ask of the store. */
import type { AgentId, LeadId, StoreId } from '../domain/ids';
import type { DistributedWay } from '../domain/lead/distribution';
import type { Lead } from '../domain/lead/lead';
import type { LeadRules } from '../domain/lead/rules';
import type { Instant } from '../domain/time';
import type { Doing } from './customer-ports';
import type { Page, PageRequest } from './queries';

/** A store with what holds in it. */
export interface RuledStore {
  storeId: StoreId;
  /** IANA. */
  zone: string;
  rules: LeadRules;
}

export interface GivenLead {
  leadId: LeadId;
  ownerId: AgentId;
  way: DistributedWay;
}

export interface DueAsked {
  stores: readonly RuledStore[];
  /** Only his. */
  ownerId?: AgentId;
  /** For a sales consultant: without what telemarketers work (A36). */
  forConsultant: boolean;
  now: Instant;
}

/** A lead that is to be contacted today, or should have been. */
export interface DueLead extends Pick<
  Lead,
  'id' | 'customerId' | 'storeId' | 'number' | 'name' | 'ownerId' | 'source' | 'version' | 'state'
> {
  level: Lead['level'];
  nextPlan: Lead['nextPlan'];
  openedAt: Instant;
  lastContactAt: Instant | null;
  /** The last moment at which it is in time. */
  dueAt: Instant;
  /** By which they are put in order (domain/lead/urgency.ts). */
  turn: number;
}

/** A lead that a colleague has while its owner is away. */
export interface Handover {
  id: string;
  leadId: LeadId;
  storeId: StoreId;
  fromId: AgentId;
  toId: AgentId;
  why: 'absent' | 'left';
  at: Instant;
  /** Null: that one has it still. */
  endedAt: Instant | null;
  /** It went back to its owner. */
  returned: boolean;
}

/** Rejects with what the database says. */
export interface LeadLists {
  /**
   * Gives at most so many leads that are nobody's to these, who came first, each in a transaction; `left`: how many wait then.
   * `dryRun`: says only what would be done.
   */
  distribute(
    asked: RuledStore & { takers: readonly AgentId[]; most: number; dryRun: boolean },
    doing: Pick<Doing, 'by' | 'at'>,
  ): Promise<{ given: GivenLead[]; left: number }>;
  /** Late ones first. A page goes on as of the moment of the first. Rejects with `BAD_CURSOR`. */
  due(asked: DueAsked, page: PageRequest): Promise<Page<DueLead>>;
  /** The newest first; `standing`: those whom a colleague has still. */
  handovers(
    asked: { storeIds: readonly StoreId[]; standing: boolean },
    page: PageRequest,
  ): Promise<Page<Handover>>;
}
