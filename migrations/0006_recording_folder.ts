/** In which folder a recording lies: 1 is RECORDINGS_DIR, 2 is RECORDINGS_DIR_2. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table recording add column folder smallint not null default 1');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table recording drop column folder');
}
