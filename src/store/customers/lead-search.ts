/** Leads as they are looked for by a filter: pages of them, how many there are, and which versions they have. */
import type { Knex } from 'knex';
import { searchPatterns } from '../../domain/customer/search';
import { isHeld } from '../../domain/lead/confirmation';
import { NONE, type LeadFilter } from '../../domain/lead/filter';
import { normaliseNumber } from '../../domain/number/normalise';
import type { Seen } from '../../http/customer-ports';
import type { LeadsAsked, ListedLead, Page, PageRequest } from '../../http/queries';
import { leadFromRow, type LeadDbRow } from '../leads';
import { lastSeen, pageOfRows } from '../page';
import { instant, timestamp } from '../statement';
import { DUE_AT, IS_OWED, RULES_COLUMNS, rulesRow } from './due-at';

type ListedRow = LeadDbRow & {
  customer_id: string | null;
  version: number;
  state: ListedLead['state'];
  next_plan: string | null;
  last_contact_at: Date | null;
  due_at: Date | null;
  confirm_next_at: Date | null;
  customer_name: string | null;
};

/** The newest first. */
export async function leadPage(
  db: Knex,
  asked: LeadsAsked,
  request: PageRequest,
): Promise<Page<ListedLead>> {
  const found = whichOf(asked);
  if (found === null) return { items: [], next: null };
  const last = lastSeen(request);
  const behind =
    last === null
      ? ''
      : 'and (l.opened_at, l.id) < (cast(:lastAt as timestamptz), cast(:lastId as uuid))';
  const { rows } = await db.raw<{ rows: ListedRow[] }>(
    `select l.*, due.at as due_at, r.name as customer_name,
       exists (select from confirmed_number n where n.number = l.number and n.store_id = l.store_id
         and n.lead_id = l.id) as number_confirmed
     ${found.from} ${found.where} ${behind} order by l.opened_at desc, l.id desc limit :most`,
    {
      ...{ ...found.bindings, most: request.limit + 1 },
      ...(last && { lastAt: last[0], lastId: last[1] }),
    } as Knex.ValueDict,
  );
  const fromRow = (row: ListedRow): ListedLead => listedFromRow(row, asked.due?.now ?? 0);
  return pageOfRows(rows, request, { timeColumn: 'opened_at', fromRow });
}

const listedFromRow = (row: ListedRow, now: number): ListedLead => ({
  ...leadFromRow(row),
  name: row.name === '' ? (row.customer_name ?? '') : row.name,
  ...{ customerId: row.customer_id, version: row.version, state: row.state },
  ...{ nextPlan: row.next_plan, lastContactAt: instant(row.last_contact_at) },
  ...{ dueAt: instant(row.due_at), overdue: row.due_at !== null && row.due_at.getTime() < now },
  held: isHeld({ state: row.state, nextAt: instant(row.confirm_next_at) }),
});

/** How many there are. */
export async function countLeads(db: Knex, asked: LeadsAsked): Promise<number> {
  const found = whichOf(asked);
  if (found === null) return 0;
  const { rows } = await db.raw<{ rows: { count: number }[] }>(
    `select count(*)::int as count ${found.from} ${found.where}`,
    found.bindings,
  );
  return rows[0]?.count ?? 0;
}

/** At most so many, in order of id, with the versions that they have now. */
export async function leadVersions(db: Knex, asked: LeadsAsked, most: number): Promise<Seen[]> {
  const found = whichOf(asked);
  if (found === null) return [];
  const { rows } = await db.raw<{ rows: Seen[] }>(
    `select l.id, l.version ${found.from} ${found.where} order by l.id limit :most`,
    { ...found.bindings, most } as Knex.ValueDict,
  );
  return rows;
}

/** Null: what is searched for has no word. */
function whichOf({ storeIds, number, filter = {}, due }: LeadsAsked) {
  const patterns = searchPatterns(filter.q ?? '');
  if (patterns.length === 0 && (filter.q ?? '').trim() !== '') return null;
  const now = due?.now ?? 0;
  const rules = (due?.stores ?? []).map((store) => ({
    store: store.storeId,
    ...rulesRow(store, now),
  }));
  const conditions = conditionsOf(filter, now);
  if (storeIds !== undefined)
    conditions.push(['l.store_id = any(cast(:storeIds as text[]))', { storeIds }]);
  if (number !== undefined)
    conditions.push(['l.number = :number', { number: normaliseNumber(number) }]);
  patterns.forEach((pattern, n) =>
    conditions.push([`r.search like :word${n}`, { [`word${n}`]: pattern }]),
  );
  return {
    from: `from lead l left join customer c on c.id = l.customer_id left join customer r on r.id = c.root_id
      left join lateral (select due.at from json_to_recordset(cast(:rules as json)) as s (store text, ${RULES_COLUMNS})
        ${DUE_AT} where s.store = l.store_id and ${IS_OWED}) due on true`,
    where: `where true ${conditions.map(([sql]) => `and ${sql}`).join(' ')}`,
    bindings: Object.assign(
      { rules: JSON.stringify(rules) },
      ...conditions.map(([, bound]) => bound),
    ) as Knex.ValueDict,
  };
}

type Condition = [sql: string, bound: object];

const LISTS = {
  states: 'state',
  places: 'place',
  levels: 'level',
  channels: 'channel',
  sources: 'source',
  owners: 'owner_id',
} as const;
const SPANS = {
  ...{ createdFrom: 'l.opened_at >=', createdTo: 'l.opened_at <' },
  ...{ dueFrom: 'due.at >=', dueTo: 'due.at <' },
} as const;

function conditionsOf(filter: LeadFilter, now: number): Condition[] {
  const conditions: Condition[] = [];
  for (const [name, column] of Object.entries(LISTS) as [keyof typeof LISTS, string][]) {
    const asked = filter[name] as string[] | undefined;
    if (asked === undefined) continue;
    const none = asked.includes(NONE) ? `l.${column} is null or` : '';
    conditions.push([
      `(${none} l.${column} = any(cast(:${name} as text[])))`,
      { [name]: asked.filter((one) => one !== NONE) },
    ]);
  }
  for (const [name, compared] of Object.entries(SPANS) as [keyof typeof SPANS, string][]) {
    const at = filter[name];
    if (at !== undefined)
      conditions.push([`${compared} cast(:${name} as timestamptz)`, { [name]: timestamp(at) }]);
  }
  if (filter.overdue !== undefined)
    conditions.push([
      `${filter.overdue ? '' : 'not '}coalesce(due.at < cast(:now as timestamptz), false)`,
      { now: timestamp(now) },
    ]);
  return conditions;
}
