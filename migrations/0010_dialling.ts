/**
 * What the plan says of calls that people place, as JSON: of a store its trunks and the number it shows, of a
 * person what he may dial; null where it says nothing. Calls are found by the number that was called, too.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table store add column calling text;
    alter table person add column dial text;
    create index call_to_number on call (to_number, arrived_at) where direction = 'outbound';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index call_to_number;
    alter table person drop column dial;
    alter table store drop column calling;
  `);
}
