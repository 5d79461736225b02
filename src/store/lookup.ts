/**
 * Who is calling. Decides what counts as knowing a number: a customer in the books of the store, and an open lead of his
 * there, or one that came by that number a moment ago and is nobody's yet; by a fixed number only once it is confirmed, and
 * then that lead's. With him come his vehicles and his last contacts with the store (A18). A database that fails is `unavailable`, which must not make a new lead.
 */
import type { Lookup } from '../domain/events';
import { COMPLAINT } from '../domain/form/choices';
import type { LeadLevel } from '../domain/queue/place';
import type { Identifies } from '../domain/number/identity';
import type { CallerLookup } from '../engine/ports';
import {
  CONTACTS_SHOWN,
  VEHICLES_SHOWN,
  type Contact,
  type ShownVehicle,
} from '../domain/lead/caller-card';
import { prepared, type Statement } from './statement';
import { LOOKUPS, type Database } from './database';

/** Calls of each direction by the number, of all stores, among which those of the store are found. */
const LOOKED_AT = 50;
const REHEARSALS = 6;

/**
 * Of the newest calls by that number, whoever called whom, those with the store: the last few, and whether a complaint is
 * open that was told in one of them. How many are looked at is bounded, so that a number that rings up every store of the
 * group costs no more than another.
 */
const LAST_CONTACTS = `
  select json_agg(json_build_object(
      'callId', last.id, 'direction', last.direction, 'outcome', last.outcome,
      'at', (extract(epoch from last.arrived_at) * 1000)::bigint,
      'talkMs', coalesce((extract(epoch from last.ended_at - last.talk_started_at) * 1000)::bigint, 0),
      'agent', case when last.agent_id is not null then json_build_object(
        'agentId', last.agent_id,
        'name', coalesce((select name from person where id = last.agent_id), last.agent_id)) end
    ) order by last.nth) filter (where last.nth <= ${CONTACTS_SHOWN + 1}) as contacts,
    bool_or(exists (
      select from follow_up u join call_form f on f.call_id = u.call_id
      where u.call_id = last.id and u.state = 'open' and f.disposition = '${COMPLAINT}'
    )) as complaint
  from (
    select *, row_number() over (order by arrived_at desc, id desc) as nth from (
      (select * from call where from_number = asked.number and direction = 'inbound'
        order by arrived_at desc limit ${LOOKED_AT})
      union all
      (select * from call where to_number = asked.number and direction = 'outbound'
        order by arrived_at desc limit ${LOOKED_AT})
    ) newest
    where store_id = asked.store_id
  ) last`;

/** Of his vehicles, and of those of whoever was merged into him, the newest few. */
const VEHICLES = `
  select json_agg(json_build_object('series', v.series, 'model', v.model, 'plate', v.plate) order by v.nth) as vehicles
  from (
    select v.*, row_number() over (order by v.created_at desc, v.id desc) as nth
    from customer m join vehicle v on v.customer_id = m.id
    where m.root_id = c.id
    order by v.created_at desc, v.id desc limit ${VEHICLES_SHOWN}
  ) v`;

/**
 * Its parameters: store, number, and whether the number identifies who has it. A customer is found in the books of the
 * store; his open lead there may have come by another number of his.
 */
export const FIND: Statement = {
  name: 'find_caller',
  sql: `select l.id as lead_id, c.id as customer_id,
      coalesce(nullif(l.name, ''), c.name, '') as name,
      coalesce(l.owner_id, c.owner_id) as owner_id,
      (select name from person where id = coalesce(l.owner_id, c.owner_id)) as owner_name,
      l.source, l.level, c.customer_type, his.vehicles, past.contacts, past.complaint
    from (select ?::text as store_id, ?::text as number, ?::boolean as surely) as asked
    left join store s on s.id = asked.store_id
    left join confirmed_number n on n.store_id = asked.store_id and n.number = asked.number
    left join lateral (
      select r.id, r.name, r.owner_id, r.customer_type
      from customer_number k join customer m on m.id = k.customer_id join customer r on r.id = m.root_id
      where k.number = asked.number and k.controller = s.controller and r.state = 'active'
        and (asked.surely or k.identifies or r.id = (
          select w.root_id from lead q join customer w on w.id = q.customer_id where q.id = n.lead_id))
      order by k.identifies desc, k.since, k.id limit 1
    ) c on true
    left join lateral (
      (select id, name, owner_id, source, level, opened_at from lead
        where number = asked.number and store_id = asked.store_id and closed_at is null
          and (asked.surely or id = n.lead_id)
        order by opened_at desc, id desc limit 1)
      union all
      (select l.id, l.name, l.owner_id, l.source, l.level, l.opened_at
        from customer m join lead l on l.customer_id = m.id
        where m.root_id = c.id and l.store_id = asked.store_id and l.closed_at is null
        order by l.opened_at desc, l.id desc limit 1)
      order by opened_at desc, id desc limit 1
    ) l on true
    left join lateral (${VEHICLES}) his on c.id is not null
    left join lateral (${LAST_CONTACTS}) past
      on asked.surely or c.id is not null or n.lead_id is not null`,
};

interface Found {
  lead_id: string | null;
  customer_id: string | null;
  name: string;
  owner_id: string | null;
  owner_name: string | null;
  source: string | null;
  contacts: Contact[] | null;
  complaint: boolean | null;
  level: LeadLevel | null;
  customer_type: string | null;
  vehicles: ShownVehicle[] | null;
}

/**
 * The look-up of callers by number; `number` as telephony normalised it, `''` when withheld. By one that `identifies`
 * nobody nobody is known: each of its calls is somebody else's.
 */
export function callerLookup(
  db: Database,
  identifies: (number: string) => Identifies = () => 'yes',
): CallerLookup {
  return {
    async find(storeId, number, placed = false) {
      if (number === '') return { result: 'none' };
      const by = identifies(number);
      if (by === 'no') return { result: 'none', shared: true };
      const surely = by === 'yes' || placed;
      try {
        const [found] = await prepared<Found>(db, FIND, [storeId, number, surely]);
        const lookup: Lookup = found ? asLookup(found) : { result: 'none' };
        return surely || lookup.result === 'found' ? lookup : { result: 'none', shared: true };
      } catch {
        return { result: 'unavailable' };
      }
    },
  };
}

/**
 * Asks for nobody on each connection of the pool: the first query of a connection is planned and read by code that has not
 * run yet, which costs more than a look-up may take, and the first caller after a start is a caller too. So often that
 * PostgreSQL keeps the plan (after five).
 */
export async function rehearseLookup(lookups: Database): Promise<void> {
  const each = await Promise.all(Array.from({ length: LOOKUPS.min }, () => lookups.transaction()));
  await Promise.all(
    each.map(async (connection) => {
      for (let n = 0; n < REHEARSALS; n += 1) await callerLookup(connection).find('', '0');
      await connection.rollback();
    }),
  );
}

function asLookup(found: Found): Lookup {
  const past = found.contacts === null ? {} : { contacts: found.contacts };
  if (found.lead_id === null && found.customer_id === null) return { result: 'none', ...past };
  return {
    result: 'found',
    name: found.name,
    ...(found.lead_id === null ? {} : { leadId: found.lead_id }),
    ...(found.customer_id === null ? {} : { customerId: found.customer_id }),
    ...(found.owner_id === null ? {} : { ownerId: found.owner_id }),
    ...(found.owner_name === null ? {} : { ownerName: found.owner_name }),
    ...(found.source === null ? {} : { source: found.source }),
    ...(found.customer_type === null ? {} : { customerType: found.customer_type }),
    ...(found.vehicles === null ? {} : { vehicles: found.vehicles }),
    ...past,
    ...(found.level === null ? {} : { level: found.level }),
    ...(found.complaint === true ? { complaint: true } : {}),
  };
}
