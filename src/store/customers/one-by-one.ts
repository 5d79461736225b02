/** Many rows, each in a transaction of its own: what cannot be done now is left, and stops none of the others. */
import type { Knex } from 'knex';
import type { Database } from '../database';
import { again } from './merge-tree';

export interface OneByOne {
  db: Database;
  /** The app ends: what is left is left. */
  stopped: () => boolean;
  onError: (error: unknown) => void;
}

/** It is the database that is gone, and not the row that is bad. */
export function isAway(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return (
    /^(?:08|57P|53)|^E[A-Z]+$/.test(code) || /^Connection|^timeout|^Knex: Timeout/.test(message)
  );
}

/** False: the app ends. Rejects when the database is away. */
export async function oneByOne<T>(
  { db, stopped, onError }: OneByOne,
  all: readonly T[],
  work: (trx: Knex.Transaction, one: T) => Promise<void>,
): Promise<boolean> {
  for (const one of all) {
    if (stopped()) return false;
    await again(() => db.transaction((trx) => work(trx, one))).catch((error: unknown) => {
      if (isAway(error)) throw error;
      onError(error);
    });
  }
  return true;
}
