/** Rows of the tokens of programs. */
import type { Knex } from 'knex';
import type { Right } from '../../domain/rights';
import type { ApiTokenSnapshot } from '../../domain/sign-in/api-token';
import type { Instant } from '../../domain/time';
import { instant, run, timestamp, upsert, type Line, type Row } from '../statement';

const SAVE = upsert(
  'api_token',
  {
    id: 'text',
    person_id: 'text',
    name: 'text',
    rights: 'text[]',
    stores: 'text[]',
    hash: 'text',
    created_at: 'timestamptz',
    expires_at: 'timestamptz',
    used_at: 'timestamptz',
    revoked_at: 'timestamptz',
    revoked_by: 'text',
  },
  'id',
);

interface TokenDbRow {
  id: string;
  person_id: string;
  name: string;
  rights: Right[];
  stores: string[] | null;
  hash: string;
  created_at: Date;
  expires_at: Date;
  used_at: Date | null;
}

export async function saveApiTokens(
  line: Line,
  tokens: readonly ApiTokenSnapshot[],
): Promise<void> {
  await run(line, SAVE, tokens.map(toRow));
}

/** Those that stand. */
export async function loadApiTokens(db: Knex, at: Instant): Promise<ApiTokenSnapshot[]> {
  const rows = await db<TokenDbRow>('api_token')
    .whereNull('revoked_at')
    .where('expires_at', '>', timestamp(at))
    .orderBy('id');
  return rows.map(({ id, name, rights, stores, hash, ...row }) => ({
    ...{ id, personId: row.person_id, name, rights, stores, hash },
    ...{ createdAt: instant(row.created_at), expiresAt: instant(row.expires_at) },
    usedAt: instant(row.used_at),
  }));
}

const toRow = ({ id, personId, name, rights, stores, hash, ...at }: ApiTokenSnapshot): Row => ({
  ...{ id, person_id: personId, name, rights, stores, hash },
  created_at: timestamp(at.createdAt),
  expires_at: timestamp(at.expiresAt),
  used_at: timestamp(at.usedAt),
  revoked_at: timestamp(at.revoked?.at ?? null),
  revoked_by: at.revoked?.by ?? null,
});
