/**
 * Rules of leads (线索) as a plan file says them, for the installation (`leads`) or for one store (`leads` of the store,
 * which goes before). Each is a setting, because the documents are silent or print a figure of one brand; what is left
 * out is the default of lead/rules.ts.
 */

/** H, A, B or C (级别). */
export type PlanLevelName = 'H' | 'A' | 'B' | 'C';

export interface PlanLeads {
  levels?: Partial<Record<PlanLevelName, PlanLevel | undefined>> | undefined;
  /** Calendar days of the store until a new lead has to be followed up; 0 is the same day (当天跟进). */
  firstFollowUpDays?: number | undefined;
  /** Until when who means to buy is hot (热情) and warm (温和). */
  temperature?: { hotMonths?: number | undefined; warmMonths?: number | undefined } | undefined;
  /** Which ratios of a team are as they should be; per cent. */
  teamKpi?: PlanTeamKpi | undefined;
  /** How many calls a telemarketer makes and takes in a day: more than `above`, `most` at most. */
  callsADay?: { above?: number | undefined; most?: number | undefined } | undefined;
  /** The trial run (试运营): what share of sales, per cent, passes it. */
  trial?: { salesSharePercent?: number | undefined } | undefined;
  /** No reward and no penalty (奖罚) for so many months from the day on which the centre began. */
  rewards?: { since?: string | undefined; freeMonths?: number | undefined } | undefined;
  /** A lead of the showroom that is open for longer is the centre's (强制转入). */
  forcedTransferMonths?: number | undefined;
  /** New customers of a direct salesperson in a day; one more is a warning. */
  newCustomersADay?: number | undefined;
  /** Who has not signed in by this hour of the day is away, and colleagues have what he owes; 24: never. */
  handoverHour?: number | undefined;
  /** Which leads of HQ are called to confirm them before a dealer has them (外呼确认), and how often. */
  confirmation?: PlanConfirmation | undefined;
  /** A lead of nobody goes to who has the fewest open follow-ups, or waits for a supervisor. */
  distribution?: 'fewest-open' | 'by-hand' | undefined;
  /** Leads that each source of the showroom has to transfer in a month; who transfers fewer has no commission. */
  transfersAMonth?: number | undefined;
  /** What the source of a transferred lead has when it closes (信息费), in hundredths of the currency. */
  informationFee?: number | undefined;
  /** So many days the cells of rows that an import rejected are kept to be corrected; then they are deleted. */
  rejectedRowsDays?: number | undefined;
}

export interface PlanLevel {
  /** Who is of this level buys within so many days. */
  buysWithinDays?: number | undefined;
  /** Days until the next follow-up. */
  followUpDays?: number | undefined;
  /** How much more than others a late one of this level weighs. */
  value?: number | undefined;
}

export interface PlanConfirmation {
  /** Of these levels, where HQ does not say what its lead promises; none of them: no lead is confirmed. */
  levels?: PlanLevelName[] | undefined;
  /** Calls that reach nobody, until the lead goes on as an ordinary one. */
  tries?: number | undefined;
  /** Until the next try. */
  retryHours?: number | undefined;
  /** From the first try to the last one at least. */
  overDays?: number | undefined;
}

export interface PlanTeamKpi {
  /** Arrivals of new leads (到店率). */
  arrival?: PlanPercentRange | undefined;
  /** Deals of arrivals (成交率). */
  deal?: PlanPercentRange | undefined;
  /** The centre's deals of all deals of the store (成交结构比): at least so much. */
  structure?: { from?: number | undefined } | undefined;
}

/** From, and below. */
export interface PlanPercentRange {
  from?: number | undefined;
  below?: number | undefined;
}
