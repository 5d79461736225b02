/** Why leads were lost that were closed in a span of time (B27). */
import type { Knex } from 'knex';
import { defeatsOf, type DefeatCount, type Defeats } from '../../domain/metrics/defeats';
import type { LeadReportAsked } from '../../http/lead-report-ports';
import { spanOf } from './span';

const COUNTS = `
  select state as kind, coalesce(end_reason, '') as reason, count(*)::int as count from lead
  where store_id = :store and closed_at >= :from and closed_at < :to
    and state in ('defeated', 'lost-control')
  group by 1, 2`;

export async function defeatsReport(db: Knex, asked: LeadReportAsked): Promise<Defeats> {
  const { rows } = await db.raw<{ rows: DefeatCount[] }>(COUNTS, spanOf(asked));
  return defeatsOf(rows);
}
