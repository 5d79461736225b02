/** The journal's entries as applied, and what they bring beside calls. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table event (
      id uuid primary key,
      at timestamptz not null,
      kind text not null,
      data jsonb not null
    );

    create table agent_state (
      agent_id text primary key,
      intent text not null,
      reason text,
      since timestamptz not null
    ) with (fillfactor = 70);

    create table alarm (
      id uuid primary key,
      at timestamptz not null,
      code text not null,
      detail text not null
    );
    create index alarm_at on alarm (at);

    create table audit (
      id uuid primary key,
      at timestamptz not null,
      who text not null,
      what text not null,
      subject text not null
    );
    create index audit_at on audit (at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table audit, alarm, agent_state, event');
}
