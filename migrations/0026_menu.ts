/** What a caller said to the menu of his hotline; nothing where he was not asked. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table call add column menu text');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table call drop column menu');
}
