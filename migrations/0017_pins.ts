/** The number by which a person signs in at a phone, and the hash of his PIN; null: he cannot. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table person add column extension text, add column pin_hash text');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table person drop column extension, drop column pin_hash');
}
