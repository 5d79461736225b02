/** The wrap-up that an agent is in, so that a restart does not take it from him. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table agent_state add column wrap_up_call text,
      add column wrap_up_since timestamptz,
      add column wrap_up_until timestamptz;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table agent_state drop column wrap_up_call,
      drop column wrap_up_since,
      drop column wrap_up_until;
  `);
}
