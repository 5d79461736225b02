import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { openDesk } from '../../../demo/desk';
import { PASSWORD } from '../../support/plan';
import type { Product } from '../../support/product';
import { numberOf } from './agents';
import {
  contradictions,
  type CallRow,
  type FormRow,
  type PromiseRow,
  type Seen,
} from './witnesses';

export interface Faults {
  talks: number;
  promises: number;
  left: number;
  overCapacity: number;
  /** Told by a kept stream that they are called back: the limit of the media was reached. */
  toldMediaFull: number;
  recordings: number;
  formsFilled: number;
  /** What is not as it should be, in words; empty is well. */
  faults: string[];
}

/** Each a sentence about the records that must be true of no row. */
const NEVER: Record<string, string> = {
  'a call without an outcome': `select id from call where outcome is null`,
  'a talk without exactly one stored recording': `select c.id from call c
    where c.outcome = 'talk' and 1 <> (select count(*) from recording r
      where r.call_id = c.id and r.state = 'stored')`,
  'a recording without its talk': `select r.id from recording r
    where not exists (select from call c where c.id = r.call_id and c.outcome = 'talk')`,
  'a recording that is not as long as its talk': `select r.id from recording r
    join call c on c.id = r.call_id where r.state = 'stored'
    and abs(extract(epoch from c.ended_at - c.talk_started_at) * 1000 - r.duration_ms) > 2000`,
  'two recordings in one file': `select path from recording group by path having count(*) > 1`,
  'a talk without a form': `select c.id from call c where c.outcome = 'talk'
    and not exists (select from call_form f where f.call_id = c.id)`,
  'a form without its talk': `select f.call_id from call_form f
    where not exists (select from call c where c.id = f.call_id and c.outcome = 'talk')`,
  'a person with two open promises': `select number from promise
    where state in ('open', 'claimed') group by hotline, number having count(*) > 1`,
  'a call by our fault': `select id from call where outcome in ('broken', 'refused')`,
  // Ids of the journal grow, and so do those of the transactions that bring them into the database.
  'a record behind one that was written later': `select lowest from (
      select min(id::text) as lowest, lag(max(id::text)) over (order by xmin::text::bigint) as before
      from event group by xmin::text::bigint) batch where lowest < before`,
  'a call that is not as it was written': lastWritten('call.saved', 'call', 'id', 'outcome'),
  'a promise that is not as it was written': lastWritten('promise.saved', 'promise', 'id', 'state'),
  'a form that is not as it was written': lastWritten('form.saved', 'call_form', 'call_id', 'note'),
};

/** Rows of the table whose column differs from the last record of theirs, or that are missing. */
function lastWritten(kind: string, table: string, key: string, column: string): string {
  const subject = kind.split('.', 1)[0] ?? '';
  const field = key === 'call_id' ? 'callId' : key;
  const name = `data->'${subject}'->>'${field}'`;
  return `select w.subject from (
      select distinct on (${name}) ${name} as subject, data->'${subject}'->>'${column}' as said
      from event where kind = '${kind}' order by ${name}, event.id desc) w
    left join ${table} t on t.${key}::text = w.subject where t.${column} is distinct from w.said`;
}

/** What the database, the ledger and the folder have after the burst, and what of it is wrong. */
export async function faultsIn(product: Product, db: Client, seen: Seen): Promise<Faults> {
  const faults: string[] = [];
  for (const [what, sql] of Object.entries(NEVER)) {
    const { rows } = await db.query<Record<string, unknown>>(sql);
    if (rows.length > 0) faults.push(`${what}: ${rows.length}, ${JSON.stringify(rows[0])}`);
  }
  const rows = { calls: await calls(db), promises: await promises(db), forms: await forms(db) };
  const against = contradictions(seen, rows);
  faults.push(...against.slice(0, 20));
  faults.push(...(await filesAmiss(product, db)), ...(await ledgerAmiss(product, rows.calls)));
  const count = async (from: string): Promise<number> => {
    const { rows: counted } = await db.query<{ n: string }>(`select count(*) as n from ${from}`);
    return Number(counted[0]?.n);
  };
  return {
    talks: await count(`call where outcome = 'talk'`),
    promises: await count(`promise`),
    left: await count(`call where outcome = 'left'`),
    overCapacity: await count(`call where outcome = 'over-capacity'`),
    toldMediaFull: await count(`call c join promise p on p.call_id = c.id
      where c.outcome = 'promise' and p.reason = 'over-capacity'`),
    recordings: await count(`recording where state = 'stored'`),
    formsFilled: await count(`call_form where state = 'complete'`),
    faults,
  };
}

type Row = Record<string, unknown>;
const msOf = (value: unknown): number => (value as Date | null)?.getTime() ?? 0;

async function calls(db: Client): Promise<CallRow[]> {
  const { rows } = await db.query<Row>(`select id, from_number, agent_id, outcome, arrived_at,
    ended_at from call where direction = 'inbound'`);
  return rows.map((row) => ({
    ...{ id: String(row['id']), number: numberOf(String(row['from_number'])) },
    ...{ agent: row['agent_id'] as string | null, outcome: row['outcome'] as string | null },
    ...{ arrivedAt: msOf(row['arrived_at']), endedAt: msOf(row['ended_at']) },
  }));
}

async function promises(db: Client): Promise<PromiseRow[]> {
  const { rows } = await db.query<Row>(`select call_id, number, reason, opened_at from promise`);
  return rows.map((row) => ({
    ...{ callId: String(row['call_id']), number: numberOf(String(row['number'])) },
    ...{ reason: String(row['reason']), openedAt: msOf(row['opened_at']) },
  }));
}

async function forms(db: Client): Promise<FormRow[]> {
  const { rows } = await db.query<Row>(`select * from call_form`);
  return rows.map((row) => ({
    ...{ callId: String(row['call_id']), state: String(row['state']) },
    ...{ filledBy: row['filled_by'] as string | null, filledAt: msOf(row['filled_at']) },
    note: row['note'] as string | null,
  }));
}

/** Each stored recording is there, and what its row says of it. */
async function filesAmiss({ recordingsDir }: Product, db: Client): Promise<string[]> {
  const { rows } = await db.query<{ path: string; sha256: string; bytes: string }>(
    `select path, sha256, bytes from recording where state = 'stored'`,
  );
  return rows.flatMap(({ path, sha256, bytes }) => {
    const file = fileOrNull(join(recordingsDir, path));
    if (file === null) return [`${path} is no file`];
    const isWhole = createHash('sha256').update(file).digest('hex') === sha256;
    return isWhole && file.length === Number(bytes) ? [] : [`${path} is not what its row says`];
  });
}

function fileOrNull(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}

/** What supervisors read: it balances, and counts what the rows say. */
async function ledgerAmiss({ http }: Product, rows: readonly CallRow[]): Promise<string[]> {
  const onFrame = (): void => undefined;
  const desk = await openDesk({ http, user: 'chen', password: PASSWORD, onFrame });
  const ledger = (await desk.get('/api/ledger?hotline=400')) as Record<string, unknown>;
  desk.close();
  const of = (outcome: string): number => rows.filter((row) => row.outcome === outcome).length;
  const expected = {
    ...{ arrived: rows.length, balanced: true, inProgress: 0, talks: of('talk') },
    ...{ promises: of('promise'), left: of('left'), overCapacity: of('over-capacity') },
    ...{ noNumber: 0, blocked: 0, refused: 0, broken: 0 },
  };
  return Object.entries(expected).flatMap(([name, value]) =>
    ledger[name] === value ? [] : [`the ledger's ${name} is ${String(ledger[name])}, not ${value}`],
  );
}
