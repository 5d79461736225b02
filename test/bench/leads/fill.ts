/** Fills a migrated database for the bench of leads. At full size the indexes are made when the rows are there. */
import { Client } from 'pg';
import type { Instant } from '../../../src/domain/time';
import { People } from './people';
import { controllerOf, filled, OWNERS, staged, storeOf, type Amounts } from './rows';

/** Tables that grow with the centre: none of them may be read from one end to the other. */
export const LARGE = [
  ...[
    'customer',
    'customer_number',
    'vehicle',
    'lead',
    'lead_owner',
    'contact',
    'call',
    'recording',
  ],
  'follow_up',
];
/** Nothing refers to their keys, so that these too can wait. */
const UNREFERRED = [
  'customer_number',
  'vehicle',
  'lead_owner',
  'contact',
  'call',
  'recording',
  'follow_up',
];
const BATCH = 20_000;

/** `say` hears of each step. */
export async function fill(
  url: string,
  amounts: Amounts,
  at: Instant,
  say: (what: string) => void,
): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    // Whoever is merged points at a row that may come after him, and each row is right by how it is made.
    await client.query(
      `set session_replication_role = replica; set maintenance_work_mem = '512MB'`,
    );
    await someStores(client, amounts);
    await somePeople(client, amounts, say);
    const restore = await withoutIndexes(client);
    const now = `timestamptz '${new Date(at).toISOString()}'`;
    for (const sql of [...staged(amounts), ...filled(amounts).map(([, text]) => text)]) {
      say(sql.slice(0, 40));
      await client.query(sql.replaceAll(':now', now));
    }
    for (const sql of restore) {
      say(sql);
      await client.query(sql);
    }
    say('vacuum analyze');
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}

async function someStores(client: Client, { stores }: Amounts): Promise<void> {
  for (let at = 0; at < stores; at += 1) {
    const id = storeOf(at);
    await client.query(
      `insert into store (id, name, timezone, controller) values ($1, $1, 'Asia/Shanghai', $2)`,
      [id, controllerOf(at, stores)],
    );
    await client.query(
      `insert into person (id, name, post, store_id, password_hash)
       select $1 || '-' || n, '电话销售' || n, 'telemarketer', $1, '' from generate_series(0, $2 - 1) n`,
      [id, OWNERS],
    );
  }
}

/** As the product would keep them: names, and what they are found by. */
async function somePeople(
  client: Client,
  amounts: Amounts,
  say: (what: string) => void,
): Promise<void> {
  say('names');
  const people = new People(amounts.customers, amounts.names);
  await client.query(
    'create unlogged table bench_person (n bigint, name text, search text, plate text, mobile text, fixed text)',
  );
  for (let from = 1; from <= amounts.customers; from += BATCH) {
    const size = Math.min(BATCH, amounts.customers - from + 1);
    const batch = Array.from({ length: size }, (_, at) => {
      const { numbers, ...person } = people.get(from + at);
      return { ...person, mobile: numbers[0], fixed: numbers[1] ?? '' };
    });
    await client.query(
      `insert into bench_person select * from json_to_recordset($1::json)
       as r (n bigint, name text, search text, plate text, mobile text, fixed text)`,
      [JSON.stringify(batch)],
    );
  }
}

/** Drops indexes, and answers how each is made again. */
async function withoutIndexes(client: Client): Promise<string[]> {
  const { rows: keys } = await client.query<{ table: string; name: string; made: string }>(
    `select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as made
     from pg_constraint where contype = 'p' and conrelid::regclass::text = any($1)`,
    [UNREFERRED],
  );
  const { rows: indexes } = await client.query<{ name: string; made: string }>(
    `select indexname as name, indexdef as made from pg_indexes
     where schemaname = 'public' and tablename = any($1)
       and not exists (select from pg_constraint where conname = indexname)`,
    [LARGE],
  );
  for (const { table, name } of keys)
    await client.query(`alter table ${table} drop constraint ${name}`);
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  return [
    ...keys.map(({ table, name, made }) => `alter table ${table} add constraint ${name} ${made}`),
    ...indexes.map(({ made }) => made),
  ];
}
