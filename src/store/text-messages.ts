/** Rows of texts to customers, and what is known of whom one is for. */
import type { Knex } from 'knex';
import type { TextFacts } from '../domain/message/decide';
import type { TextMessage } from '../domain/message/message';
import type { OrderFacts } from '../domain/message/order';
import type { PromiseSnapshot } from '../domain/records';
import type { Instant } from '../domain/time';
import type { Page, PageRequest } from '../http/queries';
import type { Database } from './database';
import type { Sql } from './outside-events';
import { page } from './page';
import { instant, timestamp } from './statement';

interface Row {
  id: string;
  key: string;
  kind: TextMessage['kind'];
  store_id: string;
  number: string;
  language: TextMessage['language'];
  values: TextMessage['values'];
  promise_id: string | null;
  state: TextMessage['state'];
  reason: TextMessage['reason'];
  detail: string;
  body: string;
  price: number;
  asked_at: Date;
  asked_by: string;
  sent_at: Date | null;
}

const fromRow = (row: Row): TextMessage => ({
  ...{ id: row.id, key: row.key, kind: row.kind, storeId: row.store_id, number: row.number },
  ...{ language: row.language, values: row.values, promiseId: row.promise_id, state: row.state },
  ...{ reason: row.reason, detail: row.detail, body: row.body, price: row.price },
  ...{ askedAt: instant(row.asked_at), askedBy: row.asked_by, sentAt: instant(row.sent_at) },
});

/** Writes one in the transaction of `sql`; false: that key of the store had one before. */
export async function addText(sql: Sql, message: TextMessage): Promise<boolean> {
  const { id, key, kind, storeId, number, language, values, promiseId, askedAt, askedBy } = message;
  const { rows } = await sql.executeSql(
    `insert into text_message
       (id, key, kind, store_id, number, language, "values", promise_id, state, asked_at, asked_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'queued', $9, $10)
     on conflict (store_id, key) do nothing returning id`,
    [
      ...[id, key, kind, storeId, number, language, JSON.stringify(values), promiseId],
      ...[timestamp(askedAt), askedBy],
    ],
  );
  return rows.length > 0;
}

export async function findText(db: Database, id: string): Promise<TextMessage | null> {
  const row = await db<Row>('text_message').where({ id }).first();
  return row ? fromRow(row) : null;
}

export type TextChange = Partial<
  Pick<TextMessage, 'state' | 'reason' | 'detail' | 'body' | 'price' | 'sentAt'>
>;

export async function changeText(db: Database, id: string, change: TextChange): Promise<void> {
  const { sentAt, ...others } = change;
  const sent = sentAt === undefined ? {} : { sent_at: timestamp(sentAt) };
  await db('text_message')
    .where({ id })
    .update({ ...others, ...sent });
}

/** The newest first. */
export function textPage(
  db: Database,
  { storeIds }: { storeIds: readonly string[] },
  request: PageRequest,
): Promise<Page<TextMessage>> {
  const query = db<Row>('text_message').whereIn('store_id', [...storeIds]);
  return page(query, request, { timeColumn: 'asked_at', fromRow });
}

/** What is known of a number for which a text is ordered; of two who order one at once the second waits for the first. */
export async function orderFacts(
  trx: Knex.Transaction,
  { storeId, number, midnight }: { storeId: string; number: string; midnight: Instant },
): Promise<OrderFacts> {
  const names = { storeId, number, midnight: timestamp(midnight) };
  const key = `text ${storeId} ${number}`;
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [key]);
  const { rows } = await trx.raw<{ rows: { known: boolean; ordered: number }[] }>(
    `select
       exists (select from lead where store_id = :storeId and number = :number)
         or exists (select from customer_number n join store s on s.controller = n.controller
           where s.id = :storeId and n.number = :number)
         or exists (select from call where store_id = :storeId and from_number = :number
           and direction = 'inbound')
         or exists (select from call where store_id = :storeId and to_number = :number
           and direction = 'outbound') as known,
       (select count(*)::int from text_message where store_id = :storeId and number = :number
         and kind = 'appointment' and state <> 'dropped' and asked_at >= :midnight) as ordered`,
    names,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a question without a row');
  return { known: row.known, orderedToday: row.ordered };
}

/** What the rows know of whom it is for; `midnight`: when the store's day began. */
export async function textFacts(
  db: Database,
  { number, storeId, kind, promiseId, askedAt }: TextMessage,
  { scope, midnight, now }: { scope: string; midnight: Instant; now: Instant },
): Promise<Omit<TextFacts, 'numberKind' | 'permission'>> {
  const { rows } = await db.raw<{ rows: FactsRow[] }>(
    `select
       exists (select from opt_out where scope = :scope and number = :number and lifted_at is null) as opted_out,
       exists (select from blocked_caller where store_id = :storeId and number = :number
         and (until is null or until > :now)) as blocked,
       (select state from promise where id = :promiseId) as promise,
       exists (select from call where store_id = :storeId and first_talk_at > :askedAt
         and (from_number = :number or (direction = 'outbound' and to_number = :number))) as talked,
       (select max(sent_at) from text_message where number = :number and store_id = :storeId
         and kind = :kind and state = 'sent') as last_sent_at,
       (select coalesce(sum(price), 0)::int from text_message where store_id = :storeId
         and price > 0 and sent_at >= :midnight) as spent_today`,
    {
      ...{ scope, number, storeId, promiseId, kind, now: timestamp(now) },
      ...{ askedAt: timestamp(askedAt), midnight: timestamp(midnight) },
    },
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a question without a row');
  return {
    ...{ optedOut: row.opted_out, blocked: row.blocked, promise: row.promise, talked: row.talked },
    ...{ lastSentAt: instant(row.last_sent_at), spentToday: row.spent_today },
  };
}

interface FactsRow {
  opted_out: boolean;
  blocked: boolean;
  promise: PromiseSnapshot['state'] | null;
  talked: boolean;
  last_sent_at: Date | null;
  spent_today: number;
}
