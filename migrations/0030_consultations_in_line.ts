/** A place in a queue that is the consultation's of an agent, and no caller's. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table queue_entry add column asked_by text;
    create index queue_entry_consulting on queue_entry (joined_at)
      where asked_by is not null and ended_at is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table queue_entry drop column asked_by');
}
