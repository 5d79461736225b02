/** Rows that nobody looks back at any more. */
import { sweepAlarms } from './alarms';
import type { Database } from './database';
import { sweepSessions } from './sign-in/sessions';
import { sweepWaits } from './waits';

/** Deletes at most `most` of each kind; how many there were of that which had most of them. */
export async function sweepRows(db: Database, most: number): Promise<number> {
  const counts = [];
  for (const sweep of [sweepWaits, sweepAlarms, sweepSessions]) counts.push(await sweep(db, most));
  return Math.max(...counts);
}
