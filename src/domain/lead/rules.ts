/**
 * The rules of leads that hold in a store: the defaults (requirements, section 9), over them what the plan says for the
 * installation, over that what it says for the store. Nothing else in the code knows a threshold.
 */
import type { StoreId } from '../ids';
import type { PlanLeads } from '../plan-leads';
import type { LeadLevel } from '../queue/place';

/** What a level (级别) asks for (Q01). */
export interface LevelRule {
  /** Who is of this level means to buy within so many days. */
  buysWithinDays: number;
  /** Calendar days of the store from one contact to the next. */
  followUpDays: number;
  /** By how much its lateness is weighed where late ones are put in order. */
  value: number;
}

/** Per cent: from (inclusive) and below (exclusive), as the documents print it (Q16). */
export interface PercentRange {
  from: number;
  below: number;
}

/** Every setting of the section `leads`, with nothing left out; see plan-leads.ts for what each means. */
export interface LeadRules {
  levels: Record<LeadLevel, LevelRule>;
  firstFollowUpDays: number;
  temperature: { hotMonths: number; warmMonths: number };
  teamKpi: { arrival: PercentRange; deal: PercentRange; structure: { from: number } };
  callsADay: { above: number; most: number };
  trial: { salesSharePercent: number };
  /** `since`: the first day of the centre, `2026-03-01`; null: nobody said, and reward and penalty hold. */
  rewards: { since: string | null; freeMonths: number };
  forcedTransferMonths: number;
  newCustomersADay: number;
  distribution: 'fewest-open' | 'by-hand';
  /** Of the day in the store's zone: who has not signed in by then is away; 24: nobody is. */
  handoverHour: number;
  /** Leads of HQ of these levels are confirmed first (外呼确认); none: no lead is. A try that reached nobody is made again. */
  confirmation: {
    levels: readonly LeadLevel[];
    tries: number;
    retryHours: number;
    overDays: number;
  };
  transfersAMonth: number;
  /** In hundredths of the currency. */
  informationFee: number;
  rejectedRowsDays: number;
}

/**
 * Section 9 of the requirements, and what the documents print. The values of levels are ours: each level counts twice as
 * much as the next, so that a C that is late by its whole interval of 15 days weighs as an H that is late by three hours
 * of its day. The fee has no default but nothing: no document prints one.
 */
export const DEFAULT_LEAD_RULES: LeadRules = {
  levels: {
    H: { buysWithinDays: 7, followUpDays: 1, value: 8 },
    A: { buysWithinDays: 15, followUpDays: 3, value: 4 },
    B: { buysWithinDays: 30, followUpDays: 7, value: 2 },
    C: { buysWithinDays: 90, followUpDays: 15, value: 1 },
  },
  firstFollowUpDays: 0,
  temperature: { hotMonths: 3, warmMonths: 12 },
  teamKpi: {
    arrival: { from: 25, below: 50 },
    deal: { from: 25, below: 50 },
    structure: { from: 10 },
  },
  callsADay: { above: 40, most: 60 },
  trial: { salesSharePercent: 11 },
  rewards: { since: null, freeMonths: 3 },
  forcedTransferMonths: 2,
  newCustomersADay: 5,
  handoverHour: 12,
  confirmation: { levels: ['H', 'A'], tries: 3, retryHours: 4, overDays: 2 },
  distribution: 'fewest-open',
  transfersAMonth: 1,
  informationFee: 0,
  rejectedRowsDays: 90,
};

/** What of a plan says which rules hold. */
export interface LeadPlan {
  leads?: PlanLeads | undefined;
  stores: readonly { id: StoreId; leads?: PlanLeads | undefined }[];
}

/** The rules that hold in the store; in one that the plan has not, those of the installation. */
export function leadRulesOf({ leads, stores }: LeadPlan, storeId: StoreId): LeadRules {
  return withSaid(
    withSaid(DEFAULT_LEAD_RULES, leads),
    stores.find(({ id }) => id === storeId)?.leads,
  );
}

/** Rules with what is said laid over them, setting by setting. */
export function withSaid(rules: LeadRules, said: PlanLeads | undefined): LeadRules {
  return said === undefined ? rules : (laidOver(rules, said) as LeadRules);
}

function laidOver(base: object, said: object): object {
  const under = new Map<string, unknown>(Object.entries(base));
  for (const [key, value] of Object.entries(said)) {
    const before = under.get(key);
    if (value === undefined) continue;
    under.set(key, isObject(before) && isObject(value) ? laidOver(before, value) : value);
  }
  return Object.fromEntries(under);
}

/** A list is said as a whole. */
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
