/** What is counted by the day and outlives the app: what people dialled and spent, and how full trunks were. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table dial_attempt (
      at timestamptz not null,
      agent_id text not null,
      store_id text not null
    );
    create index dial_attempt_at on dial_attempt (at);

    create table dial_spent (
      subject text primary key,
      day integer not null,
      sum bigint not null
    ) with (fillfactor = 70);

    create table dial_pause (
      subject text primary key,
      until timestamptz not null
    );

    create table trunk_use (
      trunk_id text primary key,
      day integer not null,
      used integer not null,
      peak integer not null,
      full_ms bigint not null,
      since timestamptz not null
    ) with (fillfactor = 70);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table trunk_use, dial_pause, dial_spent, dial_attempt');
}
