/**
 * Customers as a lead system knows them: one of each person in the books of whoever is answerable for them (the controller,
 * PIPL), with his numbers, vehicles and leads, who owned each lead when, and every contact. Whoever is merged into another
 * keeps his row, and all of it points at `root_id`: taking a merge back moves nothing.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create extension if not exists pg_trgm;

    -- Its stores have agreed to share their customers.
    alter table store_group add column shares_customers boolean not null default false;

    -- 'group:…' where the group shares its customers, else 'entity:…', else 'store:…'; of the plan that stands.
    alter table store add column controller text;
    update store set controller = coalesce('entity:' || entity_id, 'store:' || id);
    alter table store alter column controller set not null;

    alter table customer
      add column controller text,
      add column root_id uuid references customer,
      add column version integer not null default 1,
      -- 'active' or 'erased'.
      add column state text not null default 'active',
      -- 'person' or 'company'; null: not known.
      add column kind text,
      -- 'male' or 'female'.
      add column sex text,
      add column customer_type text,
      add column area text not null default '',
      add column address text not null default '',
      add column born_on date,
      add column note text not null default '',
      -- Name, pinyin, numbers and plates, each suffix a word of its own, as search.ts makes it.
      add column search text not null default '',
      add column source text not null default '',
      add column changed_at timestamptz;
    update customer set root_id = id, changed_at = created_at,
      controller = coalesce((select s.controller from store s where s.id = store_id), 'store:' || store_id);
    alter table customer alter column controller set not null, alter column root_id set not null,
      alter column changed_at set not null;
    create index customer_root on customer (root_id);
    create index customer_list on customer (controller, created_at, id) where root_id = id;
    create index customer_search on customer using gin (search gin_trgm_ops);

    -- Its name is that of the table.
    drop index customer_number;
    create table customer_number (
      id uuid primary key,
      customer_id uuid not null references customer,
      controller text not null,
      number text not null,
      -- As domain/number/kinds.ts classifies it: mobile, fixed, switchboard, privacy, other …
      kind text not null,
      -- By it alone he is known: his mobile, or a fixed one that is confirmed.
      identifies boolean not null,
      -- A privacy number is nobody's after that, and is not dialled.
      expires_at timestamptz,
      source text not null,
      since timestamptz not null
    );
    create unique index customer_number_identifies on customer_number (controller, number) where identifies;
    create index customer_number_number on customer_number (number, controller);
    -- What names somebody only for as long as it is confirmed.
    create index customer_number_confirmed on customer_number (controller, number)
      where identifies and kind in ('fixed', 'foreign', 'other');
    create index customer_number_customer on customer_number (customer_id);
    insert into customer_number (id, customer_id, controller, number, kind, identifies, source, since)
      select md5('number ' || id)::uuid, id, controller, number, 'other', false, '', created_at from customer
      where number <> '';
    alter table customer drop column number;

    create table vehicle (
      id uuid primary key,
      customer_id uuid not null references customer,
      store_id text not null,
      version integer not null default 1,
      plate text not null default '',
      vin text not null default '',
      series text not null default '',
      model text not null default '',
      bought_on date,
      registered_on date,
      insured_until date,
      created_at timestamptz not null
    );
    create index vehicle_customer on vehicle (customer_id);
    create index vehicle_plate on vehicle (plate) where plate <> '';
    create index vehicle_vin on vehicle (vin) where vin <> '';

    alter table lead
      add column customer_id uuid references customer,
      add column version integer not null default 1,
      -- open, arrived, won, defeated, lost-control, invalid or archived.
      add column state text not null default 'open',
      -- unchecked, valid or invalid.
      add column validity text not null default 'unchecked',
      -- Who works it: 'centre' or 'showroom'.
      add column place text not null default 'centre',
      add column customer_type text,
      add column present_car text,
      add column interest_series text,
      add column interest_model text,
      add column intended_on date,
      add column contact_result text,
      add column next_plan text,
      -- The level's clock: when the next contact is due; null: none is.
      add column next_due_at timestamptz,
      add column last_contact_at timestamptz,
      add column arrived_at timestamptz,
      add column end_reason text,
      add column changed_at timestamptz;
    update lead set changed_at = opened_at, state = case when closed_at is null then 'open' else 'archived' end;
    alter table lead alter column changed_at set default now(), alter column changed_at set not null;
    create index lead_customer on lead (customer_id, opened_at);
    create index lead_unlinked on lead (opened_at) where customer_id is null;
    create index lead_due on lead (store_id, owner_id, next_due_at) where closed_at is null;

    create table lead_owner (
      id uuid primary key,
      lead_id uuid not null references lead,
      -- Null: nobody's yet, the store's own.
      owner_id text,
      -- opened, own, distributed, forced, evening-meeting or handover.
      way text not null,
      by_id text not null,
      reason text not null default '',
      from_at timestamptz not null,
      until_at timestamptz
    );
    create unique index lead_owner_now on lead_owner (lead_id) where until_at is null;
    create index lead_owner_lead on lead_owner (lead_id, from_at);
    create index lead_owner_owner on lead_owner (owner_id, from_at);
    insert into lead_owner (id, lead_id, owner_id, way, by_id, from_at)
      select md5('owner ' || id)::uuid, id, owner_id, 'opened', '', opened_at from lead;

    create table contact (
      id uuid primary key,
      customer_id uuid not null references customer,
      lead_id uuid,
      store_id text not null,
      at timestamptz not null,
      -- call, visit, note, text, import, edit, owner, appointment, arrival or deal.
      kind text not null,
      -- Of a call: its row, and with it its recording.
      call_id uuid,
      by_id text,
      body text not null default ''
    );
    create index contact_customer on contact (customer_id, at, id);
    create index contact_lead on contact (lead_id, at, id) where lead_id is not null;
    create unique index contact_call on contact (call_id) where call_id is not null;

    -- Whether the timeline has it, or it is nobody's: afterwards, and in small pieces (store/customers/linking.ts).
    alter table call add column in_timeline boolean not null default false;
    create index call_to_timeline on call (ended_at, id) where ended_at is not null and not in_timeline;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index call_to_timeline;
    alter table call drop column in_timeline;
    drop table contact, lead_owner;
    drop index lead_customer, lead_unlinked, lead_due;
    alter table lead drop column customer_id, drop column version, drop column state, drop column validity,
      drop column place, drop column customer_type, drop column present_car, drop column interest_series,
      drop column interest_model, drop column intended_on, drop column contact_result, drop column next_plan,
      drop column next_due_at, drop column last_contact_at, drop column arrived_at, drop column end_reason,
      drop column changed_at;
    drop table vehicle;
    alter table customer add column number text;
    update customer set number = coalesce((
      select n.number from customer_number n where n.customer_id = customer.id
      order by n.identifies desc, n.since, n.id limit 1), '');
    alter table customer alter column number set not null;
    drop table customer_number;
    create index customer_number on customer (number, store_id);
    drop index customer_root, customer_list, customer_search;
    alter table customer drop column controller, drop column root_id, drop column version,
      drop column state, drop column kind, drop column sex, drop column customer_type, drop column area,
      drop column address, drop column born_on, drop column note, drop column search, drop column source,
      drop column changed_at;
    alter table store drop column controller;
    alter table store_group drop column shares_customers;
    drop extension pg_trgm;
  `);
}
