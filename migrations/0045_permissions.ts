/**
 * What customers have consented to and what they refuse, each with its proof. A refusal is known by keyed hashes of the numbers
 * that it is about, and so outlives their data.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table consent (
      id uuid primary key,
      controller text not null,
      customer_id uuid not null references customer,
      -- calls, texts, recording or sharing.
      scope text not null,
      store_id text not null,
      by_id text not null,
      given_at timestamptz not null,
      -- {kind, callId, ref}: by a call (with its recordings), form, paper, message or import.
      proof jsonb not null,
      withdrawn_at timestamptz,
      withdrawn_by text,
      withdrawn_proof jsonb
    );
    create index consent_customer on consent (customer_id, given_at, id);
    -- Of one that stands there is no second.
    create unique index consent_stands on consent (customer_id, scope) where withdrawn_at is null;

    create table do_not_call (
      id uuid primary key,
      controller text not null,
      -- Said of a customer, with all numbers that he has or will have; null: of a number alone.
      customer_id uuid references customer,
      -- Null: of a customer, or his data was deleted and the hashes stay.
      number text,
      -- marketing, unasked (all but what he asked for) or all.
      scope text not null,
      -- Of other controllers of this installation as well, who see no more than that it stands.
      everywhere boolean not null,
      store_id text not null,
      -- Who said so, in words: himself, his wife …
      said_by text not null default '',
      by_id text not null,
      at timestamptz not null,
      proof jsonb not null,
      lifted_at timestamptz,
      lifted_by text,
      lifted_proof jsonb
    );
    create index do_not_call_customer on do_not_call (customer_id) where customer_id is not null;
    create index do_not_call_list on do_not_call (controller, at, id);

    create table do_not_call_number (
      do_not_call_id uuid not null references do_not_call,
      hash text not null,
      primary key (hash, do_not_call_id)
    );
    create index do_not_call_number_of on do_not_call_number (do_not_call_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table do_not_call_number, do_not_call, consent');
}
