/** Whether the database takes changes now: a replica, one that was made read-only, and one that is away take none. */
import type { Database } from './database';

export async function takesChanges(db: Database): Promise<'takes' | 'refuses' | 'away'> {
  try {
    const { rows } = await db.raw<{ rows: [{ refuses: boolean }] }>(
      `select pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as refuses`,
    );
    return rows[0].refuses ? 'refuses' : 'takes';
  } catch {
    return 'away';
  }
}
