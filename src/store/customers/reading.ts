/** What pages read of customers: lists and search, all that is known of one, his timeline. */
import type { Knex } from 'knex';
import type { Controller } from '../../domain/customer/controller';
import type { Vehicle } from '../../domain/customer/customer';
import { searchPatterns } from '../../domain/customer/search';
import type { CustomerId, StoreId } from '../../domain/ids';
import type { Instant } from '../../domain/time';
import type {
  BriefLead,
  CustomerDetail,
  LeadDetail,
  ListedCustomer,
  TimelineEntry,
} from '../../http/customer-ports';
import type { Page, PageRequest } from '../../http/queries';
import type { Database } from '../database';
import { followUpsOfCustomer } from '../follow-ups';
import { lastSeen, page, pageOfRows } from '../page';
import { instant } from '../statement';
import { CUSTOMER_COLUMNS, customerFromRow, findCustomer, type CustomerRow } from './customers';
import { fullLeadFromRow, LEAD_COLUMNS, type LeadTableRow } from './leads';
import { numbersOf } from './numbers';
import { ownersOf } from './owners';

/** Leads of the customer `c` and of whoever was merged into him, the newest first. */
const LEADS_JSON = `(
  select coalesce(json_agg(json_build_object('id', l.id, 'storeId', l.store_id, 'ownerId', l.owner_id, 'state', l.state,
    'level', l.level, 'openedAt', (extract(epoch from l.opened_at) * 1000)::bigint) order by l.opened_at desc, l.id desc), '[]')
  from customer m join lead l on l.customer_id = m.id where m.root_id = c.id) as leads`;

/** And their numbers. */
const NUMBERS_JSON = `(
  select coalesce(json_agg(json_build_object('id', n.id, 'customerId', n.customer_id, 'number', n.number, 'kind', n.kind,
    'identifies', n.identifies, 'expiresAt', (extract(epoch from n.expires_at) * 1000)::bigint, 'source', n.source,
    'since', (extract(epoch from n.since) * 1000)::bigint) order by n.identifies desc, n.since, n.id), '[]')
  from customer m join customer_number n on n.customer_id = m.id where m.root_id = c.id) as numbers`;

type ListedRow = CustomerRow & { numbers: ListedCustomer['numbers']; leads: BriefLead[] };

const listedFromRow = ({ numbers, leads, ...row }: ListedRow): ListedCustomer => ({
  customer: customerFromRow(row),
  numbers,
  leads,
});

interface Asked {
  books: readonly Controller[];
  q?: string;
}

/**
 * Those of the page are read first, and then what belongs to each. Who was merged into another is found as that one. What many
 * have is found among the newest; what is rarer, by its words. PostgreSQL is not asked which of the two is shorter: it guesses
 * how many have a word, and for one that few have, which it takes for a common one, it goes back through all.
 */
export async function customerPage(
  db: Database,
  asked: Asked,
  request: PageRequest,
): Promise<Page<ListedCustomer>> {
  let rows: ListedRow[] = [];
  for (const way of WAYS) {
    const question = customersSql(asked, request, way);
    if (question === null) break;
    ({ rows } = await db.raw<{ rows: ListedRow[] }>(question.sql, question.bindings));
    if (rows.length > request.limit) break;
  }
  return pageOfRows(rows, request, { timeColumn: 'created_at', fromRow: listedFromRow });
}

/** How a page is looked for, one after the other until it is full. */
export const WAYS = ['newest', 'words'] as const;

/** Of them a page is full of who has what one in sixty has. */
const NEWEST_LOOKED_AT = 3000;

/** Null: what is searched for has no word, or there is none to go by. */
export function customersSql(
  { books, q = '' }: Asked,
  request: PageRequest,
  way: (typeof WAYS)[number],
): { sql: string; bindings: Knex.RawBinding[] } | null {
  const patterns = searchPatterns(q);
  if (patterns.length === 0 && (q.trim() !== '' || way === 'words')) return null;
  const last = lastSeen(request);
  const before = last === null ? '' : 'and (c.created_at, c.id) < (?::timestamptz, ?::uuid)';
  const like = patterns.map(() => 'c.search like ?').join(' and ');
  const limit = request.limit + 1;
  const [first = ''] = books;
  const [held, holder] = books.length === 1 ? [HELD_BY_ONE, first] : [HELD_BY_ONE_OF, [...books]];
  const page = (found: string, ...bindings: Knex.RawBinding[]) => ({
    sql: `select ${CUSTOMER_COLUMNS}, ${NUMBERS_JSON}, ${LEADS_JSON} from (${found}) c
      order by c.created_at desc, c.id desc`,
    bindings: [...bindings, limit],
  });
  if (patterns.length === 0) return page(LISTED(before), [...books], ...(last ?? []), limit);
  if (way === 'words')
    return page(BY_WORDS(`${held} and ${like} ${before}`), holder, ...patterns, ...(last ?? []));
  return books.length === 1
    ? page(AMONG_NEWEST(`${held} and`, before, like), holder, ...(last ?? []), ...looked(patterns))
    : page(
        AMONG_NEWEST('', before, `${held} and ${like}`),
        ...[...(last ?? []), NEWEST_LOOKED_AT, holder, ...patterns],
      );
}

const looked = (patterns: readonly string[]): Knex.RawBinding[] => [NEWEST_LOOKED_AT, ...patterns];

const SHOWN = `c.is_root and c.state = 'active'`;
const NEWEST = 'order by c.created_at desc, c.id desc limit ?';
const HELD_BY_ONE = 'c.controller = ?';
const HELD_BY_ONE_OF = 'c.controller = any(?::text[])';

/** Of each of the books its newest, and of these the newest; so none reads all. */
const LISTED = (before: string): string => `
  select c.* from unnest(?::text[]) as book (controller) cross join lateral (
    select c.* from customer c where c.controller = book.controller and ${SHOWN} ${before} ${NEWEST}
  ) c ${NEWEST}`;

/** Of so many in their order, those whom it is true of. */
const AMONG_NEWEST = (held: string, before: string, which: string): string => `
  select c.* from (select c.* from customer c where ${held} ${SHOWN} ${before} ${NEWEST}) c
  where ${which} ${NEWEST}`;

/** All who have the words, before any order: then nobody goes through the order to find them. */
const BY_WORDS = (which: string): string => `
  with found as materialized (select c.id, c.created_at from customer c where ${which} and ${SHOWN})
  select c.* from (select c.id from found c ${NEWEST}) one join customer c on c.id = one.id`;

export async function customerDetail(
  db: Database,
  id: CustomerId,
  now: Instant,
): Promise<CustomerDetail | null> {
  const customer = await findCustomer(db, id);
  if (customer === null) return null;
  const [numbers, vehicles, leads, followUps] = await Promise.all([
    numbersOf(db, customer.id),
    vehiclesOf(db, customer.id),
    leadsOf(db, customer.id),
    followUpsOfCustomer(db, customer.id, now),
  ]);
  return { customer, numbers, vehicles, leads, followUps };
}

async function leadsOf(db: Knex, rootId: CustomerId): Promise<LeadDetail[]> {
  const rows = await db('customer as m')
    .join('lead as l', 'l.customer_id', 'm.id')
    .where('m.root_id', rootId)
    .orderBy([
      { column: 'l.opened_at', order: 'desc' },
      { column: 'l.id', order: 'desc' },
    ])
    .select<LeadTableRow[]>(db.raw(LEAD_COLUMNS));
  return withOwners(db, rows);
}

/** Null: there is none. */
export async function leadDetail(db: Knex, id: string): Promise<LeadDetail | null> {
  const rows = await db('lead as l').where('l.id', id).select<LeadTableRow[]>(db.raw(LEAD_COLUMNS));
  const [lead] = await withOwners(db, rows);
  return lead ?? null;
}

async function withOwners(db: Knex, rows: readonly LeadTableRow[]): Promise<LeadDetail[]> {
  const owners = await ownersOf(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({
    lead: fullLeadFromRow(row),
    owners: owners.filter(({ leadId }) => leadId === row.id),
  }));
}

interface VehicleRow {
  id: string;
  customer_id: string;
  store_id: string;
  version: number;
  plate: string;
  vin: string;
  series: string;
  model: string;
  bought_on: string | null;
  registered_on: string | null;
  insured_until: string | null;
  created_at: Date;
}

async function vehiclesOf(db: Knex, rootId: CustomerId): Promise<Vehicle[]> {
  const { rows } = await db.raw<{ rows: VehicleRow[] }>(
    `select v.id, v.customer_id, v.store_id, v.version, v.plate, v.vin, v.series, v.model, v.bought_on::text as bought_on,
       v.registered_on::text as registered_on, v.insured_until::text as insured_until, v.created_at
     from customer m join vehicle v on v.customer_id = m.id
     where m.root_id = ? order by v.created_at desc, v.id desc`,
    [rootId],
  );
  return rows.map((row) => ({
    ...{ id: row.id, customerId: row.customer_id, storeId: row.store_id, version: row.version },
    ...{ plate: row.plate, vin: row.vin, series: row.series, model: row.model },
    ...{ boughtOn: row.bought_on, registeredOn: row.registered_on },
    ...{ insuredUntil: row.insured_until, createdAt: instant(row.created_at) },
  }));
}

interface ContactRow {
  id: string;
  customer_id: string;
  lead_id: string | null;
  store_id: string;
  at: Date;
  kind: TimelineEntry['kind'];
  call_id: string | null;
  by_id: string | null;
  body: string;
  direction: TimelineEntry['direction'];
  outcome: TimelineEntry['outcome'];
  talk_ms: number | null;
  recording_ids: string[];
}

/** Of the customer and of whoever was merged into him. */
export async function contactPage(
  db: Database,
  { customerId, storeIds }: { customerId: CustomerId; storeIds: readonly StoreId[] },
  request: PageRequest,
): Promise<Page<TimelineEntry>> {
  const entries = db('customer as asked')
    .join('customer as m', 'm.root_id', 'asked.root_id')
    .join('contact as k', 'k.customer_id', 'm.id')
    .leftJoin('call as c', 'c.id', 'k.call_id')
    .where('asked.id', customerId)
    .whereIn('k.store_id', storeIds)
    .select(
      'k.*',
      'c.direction',
      'c.outcome',
      db.raw('(extract(epoch from c.ended_at - c.talk_started_at) * 1000)::float8 as talk_ms'),
      db.raw(
        'array(select r.id from recording r where r.call_id = k.call_id order by r.saved_at, r.id) as recording_ids',
      ),
    );
  const query = db(entries.as('entry')) as unknown as Knex.QueryBuilder<ContactRow, ContactRow[]>;
  return page(query, request, { timeColumn: 'at', fromRow: entryFromRow });
}

const entryFromRow = (row: ContactRow): TimelineEntry => ({
  ...{ id: row.id, customerId: row.customer_id, leadId: row.lead_id, storeId: row.store_id },
  ...{ at: instant(row.at), kind: row.kind, callId: row.call_id, byId: row.by_id, body: row.body },
  ...{ direction: row.direction, outcome: row.outcome },
  talkMs: row.talk_ms === null ? null : Math.round(row.talk_ms),
  recordingIds: row.recording_ids,
});
