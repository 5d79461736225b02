/** How long a caller of the store stays parked, in seconds; null: as long as the product says. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table store add column park_seconds integer');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table store drop column park_seconds');
}
