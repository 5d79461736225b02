/**
 * Leads that are invalid (A23, W02): their data is deleted, and of their number a keyed hash stays. What was counted stays
 * counted: the row keeps its store, source, channel and times. The customer goes too, unless something else hangs on him.
 */
import type { Knex } from 'knex';
import { CodedError } from '../../domain/errors';
import type { CustomerId, LeadId } from '../../domain/ids';
import type { InvalidReason } from '../../domain/lead/may-be-dialled';
import type { Instant } from '../../domain/time';
import { keepHashes, type ErasedWhy } from './erased-numbers';
import { lockRoots } from './merge-tree';

export interface Invalidating {
  leadId: LeadId;
  /** That whoever says so has seen; left out: whatever it is. */
  version?: number;
  reason: InvalidReason;
  at: Instant;
  /** Of hashes of numbers. */
  key: Buffer;
}

/** Rejects: `UNKNOWN_LEAD`, `VERSION_MOVED`. One that is invalid already stays as it is. */
export async function invalidateLead(
  trx: Knex,
  { leadId, version, reason, at, key }: Invalidating,
): Promise<{ customerErased: boolean }> {
  const known = await trx('lead').where({ id: leadId }).first('customer_id');
  if (!known) throw new CodedError('UNKNOWN_LEAD');
  const customerId = known.customer_id as CustomerId | null;
  const root =
    customerId === null ? undefined : (await lockRoots(trx, [customerId])).get(customerId);
  const lead = await trx('lead').where({ id: leadId }).forUpdate().first();
  if (version !== undefined && lead.version !== version)
    throw new CodedError('VERSION_MOVED', { version: lead.version });
  if (lead.state === 'invalid') return { customerErased: false };
  const controller = root?.controller ?? (await controllerOf(trx, lead.store_id));
  await keepHashes(trx, [lead.number], { key, controller, why: 'invalid', at });
  await deleteLead(trx, leadId, { reason, at });
  if (root === undefined || !(await hangsNothingOn(trx, root.id))) return { customerErased: false };
  await eraseCustomer(trx, root.id, { key, controller, why: 'invalid', at });
  return { customerErased: true };
}

/** What the row of a lead says of its person. */
export const NOTHING = {
  ...{ name: '', number: '', customer_type: null, present_car: null, interest_series: null },
  ...{ interest_model: null, intended_on: null, contact_result: null, next_plan: null },
  ...{ next_due_at: null },
};

async function deleteLead(
  trx: Knex,
  id: LeadId,
  { reason, at }: { reason: InvalidReason; at: Instant },
): Promise<void> {
  await trx('lead')
    .where({ id })
    .update({
      ...{ ...NOTHING, state: 'invalid', validity: 'invalid', invalid_reason: reason },
      closed_at: trx.raw('coalesce(closed_at, ?)', [new Date(at)]),
      ...{ changed_at: new Date(at), version: trx.raw('version + 1') },
    });
  await trx('confirmed_number').where({ lead_id: id }).delete();
  await trx('contact').where({ lead_id: id }).update({ body: '' });
}

/** No other lead, no vehicle, and nothing that happened with him but what was noted of leads that are invalid. */
async function hangsNothingOn(trx: Knex, rootId: CustomerId): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: { hangs: boolean }[] }>(
    `with his as (select id from customer where root_id = ?)
     select exists (select from lead where customer_id in (select id from his) and state <> 'invalid')
       or exists (select from vehicle where customer_id in (select id from his))
       or exists (select from contact c left join lead l on l.id = c.lead_id
         where c.customer_id in (select id from his)
           and (c.call_id is not null or c.kind in ('visit', 'appointment', 'arrival', 'deal')
             or l.state <> 'invalid')) as hangs`,
    [rootId],
  );
  return rows[0]?.hangs === false;
}

/** His records without what says who he is, and hashes of his numbers. */
export async function eraseCustomer(
  trx: Knex,
  rootId: CustomerId,
  { key, controller, why, at }: { key: Buffer; controller: string; why: ErasedWhy; at: Instant },
): Promise<void> {
  const his = await trx('customer').where({ root_id: rootId }).pluck<string[]>('id');
  const numbers = (await trx('customer_number').whereIn('customer_id', his).delete('number')) as {
    number: string;
  }[];
  const said = numbers.map(({ number }) => number);
  await keepHashes(trx, said, { key, controller, why, at });
  await trx('contact').whereIn('customer_id', his).update({ body: '' });
  await trx('customer_edit').whereIn('customer_id', his).delete();
  await trx('customer_merge')
    .whereIn('kept_id', his)
    .orWhereIn('merged_id', his)
    .update({ filled: '{}' });
  await trx('doubtful_pair').whereIn('left_id', his).orWhereIn('right_id', his).delete();
  await trx('customer')
    .whereIn('id', his)
    .update({
      ...{ name: '', kind: null, sex: null, customer_type: null, area: '', address: '' },
      ...{ born_on: null, note: '', search: '', state: 'erased', changed_at: new Date(at) },
      version: trx.raw('version + 1'),
    });
}

async function controllerOf(trx: Knex, storeId: string): Promise<string> {
  const store = await trx('store').where({ id: storeId }).first('controller');
  return store?.controller ?? `store:${storeId}`;
}
