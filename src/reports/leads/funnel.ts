/**
 * How far leads have come by now that came in a span of time (B06, A41). The same leads all the way down, so that no ratio
 * is of one month's arrivals and another month's leads. Who closed has arrived, whether somebody wrote that down or not.
 */
import type { Knex } from 'knex';
import { funnelOf, together, type FunnelCounts } from '../../domain/metrics/funnel';
import { isTeamSource, TEAM_SOURCES } from '../../domain/metrics/new-leads';
import type { FunnelReport, LeadReportAsked } from '../../http/lead-report-ports';
import { spanOf } from './span';

const STEP = (table: string): string =>
  `left join lateral (select true as yes from ${table} where lead_id = l.id limit 1) ${table} on true`;

const COUNTS = `
  select l.source, count(*)::int as leads, count(appointment.yes)::int as invited,
    count(coalesce(arrival.yes, deal.yes))::int as arrived,
    count(case when appointment.yes then coalesce(arrival.yes, deal.yes) end)::int as "invitedArrived",
    count(deal.yes)::int as deals
  from lead l ${STEP('appointment')} ${STEP('arrival')} ${STEP('deal')}
  where l.store_id = :store and l.opened_at >= :from and l.opened_at < :to and l.state <> 'invalid'
  group by l.source`;

type Counted = FunnelCounts & { source: string };

export async function funnelReport(db: Knex, asked: LeadReportAsked): Promise<FunnelReport> {
  const { rows } = await db.raw<{ rows: Counted[] }>(COUNTS, spanOf(asked));
  const of = (isMeant: (source: string) => boolean) =>
    funnelOf(together(rows.filter(({ source }) => isMeant(source))));
  return {
    sources: TEAM_SOURCES.map((source) => ({ source, ...of((one) => one === source) })),
    total: of(isTeamSource),
    others: of((source) => !isTeamSource(source)),
  };
}
