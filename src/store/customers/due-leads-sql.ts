/**
 * How PostgreSQL finds a page of what is due. A person's own leads are few, and all of them are looked at. A store has tens of
 * thousands: of each level they stand in three indexes, in each of which a lead that stands later is due later, but for a
 * little. The first of each give a turn that more than a page are before (`cutSql`); only of those that can be so urgent it is
 * asked whether they may be called, which takes longer than all the rest.
 */
import type { Knex } from 'knex';
import { lastMomentOf } from '../../domain/day';
import type { Instant } from '../../domain/time';
import type { DueAsked, RuledStore } from '../../http/lead-list-ports';
import { timestamp, withNames, type Statement } from '../statement';
import { mayBeDialledSql } from './dialable-leads';
import { dueAt, IS_OWED } from './due-at';
import { hashPads, notRefusedSql } from './refused-sql';

/** As of when the list is, and the last row that was seen. */
export interface Cursor {
  now: Instant;
  turn: number;
  dueAt: Instant;
  id: string;
}

/** The plan of each is kept under its name: to make one takes as long as to carry it out. */
interface Asked {
  statement: Statement;
  parameters: Knex.RawBinding[];
}

export type DueLeadsAsked = DueAsked & { key: Buffer };

/**
 * Of a store's, or of many: the turn after the first so many, whether or not they may be called, as `turn`; no row where fewer
 * are due among the first of each index.
 */
export function cutSql(asked: DueLeadsAsked, last: Cursor | null, many: number): Asked {
  const sql = () => `select turn from ${RULES} cross join lateral
      (${read(`${TURN} as turn`, whichOf(asked, last), 's.until', 'limit :some')}) first
    order by turn desc offset :many limit 1`;
  const some = someOf(many, asked.stores.length);
  return named('due_leads_cut', sql, asked, last, { many, some });
}

/** One row more than the page has; `cut`: of a store's, those only that can have that turn, null: all. */
export function dueLeadsSql(
  asked: DueLeadsAsked,
  last: Cursor | null,
  { limit, cut }: { limit: number; cut: number | null },
): Asked {
  const { stores, ownerId, now } = asked;
  const found = ownerId === undefined ? ofStores : ofOwner;
  const sql = () => `select d.*, coalesce(nullif(d.lead_name, ''), r.name, '') as name
    from (select * from (${found(whichOf(asked, last))}) found ${ORDER} limit :most) d
    left join customer c on c.id = d.customer_id left join customer r on r.id = c.root_id ${ORDER}`;
  const whose =
    ownerId === undefined
      ? { cut }
      : { ownerId, latest: latestOf(stores, now), stores: stores.map(({ storeId }) => storeId) };
  const name = ownerId === undefined ? 'due_leads_of_stores' : 'due_leads_of_owner';
  return named(name, sql, asked, last, { ...whose, most: limit + 1, ...hashPads(asked.key) });
}

const whichOf = ({ forConsultant }: DueLeadsAsked, last: Cursor | null): string =>
  `${forConsultant ? FOR_CONSULTANT : ''} ${last === null ? '' : BEHIND}`;

/** What is asked for is in the name, as far as the text differs with it. */
const named = (
  name: string,
  sql: () => string,
  { stores, forConsultant, now }: DueLeadsAsked,
  last: Cursor | null,
  more: Record<string, Knex.RawBinding>,
): Asked =>
  withNames(`${name}${forConsultant ? '_consultant' : ''}${last === null ? '' : '_behind'}`, sql, {
    ...{ rules: JSON.stringify(stores.flatMap((store) => rulesRows(store, now))) },
    ...(last && { turn: String(last.turn), dueAt: timestamp(last.dueAt), id: last.id }),
    ...{ ...more, now: timestamp(now) },
  });

/** What stands first in each index: all of them of a store's, and of many stores fewer of each, so that it is about three times. */
const someOf = (many: number, stores: number): number =>
  Math.min(many + 1, Math.max(8, Math.ceil((3 * many) / Math.max(stores, 1))));

/** B-level and lost ones are worked by telemarketers (A36); who was in the store stays with who received him (A40). */
const FOR_CONSULTANT = `and (l.state = 'arrived'
  or (l.level is distinct from 'B' and l.state not in ('defeated', 'lost-control')))`;

const ORDER = 'order by turn desc, due_at, id';

/** Rows of the rules are of one level in one store. */
const RULES = `json_to_recordset(cast(:rules as json)) as s
  (store_id text, zone text, until timestamptz, first int, level text, days int, value float8)`;
const NOW = 'cast(:now as timestamptz)';
/** Without a level it counts as C. */
const LEVEL = `coalesce(l.level, 'C')`;

const TURN = `case when due.at < ${NOW}
  then (extract(epoch from ${NOW} - due.at) * 1000)::float8 / (greatest(s.days, 1)::float8 * 86400000) * s.value
  else -1 / s.value end`;

const BEHIND = `and (${TURN} < cast(:turn as float8) or (${TURN} = cast(:turn as float8)
  and (due.at, l.id) > (cast(:dueAt as timestamptz), cast(:id as uuid))))`;

/** When lead `l` is due by the rules `s`. */
const CLOCKED = dueAt('s.days', 'offset 0');

const COLUMNS = `l.id, l.customer_id, l.store_id, l.number, l.name as lead_name, l.owner_id, l.source, l.version, l.state,
  l.level, l.next_plan, l.opened_at, l.last_contact_at, due.at as due_at, ${TURN} as turn`;

const due = (which: string): string => `${IS_OWED} and due.at <= s.until ${which}`;

/** A follow-up call may be made of it. */
const mayBeCalled = (lead: string): string => `${mayBeDialledSql(lead)} and ${notRefusedSql(lead)}`;

/** His leads that may be due by then. */
const HIS = (due: string): string =>
  `select l.* from lead l where l.store_id = any(:stores) and l.owner_id = :ownerId and ${due} and ${IS_OWED}`;

/** Of all that is due, in order, it is asked whether he may be called until a page is full: that takes longer than the rest. */
const ofOwner = (which: string): string => `
  select d.* from (
    select ${COLUMNS}, l.validity, l.prospect, l.opened_by_call, l.confirm_next_at
    from (${HIS('l.next_due_at <= cast(:latest as timestamptz)')} union all ${HIS('l.next_due_at is null')}) l
    join ${RULES} on s.store_id = l.store_id and s.level = ${LEVEL} ${CLOCKED}
    where ${due(which)} ${ORDER} offset 0
  ) d where ${mayBeCalled('d')}`;

/** By index (migration 0048), and by what a lead stands in it: never later than it is due, but for what is said here. */
const INDEXES = [
  // Somebody said when.
  {
    holds: `l.next_due_at is not null and l.state in ('open', 'arrived', 'defeated', 'lost-control')`,
    by: 'l.next_due_at',
    until: (upto: string) => upto,
  },
  // Contacted after the day on which he came, if that is the day of his first follow-up; due so many days after. Where the rules
  // leave more days for the first follow-up, what was said within them does not count.
  {
    holds: `l.next_due_at is null and l.state in ('open', 'arrived')
      and (l.opened_by_call is null or l.last_contact_at - l.opened_at >= interval '48 hours') and l.last_contact_at is not null`,
    by: 'l.last_contact_at',
    until: (upto: string) =>
      `${upto} + make_interval(days => case when s.first = 0 then 1 - s.days else s.first + 2 end)`,
  },
  // Perhaps not contacted since he came.
  {
    holds: `l.next_due_at is null and l.state in ('open', 'arrived') and (l.last_contact_at is null
      or l.opened_by_call is not null and l.last_contact_at - l.opened_at < interval '48 hours')`,
    by: 'l.opened_at',
    until: (upto: string) => `${upto} + interval '1 day'`,
  },
];

const read = (columns: string, which: string, upto: string, end = ''): string =>
  INDEXES.map(
    ({ holds, by, until }) => `(select ${columns} from lead l ${CLOCKED}
      where l.store_id = s.store_id and ${LEVEL} = s.level and ${holds} and ${by} <= ${until(upto)} and ${due(which)}
      order by ${by} ${end})`,
  ).join(' union all ');

const CUT = 'cast(:cut as float8)';

/** The last moment at which a lead of the level can be due to have that turn; a second more, as it is counted in fractions. */
const UPTO = `case when ${CUT} > 0 then least(s.until,
  ${NOW} - make_interval(secs => ${CUT} * greatest(s.days, 1) * 86400 / s.value) + interval '1 second') else s.until end`;

const ofStores = (which: string): string => `
  select due_lead.* from (select s.*, ${UPTO} as upto from ${RULES}) s
  cross join lateral (${read(COLUMNS, `${which} and ${mayBeCalled('l')}`, 's.upto')}) due_lead`;

/** The end of the day of the store in which it ends last. */
const latestOf = (stores: readonly RuledStore[], now: Instant): string =>
  timestamp(Math.max(...stores.map(({ zone }) => lastMomentOf(zone, now)), now));

function rulesRows({ storeId, zone, rules }: RuledStore, now: Instant): object[] {
  const until = timestamp(lastMomentOf(zone, now));
  return Object.entries(rules.levels).map(([level, { followUpDays: days, value }]) => ({
    ...{ store_id: storeId, zone, until, first: rules.firstFollowUpDays, level, days, value },
  }));
}
