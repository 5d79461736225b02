/**
 * Pre-sale calls of known customers that become leads; views of the leads' list that people keep; and deeds done to many
 * leads at once, each with what its leads were before, so that it can be taken back.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Whether its call has its lead, or needs none: afterwards, and in small pieces (store/customers/known-callers.ts).
    alter table call_form add column in_leads boolean not null default false;
    -- No lead is made of calls of former days, which somebody has answered in another way.
    update call_form set in_leads = true;
    create index call_form_to_leads on call_form (call_id)
      where not in_leads and state = 'complete' and kind = 'pre-sale' and direction = 'inbound';

    create table lead_view (
      id uuid primary key,
      person_id text not null,
      store_id text not null,
      name text not null,
      -- As the list of leads takes it.
      filter jsonb not null,
      -- Whoever works in the store sees it.
      shared boolean not null,
      version integer not null default 1,
      created_at timestamptz not null
    );
    create index lead_view_person on lead_view (person_id, created_at, id);
    create index lead_view_shared on lead_view (store_id, created_at, id) where shared;

    create table bulk_deed (
      id uuid primary key,
      by_id text not null,
      done_at timestamptz not null,
      -- What is said of each of them; of its filter all but words that were searched for.
      change jsonb not null,
      filter jsonb,
      changed integer not null,
      left_out integer not null,
      undone_at timestamptz,
      undone_by text
    );
    create index bulk_deed_done on bulk_deed (done_at, id);

    create table bulk_deed_lead (
      bulk_id uuid not null references bulk_deed,
      lead_id uuid not null references lead on delete cascade,
      store_id text not null,
      -- What it was before, of what was changed.
      before jsonb not null,
      -- That it had afterwards: one that has another since is left when the deed is taken back.
      version integer not null,
      undone boolean not null default false,
      primary key (bulk_id, lead_id)
    );
    create index bulk_deed_lead_lead on bulk_deed_lead (lead_id);
    create index bulk_deed_lead_store on bulk_deed_lead (store_id, bulk_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table bulk_deed_lead, bulk_deed, lead_view;
    drop index call_form_to_leads;
    alter table call_form drop column in_leads;
  `);
}
