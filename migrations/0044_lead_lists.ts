/**
 * Leads that are owed something, that are nobody's, and that the showroom works: what lists, distribution and forced transfer
 * look for, each by an index; and how many leads a run of cleaning handed out.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- One that was lost is in a list only while somebody means to call again.
    create index lead_listed on lead (store_id, owner_id, next_due_at)
      where state in ('open', 'arrived') or next_due_at is not null;
    create index lead_nobodys on lead (store_id, opened_at, id)
      where owner_id is null and state in ('open', 'arrived', 'defeated', 'lost-control');
    create index lead_showroom on lead (store_id, id)
      where place = 'showroom' and state in ('open', 'arrived', 'defeated', 'lost-control');

    alter table cleaning_run
      add column transferred integer not null default 0,
      add column distributed integer not null default 0;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table cleaning_run drop column transferred, drop column distributed;
    drop index lead_listed, lead_nobodys, lead_showroom;
  `);
}
