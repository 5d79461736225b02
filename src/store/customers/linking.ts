/**
 * What follows from calls for customers, after the journal has brought them into the rows: a lead that a call opened gets its
 * customer and its first owner, a call that is over its place in the timeline. Each in a small transaction of its own that
 * waits for no row and no number: what somebody holds is left for the next time. Done twice it changes nothing.
 */
import type { Knex } from 'knex';
import type { NumberFacts } from '../../domain/customer/customer';
import type { Instant } from '../../domain/time';
import type { Database } from '../database';
import { instant, timestamp } from '../statement';
import { makeCustomer } from './customers';
import { tryLockNumber, type Deed } from './deed';
import { findByNumber } from './numbers';

export interface LinkingTools {
  makeId: () => string;
  /** What a number is by the plan that stands. */
  facts: (number: string, at: Instant, isConfirmed: boolean) => NumberFacts;
}

interface UnlinkedRow {
  id: string;
  store_id: string;
  controller: string;
  number: string;
  name: string;
  owner_id: string | null;
  source: string;
  opened_at: Date;
  is_confirmed: boolean;
}

/** How many were there to be linked, at most `most`, and how many are. */
export interface Linked {
  found: number;
  linked: number;
}

/**
 * The oldest leads without a customer: each gets the one whom its number names in the books of its store, else a new one
 * (Q06), and the row of its first owner (A31).
 */
export async function linkLeads(
  db: Database,
  most: number,
  { makeId, facts }: LinkingTools,
): Promise<Linked> {
  return db.transaction(async (trx) => {
    // Who loses it does it again.
    await trx.raw('set local synchronous_commit = off');
    const leads = await unlinked(trx, most);
    let linked = 0;
    for (const lead of leads) {
      const at = instant(lead.opened_at);
      const number = facts(lead.number, at, lead.is_confirmed);
      if (number.identifies && !(await tryLockNumber(trx, lead.controller, lead.number))) continue;
      await link({ trx, makeId, at, by: '' }, lead, number);
      linked += 1;
    }
    return { found: leads.length, linked };
  });
}

async function unlinked(trx: Knex.Transaction, most: number): Promise<UnlinkedRow[]> {
  const { rows } = await trx.raw<{ rows: UnlinkedRow[] }>(
    `select l.id, l.store_id, s.controller, l.number, l.name, l.owner_id, l.source, l.opened_at,
       exists (select from confirmed_number n
         where n.store_id = l.store_id and n.number = l.number and n.lead_id = l.id) as is_confirmed
     from lead l join store s on s.id = l.store_id
     where l.customer_id is null order by l.opened_at limit ? for update of l skip locked`,
    [most],
  );
  return rows;
}

async function link(deed: Deed, lead: UnlinkedRow, number: NumberFacts): Promise<void> {
  const { trx, makeId } = deed;
  const { controller, store_id: storeId, source } = lead;
  const known = number.identifies ? await findByNumber(trx, controller, lead.number) : null;
  const customerId =
    known ??
    (await makeCustomer(deed, {
      ...{ controller, storeId, source, fields: { name: lead.name } },
      numbers: lead.number === '' ? [] : [number],
    }));
  await trx('lead').where({ id: lead.id }).update({ customer_id: customerId });
  await trx.raw(
    `insert into lead_owner (id, lead_id, owner_id, way, by_id, from_at) values (?, ?, ?, 'opened', '', ?)
     on conflict (lead_id) where until_at is null do nothing`,
    [makeId(), lead.id, lead.owner_id, timestamp(deed.at)],
  );
}

/**
 * Calls that are over: of the customer of their lead, else of whom the look-up found, else of whom the number names. A call
 * of nobody is in no timeline. One whose lead has no customer yet waits for it, and so does one of which it is still to be
 * found who called (unknown-callers.ts). Who has rung himself and talked with us is confirmed by that: his leads that are
 * held for it go on (A26).
 */
const TO_TIMELINE = `
  with due as (
    select c.* from call c
    where c.ended_at is not null and not c.in_timeline and c.unknown_lead_id is null
      and not exists (select from lead l where l.id = c.lead_id and l.customer_id is null)
    order by c.ended_at, c.id limit ? for update of c skip locked
  ), whose as (
    select d.id, d.store_id, l.id as lead_id, d.agent_id, d.arrived_at, d.talk_started_at, d.direction,
      coalesce(l.customer_id, found.id, named.customer_id) as customer_id
    from due d
    left join lead l on l.id = d.lead_id
    left join customer found on found.id = d.customer_id
    left join store s on s.id = d.store_id
    left join customer_number named on d.direction <> 'internal' and named.identifies
      and named.controller = s.controller
      and named.number = case d.direction when 'outbound' then d.to_number else d.from_number end
  ), entered as (
    insert into contact (id, customer_id, lead_id, store_id, at, kind, call_id, by_id)
    select id, customer_id, lead_id, store_id, arrived_at, 'call', id, agent_id from whose
    where customer_id is not null and store_id is not null
    on conflict do nothing
  ), rang as (
    select h.id as lead_id, w.talk_started_at as at from whose w
    join customer his on his.id = w.customer_id join customer him on him.root_id = his.root_id
    join lead h on h.customer_id = him.id and h.store_id = w.store_id and h.confirm_next_at is not null
    where w.direction = 'inbound' and w.talk_started_at is not null
  ), talked as (
    update lead l set last_contact_at = greatest(l.last_contact_at, last.at),
      confirm_next_at = case when last.rang_at is null then l.confirm_next_at end,
      confirmed_at = case when l.confirm_next_at is null then l.confirmed_at else last.rang_at end,
      confirmed_by = case when l.confirm_next_at is null or last.rang_at is null then l.confirmed_by else '' end,
      version = l.version + case when l.confirm_next_at is null or last.rang_at is null then 0 else 1 end
    from (select lead_id, max(at) as at, max(rang_at) as rang_at from (
        select lead_id, talk_started_at as at, null::timestamptz as rang_at from whose
        union all select lead_id, null, at from rang) told group by lead_id) last
    where l.id = last.lead_id
      and (last.at > coalesce(l.last_contact_at, '-infinity') or last.rang_at is not null)
  )
  update call c set in_timeline = true from whose where whose.id = c.id`;

/** Enters at most `most` calls into the timeline; how many are looked at. */
export async function linkCalls(db: Database, most: number): Promise<Linked> {
  return db.transaction(async (trx) => {
    await trx.raw('set local synchronous_commit = off');
    const { rowCount } = await trx.raw<{ rowCount: number }>(TO_TIMELINE, [most]);
    return { found: rowCount, linked: rowCount };
  });
}

/** Kinds of numbers that name somebody once they are confirmed (domain/number/kinds.ts). */
const WHEN_CONFIRMED = "('fixed', 'foreign', 'other')";

/** That the number of this row stands as confirmed of a lead of the row's customer. */
const isConfirmed = (row: 'n' | 'k'): string => `exists (
  select from confirmed_number f join store s on s.id = f.store_id join lead l on l.id = f.lead_id
  join customer his on his.id = l.customer_id join customer me on me.root_id = his.root_id
  where f.number = ${row}.number and s.controller = ${row}.controller and me.id = ${row}.customer_id)`;

/** What agents have said of numbers since: such a number names its customer while it is confirmed (Q06), and no longer. */
export async function agreeConfirmed(db: Database): Promise<void> {
  await db.raw(
    `update customer_number n set identifies = false
     where n.identifies and n.kind in ${WHEN_CONFIRMED} and not ${isConfirmed('n')}`,
  );
  await db.raw(
    `update customer_number n set identifies = true
     where n.id in (
       select distinct on (k.controller, k.number) k.id from confirmed_number c
       join store b on b.id = c.store_id
       join customer_number k on k.number = c.number and k.controller = b.controller
       where not k.identifies and k.kind in ${WHEN_CONFIRMED}
         and ${isConfirmed('k')}
         and not exists (select from customer_number o
           where o.controller = k.controller and o.number = k.number and o.identifies)
       order by k.controller, k.number, k.since, k.id)`,
  );
}
