/**
 * Leads that are to be contacted today, those that are late first (A05, Q01), as `dueAtOf` and `turnOf` of the domain say, which
 * a test compares row by row. What may not be dialled is in no list (A22, A23, A27), nor who wants no calls (A51), nor who
 * called after-sales (A07).
 */
import type { Knex } from 'knex';
import { CodedError } from '../../domain/errors';
import type { Instant } from '../../domain/time';
import type { DueAsked, DueLead } from '../../http/lead-list-ports';
import type { Page, PageRequest } from '../../http/queries';
import { isUuid } from '../page';
import { instant, timestamp } from '../statement';
import { mayBeDialledSql } from './dialable-leads';
import { hashPads, notRefusedSql } from './refused-sql';
import { DUE_AT, IS_OWED, RULES_COLUMNS, rulesRow } from './due-at';

/** As of when the list is, and the last row that was seen. */
interface Cursor {
  now: Instant;
  turn: number;
  dueAt: Instant;
  id: string;
}

interface DueRow {
  id: string;
  customer_id: string | null;
  store_id: string;
  number: string;
  name: string;
  owner_id: string | null;
  source: string;
  version: number;
  state: DueLead['state'];
  level: DueLead['level'];
  next_plan: string | null;
  opened_at: Date;
  last_contact_at: Date | null;
  due_at: Date;
  turn: number;
}

/** `key`: of hashes of numbers. */
export async function dueLeadPage(
  db: Knex,
  asked: DueAsked & { key: Buffer },
  request: PageRequest,
): Promise<Page<DueLead>> {
  const last = request.after === undefined ? null : decode(request.after);
  const now = last?.now ?? asked.now;
  const { sql, bindings } = dueLeadsSql({ ...asked, now }, last, request.limit);
  const { rows } = await db.raw<{ rows: DueRow[] }>(sql, bindings);
  const items = rows.slice(0, request.limit).map(fromRow);
  const end = items.at(-1);
  const more = rows.length > items.length && end !== undefined;
  return { items, next: more ? encode({ now, ...end }) : null };
}

/** One row more than the page has. */
export function dueLeadsSql(
  { stores, ownerId, forConsultant, now, key }: DueAsked & { key: Buffer },
  last: Cursor | null,
  limit: number,
): { sql: string; bindings: Knex.ValueDict } {
  const his = ownerId === undefined ? '' : 'and l.owner_id = :ownerId';
  const which = `${his} ${forConsultant ? FOR_CONSULTANT : ''}`;
  const behind =
    last === null
      ? ''
      : `where d.turn < cast(:turn as float8) or (d.turn = cast(:turn as float8)
          and (d.due_at, d.id) > (cast(:dueAt as timestamptz), cast(:id as uuid)))`;
  return {
    sql: `select d.*, coalesce(nullif(d.lead_name, ''), r.name, '') as name
      from (${stores.map((_store, n) => DUE(n, which)).join(' union all ')}) d
      left join customer c on c.id = d.customer_id left join customer r on r.id = c.root_id
      ${behind} order by d.turn desc, d.due_at, d.id limit :most`,
    bindings: {
      ...Object.fromEntries(stores.map(({ storeId }, n) => [`store${n}`, storeId])),
      ...Object.fromEntries(
        stores.map((store, n) => [`rules${n}`, JSON.stringify(rulesRow(store, now))]),
      ),
      ...hashPads(key),
      ...{ now: timestamp(now), most: limit + 1, ...(ownerId !== undefined && { ownerId }) },
      ...(last && { turn: String(last.turn), dueAt: timestamp(last.dueAt), id: last.id }),
    } as Knex.ValueDict,
  };
}

/** B-level and lost ones are worked by telemarketers (A36); who was in the store stays with who received him (A40). */
const FOR_CONSULTANT = `and (l.state = 'arrived'
  or (l.level is distinct from 'B' and l.state not in ('defeated', 'lost-control')))`;

/** Those of the n-th store. */
const DUE = (n: number, which: string): string => `
    select l.id, l.customer_id, l.store_id, l.number, l.name as lead_name, l.owner_id, l.source, l.version, l.state,
      l.level, l.next_plan, l.opened_at, l.last_contact_at, due.at as due_at,
      case when due.at < cast(:now as timestamptz)
        then (extract(epoch from cast(:now as timestamptz) - due.at) * 1000)::float8
          / (greatest(rule.days, 1)::float8 * 86400000) * rule.value
        else -1 / rule.value end as turn
    from lead l
    cross join json_to_record(cast(:rules${n} as json)) as s (${RULES_COLUMNS})${DUE_AT}
    where l.store_id = :store${n} and ${IS_OWED} and due.at <= s.until and ${mayBeDialledSql('l')}
      and ${notRefusedSql('l')} ${which}`;

const fromRow = (row: DueRow): DueLead => ({
  ...{ id: row.id, customerId: row.customer_id, storeId: row.store_id, number: row.number },
  ...{ name: row.name, ownerId: row.owner_id, source: row.source, version: row.version },
  ...{ state: row.state, level: row.level, nextPlan: row.next_plan, turn: row.turn },
  ...{ openedAt: instant(row.opened_at), lastContactAt: instant(row.last_contact_at) },
  dueAt: instant(row.due_at),
});

const encode = ({ now, turn, dueAt, id }: Cursor): string =>
  Buffer.from([now, turn, dueAt, id].join(' ')).toString('base64url');

function decode(text: string): Cursor {
  const [now = '', turn = '', dueAt = '', id = ''] = Buffer.from(text, 'base64url')
    .toString('utf8')
    .split(' ');
  const isGood =
    /^\d{1,14}$/.test(now) &&
    /^-?\d{1,25}(\.\d{1,25})?(e-?\d{1,3})?$/.test(turn) &&
    /^\d{1,14}$/.test(dueAt) &&
    isUuid(id);
  if (!isGood) throw new CodedError('BAD_CURSOR');
  return { now: Number(now), turn: Number(turn), dueAt: Number(dueAt), id };
}
