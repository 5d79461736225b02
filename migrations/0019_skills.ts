/** What a person can, as JSON of words and levels; null: nothing that the plan names. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table person add column skills text');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table person drop column skills');
}
