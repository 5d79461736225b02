/**
 * What a team is measured by in a month (B05, N15-N17, Q07), and which of it is marked (A42): arrival and deal rate
 * outside 25 % <= x < 50 %, and a structure ratio under 10 %. Too high is marked as well as too low: the documents print
 * both borders.
 */
import type { LeadRules, PercentRange } from '../lead/rules';
import { isOfCentre } from '../lead/sale-kind';
import { isAtLeast, ratioOf, type Ratio } from './ratio';

/** Deals by kind; a kind may be named several times. */
export interface DealCount {
  kind: string;
  count: number;
}

export interface Deals {
  /** From low-intent and non-showroom customers (低意向客户及非展厅客户产生的成交量). */
  centre: number;
  /** All of the store. */
  store: number;
}

export function dealsOf(counts: readonly DealCount[]): Deals {
  const sum = (of: readonly DealCount[]): number => of.reduce((all, { count }) => all + count, 0);
  return { centre: sum(counts.filter(({ kind }) => isOfCentre(kind))), store: sum(counts) };
}

export type Mark = 'low' | 'high';

export interface MarkedRatio extends Ratio {
  /** Null: as it should be, or nothing to judge. */
  mark: Mark | null;
}

export interface TeamCounts {
  /** The new leads of the team (new-leads.ts). */
  newLeads: number;
  /** Leads of the team that arrived. */
  arrived: number;
  deals: Deals;
}

export interface TeamKpi {
  /** 到店率: arrived of new leads. */
  arrival: MarkedRatio;
  /** 成交率: the centre's deals of arrivals. */
  deal: MarkedRatio;
  /** 成交结构比: the centre's deals of all deals of the store. */
  structure: MarkedRatio;
}

export function teamKpi(
  { newLeads, arrived, deals }: TeamCounts,
  { teamKpi: rules }: Pick<LeadRules, 'teamKpi'>,
): TeamKpi {
  return {
    arrival: marked(ratioOf(arrived, newLeads), rules.arrival),
    deal: marked(ratioOf(deals.centre, arrived), rules.deal),
    structure: marked(ratioOf(deals.centre, deals.store), rules.structure),
  };
}

/** Which border it is beyond, by the counts themselves and not by what is left of them after rounding. */
export function markOf(
  ratio: Ratio,
  { from, below }: { from: number; below?: PercentRange['below'] },
): Mark | null {
  if (isAtLeast(ratio, from) === false) return 'low';
  return below !== undefined && isAtLeast(ratio, below) === true ? 'high' : null;
}

const marked = (ratio: Ratio, range: { from: number; below?: number }): MarkedRatio => ({
  ...ratio,
  mark: markOf(ratio, range),
});

/** Calls of a telemarketer in a day, in and out: more than 40, at most 60 (A10, N06, Q16). */
export function callsMark(calls: number, { callsADay }: Pick<LeadRules, 'callsADay'>): Mark | null {
  if (calls <= callsADay.above) return 'low';
  return calls > callsADay.most ? 'high' : null;
}
