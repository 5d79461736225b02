/** Leads and their people for tests of distribution, forced transfer and lists. */
import type { Knex } from 'knex';
import type { Plan } from '../../src/domain/plan';
import type { Database } from '../../src/store/database';
import { BOOKS_PLAN, leadOf, person as customer } from './customer-books';
import { NINE } from './records';
import { person } from './two-stores';

/** Two telemarketers and who else is in bj01, a telemarketer in bj02; both stores give leads by themselves. */
export const STAFFED: Plan = {
  ...BOOKS_PLAN,
  departments: [
    { id: 'coc', store: 'bj01', name: '客户运营中心', kind: 'coc' },
    { id: 'sales', store: 'bj01', name: '销售部', kind: 'sales' },
  ],
  people: [
    { ...person('wang', 'telemarketer', 'bj01'), department: 'coc' },
    person('li', 'telemarketer-outbound', 'bj01'),
    person('bai', 'callback', 'bj01'),
    person('zhu', 'direct-salesperson', 'bj01'),
    { ...person('gao', 'direct-salesperson', 'bj01'), department: 'sales' },
    person('chen', 'supervisor', 'bj01'),
    person('sun', 'telemarketer', 'bj02'),
  ],
};

let numbers = 0;

interface Parts {
  ownerId?: string | null;
  /** Of whom; else of a customer of its own. */
  customerId?: string;
  storeId?: string;
  /** `manual`: it may be dialled as it is. */
  source?: string;
  at?: number;
  /** Columns that are laid over its row. */
  row?: object;
}

export async function aLead(db: Database, parts: Parts = {}): Promise<string> {
  const { ownerId = null, storeId = 'bj01', source = 'manual', at = NINE, row = {} } = parts;
  numbers += 1;
  const number = `+86138${String(numbers).padStart(8, '0')}`;
  const his = parts.customerId ?? (await customer(db, { numbers: [number], at }));
  const id = await leadOf(db, his, { number, source, storeId, ownerId });
  await db('lead')
    .where({ id })
    .update({ opened_at: new Date(at), ...row });
  await db('lead_owner')
    .where({ lead_id: id })
    .update({ from_at: new Date(at) });
  return id;
}

/** Six thousand leads of bj01 that somebody has, of which a tenth is open, and due in a year: so it pays to use an index. */
export async function crowd(db: Database): Promise<void> {
  await db.raw(
    `insert into lead (id, store_id, number, source, opened_at, customer_id, owner_id, place, state, next_due_at)
     select gen_random_uuid(), 'bj01', '+8613900139000', 'manual', ?, ?, 'zhang',
       case n % 50 when 0 then 'showroom' else 'centre' end,
       case n % 10 when 0 then 'open' else 'won' end, case n % 10 when 0 then ?::timestamptz end
     from generate_series(1, 6000) n`,
    [new Date(NINE), await customer(db), new Date(NINE + 365 * 86_400_000)],
  );
  await db.raw('analyze lead');
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  Plans?: PlanNode[];
}

/** How the queries of the work read leads: the index of each, or `Seq Scan`. */
export async function readingOf(db: Database, work: () => Promise<unknown>): Promise<string[]> {
  const asked: { sql: string; bindings: Knex.RawBinding[] }[] = [];
  const hear = (query: { sql: string; bindings: Knex.RawBinding[] }): void => {
    if (query.sql.startsWith('select') && query.sql.includes('lead')) asked.push(query);
  };
  db.on('query', hear);
  await work().finally(() => db.removeListener('query', hear));
  const found = new Set<string>();
  const visit = (node: PlanNode): void => {
    if (node['Relation Name'] === 'lead') found.add(node['Node Type']);
    if (node['Index Name']?.startsWith('lead_')) found.add(node['Index Name']);
    node.Plans?.forEach(visit);
  };
  for (const { sql, bindings } of asked) {
    const { rows } = await db.raw<{ rows: { 'QUERY PLAN': [{ Plan: PlanNode }] }[] }>(
      `explain (format json) ${sql.replace(/\$\d+/g, '?')}`,
      bindings,
    );
    visit(rows[0]!['QUERY PLAN'][0].Plan);
  }
  return [...found];
}
