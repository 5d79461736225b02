/**
 * Confirmation calls (外呼确认): what came of one is written down with the lead, its timeline and its call, in one transaction;
 * a lead that goes on is given away as any that is nobody's (A26).
 */
import type { Knex } from 'knex';
import { CodedError } from '../../domain/errors';
import type { CallId, LeadId, StoreId } from '../../domain/ids';
import { confirmed, isHeld, refusalOf, type Confirmed } from '../../domain/lead/confirmation';
import { changedState, type Lead } from '../../domain/lead/lead';
import { firstDueAt } from '../../domain/lead/level-clock';
import type { Instant } from '../../domain/time';
import type {
  ConfirmationDone,
  ConfirmationSaid,
  Confirmations,
} from '../../http/confirmation-ports';
import type { RuledStore } from '../../http/lead-list-ports';
import type { Database } from '../database';
import { isUuid } from '../page';
import { timestamp } from '../statement';
import { addContact } from './contacts';
import { moved } from './customers';
import type { Deed } from './deed';
import { giveToTaker } from './distribution';
import { heldPage } from './held-leads';
import { changeLead, findFullLead } from './leads';

/** `key`: of hashes of numbers. */
export function storeConfirmations(db: Database, makeId: () => string, key: Buffer): Confirmations {
  return {
    held: (asked, request) => heldPage(db, { ...asked, key }, request),
    leadStore: async (id) => {
      if (!isUuid(id)) return null;
      const row = await db('lead').where({ id }).first<{ store_id: StoreId }>('store_id');
      return row?.store_id ?? null;
    },
    say: async (seen, said, { takers, ...store }, { by, at, noted }) => {
      const done = await db.transaction(async (trx) => {
        const saying = await sayConfirmation({ trx, makeId, at, by }, seen, said, store);
        await noted(seen.id);
        return saying;
      });
      const { distribution } = store.rules;
      const isToBeGiven = done.nextAt === null && done.state === 'open' && done.ownerId === null;
      if (!isToBeGiven || distribution === 'by-hand') return done;
      // Who talks with him now is who confirms him. What was said stands: what cannot be given now, the night gives.
      const asked = { ...store, takers, busy: new Set<string>(), key };
      const given = await db
        .transaction((trx) => giveToTaker({ trx, makeId, at, by }, seen.id, asked))
        .catch(() => null);
      if (given === null) return done;
      const now = await findFullLead(db, seen.id);
      return { ...done, ownerId: given.ownerId, version: now?.version ?? done.version };
    },
  };
}

/** Throws when nobody is to be given it yet (A26). */
export async function demandReleased(trx: Knex.Transaction, id: LeadId): Promise<void> {
  const lead = await findFullLead(trx, id, { hold: true });
  if (lead && isHeld({ state: lead.state, nextAt: lead.confirmation.nextAt }))
    throw new CodedError('LEAD_UNCONFIRMED');
}

/** Where no lead is confirmed any more, none is held. Nobody has worked with it by that: it keeps its version. */
export const releaseAll = (db: Knex, storeId: StoreId): Promise<number> =>
  db('lead')
    .where({ store_id: storeId })
    .whereNotNull('confirm_next_at')
    .update({ confirm_next_at: null });

async function sayConfirmation(
  deed: Deed,
  { id, version }: { id: LeadId; version: number },
  said: ConfirmationSaid,
  store: RuledStore,
): Promise<ConfirmationDone> {
  const { trx, at, by } = deed;
  const call = said.callId === null ? null : await heldCall(trx, said.callId);
  const lead = await findFullLead(trx, id, { hold: true });
  if (lead === null) throw new CodedError('UNKNOWN_LEAD');
  if (lead.version !== version) throw await moved(trx, 'lead', id);
  const refusal = refusalOf(lead);
  if (refusal !== null) throw new CodedError(refusal);
  if (call !== null) await fileCall(trx, lead, call);
  const { result } = said;
  const after = confirmed(lead.confirmation, { result, by, at }, store.rules);
  const nextDueAt = dueOf(lead, after, at, store);
  const next = await changeLead(
    deed,
    { id, version },
    { ...lead, level: said.level === undefined ? lead.level : said.level, nextDueAt },
    stateOf(lead, after, at),
  );
  await writeConfirmation(trx, id, after);
  await noteConfirmation(deed, lead, said, after);
  const { nextAt, tries } = after.confirmation;
  const { prospect, state } = after;
  return { version: next, state, prospect, nextAt, tries, ownerId: lead.ownerId };
}

/** The dealer has it from today on, however long it was held. */
function dueOf(lead: Lead, after: Confirmed, at: Instant, { zone, rules }: RuledStore) {
  if (after.state === 'archived') return null;
  const isAhead = lead.nextDueAt !== null && lead.nextDueAt > at;
  return after.confirmation.nextAt !== null || isAhead
    ? lead.nextDueAt
    : firstDueAt(at, zone, rules);
}

const stateOf = (lead: Lead, { state, prospect }: Confirmed, at: number) => {
  const changed = changedState(lead, { state, reason: prospect }, at);
  if (typeof changed === 'string') throw new CodedError(changed);
  return changed;
};

const writeConfirmation = (trx: Knex, id: LeadId, { prospect, confirmation }: Confirmed) =>
  trx('lead')
    .where({ id })
    .update({
      ...{ prospect, confirm_next_at: timestamp(confirmation.nextAt) },
      ...{ confirm_tries: confirmation.tries, confirm_first_at: timestamp(confirmation.firstAt) },
      ...{ confirmed_at: timestamp(confirmation.at), confirmed_by: confirmation.by },
    });

/** `intending`, and below it what was noted; `unreached ordinary`, when he is called no more. */
async function noteConfirmation(
  deed: Deed,
  lead: Lead,
  { result, note }: ConfirmationSaid,
  { isGivenUp, prospect }: Confirmed,
): Promise<void> {
  if (lead.customerId === null) return;
  const said = isGivenUp ? `${result} ${prospect}` : result;
  await addContact(deed, {
    ...{ customerId: lead.customerId, leadId: lead.id, storeId: lead.storeId },
    ...{ kind: 'confirmation', body: note === '' ? said : `${said}\n${note}` },
  });
}

interface HeldCall {
  id: CallId;
  store_id: StoreId | null;
  lead_id: LeadId | null;
}

/** Before the lead, as whoever enters calls into timelines takes them. Throws `NOT_FOUND`. */
async function heldCall(trx: Knex, id: CallId): Promise<HeldCall> {
  const call = isUuid(id)
    ? await trx('call')
        .where({ id })
        .forUpdate()
        .first<HeldCall | undefined>('id', 'store_id', 'lead_id')
    : undefined;
  if (call === undefined) throw new CodedError('NOT_FOUND');
  return call;
}

/**
 * The call is of the lead from now on, with its recording. Throws `NOT_FOUND` when it is another one's, or another store's.
 */
async function fileCall(trx: Knex, lead: Lead, call: HeldCall): Promise<void> {
  const { id, store_id: storeId, lead_id: leadId } = call;
  if (storeId !== lead.storeId || (leadId !== null && leadId !== lead.id))
    throw new CodedError('NOT_FOUND');
  if (leadId !== null) return;
  await trx('call').where({ id }).update({ lead_id: lead.id });
  for (const table of ['contact', 'recording'])
    await trx(table).where({ call_id: id }).update({ lead_id: lead.id });
}
