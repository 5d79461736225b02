/** Offers of calls to agents, with the reason of each. Written once; what came of one, its leg tells. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table offer (
      id uuid primary key,
      call_id uuid not null,
      entry_id uuid not null,
      agent_id text not null,
      leg_id uuid not null,
      queue_id text not null,
      offered_at timestamptz not null,
      why jsonb not null
    );
    create index offer_call on offer (call_id);
    create index offer_agent on offer (agent_id, offered_at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table offer');
}
