/**
 * Leads of the showroom that become the centre's by force (强制转入; A32, A33): found by an index, each in one transaction.
 * The lead is nobody's then, and is given to a telemarketer by distribution.
 */
import type { Knex } from 'knex';
import type { LeadId, StoreId } from '../../domain/ids';
import {
  transferReason,
  transferredBefore,
  type TransferReason,
} from '../../domain/lead/forced-transfer';
import { firstDueAt } from '../../domain/lead/level-clock';
import type { LeadRules } from '../../domain/lead/rules';
import type { Instant } from '../../domain/time';
import { timestamp } from '../statement';
import { addContact } from './contacts';
import type { Deed } from './deed';
import { findFullLead } from './leads';
import { changeOwner } from './owners';

/** A store with what holds in it. */
export interface TransferAsked {
  storeId: StoreId;
  /** IANA. */
  zone: string;
  rules: LeadRules;
  /** Whether a lead that is his is the centre's already. */
  isOfCentre: (ownerId: string | null) => boolean;
  /** Whether he receives for the centre who arrives. */
  receives: (ownerId: string | null) => boolean;
}

/** Leads of the store that are due by now, after that one, in order of id. */
export const transferable = (
  db: Knex,
  { storeId, zone, rules }: TransferAsked,
  now: Instant,
  { after, most }: { after: LeadId; most: number },
): Promise<LeadId[]> =>
  db('lead')
    .where({ store_id: storeId, place: 'showroom' })
    // As the index says it.
    .whereRaw(`state in ('open', 'arrived', 'defeated', 'lost-control')`)
    .whereRaw(`(opened_at < ? or state in ('defeated', 'lost-control'))`, [
      timestamp(transferredBefore(now, zone, rules)),
    ])
    .where('id', '>', after)
    .orderBy('id')
    .limit(most)
    .pluck('id');

/**
 * Makes it the centre's, with a first follow-up on the same day, and says why; null: it is no longer due. One that a
 * telemarketer has had all the time is only said to be the centre's, and stays with him.
 */
export async function transferByForce(
  deed: Deed,
  leadId: LeadId,
  { zone, rules, isOfCentre, receives }: TransferAsked,
): Promise<TransferReason | null> {
  const { trx, at } = deed;
  const lead = await findFullLead(trx, leadId, { hold: true });
  if (lead === null) return null;
  const candidate = { ...lead, isReceived: receives(lead.ownerId) };
  const reason = transferReason(candidate, { now: at, zone }, rules);
  if (reason === null) return null;
  const stays = isOfCentre(lead.ownerId);
  if (!stays) await leaveShowroom(deed, lead, reason);
  await trx('lead')
    .where({ id: leadId })
    .update({
      ...{ place: 'centre', version: trx.raw('version + 1'), changed_at: timestamp(at) },
      ...(!stays && { next_due_at: timestamp(firstDueAt(at, zone, rules)) }),
    });
  return stays ? null : reason;
}

/** It is nobody's from now on, and its customer's timeline says why. Answers the lead's version then. */
export async function leaveShowroom(
  deed: Deed,
  { id, customerId, storeId }: { id: LeadId; customerId: string | null; storeId: StoreId },
  reason: TransferReason,
): Promise<number> {
  const version = await changeOwner(deed, { leadId: id, ownerId: null, way: 'forced', reason });
  if (customerId !== null)
    await addContact(deed, { customerId, leadId: id, storeId, kind: 'owner', body: reason });
  return version;
}
