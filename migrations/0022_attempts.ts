/** Promises that are kept by calling back: what is kept with them, and each attempt, claimed with a lease. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table promise
      add column place timestamptz,
      add column message_id uuid,
      add column tries integer not null default 0,
      add column not_before timestamptz,
      add column task text,
      add column attempt_id uuid,
      add column ended_at timestamptz,
      add column ended_by text,
      add column end_reason text;
    drop index promise_open;
    create unique index promise_open on promise (hotline, number) where state in ('open', 'claimed');
    create index promise_opened_at on promise (store_id, opened_at, id);

    create table attempt (
      id uuid primary key,
      subject_kind text not null,
      subject_id uuid not null,
      store_id text not null,
      number text not null,
      call_id uuid not null,
      agent_id text,
      state text not null,
      claimed_at timestamptz not null,
      lease_until timestamptz not null,
      dialled_at timestamptz,
      ringing_at timestamptz,
      answered_at timestamptz,
      connected_at timestamptz,
      ended_at timestamptz,
      outcome text
    );
    create unique index attempt_open on attempt (subject_kind, subject_id) where outcome is null;
    create index attempt_subject on attempt (subject_kind, subject_id, claimed_at);
    create index attempt_lease on attempt (lease_until) where outcome is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table attempt;
    drop index promise_opened_at;
    drop index promise_open;
    update promise set state = 'open' where state = 'claimed';
    create unique index promise_open on promise (hotline, number) where state = 'open';
    alter table promise
      drop column place, drop column message_id, drop column tries, drop column not_before,
      drop column task, drop column attempt_id, drop column ended_at, drop column ended_by,
      drop column end_reason;
  `);
}
