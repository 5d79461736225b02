/** Rows of who has acknowledged which text; the first time stays. */
import type { Knex } from 'knex';
import type { AcknowledgementSnapshot } from '../../domain/sign-in/acknowledgement';
import { insertNew, instant, run, timestamp, type Line } from '../statement';

const SAVE = insertNew(
  'acknowledgement',
  { person_id: 'text', version: 'text', at: 'timestamptz' },
  'person_id, version',
);

export async function saveAcknowledgements(
  line: Line,
  acknowledgements: readonly AcknowledgementSnapshot[],
): Promise<void> {
  const rows = acknowledgements.map(({ personId, version, at }) => ({
    ...{ person_id: personId, version, at: timestamp(at) },
  }));
  await run(line, SAVE, rows);
}

export async function loadAcknowledgements(db: Knex): Promise<AcknowledgementSnapshot[]> {
  const rows = await db<{ person_id: string; version: string; at: Date }>('acknowledgement');
  return rows.map((row) => ({
    ...{ personId: row.person_id, version: row.version, at: instant(row.at) },
  }));
}
