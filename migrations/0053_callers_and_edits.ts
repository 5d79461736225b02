/**
 * Calls that are over, and of whose caller nobody could say who he is: by which number that is to be found, and the id of
 * the lead that he opens if nobody is known by it; both go when it is found. And what people change of customers by hand.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table call add column unknown_number text, add column unknown_lead_id uuid;
    -- Normally it has no row.
    create index call_unknown on call (ended_at, id) where unknown_lead_id is not null;

    create table customer_edit (
      id uuid primary key,
      -- The record that was changed; who was merged into another keeps his.
      customer_id uuid not null references customer on delete cascade,
      field text not null,
      -- Null and empty: nothing.
      was text,
      now text,
      by_id text not null,
      at timestamptz not null
    );
    create index customer_edit_customer on customer_edit (customer_id, at, id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table customer_edit;
    drop index call_unknown;
    alter table call drop column unknown_number, drop column unknown_lead_id;
  `);
}
