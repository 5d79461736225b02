/** What evening meetings have given away, found by its time. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    `create index lead_owner_meeting on lead_owner (from_at) where way = 'evening-meeting'`,
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index lead_owner_meeting');
}
