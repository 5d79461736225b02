/**
 * Data of people that were deleted because they wished it: a certificate of each, files that are still to be deleted, and what
 * keeps recordings from it (legal hold).
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table erasure (
      id uuid primary key,
      controller text not null,
      -- The record that is left, which says nothing of anybody.
      customer_was uuid not null,
      store_id text not null,
      by_id text not null,
      at timestamptz not null,
      -- By what: how many. Nothing in it is of a person.
      erased jsonb not null,
      -- [{what, count, why}]
      kept jsonb not null,
      files_deleted_at timestamptz
    );
    create index erasure_list on erasure (controller, at, id);

    create table erasure_file (
      recording_id uuid primary key,
      erasure_id uuid not null references erasure,
      -- 1 or 2: RECORDINGS_DIR or RECORDINGS_DIR_2.
      folder smallint not null,
      path text not null,
      deleted_at timestamptz
    );
    create index erasure_file_erasure on erasure_file (erasure_id);
    create index erasure_file_left on erasure_file (recording_id) where deleted_at is null;

    create table legal_hold (
      id uuid primary key,
      customer_id uuid not null references customer,
      controller text not null,
      store_id text not null,
      -- complaint, dispute or authority.
      why text not null,
      by_id text not null,
      at timestamptz not null,
      lifted_at timestamptz,
      lifted_by text
    );
    create index legal_hold_customer on legal_hold (customer_id) where lifted_at is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table legal_hold, erasure_file, erasure');
}
