/** Rows of second factors. */
import type { Knex } from 'knex';
import type { FactorSnapshot } from '../../domain/sign-in/snapshots';
import { instant, run, timestamp, upsert, type Line } from '../statement';

const SAVE = upsert(
  'second_factor',
  {
    person_id: 'text',
    state: 'text',
    sealed_secret: 'text',
    last_step: 'bigint',
    recovery_hashes: 'text[]',
    changed_at: 'timestamptz',
  },
  'person_id',
);

interface FactorDbRow {
  person_id: string;
  state: FactorSnapshot['state'];
  sealed_secret: string | null;
  /** Of a bigint pg gives the digits. */
  last_step: string;
  recovery_hashes: string[];
  changed_at: Date;
}

export async function saveSecondFactors(
  line: Line,
  factors: readonly FactorSnapshot[],
): Promise<void> {
  const rows = factors.map(({ personId, state, sealed, lastStep, recovery, changedAt }) => ({
    ...{ person_id: personId, state, sealed_secret: sealed, last_step: lastStep },
    ...{ recovery_hashes: recovery, changed_at: timestamp(changedAt) },
  }));
  await run(line, SAVE, rows);
}

export async function loadSecondFactors(db: Knex): Promise<FactorSnapshot[]> {
  const rows = await db<FactorDbRow>('second_factor').orderBy('person_id');
  return rows.map((row) => ({
    ...{ personId: row.person_id, state: row.state, sealed: row.sealed_secret },
    ...{ lastStep: Number(row.last_step), recovery: row.recovery_hashes },
    changedAt: instant(row.changed_at),
  }));
}
