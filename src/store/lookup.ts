/**
 * Who is calling. Decides what counts as knowing a number: an open lead of the store, else a
 * customer of it; by a fixed number only once it is confirmed, and then that lead. A database that fails is `unavailable`, which must not make a new lead.
 */
import type { Lookup } from '../domain/events';
import type { LeadLevel } from '../domain/queue/place';
import type { Identifies } from '../domain/number/identity';
import type { CallerLookup } from '../engine/ports';
import { prepared, type Statement } from './statement';
import type { Database } from './database';

const FIND: Statement = {
  name: 'find_caller',
  sql: `select l.id as lead_id, c.id as customer_id,
      coalesce(nullif(l.name, ''), c.name, '') as name,
      coalesce(l.owner_id, c.owner_id) as owner_id, l.level
    from (select ?::text as store_id, ?::text as number, ?::boolean as surely) as asked
    left join confirmed_number n on n.store_id = asked.store_id and n.number = asked.number
    left join lateral (
      select id, name, owner_id, level from lead
      where number = asked.number and store_id = asked.store_id and closed_at is null
        and (asked.surely or id = n.lead_id)
      order by opened_at desc, id desc limit 1
    ) l on true
    left join lateral (
      select id, name, owner_id from customer
      where number = asked.number and store_id = asked.store_id
        and (asked.surely or n.lead_id is not null)
      order by created_at desc, id desc limit 1
    ) c on true`,
};

interface Found {
  lead_id: string | null;
  customer_id: string | null;
  name: string;
  owner_id: string | null;
  level: LeadLevel | null;
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

function asLookup(found: Found): Lookup {
  if (found.lead_id === null && found.customer_id === null) return { result: 'none' };
  return {
    result: 'found',
    name: found.name,
    ...(found.lead_id === null ? {} : { leadId: found.lead_id }),
    ...(found.customer_id === null ? {} : { customerId: found.customer_id }),
    ...(found.owner_id === null ? {} : { ownerId: found.owner_id }),
    ...(found.level === null ? {} : { level: found.level }),
  };
}
