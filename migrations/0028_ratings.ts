/** What callers said of their talks when these were over: of each talk of a call once. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table rating (
      call_id uuid not null,
      agent_id text not null,
      store_id text not null,
      queue_id text not null,
      at timestamptz not null,
      score smallint not null check (score between 1 and 5),
      settled boolean,
      primary key (call_id, agent_id)
    );
    create index rating_store on rating (store_id, at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table rating');
}
