/**
 * What owners owe who are away goes to colleagues who are there, and back to them (A37): each lead in one transaction, in the
 * store one after the other. Done twice it changes nothing.
 */
import type { Knex } from 'knex';
import { dayIn } from '../../domain/day';
import type { AgentId, LeadId, StoreId } from '../../domain/ids';
import { distribute } from '../../domain/lead/distribution';
import { absenceOf, standIns, type Absence } from '../../domain/lead/handover';
import { isWorked } from '../../domain/lead/lead';
import { leadRulesOf } from '../../domain/lead/rules';
import { isConsultant, takersOf } from '../../domain/lead/staff';
import type { Plan } from '../../domain/plan';
import { mayIn } from '../../domain/rights';
import type { Instant } from '../../domain/time';
import type { Handover } from '../../http/lead-list-ports';
import type { Page, PageRequest } from '../../http/queries';
import { page } from '../page';
import { instant, timestamp } from '../statement';
import { DUE_AT, IS_OWED, RULES_COLUMNS, rulesRow } from './due-at';
import type { Deed } from './deed';
import { loadsOf } from './distribution';
import { findFullLead } from './leads';
import { oneByOne, type OneByOne } from './one-by-one';
import { changeOwner } from './owners';

export interface HandoverWorld extends OneByOne {
  makeId: () => string;
  now: () => Instant;
  plan: () => Plan;
}

/** A store as it is now: who can own its leads, and who of them is there. */
interface StoreNow {
  storeId: StoreId;
  zone: string;
  now: Instant;
  plan: Plan;
  owners: ReadonlySet<AgentId>;
  there: ReadonlySet<AgentId>;
}

/** How many went to somebody else, and how many back. */
export interface HandedOver {
  given: number;
  returned: number;
}

/** All stores of the plan. Rejects when the database is away. */
export async function handOver(world: HandoverWorld): Promise<HandedOver> {
  const done = { given: 0, returned: 0 };
  for (const { id, timezone } of world.plan().stores) {
    const store = await storeNow(world, id, timezone);
    const all = await oneByOne(world, await backOf(world.db, store), async (trx, leadId) => {
      if (await giveBack(deedOf(world, trx), leadId, store)) done.returned += 1;
    });
    if (!all) break;
    const rest = await oneByOne(world, await owedByAway(world.db, store), async (trx, leadId) => {
      if (await giveAway(deedOf(world, trx), leadId, store)) done.given += 1;
    });
    if (!rest) break;
  }
  return done;
}

const deedOf = ({ makeId, now }: HandoverWorld, trx: Knex.Transaction): Deed => ({
  ...{ trx, makeId, at: now(), by: '' },
});

async function storeNow(world: HandoverWorld, storeId: StoreId, zone: string): Promise<StoreNow> {
  const [plan, now] = [world.plan(), world.now()];
  const owners = plan.people.filter((one) => mayIn(one, 'leads.work', storeId)).map(({ id }) => id);
  // By his phone alone, too: who has not signed out of it is there.
  const { rows } = await world.db.raw<{ rows: { id: AgentId }[] }>(
    `select id from unnest(?::text[]) as p (id) where
       exists (select from session s where s.person_id = p.id and s.seen_at >= ?::timestamptz)
       or exists (select from agent_state a where a.agent_id = p.id and a.intent <> 'logged-out')`,
    [owners, timestamp(dayIn(zone, now).startsAt)],
  );
  const there = new Set(rows.map(({ id }) => id));
  return { storeId, zone, now, plan, owners: new Set(owners), there };
}

const absenceIn = ({ owners, there, now, zone, plan, storeId }: StoreNow, id: AgentId) =>
  absenceOf(
    { canOwn: owners.has(id), isThere: there.has(id) },
    { now, zone },
    leadRulesOf(plan, storeId),
  );

/** Leads that are due today, or late, whose owner is away. */
async function owedByAway(db: Knex, store: StoreNow): Promise<LeadId[]> {
  const { storeId, zone, now, plan } = store;
  const ruled = { storeId, zone, rules: leadRulesOf(plan, storeId) };
  const has = await db('lead')
    .where({ store_id: storeId })
    .whereNotNull('owner_id')
    .whereRaw(`(state in ('open', 'arrived') or next_due_at is not null)`)
    .distinct()
    .pluck<AgentId[]>('owner_id');
  const away = has.filter((id) => absenceIn(store, id) !== null);
  if (away.length === 0) return [];
  const { rows } = await db.raw<{ rows: { id: LeadId }[] }>(
    `select l.id from lead l cross join json_to_record(cast(:rules as json)) as s (${RULES_COLUMNS}) ${DUE_AT}
     where l.store_id = :storeId and l.owner_id = any(cast(:away as text[])) and ${IS_OWED} and due.at <= s.until
     order by due.at, l.id`,
    { rules: JSON.stringify(rulesRow(ruled, now)), storeId, away },
  );
  return rows.map(({ id }) => id);
}

/** Gives it to who is there with the fewest open follow-ups. False: it is not to be given, or nobody is there. */
async function giveAway(deed: Deed, leadId: LeadId, store: StoreNow): Promise<boolean> {
  const { trx, makeId, at } = deed;
  const { storeId, plan, there } = store;
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`distribute ${storeId}`]);
  const lead = await findFullLead(trx, leadId, { hold: true });
  const ownerId = lead?.ownerId ?? null;
  const why: Absence | null = ownerId === null ? null : absenceIn(store, ownerId);
  if (lead === null || ownerId === null || why === null) return false;
  const present = (ids: readonly AgentId[]) => ids.filter((id) => there.has(id));
  const takers = standIns(
    plan,
    { ownerId, state: lead.state },
    {
      takers: present(takersOf(plan, storeId)),
      sellers: present([...store.owners].filter((id) => isConsultant(plan, id))),
    },
  );
  const loads = await loadsOf(trx, { storeId, takers });
  const to = distribute(null, loads, { distribution: 'fewest-open' })?.to;
  if (to === undefined) return false;
  const [before] = (await trx('lead_handover')
    .where({ lead_id: leadId })
    .whereNull('ended_at')
    .update({ ended_at: timestamp(at) })
    .returning(['from_id', 'to_id'])) as { from_id: AgentId; to_id: AgentId }[];
  // Who stands in is away himself: it is still the first one's.
  const fromId = before?.to_id === ownerId ? before.from_id : ownerId;
  await changeOwner(deed, { leadId, ownerId: to, way: 'handover', reason: why });
  await trx('lead_handover').insert({
    ...{ id: makeId(), lead_id: leadId, store_id: storeId, from_id: fromId, to_id: to, why },
    at: timestamp(at),
  });
  return true;
}

/** Leads whose owner is there again, and those that nobody stands in for any more. */
async function backOf(db: Knex, { storeId, owners, there }: StoreNow): Promise<LeadId[]> {
  const back = [...there].filter((id) => owners.has(id));
  return db('lead_handover as h')
    .join('lead as l', 'l.id', 'h.lead_id')
    .where('h.store_id', storeId)
    .whereNull('h.ended_at')
    .where((one) =>
      one
        .whereIn('h.from_id', back)
        .orWhereRaw('l.owner_id is distinct from h.to_id')
        .orWhereNotIn('l.state', ['open', 'arrived']),
    )
    .orderBy(['h.at', 'h.id'])
    .pluck<LeadId[]>('h.lead_id');
}

/** True: it is its owner's again. One that closed, or that somebody gave on, stays where it is. */
async function giveBack(deed: Deed, leadId: LeadId, { owners, there }: StoreNow): Promise<boolean> {
  const { trx, at } = deed;
  const lead = await findFullLead(trx, leadId, { hold: true });
  const standing = await trx('lead_handover')
    .where({ lead_id: leadId })
    .whereNull('ended_at')
    .first<{ id: string; from_id: AgentId; to_id: AgentId } | undefined>('id', 'from_id', 'to_id');
  if (lead === null || standing === undefined) return false;
  const isHis = lead.ownerId === standing.to_id && isWorked(lead.state);
  if (isHis && !(there.has(standing.from_id) && owners.has(standing.from_id))) return false;
  await trx('lead_handover')
    .where({ id: standing.id })
    .update({ ended_at: timestamp(at), returned: isHis });
  if (isHis)
    await changeOwner(deed, {
      ...{ leadId, ownerId: standing.from_id, way: 'handover', reason: 'back' },
    });
  return isHis;
}

interface HandoverRow {
  id: string;
  lead_id: string;
  store_id: string;
  from_id: string;
  to_id: string;
  why: Absence;
  at: Date;
  ended_at: Date | null;
  returned: boolean;
}

/** The newest first; `standing`: those whom a colleague has still. */
export function handoverPage(
  db: Knex,
  { storeIds, standing }: { storeIds: readonly StoreId[]; standing: boolean },
  request: PageRequest,
): Promise<Page<Handover>> {
  const query = db<HandoverRow>('lead_handover').whereIn('store_id', storeIds);
  if (standing) void query.whereNull('ended_at');
  const fromRow = (row: HandoverRow): Handover => ({
    ...{ id: row.id, leadId: row.lead_id, storeId: row.store_id, fromId: row.from_id },
    ...{ toId: row.to_id, why: row.why, at: instant(row.at), endedAt: instant(row.ended_at) },
    returned: row.returned,
  });
  return page(query as Knex.QueryBuilder<HandoverRow, HandoverRow[]>, request, {
    ...{ timeColumn: 'at', fromRow },
  });
}
