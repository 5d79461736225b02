/** Callers of whom a store takes no calls; a block that is over stays. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table blocked_caller (
      store_id text not null,
      number text not null,
      reason text not null,
      blocked_by text not null,
      since timestamptz not null,
      until timestamptz,
      primary key (store_id, number)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table blocked_caller');
}
