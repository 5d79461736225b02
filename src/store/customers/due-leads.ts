/**
 * Leads that are to be contacted today, those that are late first (A05, Q01), as `dueAtOf` and `turnOf` of the domain say, which
 * a test compares row by row. What may not be dialled is in no list (A22, A23, A27), nor who wants no calls (A51), nor who
 * called after-sales (A07).
 */
import type { Knex } from 'knex';
import { CodedError } from '../../domain/errors';
import type { DueAsked, DueLead } from '../../http/lead-list-ports';
import type { Page, PageRequest } from '../../http/queries';
import { isUuid } from '../page';
import { instant, inTransaction, prepared, type Line, type Statement } from '../statement';
import { cutSql, dueLeadsSql, type Cursor, type DueLeadsAsked } from './due-leads-sql';

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
  const rows = await firstRows(db, { ...asked, now }, last, request.limit);
  const items = rows.slice(0, request.limit).map(fromRow);
  const end = items.at(-1);
  const more = rows.length > items.length && end !== undefined;
  return { items, next: more ? encode({ now, ...end }) : null };
}

/** Of so many pages of what is due one is full of those who may be called; if not, of more, and at last all is read. */
const PAGES_CUT = [2, 10];

/** One more than the page has, if there are so many. */
function firstRows(
  db: Knex,
  asked: DueLeadsAsked,
  last: Cursor | null,
  limit: number,
): Promise<DueRow[]> {
  const rowsBefore = (line: Line, cut: number | null) => {
    const { statement, parameters } = dueLeadsSql(asked, last, { limit, cut });
    return prepared<DueRow>(line, statement, parameters);
  };
  return inTransaction(db, async (line) => {
    await prepared(line, ALONG_THE_INDEX, []);
    if (asked.ownerId !== undefined) return rowsBefore(line, null);
    for (const pages of PAGES_CUT) {
      const { statement, parameters } = cutSql(asked, last, pages * limit);
      const [cut] = await prepared<{ turn: number }>(line, statement, parameters);
      if (cut === undefined) break;
      const rows = await rowsBefore(line, cut.turn);
      if (rows.length > limit) return rows;
    }
    return rowsBefore(line, null);
  });
}

/**
 * What is first in it is all that is wanted; PostgreSQL takes it for less to read and to sort all, which is too near to tell. And
 * one plan is as good for everybody: it would make five before it keeps one, each of which takes as long as a page.
 */
const ALONG_THE_INDEX: Statement = {
  name: 'along_the_index',
  sql: `select set_config('enable_bitmapscan', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)`,
};

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
