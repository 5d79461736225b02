/** Doubtful pairs as people look at them: both customers side by side, as they are after merges. */
import type { Knex } from 'knex';
import type { Controller } from '../../domain/customer/controller';
import type { CustomerNumber } from '../../domain/customer/customer';
import type { Doubt } from '../../domain/customer/same-person';
import type { Instant } from '../../domain/time';
import type { BriefLead } from '../../http/customer-ports';
import type { DoubtfulPair, PairSide, PairState } from '../../http/merge-ports';
import type { Page, PageRequest } from '../../http/queries';
import { page } from '../page';
import { instant } from '../statement';
import { CUSTOMER_COLUMNS, customerFromRow, type CustomerRow } from './customers';

interface PairRow {
  id: string;
  controller: string;
  left_root: string;
  right_root: string;
  left_number: string;
  right_number: string;
  reason: Doubt;
  state: PairState;
  found_at: Date;
  again_at: Date | null;
  decided_at: Date | null;
  decided_by: string | null;
  merge_id: string | null;
}

const SELECTED = [
  ...['p.id', 'p.controller', 'l.root_id as left_root', 'r.root_id as right_root'],
  ...['p.left_number', 'p.right_number', 'p.reason', 'p.state', 'p.found_at', 'p.again_at'],
  ...['p.decided_at', 'p.decided_by', 'p.merge_id'],
];

const pairs = (db: Knex) =>
  db('doubtful_pair as p')
    .join('customer as l', 'l.id', 'p.left_id')
    .join('customer as r', 'r.id', 'p.right_id');

/** Whoever is one person by now is no pair that waits. */
export async function pairPage(
  db: Knex,
  { books, state, now }: { books: readonly Controller[]; state: PairState; now: Instant },
  request: PageRequest,
): Promise<Page<DoubtfulPair>> {
  const query = pairs(db).whereIn('p.controller', books).select(SELECTED);
  if (state === 'open')
    query
      .whereRaw('l.root_id <> r.root_id')
      .where((of) =>
        of
          .where('p.state', 'open')
          .orWhere((later) =>
            later.where('p.state', 'later').where('p.again_at', '<=', new Date(now)),
          ),
      );
  else query.where('p.state', state);
  const found = db(query.as('pair')) as unknown as Knex.QueryBuilder<PairRow, PairRow[]>;
  const { items, next } = await page<PairRow, PairRow>(found, request, {
    ...{ timeColumn: 'found_at', fromRow: (row) => row, ascending: true },
  });
  return { items: await withSides(db, items), next };
}

export async function findPair(db: Knex, id: string): Promise<DoubtfulPair | null> {
  const rows = (await pairs(db).where('p.id', id).select(SELECTED)) as PairRow[];
  const [pair] = await withSides(db, rows);
  return pair ?? null;
}

async function withSides(db: Knex, rows: readonly PairRow[]): Promise<DoubtfulPair[]> {
  const roots = rows.flatMap((row) => [row.left_root, row.right_root]);
  const sides = await sidesOf(db, [...new Set(roots)]);
  return rows.flatMap((row) => {
    const left = sides.get(row.left_root);
    const right = sides.get(row.right_root);
    return left && right ? [pairFrom(row, left, right)] : [];
  });
}

type SideRow = CustomerRow & {
  numbers: CustomerNumber[];
  leads: BriefLead[];
  vehicles: number;
  contacts: number;
  last_contact_at: Date | null;
};

async function sidesOf(db: Knex, roots: readonly string[]): Promise<Map<string, PairSide>> {
  const { rows } = await db.raw<{ rows: SideRow[] }>(
    `select ${CUSTOMER_COLUMNS},
       (select coalesce(json_agg(json_build_object('id', n.id, 'customerId', n.customer_id, 'number', n.number,
          'kind', n.kind, 'identifies', n.identifies, 'expiresAt', (extract(epoch from n.expires_at) * 1000)::bigint,
          'source', n.source, 'since', (extract(epoch from n.since) * 1000)::bigint) order by n.since, n.id), '[]')
        from customer m join customer_number n on n.customer_id = m.id where m.root_id = c.id) as numbers,
       (select coalesce(json_agg(json_build_object('id', l.id, 'storeId', l.store_id, 'ownerId', l.owner_id,
          'state', l.state, 'level', l.level, 'openedAt', (extract(epoch from l.opened_at) * 1000)::bigint)
          order by l.opened_at desc, l.id desc), '[]')
        from customer m join lead l on l.customer_id = m.id where m.root_id = c.id) as leads,
       (select count(*)::integer from customer m join vehicle v on v.customer_id = m.id where m.root_id = c.id) as vehicles,
       (select count(*)::integer from customer m join contact k on k.customer_id = m.id where m.root_id = c.id) as contacts,
       (select max(k.at) from customer m join contact k on k.customer_id = m.id where m.root_id = c.id) as last_contact_at
     from customer c where c.id = any(?::uuid[])`,
    [[...roots]],
  );
  return new Map(
    rows.map((row): [string, PairSide] => {
      const { numbers, leads, vehicles, contacts } = row;
      const lastContactAt = instant(row.last_contact_at);
      return [
        row.id,
        { customer: customerFromRow(row), numbers, leads, vehicles, contacts, lastContactAt },
      ];
    }),
  );
}

function pairFrom(row: PairRow, left: PairSide, right: PairSide): DoubtfulPair {
  const isInOrder =
    left.customer.createdAt - right.customer.createdAt ||
    (left.customer.id < right.customer.id ? -1 : 1);
  const numbers = [row.left_number, row.right_number] as const;
  return {
    ...{ id: row.id, controller: row.controller, reason: row.reason, state: row.state },
    ...{ foundAt: instant(row.found_at), againAt: instant(row.again_at) },
    ...{ decidedAt: instant(row.decided_at), decidedBy: row.decided_by, mergeId: row.merge_id },
    numbers: isInOrder < 0 ? numbers : [numbers[1], numbers[0]],
    sides: isInOrder < 0 ? [left, right] : [right, left],
  };
}
