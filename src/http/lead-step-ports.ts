/** What the routes of appointments, arrivals, deals, deliveries and information fees ask of the store. */
import type { AgentId, LeadId, StoreId } from '../domain/ids';
import type { TransferWay } from '../domain/lead/information-fee';
import type { LeadRules } from '../domain/lead/rules';
import type { SaleKind } from '../domain/lead/sale-kind';
import type { Instant } from '../domain/time';
import type { Doing } from './customer-ports';
import type { Page, PageRequest } from './queries';

export interface ArrivalAsked {
  leadId: LeadId;
  /** The direct salesperson to whom he is handed. */
  salespersonId: AgentId;
  /** IANA, of the store. */
  zone: string;
  rules: LeadRules;
}

export interface Arrived {
  id: string;
  /** New customers of that one today, with him. */
  newToday: number;
  /** More than the plan wants for a day (A38). */
  tooMany: boolean;
}

export interface DealAsked {
  /** Null: he was nobody's lead. */
  leadId: LeadId | null;
  storeId: StoreId;
  salespersonId: AgentId | null;
  /** Null: as it follows from the lead. */
  saleKind: SaleKind | null;
  rules: LeadRules;
}

/** In hundredths of the currency. */
export interface FeeEntered {
  personId: AgentId;
  way: TransferWay;
  amount: number;
}

export interface DealMade {
  id: string;
  saleKind: SaleKind;
  /** Null: nobody had transferred the lead. */
  fee: FeeEntered | null;
}

export interface FeeRow extends FeeEntered {
  id: string;
  storeId: StoreId;
  leadId: LeadId;
  dealId: string;
  enteredAt: Instant;
  /** Null: it is owed. */
  paidAt: Instant | null;
  paidBy: AgentId | null;
}

/**
 * Each deed is one transaction, and stands in the database when it resolves. Rejects with `CodedError`: `UNKNOWN_LEAD`,
 * `LEAD_OVER`, `UNKNOWN_DEAL`, `ALREADY_DELIVERED`, `UNKNOWN_FEE`.
 */
export interface LeadSteps {
  /** By who does it; the id of the appointment. */
  invite(asked: { leadId: LeadId; dueAt: Instant }, doing: Doing): Promise<string>;
  arrive(asked: ArrivalAsked, doing: Doing): Promise<Arrived>;
  deal(asked: DealAsked, doing: Doing): Promise<DealMade>;
  /** Null: there is no such deal. */
  storeOfDeal(dealId: string): Promise<StoreId | null>;
  deliver(asked: { dealId: string; salespersonId: AgentId }, doing: Doing): Promise<string>;
  fees(
    filter: { storeIds: readonly StoreId[]; state?: 'owed' | 'paid' },
    page: PageRequest,
  ): Promise<Page<FeeRow>>;
  storeOfFee(feeId: string): Promise<StoreId | null>;
  /** Paid once: told again, it stays as it was. */
  pay(feeId: string, doing: Doing): Promise<void>;
}
