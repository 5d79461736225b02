/**
 * Leads that are nobody's go to telemarketers of their store (Q15): each in a transaction of its own, one after the other in
 * a store, so that two who distribute at once give none twice and each sees what the other has given.
 */
import type { Knex } from 'knex';
import type { AgentId, LeadId, StoreId } from '../../domain/ids';
import { distribute, type DistributedWay, type Taker } from '../../domain/lead/distribution';
import { isFailure, type LeadState } from '../../domain/lead/lead';
import { firstDueAt } from '../../domain/lead/level-clock';
import type { LeadRules } from '../../domain/lead/rules';
import type { Instant } from '../../domain/time';
import { instant, timestamp } from '../statement';
import type { Deed } from './deed';
import { mayBeDialledSql } from './dialable-leads';
import { changeOwner } from './owners';
import { hashPads, notRefusedSql } from './refused-sql';

/** A store with what holds in it. */
export interface DistributionAsked {
  storeId: StoreId;
  /** IANA. */
  zone: string;
  rules: LeadRules;
  /** Who may be given leads. */
  takers: readonly AgentId[];
  /** Numbers, leads and customers of calls that go on: who talks with him now may want to keep him. */
  busy: ReadonlySet<string>;
  /** Of hashes of numbers. */
  key: Buffer;
}

export interface GivenLead {
  leadId: LeadId;
  ownerId: AgentId;
  way: DistributedWay;
}

/** A lead of nobody; where the next page begins. */
export interface Ownerless {
  id: LeadId;
  opened_at: Date;
  /** Whose he is already: of another lead of his, of him, or of what was promised in a call. */
  his: AgentId | null;
}

/**
 * Of a lead `l`, in this order: whose customer he is, whose another lead of his is on which somebody works, with whom he
 * talked and who has a follow-up of it. Only who can be given leads.
 */
const HIS = `coalesce(
  (select r.owner_id from customer c join customer r on r.id = c.root_id
    where c.id = l.customer_id and r.owner_id = any(cast(:takers as text[]))),
  (select o.owner_id from customer c join customer m on m.root_id = c.root_id join lead o on o.customer_id = m.id
    where c.id = l.customer_id and o.store_id = l.store_id and o.state in ('open', 'arrived') and o.owner_id = any(cast(:takers as text[]))
    order by o.opened_at desc, o.id desc limit 1),
  (select u.agent_id from call c join follow_up u on u.call_id = c.id
    where c.lead_id = l.id and u.state = 'open' and u.department = 'sales' and u.agent_id = any(cast(:takers as text[]))
    order by u.opened_at desc, u.id desc limit 1))`;

/** Whose the lead is already by the same order; null: nobody's who can be given it. */
export async function whoseIs(
  db: Knex,
  leadId: LeadId,
  takers: readonly AgentId[],
): Promise<AgentId | null> {
  const { rows } = await db.raw<{ rows: { his: AgentId | null }[] }>(
    `select ${HIS} as his from lead l where l.id = :leadId`,
    { takers: [...takers], leadId },
  );
  return rows[0]?.his ?? null;
}

/**
 * What nobody has, may be worked and has not refused it; the words of the state as the index says them. Who called
 * after-sales is theirs (A07).
 */
const WAITS = `l.store_id = :storeId and l.owner_id is null
  and l.state in ('open', 'arrived', 'defeated', 'lost-control') and l.customer_id is not null
  and l.kind is distinct from 'after-sale'
  and not (l.id::text = any(cast(:busy as text[])) or l.customer_id::text = any(cast(:busy as text[])) or l.number = any(cast(:busy as text[])))
  and ${mayBeDialledSql('l')} and ${notRefusedSql('l')}`;

const bindings = ({ storeId, takers, busy, key }: DistributionAsked) => ({
  ...{ storeId, takers: [...takers], busy: [...busy], ...hashPads(key) },
});

/** Those that wait, who came first, after that one. */
export async function ownerless(
  db: Knex,
  asked: DistributionAsked,
  { after, most }: { after?: Ownerless | undefined; most: number },
): Promise<Ownerless[]> {
  const behind =
    after === undefined
      ? ''
      : 'and (l.opened_at, l.id) > (cast(:openedAt as timestamptz), cast(:id as uuid))';
  const { rows } = await db.raw<{ rows: Ownerless[] }>(
    `select l.id, l.opened_at, ${HIS} as his from lead l
     where ${WAITS} ${behind} order by l.opened_at, l.id limit :most`,
    { ...bindings(asked), most, ...(after && { openedAt: after.opened_at, id: after.id }) },
  );
  return rows;
}

/** How many wait. */
export async function countOwnerless(db: Knex, asked: DistributionAsked): Promise<number> {
  const { rows } = await db.raw<{ rows: { count: number }[] }>(
    `select count(*)::int as count from lead l where ${WAITS}`,
    bindings(asked),
  );
  return rows[0]?.count ?? 0;
}

/**
 * Gives it to whose it is, else to who has the fewest open follow-ups; null: it waits no longer, or there is nobody. Whether
 * leads are given by hand is not asked here: whoever calls it has decided.
 */
export async function giveToTaker(
  deed: Deed,
  leadId: LeadId,
  asked: DistributionAsked,
): Promise<GivenLead | null> {
  const { trx, at } = deed;
  // Before any row: whoever gives leads of this store besides waits here, and waits for nothing of ours.
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
    `distribute ${asked.storeId}`,
  ]);
  const { rows } = await trx.raw<{ rows: { his: AgentId | null; state: LeadState }[] }>(
    `select ${HIS} as his, l.state from lead l where l.id = :leadId and ${WAITS} for update of l`,
    { ...bindings(asked), leadId },
  );
  const [lead] = rows;
  if (lead === undefined) return null;
  const takers = await loadsOf(trx, asked);
  const given = distribute(lead.his, takers, { distribution: 'fewest-open' });
  if (given === null) return null;
  const { to: ownerId, way } = given;
  await changeOwner(deed, { leadId, ownerId, way });
  await trx('lead')
    .where({ id: leadId })
    .update({
      place: 'centre',
      ...(isFailure(lead.state) && { next_due_at: dueOfLost(trx, at, asked) }),
    });
  return { leadId, ownerId, way };
}

/** Of one that was lost nothing is due until somebody is to call him again: on the day on which he has him. */
const dueOfLost = (trx: Knex, at: Instant, { zone, rules }: DistributionAsked) =>
  trx.raw('coalesce(next_due_at, ?::timestamptz)', [timestamp(firstDueAt(at, zone, rules))]);

interface LoadRow {
  id: AgentId;
  open: number;
  last: Date | null;
}

/**
 * What each has to follow up in the store, and when he was given his last lead: leads that are his, of those that were lost
 * only those that are to be called again; and follow-ups of calls whose lead is nobody's.
 */
export async function loadsOf(
  db: Knex,
  { storeId, takers }: Pick<DistributionAsked, 'storeId' | 'takers'>,
): Promise<Taker[]> {
  const { rows } = await db.raw<{ rows: LoadRow[] }>(
    `select t.id,
       (select count(*)::int from lead l where l.store_id = :storeId and l.owner_id = t.id
         and (l.state in ('open', 'arrived') or l.next_due_at is not null)
         and l.state in ('open', 'arrived', 'defeated', 'lost-control'))
       + (select count(*)::int from follow_up u join call c on c.id = u.call_id left join lead l on l.id = c.lead_id
         where u.store_id = :storeId and u.state = 'open' and u.department = 'sales' and u.agent_id = t.id
           and l.owner_id is null) as open,
       (select max(o.from_at) from lead_owner o where o.owner_id = t.id) as last
     from unnest(cast(:takers as text[])) as t (id)`,
    { storeId, takers: [...takers] },
  );
  return rows.map(({ id, open, last }) => ({
    ...{ id, openFollowUps: open, lastNewLeadAt: instant(last) },
  }));
}
