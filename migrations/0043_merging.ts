/**
 * Customers that are one person: merges that can be taken back, pairs of which people decide, runs of cleaning with their
 * counts, and what is kept of numbers whose data was deleted.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table cleaning_run (
      id uuid primary key,
      controller text not null,
      -- 'night' or 'asked'.
      why text not null,
      by_id text not null,
      -- 'running' or 'done'.
      state text not null default 'running',
      -- Which step it is at: customers, leads or archive.
      step text not null default 'customers',
      started_at timestamptz not null,
      ended_at timestamptz,
      came integer not null default 0,
      duplicates integer not null default 0,
      merged integer not null default 0,
      doubtful integer not null default 0,
      valid integer not null default 0,
      invalid integer not null default 0,
      exceptions integer not null default 0,
      archived integer not null default 0,
      customers_before integer not null,
      leads_before integer not null,
      customers_after integer,
      leads_after integer
    );
    create index cleaning_run_controller on cleaning_run (controller, started_at, id);
    -- One after the other: what two would count, both would.
    create unique index cleaning_run_going on cleaning_run (controller) where state = 'running';

    create table customer_merge (
      id uuid primary key,
      controller text not null,
      kept_id uuid not null references customer,
      merged_id uuid not null references customer,
      -- Of the kept row, by field: was, now, from, source, since.
      filled jsonb not null default '{}',
      -- hand, pair, cleaning or import.
      way text not null,
      by_id text not null,
      at timestamptz not null,
      run_id uuid,
      undone_at timestamptz,
      undone_by text
    );
    -- Whoever is merged is so into one only, and what points on is a forest.
    create unique index customer_merge_standing on customer_merge (merged_id) where undone_at is null;
    create index customer_merge_kept on customer_merge (kept_id) where undone_at is null;
    create index customer_merge_list on customer_merge (controller, at, id);

    -- What was taken out of one customer into another.
    create table customer_split (
      id uuid primary key,
      -- Those of one row, one after the other; of different rows two may have the same.
      nth bigint not null,
      controller text not null,
      -- No references: one that was made for a split is gone when that is taken back.
      from_id uuid not null,
      to_id uuid not null,
      made boolean not null,
      -- By table, the rows that went, and whose they were: {"lead": {"<id>": "<customer id>"}}.
      moved jsonb not null,
      by_id text not null,
      at timestamptz not null,
      undone_at timestamptz,
      undone_by text
    );
    create index customer_split_list on customer_split (controller, at, id);
    create index customer_split_nth on customer_split (nth);

    create table doubtful_pair (
      id uuid primary key,
      controller text not null,
      -- The lower id first.
      left_id uuid not null references customer,
      right_id uuid not null references customer,
      -- other-name, company-and-person or similar-number.
      reason text not null,
      left_number text not null,
      right_number text not null,
      -- open, later, same or different.
      state text not null default 'open',
      found_at timestamptz not null,
      run_id uuid,
      -- Of 'later': asked again then.
      again_at timestamptz,
      decided_at timestamptz,
      decided_by text,
      merge_id uuid
    );
    create unique index doubtful_pair_both on doubtful_pair (left_id, right_id);
    create index doubtful_pair_right on doubtful_pair (right_id);
    create index doubtful_pair_list on doubtful_pair (controller, found_at, id);

    -- Null: never cleaned; another than the version: changed since.
    alter table customer add column cleaned_version integer;
    create index customer_unclean on customer (controller, id)
      where state = 'active' and cleaned_version is distinct from version;
    create index customer_name on customer (controller, name) where root_id = id and name <> '';
    alter table customer_number add column cleaned boolean not null default false;
    create index customer_number_unclean on customer_number (controller, customer_id) where not cleaned;

    -- high, intending, owner, ordinary, junk or none; null: nobody has said.
    alter table lead add column prospect text, add column invalid_reason text;
    create index lead_unchecked on lead (store_id, id) where validity = 'unchecked' and state = 'open';
    create index lead_junk on lead (store_id, id) where prospect in ('junk', 'none') and state = 'open';

    -- A keyed hash: who has the key can ask whether a number is here, and nobody can read one from it.
    create table erased_number (
      controller text not null,
      hash text not null,
      -- 'invalid' or 'asked'.
      why text not null,
      at timestamptz not null,
      primary key (controller, hash)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table erased_number;
    drop index lead_unchecked, lead_junk;
    alter table lead drop column prospect, drop column invalid_reason;
    drop index customer_number_unclean, customer_unclean, customer_name;
    alter table customer_number drop column cleaned;
    alter table customer drop column cleaned_version;
    drop table doubtful_pair, customer_split, customer_merge, cleaning_run;
  `);
}
