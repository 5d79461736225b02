/** Whether a phone that does not register is asked by OPTIONS if it is there. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table phone add column watch boolean not null default true');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table phone drop column watch');
}
