/**
 * Which app may write: the row of its cell, by epoch. The edge decides who is active; the lease keeps an app that does
 * not know yet that it no longer is from writing behind the next one, whatever it writes. The journal is written with the
 * row locked; for all else connections are fenced: whoever takes the lease ends those of the app before, with what they
 * were at, and that app gets no other.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { prepared, type Line, type Statement } from './statement';
import type { Database } from './database';

export interface Lease {
  cell: string;
  /** Of the claim. */
  epoch: number;
  /** Of this start of the app; of two apps with one epoch the second is not let in. */
  holder: string;
}

/** Another app has, or had, the cell. */
export class LeaseOver extends Error {
  override name = 'LeaseOver';
  /** As whoever waits for an answer is told. */
  readonly code = 'TAKEN_OVER';
  constructor(
    { cell, epoch }: Lease,
    /** Of the row. */
    readonly seen: number,
  ) {
    super(`the cell ${cell} is held with epoch ${seen}, ours is ${epoch}`);
  }
}

/** Renews the row or takes it over; it is locked until the transaction ends. */
const TAKE: Statement = {
  name: 'take_lease',
  sql: `insert into app_lease (cell, epoch, holder, renewed) values (?, ?, ?, now())
    on conflict (cell) do update set epoch = excluded.epoch, holder = excluded.holder, renewed = excluded.renewed
      where app_lease.epoch < excluded.epoch
        or (app_lease.epoch = excluded.epoch and app_lease.holder = excluded.holder)
    returning epoch`,
};

const SEEN: Statement = {
  name: 'seen_lease',
  sql: 'select epoch from app_lease where cell = ?',
};

/** Throws `LeaseOver`. In a transaction nobody else has the lease before its end. */
export async function takeLease(db: Database | Line, lease: Lease): Promise<void> {
  const taken = await prepared(db, TAKE, [lease.cell, lease.epoch, lease.holder]);
  if (taken.length > 0) return;
  const [row] = await prepared<{ epoch: string }>(db, SEEN, [lease.cell]);
  throw new LeaseOver(lease, Number(row?.epoch ?? 0));
}

/** Of a connection, so that the app after this one knows it; PostgreSQL cuts it at 63 bytes. */
export const connectionName = ({ cell, holder }: Lease): string => `openline ${cell} ${holder}`;

/** Throws `LeaseOver` when another app has the lease, or had it since. Before the first migration nobody has. */
export async function refuseWhenOver(connection: Client, lease: Lease): Promise<void> {
  const [{ there } = { there: null }] = await answers<{ there: string | null }>(
    connection.query("select to_regclass('app_lease')::text as there"),
  );
  if (there === null) return;
  const [row] = await answers<{ epoch: string; holder: string }>(
    connection.query('select epoch, holder from app_lease where cell = $1', [lease.cell]),
  );
  const seen = Number(row?.epoch ?? 0);
  if (seen > lease.epoch || (seen === lease.epoch && row?.holder !== lease.holder))
    throw new LeaseOver(lease, seen);
}

const answers = async <T>(asked: Promise<{ rows: unknown[] }>): Promise<T[]> =>
  (await asked).rows as T[];

/** Whoever has the row locked for longer hangs in the middle of writing. */
const LOCKED_AT_MOST_MS = 1000;

/**
 * Takes the lease for an app that becomes the active one, and ends what those before it were at. Throws `LeaseOver`, and
 * then nothing was ended.
 */
export async function takeOverLease(db: Database, lease: Lease): Promise<void> {
  const taking = takeLease(db, lease);
  const taken = taking.then(
    () => true,
    () => true,
  );
  if (!(await Promise.race([taken, delay(LOCKED_AT_MOST_MS, false, { ref: false })])))
    await endFormer(db, lease);
  await taking;
  await endFormer(db, lease);
}

/** A connection that PostgreSQL was told to end is gone within this, in ms. */
const END_WITHIN_MS = 2000;

/**
 * Ends the connections of apps before this one; what such an app had not committed is undone, and locks nothing any more,
 * also where it hangs. None is ended while the row is of an app that follows us.
 */
export async function endFormer(db: Database, lease: Lease): Promise<void> {
  // All of them are told before any is waited for: else the app would ask the next one what became of the first.
  await db.raw(ENDING('pg_terminate_backend(pid)'), formerTo(lease));
  await db.raw(ENDING(`pg_terminate_backend(pid, ${END_WITHIN_MS})`), formerTo(lease));
}

const ENDING = (end: string): string => `select ${end} from pg_stat_activity
  where datname = current_database() and usename = current_user
    and starts_with(application_name, ?) and application_name <> left(?, 63)
    and not exists (
      select from app_lease where cell = ? and (epoch > ? or (epoch = ? and holder <> ?))
    )`;

const formerTo = (lease: Lease) => {
  const { cell, epoch, holder } = lease;
  return [`openline ${cell} `, connectionName(lease), cell, epoch, epoch, holder];
};
