/**
 * Leads in a run of cleaning (W02, A22, A23, A27): whether they can be called is decided once; what is invalid loses its data,
 * junk and what has no intent goes to the archive.
 */
import type { Knex } from 'knex';
import { cleanedNumber, type CleanedNumber } from '../../domain/customer/cleaned';
import type { LeadId, StoreId } from '../../domain/ids';
import { wantsConfirmation } from '../../domain/lead/confirmation';
import { HOPELESS, isOwn, numberFault, type InvalidReason } from '../../domain/lead/may-be-dialled';
import { numberBook } from '../../domain/number/book';
import { leadRulesOf } from '../../domain/lead/rules';
import { numberingOf } from '../../domain/number/entered';
import type { LeadLevel } from '../../domain/queue/place';
import type { CleaningBatch } from './cleaning-batch';
import { invalidateLead } from './invalid-leads';

export interface LeadsChecked {
  valid: number;
  invalid: number;
  exceptions: number;
}

/** Leads of these books of which nobody has said whether they are valid, after that one. */
export const uncheckedLeads = (
  db: Knex,
  controller: string,
  { after, most }: { after: LeadId; most: number },
): Promise<LeadId[]> =>
  db('lead')
    .whereIn('store_id', db('store').where({ controller }).select('id'))
    .where({ validity: 'unchecked', state: 'open' })
    .where('id', '>', after)
    .orderBy('id')
    .limit(most)
    .pluck('id');

interface LeadRow {
  id: LeadId;
  customer_id: string | null;
  store_id: StoreId;
  source: string;
  opened_by_call: string | null;
  number: string;
  prospect: string | null;
  level: LeadLevel | null;
  confirm_next_at: Date | null;
  confirmed_at: Date | null;
}

/** Marks each valid or invalid. One with a number of none gets a good one of its customer, if he has any. */
export async function checkLeads(
  trx: Knex,
  ids: readonly LeadId[],
  batch: CleaningBatch & { key: Buffer },
): Promise<LeadsChecked> {
  const rows = (await trx('lead')
    .whereIn('id', ids)
    .where({ validity: 'unchecked', state: 'open' })
    .orderBy('id')
    .select(
      ...['id', 'customer_id', 'store_id', 'source', 'opened_by_call', 'number', 'prospect'],
      ...['level', 'confirm_next_at', 'confirmed_at'],
    )) as LeadRow[];
  const counts: LeadsChecked = { valid: 0, invalid: 0, exceptions: 0 };
  for (const row of rows) {
    const { id, customer_id: customerId, number } = row;
    if ([id, customerId ?? '', number].some((one) => batch.busy.has(one))) {
      counts.exceptions += 1;
      continue;
    }
    const checked = await checkLead(trx, row, batch);
    counts[checked] += 1;
  }
  return counts;
}

async function checkLead(
  trx: Knex,
  row: LeadRow,
  batch: CleaningBatch & { key: Buffer },
): Promise<'valid' | 'invalid'> {
  const { id: leadId } = row;
  const said = read(row.number, row, batch);
  const fault = faultOf(said);
  const { source, opened_by_call: call } = row;
  const stays = fault === null || isOwn({ source, openedByCall: call !== null });
  const found = stays ? said : await another(trx, row, batch);
  if (found === null) {
    const { at, key } = batch;
    await invalidateLead(trx, { leadId, reason: fault ?? 'not-a-number', at, key });
    return 'invalid';
  }
  await trx('lead')
    .where({ id: leadId })
    .update({
      ...{ number: found.number, validity: 'valid', changed_at: new Date(batch.at) },
      ...heldNow(row, batch),
      version: trx.raw('version + 1'),
    });
  return 'valid';
}

/** One that is to be confirmed is held from now on, if it was not since it came, and its intent counts as high (A26). */
function heldNow(row: LeadRow, { plan, at }: CleaningBatch) {
  const isHeld = row.confirm_next_at !== null;
  const wants = wantsConfirmation(row, leadRulesOf(plan, row.store_id));
  if (!isHeld && (!wants || row.confirmed_at !== null)) return {};
  return { prospect: row.prospect ?? 'high', confirm_next_at: row.confirm_next_at ?? new Date(at) };
}

/** The first number of the lead's person that can be called. */
async function another(
  trx: Knex,
  row: LeadRow,
  batch: CleaningBatch,
): Promise<CleanedNumber | null> {
  if (row.customer_id === null) return null;
  const numbers = await trx('customer_number as n')
    .join('customer as c', 'c.id', 'n.customer_id')
    .whereIn('c.root_id', trx('customer').where({ id: row.customer_id }).select('root_id'))
    .orderBy(['n.since', 'n.id'])
    .pluck<string[]>('n.number');
  const cleaned = numbers.map((number) => read(number, row, batch));
  return cleaned.find((one) => faultOf(one) === null) ?? null;
}

const read = (number: string, { store_id: storeId }: LeadRow, { plan, at }: CleaningBatch) =>
  cleanedNumber(number, false, {
    ...{ book: numberBook(plan), storeId, numbering: numberingOf(plan, storeId), at },
  });

const faultOf = ({ kind, expired }: CleanedNumber): InvalidReason | null =>
  numberFault(kind, expired);

/** At most so many go to the archive; how many did. They keep their data, and are dialled no more. */
export async function archiveHopeless(
  trx: Knex,
  { controller, at }: Pick<CleaningBatch, 'controller' | 'at'>,
  most: number,
): Promise<number> {
  const hopeless = trx('lead')
    .whereIn('store_id', trx('store').where({ controller }).select('id'))
    .where({ state: 'open' })
    .whereIn('prospect', [...HOPELESS])
    .orderBy('id')
    .limit(most)
    .select('id');
  return trx('lead')
    .whereIn('id', hopeless)
    .update({
      ...{ state: 'archived', next_due_at: null, changed_at: new Date(at) },
      closed_at: trx.raw('coalesce(closed_at, ?)', [new Date(at)]),
      end_reason: trx.raw('coalesce(end_reason, prospect)'),
      version: trx.raw('version + 1'),
    });
}
