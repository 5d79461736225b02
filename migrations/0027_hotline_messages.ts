/** What callers of a hotline hear before the greeting, by command. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table hotline_order
      add column message text,
      add column message_at timestamptz,
      add column message_until timestamptz,
      add column message_by text
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table hotline_order
      drop column message, drop column message_at, drop column message_until, drop column message_by
  `);
}
