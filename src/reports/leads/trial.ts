/** Whether a store's centre has passed its trial run, by the deals of a span of time (B08, A45). */
import type { Knex } from 'knex';
import { dealsOf, type DealCount } from '../../domain/metrics/team-kpi';
import { trialResult } from '../../domain/metrics/trial';
import type { LeadReportAsked, LeadReports } from '../../http/lead-report-ports';
import { spanOf } from './span';

const COUNTS = `
  select sale_kind as kind, count(*)::int as count from deal
  where store_id = :store and closed_at >= :from and closed_at < :to
  group by sale_kind`;

export async function trialReport(
  db: Knex,
  asked: LeadReportAsked,
): Promise<Awaited<ReturnType<LeadReports['trial']>>> {
  const { rows } = await db.raw<{ rows: DealCount[] }>(COUNTS, spanOf(asked));
  const deals = dealsOf(rows);
  return { deals, ...trialResult(deals, asked.rules) };
}
