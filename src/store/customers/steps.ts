/**
 * Rows of the steps of leads: appointment, arrival, deal, delivery and the fee that follows. Each with the lead's own state
 * and an entry in its customer's timeline, in one transaction.
 */
import type { Knex } from 'knex';
import { dayIn } from '../../domain/day';
import { CodedError } from '../../domain/errors';
import { feeOf } from '../../domain/lead/information-fee';
import { isWorked, type Lead } from '../../domain/lead/lead';
import { nextDueAt } from '../../domain/lead/level-clock';
import { isTooManyNewCustomers } from '../../domain/lead/new-customers';
import { keptBy, saleKindOf, transferOf } from '../../domain/lead/steps';
import type { Arrived, ArrivalAsked, DealAsked, DealMade } from '../../http/lead-step-ports';
import { timestamp } from '../statement';
import { addContact } from './contacts';
import type { Deed } from './deed';
import { findFullLead } from './leads';
import { changeOwner, ownersOf } from './owners';

type Linked = Lead & { customerId: string };

/** A lead on which somebody works, held until the transaction ends. Throws `UNKNOWN_LEAD`, `LEAD_OVER`. */
async function heldLead(trx: Knex.Transaction, leadId: string): Promise<Linked> {
  const lead = await findFullLead(trx, leadId, { hold: true });
  if (lead === null || lead.customerId === null) throw new CodedError('UNKNOWN_LEAD');
  if (!isWorked(lead.state)) throw new CodedError('LEAD_OVER');
  return { ...lead, customerId: lead.customerId };
}

const ofLead = (lead: Linked) => ({
  ...{ lead_id: lead.id, customer_id: lead.customerId, store_id: lead.storeId },
});

const noted = (deed: Deed, lead: Linked, kind: 'appointment' | 'arrival' | 'deal', body = '') =>
  addContact(deed, {
    ...{ customerId: lead.customerId, leadId: lead.id, storeId: lead.storeId, kind, body },
  });

/** An invitation (邀约) by who does it; answers its id. One that stood is withdrawn: he comes once. */
export async function invite(
  deed: Deed,
  { leadId, dueAt }: { leadId: string; dueAt: number },
): Promise<string> {
  const { trx, makeId, at, by } = deed;
  const lead = await heldLead(trx, leadId);
  await trx('appointment').where({ lead_id: leadId, state: 'open' }).update({ state: 'withdrawn' });
  const id = makeId();
  await trx('appointment').insert({
    ...{ id, ...ofLead(lead), telemarketer_id: by },
    ...{ invited_at: timestamp(at), due_at: timestamp(dueAt) },
  });
  await noted(deed, lead, 'appointment', new Date(dueAt).toISOString());
  return id;
}

/**
 * He is there (到店): counted for who had invited him, and handed to the direct salesperson (A37), on whose list he stays
 * with his follow-ups until he buys (A40). Tells how many new customers that one has today (A38).
 */
export async function arrive(
  deed: Deed,
  { leadId, salespersonId, zone, rules }: ArrivalAsked,
): Promise<Arrived> {
  const { trx, makeId, at } = deed;
  const lead = await heldLead(trx, leadId);
  const open = await trx('appointment')
    .where({ lead_id: leadId, state: 'open' })
    .orderBy(['invited_at', 'id'])
    .select<{ id: string; telemarketer_id: string }[]>('id', 'telemarketer_id');
  const kept = keptBy(open.map((row) => ({ id: row.id, telemarketerId: row.telemarketer_id })));
  if (kept) await trx('appointment').where({ id: kept.id }).update({ state: 'kept' });
  const id = makeId();
  await trx('arrival').insert({
    ...{ id, ...ofLead(lead), appointment_id: kept?.id ?? null, salesperson_id: salespersonId },
    ...{ telemarketer_id: kept?.telemarketerId ?? null, arrived_at: timestamp(at) },
    is_new: !(await hasMet(trx, lead, salespersonId)),
  });
  await changeOwner(deed, { leadId, ownerId: salespersonId, way: 'handover' });
  await trx('lead')
    .where({ id: leadId })
    .update({
      ...{ state: 'arrived', arrived_at: trx.raw('coalesce(arrived_at, ?)', [timestamp(at)]) },
      next_due_at: timestamp(nextDueAt(at, lead.level, zone, rules)),
      ...{ version: trx.raw('version + 1'), changed_at: timestamp(at) },
    });
  await noted(deed, lead, 'arrival');
  const newToday = await newCustomersOf(trx, salespersonId, dayIn(zone, at));
  return { id, newToday, tooMany: isTooManyNewCustomers(newToday, rules) };
}

/** Whether he, as whom he is known after merges, was with that one before. */
async function hasMet(trx: Knex, lead: Linked, salespersonId: string): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: object[] }>(
    `select 1 from customer own join customer other on other.root_id = own.root_id
       join arrival a on a.customer_id = other.id
     where own.id = ? and a.salesperson_id = ? limit 1`,
    [lead.customerId, salespersonId],
  );
  return rows.length > 0;
}

async function newCustomersOf(
  trx: Knex,
  salespersonId: string,
  { startsAt, endsAt }: { startsAt: number; endsAt: number },
): Promise<number> {
  const [row] = await trx('arrival')
    .where({ salesperson_id: salespersonId, is_new: true })
    .where('arrived_at', '>=', new Date(startsAt))
    .where('arrived_at', '<', new Date(endsAt))
    .select<{ count: number }[]>(trx.raw('count(*)::int as count'));
  return row?.count ?? 0;
}

/**
 * He buys (成交); the lead is won, and who had transferred it is entered for a fee (A34), none else. Without a lead it is
 * a deal of the showroom, which the structure ratio needs.
 */
export async function close(
  deed: Deed,
  { leadId, storeId, salespersonId, saleKind, rules }: DealAsked,
): Promise<DealMade> {
  const { trx, makeId, at } = deed;
  const lead = leadId === null ? null : await heldLead(trx, leadId);
  const transfer = lead ? transferOf(await ownersOf(trx, [lead.id])) : null;
  const kind = saleKind ?? saleKindOf(lead, transfer !== null);
  const telemarketer = lead ? await telemarketerOf(trx, lead.id) : null;
  const id = makeId();
  await trx('deal').insert({
    ...{ id, store_id: storeId, ...(lead && ofLead(lead)), salesperson_id: salespersonId },
    ...{ telemarketer_id: telemarketer, sale_kind: kind, closed_at: timestamp(at) },
  });
  if (lead === null) return { id, saleKind: kind, fee: null };
  await trx('lead')
    .where({ id: lead.id })
    .update({
      ...{ state: 'won', closed_at: timestamp(at), next_due_at: null },
      ...{ version: trx.raw('version + 1'), changed_at: timestamp(at) },
    });
  await noted(deed, lead, 'deal');
  const amount = feeOf({ way: transfer?.way ?? null, isWon: true }, rules);
  if (amount === null || transfer === null) return { id, saleKind: kind, fee: null };
  await trx('information_fee').insert({
    ...{ id: makeId(), deal_id: id, ...ofLead(lead), person_id: transfer.sourceId },
    ...{ way: transfer.way, amount, entered_at: timestamp(at) },
  });
  return { id, saleKind: kind, fee: { personId: transfer.sourceId, way: transfer.way, amount } };
}

/** For whom the last arrival counted. */
async function telemarketerOf(trx: Knex, leadId: string): Promise<string | null> {
  const row = await trx('arrival')
    .where({ lead_id: leadId })
    .whereNotNull('telemarketer_id')
    .orderBy('arrived_at', 'desc')
    .first<{ telemarketer_id: string } | undefined>('telemarketer_id');
  return row?.telemarketer_id ?? null;
}

/** He has his car (实际交车). Throws `ALREADY_DELIVERED`. */
export async function deliver(
  { trx, makeId, at }: Deed,
  { dealId, salespersonId }: { dealId: string; salespersonId: string },
): Promise<string> {
  const id = makeId();
  const made = (await trx('delivery')
    .insert(
      trx('deal')
        .where({ id: dealId })
        .select(
          trx.raw('?::uuid', [id]),
          ...['id', 'lead_id', 'customer_id', 'store_id'],
          trx.raw('?::text', [salespersonId]),
          trx.raw('?::timestamptz', [timestamp(at)]),
        ) as unknown as object,
    )
    .onConflict('deal_id')
    .ignore()
    .returning('id')) as { id: string }[];
  if (made.length === 0) throw new CodedError('ALREADY_DELIVERED');
  return id;
}
