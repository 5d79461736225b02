/**
 * What the journal brings of calls. No foreign keys between these tables: facts may arrive in any
 * order (a leg before its call), and a row that cannot be written would hold up the journal behind
 * it. Free space in the pages lets the updates of a live call stay on its page.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table call (
      id uuid primary key,
      direction text not null,
      state text not null,
      store_id text,
      queue_id text,
      hotline text not null,
      trunk_id text not null,
      from_number text not null,
      to_number text not null,
      lead_id uuid,
      customer_id uuid,
      agent_id text,
      arrived_at timestamptz not null,
      offered_at timestamptz,
      answered_at timestamptz,
      talk_started_at timestamptz,
      bridged_at timestamptz,
      ended_at timestamptz,
      outcome text,
      end_cause text,
      -- Indexed in place of state, which changes with nearly every update of a live call.
      is_open boolean not null generated always as (state <> 'closed') stored
    ) with (fillfactor = 70);
    create index call_arrived_at on call (arrived_at, id);
    create index call_from_number on call (from_number, arrived_at);
    create index call_hotline on call (hotline, arrived_at);
    create index call_agent on call (agent_id, arrived_at);
    create index call_lead on call (lead_id);
    create index call_open on call (arrived_at) where is_open;

    create table leg (
      id uuid primary key,
      call_id uuid not null,
      role text not null,
      agent_id text,
      started_at timestamptz not null,
      ringing_at timestamptz,
      answered_at timestamptz,
      ended_at timestamptz,
      end_cause text
    ) with (fillfactor = 70);
    create index leg_call on leg (call_id);

    create table queue_entry (
      id uuid primary key,
      call_id uuid not null,
      queue_id text not null,
      joined_at timestamptz not null,
      ended_at timestamptz,
      outcome text
    ) with (fillfactor = 70);
    create index queue_entry_call on queue_entry (call_id);

    create table promise (
      id uuid primary key,
      store_id text not null,
      hotline text not null,
      queue_id text not null,
      number text not null,
      call_id uuid not null,
      lead_id uuid,
      state text not null,
      reason text not null,
      due_at timestamptz not null,
      opened_at timestamptz not null
    );
    create unique index promise_open on promise (hotline, number) where state = 'open';
    create index promise_call on promise (call_id);

    create table recording (
      id uuid primary key,
      call_id uuid not null,
      lead_id uuid,
      customer_id uuid,
      agent_id text,
      store_id text,
      state text not null,
      path text,
      started_at timestamptz,
      duration_ms integer,
      bytes bigint,
      sha256 text,
      failure text,
      saved_at timestamptz not null
    );
    create index recording_call on recording (call_id);
    create index recording_lead on recording (lead_id);
    create index recording_saved_at on recording (saved_at, id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table recording, promise, queue_entry, leg, call');
}
