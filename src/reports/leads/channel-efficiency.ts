/** By which channels the leads of a span of time came, and how many of them have closed by now (B11, A30). */
import type { Knex } from 'knex';
import {
  channelEfficiency,
  type ChannelCount,
  type ChannelLine,
} from '../../domain/metrics/channel-efficiency';
import type { LeadReportAsked } from '../../http/lead-report-ports';
import { spanOf } from './span';

const COUNTS = `
  select l.channel, count(*)::int as leads, count(deal.yes)::int as deals
  from lead l left join lateral (select true as yes from deal where lead_id = l.id limit 1) deal on true
  where l.store_id = :store and l.opened_at >= :from and l.opened_at < :to and l.state <> 'invalid'
  group by l.channel`;

export async function channelReport(
  db: Knex,
  asked: LeadReportAsked & { channels: readonly string[] },
): Promise<{ channels: ChannelLine[] }> {
  const { rows } = await db.raw<{ rows: ChannelCount[] }>(COUNTS, spanOf(asked));
  return { channels: channelEfficiency(asked.channels, rows) };
}
