/** Tokens by which programs act for people, kept as hashes. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table api_token (
      id text primary key,
      person_id text not null,
      name text not null,
      rights text[] not null,
      stores text[],
      hash text not null,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      used_at timestamptz,
      revoked_at timestamptz,
      revoked_by text
    );
    create index api_token_standing on api_token (expires_at) where revoked_at is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table api_token');
}
