/**
 * Forms of calls, what is owed to customers after them, what they say of leads; and when a call's first talk began,
 * from which its length is counted.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table call_form (
      call_id uuid primary key,
      store_id text not null,
      queue_id text not null,
      direction text not null,
      agent_id text not null,
      -- JSON: agents of the talks before.
      earlier text not null,
      call_arrived_at timestamptz not null,
      call_ended_at timestamptz,
      state text not null,
      required boolean not null,
      falls boolean not null,
      kind text,
      level text,
      source text,
      disposition text,
      note text,
      filled_by text,
      filled_at timestamptz
    );
    create index call_form_open on call_form (store_id, call_arrived_at) where state = 'unclassified';
    create index call_form_store on call_form (store_id, call_arrived_at);

    create table follow_up (
      id uuid primary key,
      call_id uuid not null,
      store_id text not null,
      department text not null,
      agent_id text,
      opened_at timestamptz not null,
      due_at timestamptz not null,
      state text not null,
      done_by text,
      done_at timestamptz
    );
    create index follow_up_call on follow_up (call_id);
    create index follow_up_due on follow_up (store_id, due_at, id);
    create index follow_up_open on follow_up (store_id, due_at, id) where state = 'open';

    alter table lead add column kind text, add column level text, add column channel text;

    alter table call add column first_talk_at timestamptz;
    update call set first_talk_at = talk_started_at where talk_started_at is not null;
    alter table call add column is_long boolean not null generated always as (
      coalesce(case direction
        when 'inbound' then ended_at - first_talk_at >= interval '15 minutes'
        when 'outbound' then ended_at - first_talk_at >= interval '10 minutes'
      end, false)) stored;
    create index call_long on call (store_id, arrived_at) where is_long;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index call_long;
    alter table call drop column is_long, drop column first_talk_at;
    alter table lead drop column kind, drop column level, drop column channel;
    drop table follow_up, call_form;
  `);
}
