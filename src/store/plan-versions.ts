/** Rows of `plan_version`: who applied which plan when. Documents have no secrets, like what is exported. */
import type { Knex } from 'knex';
import { CodedError } from '../domain/errors';
import type { PlanChange } from '../domain/plan-difference/difference';
import type { PlanDocument } from '../domain/plan-document';
import type { PlanVersion } from '../http/ports';
import type { Page, PageRequest } from '../http/queries';

/** So many are kept; a plan of 10,000 people is about 3 MB. */
const KEPT = 100;

interface VersionDbRow {
  version: number;
  at: Date;
  who: string;
  what: PlanVersion['what'];
  changes: string;
}

const SHOWN = ['version', 'at', 'who', 'what', 'changes'];

/** 0 before the first: also the plan of an installation that is older than versions. */
export async function standingVersion(db: Knex): Promise<number> {
  const row = await db('plan_version').max<{ max: number | null }>({ max: 'version' }).first();
  return row?.max ?? 0;
}

export interface NewVersion {
  version: number;
  who: string;
  what: PlanVersion['what'];
  document: PlanDocument;
  changes: readonly PlanChange[];
}

/** Adds it, and forgets those that are too many. */
export async function addVersion(
  db: Knex,
  { version, who, what, document, changes }: NewVersion,
): Promise<void> {
  await db('plan_version').insert({
    ...{ version, who, what },
    document: JSON.stringify(document),
    changes: JSON.stringify(changes),
  });
  await db('plan_version')
    .where('version', '<=', version - KEPT)
    .delete();
}

/** The plan of that version; without one, of the last before `below`. Null: it is not kept. */
export async function documentOfVersion(
  db: Knex,
  asked: { version: number } | { below: number },
): Promise<PlanDocument | null> {
  const rows = db<{ version: number; document: string }>('plan_version');
  const row =
    'version' in asked
      ? await rows.where({ version: asked.version }).first()
      : await rows.where('version', '<', asked.below).orderBy('version', 'desc').first();
  return row ? (JSON.parse(row.document) as PlanDocument) : null;
}

/** The newest first; `after` is the version that the last page ended with. */
export async function pageOfVersions(
  db: Knex,
  { limit, after }: PageRequest,
): Promise<Page<PlanVersion>> {
  // Nine digits are an integer of PostgreSQL.
  if (after !== undefined && !/^\d{1,9}$/.test(after)) throw new CodedError('BAD_CURSOR');
  const rows = await db<VersionDbRow>('plan_version')
    .modify((query) => {
      if (after !== undefined) void query.where('version', '<', Number(after));
    })
    .orderBy('version', 'desc')
    .limit(limit + 1)
    .select<VersionDbRow[]>(SHOWN);
  const items = rows.slice(0, limit).map(({ at, changes, ...row }) => ({
    ...{ ...row, at: at.getTime() },
    changes: JSON.parse(changes) as PlanChange[],
  }));
  return { items, next: rows.length > limit ? String(items.at(-1)?.version) : null };
}
