/**
 * How many leads came in a span of time and how good they are (B10), all together and by consultant, channel or series;
 * and on how many somebody works now. PostgreSQL puts together what is alike, the formulas judge each of these groups.
 */
import type { Knex } from 'knex';
import type { LeadFacts } from '../../domain/lead/qualified';
import { leadQuality, type AlikeLeads } from '../../domain/metrics/lead-quality';
import type { LeadQualityReport, LeadReportAsked, QualityBy } from '../../http/lead-report-ports';
import { spanOf } from './span';

const GROUP: Record<QualityBy, string> = {
  consultant: 'l.owner_id',
  channel: 'l.channel',
  series: 'l.interest_series',
};

/** Each fact and where it stands; of a customer who was merged, with the one into whom he was. */
const FACTS: [fact: Exclude<keyof LeadFacts, 'intendedOn'>, column: string][] = [
  ['consultant', 'l.owner_id'],
  ['customerType', 'coalesce(l.customer_type, c.customer_type)'],
  ['channel', 'l.channel'],
  ['kind', 'c.kind'],
  ['sex', 'c.sex'],
  ['familyName', "coalesce(nullif(l.name, ''), c.name)"],
  ['number', 'l.number'],
  ['presentCar', 'l.present_car'],
  ['interestSeries', 'l.interest_series'],
  ['interestModel', 'l.interest_model'],
  ['contactResult', 'l.contact_result'],
  ['nextPlan', 'l.next_plan'],
];

/** What is filled says `filled`: the formula asks for nothing else, and so does not see whose data they are. */
const filled = FACTS.map(([, column]) => `case when ${column} ~ '\\S' then 'filled' end`);

const countsBy = (by: QualityBy): string => `
  select 'new' as what, ${GROUP[by]} as "group", l.owner_id as owner,
    to_char(l.intended_on, 'YYYY-MM-DD') as "intendedOn",
    json_build_array(${filled.join(', ')})::text as facts, count(*)::int as count
  from lead l left join customer own on own.id = l.customer_id
    left join customer c on c.id = own.root_id
  where l.store_id = :store and l.opened_at >= :from and l.opened_at < :to and l.state <> 'invalid'
  group by 2, 3, 4, 5
  union all
  select 'open', ${GROUP[by]}, null, null, null, count(*)::int from lead l
  where l.store_id = :store and l.closed_at is null
  group by 2`;

interface Counted {
  what: 'new' | 'open';
  group: string | null;
  owner: string | null;
  intendedOn: string | null;
  /** JSON. */
  facts: string | null;
  count: number;
}

export async function qualityReport(
  db: Knex,
  asked: LeadReportAsked & { by: QualityBy },
): Promise<LeadQualityReport> {
  const { rows } = await db.raw<{ rows: Counted[] }>(countsBy(asked.by), spanOf(asked));
  const [came, open] = [rows.filter(isNew), rows.filter((row) => !isNew(row))];
  // A month that is over is judged by its last day.
  const at = { now: Math.min(asked.now, asked.to - 1), zone: asked.zone };
  const judged = (of: readonly Counted[]) => leadQuality(of.map(alike), at, asked.rules);
  const all = judged(came);
  const consultants = new Set(came.flatMap(({ owner }) => (owner === null ? [] : [owner]))).size;
  return {
    ...all,
    ...{ open: sum(open), consultants },
    perConsultant: consultants === 0 ? null : Math.round((all.leads * 10) / consultants) / 10,
    groups: groupsOf(rows).map((group) => ({
      group,
      ...judged(came.filter((row) => row.group === group)),
      open: sum(open.filter((row) => row.group === group)),
    })),
  };
}

const isNew = ({ what }: Counted): boolean => what === 'new';
const sum = (rows: readonly Counted[]): number => rows.reduce((all, { count }) => all + count, 0);

/** Of whom nothing is said comes last. */
function groupsOf(rows: readonly Counted[]): (string | null)[] {
  const groups = [...new Set(rows.map(({ group }) => group))];
  const named = groups.filter((group) => group !== null).sort();
  return groups.includes(null) ? [...named, null] : named;
}

function alike({ facts, intendedOn, count }: Counted): AlikeLeads {
  const said = JSON.parse(facts ?? '[]') as (string | null)[];
  const named = FACTS.map(([fact], index) => [fact, said[index] ?? null]);
  return { facts: { ...(Object.fromEntries(named) as LeadFacts), intendedOn }, count };
}
