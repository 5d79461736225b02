/**
 * Customers and leads. Numbers are E.164 where they are valid, else as dialled; one person may have
 * several leads, so a number is a key but not a unique one.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table customer (
      id uuid primary key,
      store_id text not null,
      number text not null,
      name text not null default '',
      owner_id text,
      created_at timestamptz not null
    );
    create index customer_number on customer (number, store_id);

    create table lead (
      id uuid primary key,
      store_id text not null,
      number text not null,
      name text not null default '',
      owner_id text,
      source text not null,
      opened_at timestamptz not null,
      opened_by_call uuid,
      closed_at timestamptz
    );
    create index lead_number on lead (number, store_id, opened_at desc);
    create index lead_opened_at on lead (opened_at, id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table lead, customer');
}
