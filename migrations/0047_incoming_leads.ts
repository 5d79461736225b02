/**
 * Leads that other systems hand in one by one: web sites by their forms, HQ by its own ids. Each has a row by which the same
 * one is known again, and HQ is told what became of it.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table web_form (
      id uuid primary key,
      name text not null,
      -- Whose leads it may hand in; the first is meant where a lead names none.
      stores text[] not null,
      -- Of leads that name none: a channel of the plan; null: none.
      channel text,
      -- web, showroom … (X04).
      source text not null,
      per_minute integer not null,
      -- active or paused.
      state text not null,
      -- Its secret, and the one before for as long as that is good; sealed.
      sealed text not null,
      former_sealed text,
      former_until timestamptz,
      made_at timestamptz not null,
      made_by text not null,
      changed_at timestamptz not null
    );

    create table incoming_lead (
      id uuid primary key,
      -- 'form:ID' of the web form, or 'hq:NAME' of the system of HQ.
      origin text not null,
      controller text not null,
      -- By which its sender knows it: the id of the request, or HQ's own of the lead.
      key text not null,
      -- Of what it said.
      print text not null,
      store_id text not null,
      -- Null: it is being taken, in one transaction.
      customer_id uuid references customer,
      lead_id uuid references lead,
      -- What its person agreed to in the form; null: it says nothing.
      consent boolean,
      consent_text text not null default '',
      received_at timestamptz not null
    );
    create unique index incoming_lead_key on incoming_lead (origin, controller, key);
    create index incoming_lead_lead on incoming_lead (lead_id);
    create index incoming_lead_customer on incoming_lead (customer_id);

    -- What has changed since HQ was told last.
    create index lead_changed on lead (changed_at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index lead_changed;
    drop table incoming_lead, web_form;
  `);
}
