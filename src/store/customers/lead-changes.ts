/** What is said of a lead, done in one transaction: its fields, its state with what follows for the showroom, its owner. */
import type { Knex } from 'knex';
import { CodedError } from '../../domain/errors';
import { isHeld } from '../../domain/lead/confirmation';
import { failureReason } from '../../domain/lead/forced-transfer';
import {
  changedState,
  UNDONE,
  type Lead,
  type LeadFields,
  type LeadState,
} from '../../domain/lead/lead';
import type { LeadChange, ManyRules, RowChange } from '../../http/lead-desk-ports';
import type { Seen } from '../../http/customer-ports';
import { moved } from './customers';
import type { Deed } from './deed';
import { leaveShowroom } from './forced-transfer';
import { changeLead, findFullLead } from './leads';
import { changeOwner, type OwnerChange } from './owners';

/** The lead, held until the transaction ends. Throws `UNKNOWN_LEAD`. */
export async function heldLead(trx: Knex.Transaction, id: string): Promise<Lead> {
  const lead = await findFullLead(trx, id, { hold: true });
  if (lead === null) throw new CodedError('UNKNOWN_LEAD');
  return lead;
}

/**
 * Changes fields and state of a lead that is held. One of the showroom that fails is nobody's then, unless it `stays` with its
 * owner (A33). The next version; throws `VERSION_MOVED`, `LEAD_NEEDS_REASON`.
 */
export async function sayOfLead(
  deed: Deed,
  lead: Lead,
  {
    version,
    fields,
    state,
    stays,
  }: {
    version: number;
    fields: LeadFields;
    state?: { state: LeadState; reason: string | null } | undefined;
    stays: (ownerId: string | null) => boolean;
  },
): Promise<number> {
  const changed = state && changedState(lead, state, deed.at);
  if (typeof changed === 'string') throw new CodedError(changed);
  const next = await changeLead(deed, { id: lead.id, version }, fields, changed);
  const reason = failureReason({ place: lead.place, state: changed?.state ?? lead.state });
  const isLeft = reason !== null && !stays(lead.ownerId);
  return isLeft ? leaveShowroom(deed, lead, reason) : next;
}

/** These are over, and nothing is said of them beside others. */
const OVER: readonly LeadState[] = ['won', 'invalid'];

/**
 * Changes one lead among many; what it was before, and its version now. Throws a `CodedError` when it is left as it is, with
 * nothing done. The owner comes last, so that who is named has it also when it has just failed; with a
 * telemarketer it is the centre's.
 */
export async function changeOne(
  deed: Deed,
  { id, version, change }: RowChange,
  rules: ManyRules,
): Promise<{ before: Lead; version: number }> {
  const { trx } = deed;
  const before = await heldLead(trx, id);
  const { storeId } = before;
  if (!rules.may(storeId)) throw new CodedError('UNKNOWN_LEAD');
  if (before.version !== version) throw await moved(trx, 'lead', id);
  if (OVER.includes(before.state)) throw new CodedError('LEAD_OVER');
  const { owner, state } = change;
  const ownerId = owner?.ownerId ?? null;
  if (ownerId !== null && !rules.canOwn(ownerId, storeId)) throw new CodedError('NOT_AN_OWNER');
  if (ownerId !== null && isHeld({ state: before.state, nextAt: before.confirmation.nextAt }))
    throw new CodedError('LEAD_UNCONFIRMED');
  const said = saidIn(change);
  const isSaid = Object.keys(said).length > 0 || state !== undefined;
  const stays = (his: string | null) => rules.isOfCentre(his, storeId);
  let next = isSaid
    ? await sayOfLead(deed, before, { version, fields: { ...before, ...said }, state, stays })
    : version;
  if (owner) {
    const { way = usualWay(before, ownerId), reason = '' } = owner;
    const isOfCentre = rules.isOfCentre(ownerId, storeId);
    next = await giveLead(deed, { leadId: id, ownerId, way, reason, isOfCentre });
  }
  return { before, version: next };
}

/**
 * Gives a lead to whom somebody has named; with a telemarketer it is the centre's from then on (W07, W08): what he has is not
 * taken from him two months later, with a fee for it. What is the centre's stays so with anybody, for there is nothing to be
 * transferred any more.
 */
export async function giveLead(
  deed: Deed,
  { isOfCentre, ...change }: OwnerChange & { isOfCentre: boolean },
): Promise<number> {
  const next = await changeOwner(deed, change);
  if (isOfCentre) await deed.trx('lead').where({ id: change.leadId }).update({ place: 'centre' });
  return next;
}

const saidIn = ({ level, nextDueAt, nextPlan }: LeadChange): Partial<LeadFields> => ({
  ...(level !== undefined && { level }),
  ...(nextDueAt !== undefined && { nextDueAt }),
  ...(nextPlan !== undefined && { nextPlan }),
});

const usualWay = ({ ownerId }: Lead, to: string | null) =>
  ownerId === null || to === null ? ('distributed' as const) : ('handover' as const);

/** As it was, of what a deed on many can change: its owner by hand-over, since he has it again. */
export async function restoreOne(
  deed: Deed,
  { id, version }: Seen,
  before: RestoredFields,
): Promise<number> {
  const { trx, at } = deed;
  const lead = await heldLead(trx, id);
  if (lead.version !== version) throw await moved(trx, 'lead', id);
  const { ownerId, state, place, endReason, arrivedAt, closedAt, ...said } = before;
  const next = await changeLead(
    { ...deed, at },
    { id, version },
    { ...lead, ...said },
    {
      ...{ state, place, endReason, arrivedAt, closedAt },
    },
  );
  return ownerId === lead.ownerId
    ? next
    : changeOwner(deed, { leadId: id, ownerId, way: 'handover', reason: UNDONE });
}

/** What is kept of a lead, so that a deed can be undone. */
export type RestoredFields = Pick<
  Lead,
  | 'ownerId'
  | 'level'
  | 'state'
  | 'place'
  | 'endReason'
  | 'arrivedAt'
  | 'closedAt'
  | 'nextDueAt'
  | 'nextPlan'
>;

export const restoredFields = (lead: Lead): RestoredFields => ({
  ...{ ownerId: lead.ownerId, level: lead.level, state: lead.state, place: lead.place },
  ...{ endReason: lead.endReason, arrivedAt: lead.arrivedAt, closedAt: lead.closedAt },
  ...{ nextDueAt: lead.nextDueAt, nextPlan: lead.nextPlan },
});
