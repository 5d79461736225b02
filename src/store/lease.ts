/**
 * Which app may write what was journalled: the row of its cell, by epoch. The edge decides who is active; the lease
 * keeps an app that does not know yet that it no longer is from writing behind the next one.
 */
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
