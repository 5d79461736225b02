/** Leads of HQ that are held until they are confirmed by a call (外呼确认), and how far that is. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table lead
      -- When it is to be called next; null: it is not held.
      add column confirm_next_at timestamptz,
      -- Calls that reached nobody, and the first of them.
      add column confirm_tries integer not null default 0,
      add column confirm_first_at timestamptz,
      -- When and by whom it was said what came of it; '': its person rang himself, or nobody was reached.
      add column confirmed_at timestamptz,
      add column confirmed_by text,
      add constraint lead_prospect check (prospect in ('high', 'intending', 'owner', 'ordinary', 'junk', 'none'));
    create index lead_held on lead (store_id) where confirm_next_at is not null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index lead_held;
    alter table lead drop constraint lead_prospect, drop column confirmed_by, drop column confirmed_at,
      drop column confirm_first_at, drop column confirm_tries, drop column confirm_next_at;
  `);
}
