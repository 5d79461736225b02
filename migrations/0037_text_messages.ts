import type { Knex } from 'knex';

/** Texts to customers and what became of each; who wants none, and how that is known. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table text_message (
      id uuid primary key,
      key text not null,
      kind text not null check (kind in ('missed-call', 'appointment')),
      store_id text not null,
      number text not null,
      language text not null,
      "values" jsonb not null,
      promise_id uuid,
      state text not null check (state in ('queued', 'sending', 'sent', 'failed', 'dropped')),
      reason text,
      detail text not null default '',
      body text not null default '',
      price integer not null default 0,
      asked_at timestamptz not null,
      asked_by text not null,
      sent_at timestamptz,
      unique (store_id, key)
    );
    create index text_message_list on text_message (store_id, asked_at desc, id desc);
    create index text_message_number on text_message (number, sent_at);
    create index text_message_spent on text_message (store_id, sent_at) where price > 0;

    create table opt_out (
      id uuid primary key,
      scope text not null,
      number text not null,
      at timestamptz not null,
      by text not null,
      how text not null,
      lifted_at timestamptz,
      lifted_by text
    );
    create unique index opt_out_stands on opt_out (scope, number) where lifted_at is null;
    create index opt_out_list on opt_out (scope, at desc, id desc);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table text_message; drop table opt_out');
}
