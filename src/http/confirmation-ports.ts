/** What the routes of confirmation calls (外呼确认) ask of the store. */
import type { AgentId, CallId, LeadId, StoreId } from '../domain/ids';
import type { Confirmed, ConfirmationResult } from '../domain/lead/confirmation';
import type { Lead } from '../domain/lead/lead';
import type { Prospect } from '../domain/lead/prospect';
import type { LeadLevel } from '../domain/queue/place';
import type { Instant } from '../domain/time';
import type { Doing, Seen } from './customer-ports';
import type { RuledStore } from './lead-list-ports';
import type { Page, PageRequest } from './queries';

/** A lead that is held until somebody has confirmed it. */
export interface HeldLead extends Pick<
  Lead,
  'id' | 'customerId' | 'storeId' | 'number' | 'name' | 'version' | 'level' | 'prospect'
> {
  channel: Lead['channel'];
  interestSeries: Lead['interestSeries'];
  interestModel: Lead['interestModel'];
  intendedOn: Lead['intendedOn'];
  openedAt: Instant;
  /** When it is to be called next. */
  nextAt: Instant;
  /** Calls that reached nobody. */
  tries: number;
}

export interface ConfirmationSaid {
  result: ConfirmationResult;
  /** Undefined: it stays. */
  level?: LeadLevel | null;
  note: string;
  /** The call in which it was said; null: not told. */
  callId: CallId | null;
}

export interface ConfirmationDone {
  version: number;
  state: Confirmed['state'];
  prospect: Prospect;
  /** When it is to be called again; null: it is confirmed. */
  nextAt: Instant | null;
  tries: number;
  /** Whom it has been given to; null: nobody yet. */
  ownerId: AgentId | null;
}

/** Rejects with what the database says. */
export interface Confirmations {
  /**
   * Those that may be called, of these stores: whose time has come first, of these the hottest level, then who has waited
   * longest. A page goes on as of the moment of the first. Rejects with `BAD_CURSOR`.
   */
  held(
    asked: { storeIds: readonly StoreId[]; now: Instant },
    page: PageRequest,
  ): Promise<Page<HeldLead>>;
  /**
   * What came of the call, in one transaction. One that goes on and is nobody's is given away then, where the rules do it.
   * Rejects with `UNKNOWN_LEAD`, `VERSION_MOVED`, `LEAD_NOT_HELD`, and `NOT_FOUND`, when the call is none of the lead.
   */
  say(
    seen: Seen,
    said: ConfirmationSaid,
    store: RuledStore & { takers: readonly AgentId[] },
    doing: Doing,
  ): Promise<ConfirmationDone>;
  leadStore(id: LeadId): Promise<StoreId | null>;
}
