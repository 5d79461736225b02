/**
 * Leads that web forms and HQ hand in: each lands as a row of an import does, and once, however often it is sent (A25); and
 * what has become of those of HQ.
 */
import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Consent } from '../../domain/intake/incoming';
import type { LandingTerms } from '../../domain/intake/landing';
import { contentOf, type IntakeRecord } from '../../domain/intake/record';
import type { Instant } from '../../domain/time';
import type { Taken } from '../../http/incoming-ports';
import { lockNumbers } from '../customers/deed';
import type { Database } from '../database';
import { timestamp } from '../statement';
import { landRecords } from './land';
import type { LandingPlace } from './write';

/** One lead, as it was read. */
export interface IncomingRow {
  /** By which its sender knows it. */
  key: string;
  record: IntakeRecord;
  consent: Consent | null;
}

export type IncomingTerms = Pick<
  LandingTerms,
  'at' | 'source' | 'consultant' | 'wantsConfirmation' | 'makeId'
> & {
  /** As the timeline says where it came from. */
  called: (key: string) => string;
};

/**
 * Takes those that are new, all of them in one transaction; answers what of each stands, in their order. Of a key that comes
 * again nothing is changed, whatever it says now.
 */
export async function landIncoming(
  db: Database,
  place: LandingPlace,
  rows: readonly IncomingRow[],
  terms: IncomingTerms,
): Promise<Taken[]> {
  const all = rows.map((row) => ({ ...row, id: terms.makeId(), print: printOf(row) }));
  return db.transaction(async (trx) => {
    const fresh = new Set(await insertNew(trx, place, all, terms.at));
    const taken = all.filter(({ id }) => fresh.has(id));
    const numbers = taken.flatMap(({ record }) => record.numbers.map(({ number }) => number));
    await lockNumbers(trx, place.controller, numbers);
    const ready = taken.map(({ record }, row) => ({ row, record, isKnown: false }));
    const { landed } = await landRecords(trx, place, ready, {
      ...{ ...terms, controller: place.controller, as: 'leads' },
      origin: (row) => terms.called(taken[row]?.key ?? ''),
    });
    await keepLanded(
      trx,
      landed.rows.map(({ row, customerId, leadId }) => ({
        ...{ id: taken[row]?.id ?? '', customer_id: customerId, lead_id: leadId },
      })),
    );
    return takenRows(trx, place, all, fresh);
  });
}

const printOf = ({ record, consent }: IncomingRow): string =>
  createHash('sha256')
    .update(`${contentOf(record)}\n${JSON.stringify(consent)}`)
    .digest('base64url')
    .slice(0, 24);

type NewRow = IncomingRow & { id: string; print: string };

/** Ids of those that were not there. Whoever takes the same one at once is waited for. */
async function insertNew(
  trx: Knex.Transaction,
  { origin, controller, storeId }: LandingPlace,
  rows: readonly NewRow[],
  at: Instant,
): Promise<string[]> {
  const { rows: made } = await trx.raw<{ rows: { id: string }[] }>(
    // In the order of keys: two that take several of the same must not cross.
    `insert into incoming_lead (id, origin, controller, key, print, store_id, consent, consent_text, received_at)
     select r.id, ?, ?, r.key, r.print, ?, r.consent, r.text, ?
     from json_to_recordset(?::json) as r (id uuid, key text, print text, consent boolean, text text)
     order by r.key, r.id
     on conflict (origin, controller, key) do nothing returning id`,
    [
      ...[origin, controller, storeId, timestamp(at)],
      JSON.stringify(
        rows.map(({ id, key, print, consent }) => ({
          ...{ id, key, print, consent: consent?.given ?? null, text: consent?.text ?? '' },
        })),
      ),
    ],
  );
  return made.map(({ id }) => id);
}

async function keepLanded(
  trx: Knex.Transaction,
  rows: readonly { id: string; customer_id: string | null; lead_id: string | null }[],
): Promise<void> {
  await trx.raw(
    `update incoming_lead i set customer_id = r.customer_id, lead_id = r.lead_id
     from json_to_recordset(?::json) as r (id uuid, customer_id uuid, lead_id uuid) where i.id = r.id`,
    [JSON.stringify(rows)],
  );
}

async function takenRows(
  trx: Knex.Transaction,
  { origin, controller }: LandingPlace,
  rows: readonly NewRow[],
  fresh: ReadonlySet<string>,
): Promise<Taken[]> {
  const keys = rows.map(({ key }) => key);
  const there = await trx('incoming_lead')
    .where({ origin, controller })
    .whereIn('key', keys)
    .select<{ id: string; key: string; print: string; lead_id: string | null }[]>(
      ...['id', 'key', 'print', 'lead_id'],
    );
  const byKey = new Map(there.map((row) => [row.key, row]));
  return rows.map(({ id, key, print }) => {
    const row = byKey.get(key);
    const isNew = fresh.has(id);
    return {
      ...{ key, id: row?.id ?? id, is: isNew ? 'accepted' : 'duplicate' },
      ...{ leadId: row?.lead_id ?? null, differs: !isNew && row?.print !== print },
    };
  });
}
