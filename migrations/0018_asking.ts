/** What else the plan says of how a queue asks its agents, as JSON; null where it says nothing. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table queue add column asking text');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table queue drop column asking');
}
