/**
 * Phones: HA1 by SHA-256 beside the one by MD5 (null until the password is given again), whether one that does
 * not register is asked by OPTIONS, and whether it rings or picks up by itself, by whose headers.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table phone
      add column ha1_sha256 text,
      add column watch boolean not null default true,
      add column mode text not null default 'ring',
      add column profile text not null default 'standard'
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    'alter table phone drop column ha1_sha256, drop column watch, drop column mode, drop column profile',
  );
}
