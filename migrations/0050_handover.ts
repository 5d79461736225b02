/** Leads that a colleague has while their owner is away, so that each goes back to him. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table lead_handover (
      id uuid primary key,
      lead_id uuid not null references lead on delete cascade,
      store_id text not null,
      -- Whose it is, and who has it meanwhile.
      from_id text not null,
      to_id text not null,
      -- absent: he has not signed in that day; left: he works there no more.
      why text not null,
      at timestamptz not null,
      -- Null: that one has it still.
      ended_at timestamptz,
      -- It went back to its owner; else it closed, or somebody else was given it.
      returned boolean not null default false
    );
    create unique index lead_handover_standing on lead_handover (lead_id) where ended_at is null;
    create index lead_handover_store on lead_handover (store_id, at, id);
    create index lead_handover_back on lead_handover (store_id, from_id) where ended_at is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table lead_handover');
}
