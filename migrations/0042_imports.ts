/**
 * Files of customers and leads that were imported: what became of each row, why one was rejected, and what it made, by which
 * it can be taken back; and which column holds what, by the shape of a heading.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table import_batch (
      id uuid primary key,
      store_id text not null,
      controller text not null,
      by_id text not null,
      file_name text not null,
      sha256 text not null,
      bytes bigint not null,
      -- On what it was taken down: paper, pda, web, sms or excel (X07).
      format text not null,
      -- 'leads' or 'customers'.
      lands_as text not null,
      -- Of rows that name none: inbound, hq, web, showroom or walk-in (X04).
      source text not null,
      -- Area code of numbers without one; '' none.
      area text not null default '',
      -- Which column holds what, where somebody said so: by heading.
      given jsonb,
      -- waiting, running, done, failed, undoing or undone.
      state text not null default 'waiting',
      -- Code of what ended it.
      error text,
      -- Rows of the heading as they stand in the file, and what each column was read as.
      heading jsonb,
      -- The last row of the file that stands here: it goes on behind it.
      row_done integer not null default 0,
      rows integer not null default 0,
      customers integer not null default 0,
      leads integer not null default 0,
      vehicles integer not null default 0,
      filled integer not null default 0,
      same integer not null default 0,
      rejected integer not null default 0,
      doubtful integer not null default 0,
      -- What an undo could not take back: how many, and the first of them.
      kept_count integer not null default 0,
      kept jsonb not null default '[]',
      created_at timestamptz not null,
      done_at timestamptz,
      undone_at timestamptz,
      undone_by text
    );
    create index import_batch_list on import_batch (store_id, created_at, id);

    create table import_row (
      batch_id uuid not null references import_batch,
      row_no integer not null,
      -- made, filled, same or rejected.
      outcome text not null,
      -- Of the content of a row that landed; null: rejected, said before, or taken back.
      fingerprint text,
      customer_id uuid,
      -- Ids of what it made, and the fields that it filled.
      made jsonb,
      -- Of a rejected one: its cells, and why.
      cells jsonb,
      reasons jsonb,
      primary key (batch_id, row_no)
    );
    create unique index import_row_fingerprint on import_row (fingerprint) where fingerprint is not null;
    create index import_row_rejected on import_row (batch_id, row_no) where outcome = 'rejected';

    create table import_mapping (
      store_id text not null,
      -- SHA-256 of the headings.
      shape text not null,
      mapping jsonb not null,
      by_id text not null,
      at timestamptz not null,
      primary key (store_id, shape)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table import_mapping, import_row, import_batch');
}
