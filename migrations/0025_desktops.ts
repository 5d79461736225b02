/** Who was ready at a desktop, and which offers and talks began without one that showed who calls. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table agent_state add column desktop boolean not null default false;
    alter table offer add column no_pop boolean not null default false;
    alter table call add column no_pop boolean not null default false;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table call drop column no_pop;
    alter table offer drop column no_pop;
    alter table agent_state drop column desktop;
  `);
}
