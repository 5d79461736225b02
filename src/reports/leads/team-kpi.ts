/**
 * What happened to a team in a span of time (B05): leads that came, leads that arrived, deals that were made. Each counts in
 * the span in which it happened, as a month is judged when it is over: an arrival of March may be of a lead of February.
 */
import type { Knex } from 'knex';
import { newLeads } from '../../domain/metrics/new-leads';
import { ratioOf } from '../../domain/metrics/ratio';
import { dealsOf, teamKpi } from '../../domain/metrics/team-kpi';
import type { LeadReportAsked, TeamKpiReport } from '../../http/lead-report-ports';
import { spanOf } from './span';

/** `word`: the lead's source, or the kind of the deal. Who was shown to be invalid left nothing to be reached by. */
const COUNTS = `
  select 'lead' as what, source as word, count(*)::int as count from lead
    where store_id = :store and opened_at >= :from and opened_at < :to and state <> 'invalid'
    group by source
  union all
  select 'arrived', l.source, count(distinct a.lead_id)::int
    from arrival a join lead l on l.id = a.lead_id
    where a.store_id = :store and a.arrived_at >= :from and a.arrived_at < :to
    group by l.source
  union all
  select 'invited', l.source, count(distinct a.lead_id)::int
    from appointment a join lead l on l.id = a.lead_id
    where a.store_id = :store and a.invited_at >= :from and a.invited_at < :to
    group by l.source
  union all
  select 'invited-arrived', l.source, count(distinct a.lead_id)::int
    from appointment a join lead l on l.id = a.lead_id
    where a.store_id = :store and a.invited_at >= :from and a.invited_at < :to
      and exists (select from arrival b where b.lead_id = a.lead_id and b.arrived_at < :to)
    group by l.source
  union all
  select 'deal', sale_kind, count(*)::int from deal
    where store_id = :store and closed_at >= :from and closed_at < :to
    group by sale_kind`;

interface Counted {
  what: 'lead' | 'arrived' | 'invited' | 'invited-arrived' | 'deal';
  word: string;
  count: number;
}

export async function teamKpiReport(db: Knex, asked: LeadReportAsked): Promise<TeamKpiReport> {
  const { rows } = await db.raw<{ rows: Counted[] }>(COUNTS, spanOf(asked));
  const of = (what: Counted['what']) =>
    rows
      .filter((row) => row.what === what)
      .map(({ word, count }) => ({ source: word, kind: word, count }));
  const leads = newLeads(of('lead'));
  const arrived = newLeads(of('arrived')).total;
  const deals = dealsOf(of('deal'));
  return {
    ...{ newLeads: leads, arrived, deals },
    ...teamKpi({ newLeads: leads.total, arrived, deals }, asked.rules),
    invitedToArrived: ratioOf(newLeads(of('invited-arrived')).total, newLeads(of('invited')).total),
  };
}
