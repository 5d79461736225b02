/**
 * Pages of a list, newest first or earliest first. A cursor names the last row seen by its time and id, so that rows
 * which arrive meanwhile neither shift a page nor appear twice.
 */
import type { Knex } from 'knex';
import { CodedError } from '../domain/errors';
import type { Page, PageRequest } from '../http/queries';

interface Cursor {
  /** Milliseconds. */
  at: number;
  id: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether the text can be the id of a live row; PostgreSQL would refuse the whole query. */
export const isUuid = (text: string): boolean => UUID.test(text);

interface PageOf<R, T> {
  /** A timestamptz that never changes. */
  timeColumn: string & keyof R;
  fromRow: (row: R) => T;
  /** The earliest first; else the newest. */
  ascending?: true;
}

/** Runs the query as one page. */
export async function page<R extends { id: string }, T>(
  query: Knex.QueryBuilder<R, R[]>,
  request: PageRequest,
  { timeColumn, fromRow, ascending }: PageOf<R, T>,
): Promise<Page<T>> {
  const last = lastSeen(request);
  if (last !== null)
    query.whereRaw(`(??, id) ${ascending ? '>' : '<'} (?::timestamptz, ?::uuid)`, [
      timeColumn,
      ...last,
    ]);
  const order = ascending ? 'asc' : 'desc';
  const rows = (await query
    .orderBy([
      { column: timeColumn, order },
      { column: 'id', order },
    ])
    .limit(request.limit + 1)) as R[];
  return pageOfRows(rows, request, { timeColumn, fromRow });
}

/** Time and id of the last row of the page before; null: it is the first page. */
export function lastSeen({ after }: PageRequest): [time: string, id: string] | null {
  if (after === undefined) return null;
  const { at, id } = decode(after);
  return [new Date(at).toISOString(), id];
}

/** The page of rows that were read in its order, one more than it has if there are more. */
export function pageOfRows<R extends { id: string }, T>(
  rows: readonly R[],
  { limit }: PageRequest,
  { timeColumn, fromRow }: Pick<PageOf<R, T>, 'timeColumn' | 'fromRow'>,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > shown.length && last !== undefined;
  return {
    items: shown.map(fromRow),
    next: more ? cursorOf({ at: (last[timeColumn] as Date).getTime(), id: last.id }) : null,
  };
}

/** Names the row, so that what follows it can be asked for. */
export function cursorOf(cursor: Cursor): string {
  return Buffer.from(`${cursor.at}.${cursor.id}`).toString('base64url');
}

function decode(text: string): Cursor {
  const [at = '', id = ''] = Buffer.from(text, 'base64url').toString('utf8').split('.');
  if (!/^\d{1,14}$/.test(at) || !isUuid(id)) throw new CodedError('BAD_CURSOR');
  return { at: Number(at), id };
}
