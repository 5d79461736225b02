/** Rows of own passwords, and the hashes that stand in the plan. */
import type { Knex } from 'knex';
import type { AgentId } from '../../domain/ids';
import type { CredentialSnapshot } from '../../domain/sign-in/snapshots';
import type { PersonDbRow } from '../people';
import { instant, run, timestamp, upsert, type Line } from '../statement';

const SAVE = upsert(
  'credential',
  {
    person_id: 'text',
    password_hash: 'text',
    one_time: 'boolean',
    instead_of: 'text',
    changed_at: 'timestamptz',
  },
  'person_id',
);

interface CredentialDbRow {
  person_id: string;
  password_hash: string;
  one_time: boolean;
  instead_of: string | null;
  changed_at: Date;
}

export async function saveCredentials(
  line: Line,
  credentials: readonly CredentialSnapshot[],
): Promise<void> {
  const rows = credentials.map(({ personId, hash, oneTime, insteadOf, changedAt }) => ({
    ...{ person_id: personId, password_hash: hash, one_time: oneTime, instead_of: insteadOf },
    changed_at: timestamp(changedAt),
  }));
  await run(line, SAVE, rows);
}

export async function loadCredentials(db: Knex): Promise<CredentialSnapshot[]> {
  const rows = await db<CredentialDbRow>('credential').orderBy('person_id');
  return rows.map((row) => ({
    ...{ personId: row.person_id, hash: row.password_hash, oneTime: row.one_time },
    ...{ insteadOf: row.instead_of, changedAt: instant(row.changed_at) },
  }));
}

/** By person: what the plan says, hashed. */
export async function loadPlanHashes(db: Knex): Promise<Map<AgentId, string>> {
  const rows = await db<PersonDbRow>('person')
    .whereNull('removed_at')
    .select('id', 'password_hash');
  return new Map(rows.map((row) => [row.id, row.password_hash]));
}
