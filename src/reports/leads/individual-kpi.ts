/** What each person of a store is measured by in a span of time (B07, A43). */
import type { Knex } from 'knex';
import {
  individualKpi,
  NOTHING_COUNTED,
  type PersonCounts,
} from '../../domain/metrics/individual-kpi';
import type { IndividualKpiReport, LeadReportAsked, Measured } from '../../http/lead-report-ports';
import { spanOf } from './span';

/**
 * A lead that came and left a number counts for whose it became last by any way but being handed over: who arrives is a
 * direct salesperson's from then on, and was kept by whoever had him before. An arrival counts for who had invited him.
 */
const COUNTS = `
  select 'leadsKept' as what, kept.owner_id as person, count(*)::int as count
    from lead l join lateral (
      select owner_id from lead_owner where lead_id = l.id and way <> 'handover'
      order by from_at desc limit 1
    ) kept on true
    where l.store_id = :store and l.opened_at >= :from and l.opened_at < :to
      and l.state <> 'invalid' and l.number <> '' and kept.owner_id is not null
    group by 2
  union all
  select 'arrivals', telemarketer_id, count(distinct lead_id)::int from arrival
    where store_id = :store and arrived_at >= :from and arrived_at < :to
      and telemarketer_id is not null
    group by telemarketer_id
  union all
  select 'deliveries', salesperson_id, count(*)::int from delivery
    where store_id = :store and delivered_at >= :from and delivered_at < :to
    group by salesperson_id`;

interface Counted {
  what: keyof PersonCounts;
  person: string;
  count: number;
}

export async function individualKpiReport(
  db: Knex,
  asked: LeadReportAsked & { people: readonly Measured[] },
): Promise<IndividualKpiReport> {
  const { rows } = await db.raw<{ rows: Counted[] }>(COUNTS, spanOf(asked));
  const countsOf = (id: string): PersonCounts =>
    rows
      .filter(({ person }) => person === id)
      .reduce((counts, { what, count }) => ({ ...counts, [what]: count }), NOTHING_COUNTED);
  const known = new Set(asked.people.map(({ id }) => id));
  const gone = [...new Set(rows.map(({ person }) => person))].filter((id) => !known.has(id)).sort();
  return {
    people: [
      ...asked.people.flatMap(({ id, name, posts }) => {
        const kpi = individualKpi(id, posts, countsOf(id));
        return kpi === null ? [] : [{ ...kpi, name }];
      }),
      ...gone.map((id) => ({ ...whatHeHas(id, countsOf(id)), name: id })),
    ],
  };
}

/** Nobody knows any more which post he held: what he did says it. */
const whatHeHas = (personId: string, { leadsKept, arrivals, deliveries }: PersonCounts) => ({
  ...{ personId, leadsKept: leadsKept || null, arrivals: arrivals || null },
  deliveries: deliveries || null,
});
