/**
 * Hotlines: what the plan says of one besides its store and queue, as JSON (null where it says nothing), and
 * what was ordered for it beside the plan.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table hotline add column routing text;
    create table hotline_order (
      number text primary key,
      closed_at timestamptz,
      closed_until timestamptz,
      closed_by text
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table hotline_order;
    alter table hotline drop column routing;
  `);
}
