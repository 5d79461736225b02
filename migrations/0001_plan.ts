/**
 * The plan: what an administrator writes. Ids are the short names he typed. Rows that left the plan
 * keep standing with `removed_at`, because past calls name them.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table setting (
      key text primary key,
      value jsonb not null
    );
    create table store (
      id text primary key,
      name text not null,
      timezone text not null,
      removed_at timestamptz
    );
    create table trunk (
      id text primary key,
      from_addresses text[] not null,
      channels integer not null check (channels > 0),
      removed_at timestamptz
    );
    create table queue (
      id text primary key,
      store_id text not null references store (id),
      strategy text not null,
      ring_seconds integer not null check (ring_seconds > 0),
      wrap_up_seconds integer not null check (wrap_up_seconds >= 0),
      removed_at timestamptz
    );
    create table hotline (
      number text primary key,
      store_id text not null references store (id),
      queue_id text not null references queue (id),
      notice text not null,
      removed_at timestamptz
    );
    create table person (
      id text primary key,
      name text not null,
      post text not null,
      store_id text not null references store (id),
      password_hash text not null,
      removed_at timestamptz
    );
    create table queue_person (
      queue_id text not null references queue (id),
      person_id text not null references person (id),
      primary key (person_id, queue_id)
    );
    create table phone (
      id text primary key,
      person_id text not null references person (id),
      kind text not null check (kind in ('register', 'static')),
      ha1 text,
      contact text,
      auto_ready boolean not null,
      removed_at timestamptz,
      check (kind <> 'register' or ha1 is not null),
      check (kind <> 'static' or contact is not null)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table phone, queue_person, person, hotline, queue, trunk, store, setting');
}
