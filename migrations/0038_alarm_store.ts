/** Of which store an alarm is; of those before, the journal's entries have it. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table alarm add column store_id text;
    update alarm set store_id = event.data->>'storeId' from event where event.id = alarm.id;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table alarm drop column store_id');
}
