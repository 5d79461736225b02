/** Hot desking: a phone without a person is a seat, and an agent may sit at one. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table phone alter column person_id drop not null');
  await knex.raw('alter table agent_state add column seat text');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table agent_state drop column seat');
  await knex.raw('delete from phone where person_id is null');
  await knex.raw('alter table phone alter column person_id set not null');
}
