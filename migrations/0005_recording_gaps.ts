/** What is missing from a recording, as its manifest says. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table recording add column gaps_ms jsonb, add column reconciles boolean');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table recording drop column gaps_ms, drop column reconciles');
}
