/**
 * Whether a recording's call has a row, and when it was told that it has none. The index holds those alone of which
 * something is still to be told.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table recording
      add column is_linked boolean not null default true,
      add column unlinked_told_at timestamptz;
    update recording r set is_linked = false
      where not exists (select from call c where c.id = r.call_id);
    create index recording_unlinked on recording (saved_at)
      where not is_linked or unlinked_told_at is not null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index recording_unlinked;
    alter table recording drop column is_linked, drop column unlinked_told_at;
  `);
}
