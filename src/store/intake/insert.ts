/** Many rows in one statement. */
import type { Knex } from 'knex';
import type { Columns, Row } from '../statement';

const UNSTORABLE = /\\u0000|\\ud[89a-f]/;

/** As JSON; what PostgreSQL keeps in no text (a NUL, half of a surrogate pair) comes as U+FFFD. */
export function jsonOf(rows: readonly object[]): string {
  const text = JSON.stringify(rows);
  if (!UNSTORABLE.test(text)) return text;
  return JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'string' ? value.replace(/\0|\p{Surrogate}/gu, '\ufffd') : value,
  );
}

/** `from` part that turns one JSON parameter into rows named `r`. */
export const recordset = (columns: Columns): string =>
  `json_to_recordset(?::json) as r (${Object.entries(columns)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ')})`;

/** `end`: an `on conflict` clause. Answers how many were inserted. */
export async function insertRows(
  trx: Knex.Transaction,
  table: string,
  { columns, rows, end = '' }: { columns: Columns; rows: readonly Row[]; end?: string },
): Promise<number> {
  if (rows.length === 0) return 0;
  const names = Object.keys(columns).join(', ');
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `insert into ${table} (${names}) select ${names} from ${recordset(columns)} ${end}`,
    [jsonOf(rows)],
  );
  return rowCount;
}
