/** Each plan that was applied, without secrets: who, when, what it changed; so that it can be taken back. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table plan_version (
      version integer primary key,
      at timestamptz not null default now(),
      who text not null,
      what text not null check (what in ('found', 'applied', 'undone')),
      document text not null,
      changes text not null
    )
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table plan_version');
}
