/** Fixed numbers of which an agent has said that they are a person's own: by these alone he is known. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table confirmed_number (
      store_id text not null,
      number text not null,
      lead_id uuid not null,
      confirmed_by text not null,
      confirmed_at timestamptz not null,
      primary key (number, store_id)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table confirmed_number');
}
