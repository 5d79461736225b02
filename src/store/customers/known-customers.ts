/** Customers as the identity rules read them: each person with the numbers of all his rows. */
import type { Knex } from 'knex';
import type { Identifiable, IdentifyingNumber } from '../../domain/customer/same-person';
import type { CustomerId } from '../../domain/ids';
import type { NumberKind } from '../../domain/number/kinds';
import type { Instant } from '../../domain/time';

export type KnownCustomer = Identifiable & {
  id: CustomerId;
  createdAt: Instant;
  numbers: IdentifyingNumber[];
};

const SELECTED = `select c.id, c.controller, c.name, c.kind, c.created_at,
    coalesce(json_agg(json_build_object('number', n.number, 'kind', n.kind, 'confirmed', n.identifies)
      order by n.since, n.id) filter (where n.id is not null), '[]') as numbers
  from customer c
    left join customer his on his.root_id = c.id
    left join customer_number n on n.customer_id = his.id
      and (n.expires_at is null or n.expires_at > now())`;
const GROUPED = 'group by c.id order by c.id';

interface Row {
  id: string;
  controller: string;
  name: string;
  kind: Identifiable['kind'];
  created_at: Date;
  numbers: { number: string; kind: NumberKind; confirmed: boolean }[];
}

/** The people of these roots. */
export const knownByRoot = (db: Knex, roots: readonly CustomerId[]): Promise<KnownCustomer[]> =>
  select(
    db,
    `${SELECTED} where c.id = any(?::uuid[]) and c.root_id = c.id and c.state = 'active'`,
    [[...roots]],
  );

/** In those books, who has one of these numbers (E.164), whosever it is. */
export const knownByNumber = (
  db: Knex,
  controller: string,
  numbers: readonly string[],
): Promise<KnownCustomer[]> =>
  select(
    db,
    `${SELECTED} where c.root_id = c.id and c.state = 'active' and c.id in (
      select holder.root_id from customer_number has join customer holder on holder.id = has.customer_id
      where has.controller = ? and has.number = any(?::text[]))`,
    [controller, [...numbers]],
  );

/** In those books, who has exactly one of these names. */
export const knownByName = (
  db: Knex,
  controller: string,
  names: readonly string[],
): Promise<KnownCustomer[]> =>
  select(
    db,
    `${SELECTED} where c.controller = ? and c.name = any(?::text[]) and c.root_id = c.id and c.name <> ''
      and c.state = 'active'`,
    [controller, [...names]],
  );

async function select(
  db: Knex,
  sql: string,
  bindings: readonly Knex.RawBinding[],
): Promise<KnownCustomer[]> {
  const { rows } = await db.raw<{ rows: Row[] }>(
    `${sql} ${GROUPED}`,
    bindings as Knex.RawBinding[],
  );
  return rows.map(({ id, controller, name, kind, created_at: createdAt, numbers }) => ({
    ...{ id, controller, name, kind, numbers, createdAt: createdAt.getTime() },
  }));
}
