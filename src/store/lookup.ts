/**
 * Who is calling. Decides what counts as knowing a number: an open lead of the store, else a
 * customer of it. A database that fails is `unavailable`, which must not make a new lead.
 */
import type { Lookup } from '../domain/events';
import type { CallerLookup } from '../engine/ports';
import { prepared, type Statement } from './statement';
import type { Database } from './database';

const FIND: Statement = {
  name: 'find_caller',
  sql: `select l.id as lead_id, c.id as customer_id,
      coalesce(nullif(l.name, ''), c.name, '') as name,
      coalesce(l.owner_id, c.owner_id) as owner_id
    from (select ?::text as store_id, ?::text as number) as asked
    left join lateral (
      select id, name, owner_id from lead
      where number = asked.number and store_id = asked.store_id and closed_at is null
      order by opened_at desc, id desc limit 1
    ) l on true
    left join lateral (
      select id, name, owner_id from customer
      where number = asked.number and store_id = asked.store_id
      order by created_at desc, id desc limit 1
    ) c on true`,
};

interface Found {
  lead_id: string | null;
  customer_id: string | null;
  name: string;
  owner_id: string | null;
}

/**
 * The look-up of callers by number; `number` as telephony normalised it, `''` when withheld. One that
 * `isShared` is not looked up: each of its calls is somebody else's.
 */
export function callerLookup(
  db: Database,
  isShared: (number: string) => boolean = () => false,
): CallerLookup {
  return {
    async find(storeId, number) {
      if (number === '') return { result: 'none' };
      if (isShared(number)) return { result: 'none', shared: true };
      try {
        const [found] = await prepared<Found>(db, FIND, [storeId, number]);
        return found ? asLookup(found) : { result: 'none' };
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
  };
}
