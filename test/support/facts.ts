import type { Client } from 'pg';
import { waitFor } from './wait';

/**
 * What the product wrote down: tests wait for facts in its database, because writing there follows
 * the call by some milliseconds.
 */
type Row = Record<string, unknown>;

/** The closed call of a caller's number. */
export function closedCall(db: Client, number: string): Promise<Row> {
  return waitFor(`the closed call of ${number} in the database`, async () => {
    const { rows } = await db.query<Row>(
      "select * from call where from_number = $1 and state = 'closed'",
      [number],
    );
    return rows[0];
  });
}

/** The recording of a call, stored or failed. */
export function recordingOf(db: Client, callId: unknown): Promise<Row> {
  return waitFor(`the recording of call ${String(callId)} in the database`, async () => {
    const { rows } = await db.query<Row>('select * from recording where call_id = $1', [callId]);
    return rows[0];
  });
}
