/** Sessions, own passwords, second factors, and who has acknowledged that calls are recorded and scored. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table session (
      id text primary key,
      person_id text not null,
      started_at timestamptz not null,
      seen_at timestamptz not null,
      expires_at timestamptz not null,
      address text not null,
      client text not null,
      ended_at timestamptz,
      ended_by text,
      why_ended text
    );
    create index session_standing on session (expires_at) where ended_at is null;
    create table credential (
      person_id text primary key,
      password_hash text not null,
      one_time boolean not null,
      instead_of text,
      changed_at timestamptz not null
    );
    create table second_factor (
      person_id text primary key,
      state text not null,
      sealed_secret text,
      last_step bigint not null,
      recovery_hashes text[] not null,
      changed_at timestamptz not null
    );
    create table acknowledgement (
      person_id text not null,
      version text not null,
      at timestamptz not null,
      primary key (person_id, version)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table acknowledgement, second_factor, credential, session');
}
