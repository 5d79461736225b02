/** What lists and search read of a million customers and two million leads, each by an index (docs/performance.md). */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- In place of root_id = id, of which PostgreSQL believes that hardly a row has it.
    alter table customer add column is_root boolean not null generated always as (root_id = id) stored;
    drop index customer_list;
    create index customer_list on customer (controller, created_at, id) where is_root;
    create index customer_newest on customer (created_at, id) where is_root;

    -- What is due in a store, by level (store/customers/due-leads-sql.ts).
    create index lead_due_said on lead (store_id, (coalesce(level, 'C')), next_due_at)
      where next_due_at is not null and state in ('open', 'arrived', 'defeated', 'lost-control');
    create index lead_due_talked on lead (store_id, (coalesce(level, 'C')), last_contact_at)
      where next_due_at is null and state in ('open', 'arrived')
        and (opened_by_call is null or last_contact_at - opened_at >= interval '48 hours') and last_contact_at is not null;
    create index lead_due_came on lead (store_id, (coalesce(level, 'C')), opened_at)
      where next_due_at is null and state in ('open', 'arrived') and (last_contact_at is null
        or opened_by_call is not null and last_contact_at - opened_at < interval '48 hours');

    -- A sample of calls finds too few numbers: then the plan of who is calling would be made anew at each call.
    alter table call alter column from_number set (n_distinct = -0.2), alter column to_number set (n_distinct = -0.2);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table call alter column from_number reset (n_distinct), alter column to_number reset (n_distinct);
    drop index lead_due_said, lead_due_talked, lead_due_came;
    drop index customer_list, customer_newest;
    alter table customer drop column is_root;
    create index customer_list on customer (controller, created_at, id) where root_id = id;
  `);
}
