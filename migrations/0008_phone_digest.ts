/** HA1 of a phone by SHA-256 beside the one by MD5; null until its password is given again. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table phone add column ha1_sha256 text');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table phone drop column ha1_sha256');
}
