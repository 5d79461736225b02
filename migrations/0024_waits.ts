/**
 * How long waits were expected to be, and what came: what is told of the next one is made of it. Nothing of a range: too
 * little was known for one. `told`: the caller was given it.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table expected_wait (
      entry_id uuid not null,
      at timestamptz not null,
      call_id uuid not null,
      queue_id text not null,
      position integer not null,
      working integer not null,
      caller_ms double precision not null,
      patience_ms double precision,
      pace_ms double precision not null,
      median_ms double precision not null,
      from_minutes integer,
      to_minutes integer,
      told boolean not null,
      came_at timestamptz,
      came text,
      primary key (entry_id, at)
    );
    create index expected_wait_queue on expected_wait (queue_id, came_at);
    create index expected_wait_call on expected_wait (call_id);
    create index expected_wait_open on expected_wait (call_id) where came_at is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table expected_wait');
}
