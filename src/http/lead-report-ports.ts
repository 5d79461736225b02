/** Reports of leads: what HTTP asks of the database, and what it is told. The figures are those of domain/metrics. */
import type { AgentId, StoreId } from '../domain/ids';
import type { MonthTask } from '../domain/lead/information-fee';
import type { LeadRules } from '../domain/lead/rules';
import type { ChannelLine } from '../domain/metrics/channel-efficiency';
import type { Defeats } from '../domain/metrics/defeats';
import type { Funnel } from '../domain/metrics/funnel';
import type { IndividualKpi } from '../domain/metrics/individual-kpi';
import type { LeadQuality } from '../domain/metrics/lead-quality';
import type { NewLeads, TeamSource } from '../domain/metrics/new-leads';
import type { KeptCounts } from '../domain/metrics/promises-kept';
import type { Ratio } from '../domain/metrics/ratio';
import type { Deals, TeamKpi } from '../domain/metrics/team-kpi';
import type { TrialResult } from '../domain/metrics/trial';
import type { Post } from '../domain/organisation';
import type { Instant } from '../domain/time';

/** One store, from a moment until (exclusive) another, by the rules that hold in it. */
export interface LeadReportAsked {
  storeId: StoreId;
  /** IANA, of the store. */
  zone: string;
  from: Instant;
  to: Instant;
  now: Instant;
  rules: LeadRules;
}

/** What was promised for the period. */
export interface PromisesKeptReport {
  followUps: KeptCounts;
  callBacks: KeptCounts;
  /** Of the follow-ups; those of no person last. */
  people: ({ agentId: AgentId | null } & KeptCounts)[];
}

/** Of each source of the showroom; of one who is in the plan no more his id as his name. */
export interface MonthTasksReport {
  people: (MonthTask & { personId: AgentId; name: string })[];
}

/** What happened in the period (B05). */
export interface TeamKpiReport extends TeamKpi {
  newLeads: NewLeads;
  /** Leads of the team that arrived, whenever they came. */
  arrived: number;
  deals: Deals;
  /** Arrived of invited, beside the others (Q07). */
  invitedToArrived: Ratio;
}

/** How far leads have come by now that came in the period (B06); every lead counts once. */
export interface FunnelReport {
  sources: (Funnel & { source: TeamSource })[];
  /** Of the four sources of the team. */
  total: Funnel;
  /** Of every other source. */
  others: Funnel;
}

/** Of a person who is in the plan no more the figures that he has. */
export interface IndividualKpiReport {
  people: (IndividualKpi & { name: string })[];
}

/** By what leads are grouped. */
export type QualityBy = 'consultant' | 'channel' | 'series';

export interface LeadQualityReport extends LeadQuality {
  /** Leads on which somebody works now (总数量). */
  open: number;
  /** Who owns any of the new ones. */
  consultants: number;
  /** New leads for each of them (人均), with one decimal; null: nobody owns any. */
  perConsultant: number | null;
  /** In order of the group; null: nobody said. */
  groups: (LeadQuality & { group: string | null; open: number })[];
}

/** A person of the plan who may be measured. */
export interface Measured {
  id: AgentId;
  name: string;
  /** Those that he holds in the store. */
  posts: readonly Post[];
}

export interface LeadReports {
  teamKpi(asked: LeadReportAsked): Promise<TeamKpiReport>;
  funnel(asked: LeadReportAsked): Promise<FunnelReport>;
  individualKpi(
    asked: LeadReportAsked & { people: readonly Measured[] },
  ): Promise<IndividualKpiReport>;
  trial(asked: LeadReportAsked): Promise<TrialResult & { deals: Deals }>;
  channelEfficiency(
    asked: LeadReportAsked & { channels: readonly string[] },
  ): Promise<{ channels: ChannelLine[] }>;
  leadQuality(asked: LeadReportAsked & { by: QualityBy }): Promise<LeadQualityReport>;
  defeats(asked: LeadReportAsked): Promise<Defeats>;
  monthTasks(
    asked: LeadReportAsked & { sources: readonly Pick<Measured, 'id' | 'name'>[] },
  ): Promise<MonthTasksReport>;
  promisesKept(asked: LeadReportAsked): Promise<PromisesKeptReport>;
}
