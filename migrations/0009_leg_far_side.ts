/** Of a leg that has ended: the trunk that carried it, the SIP status and the Q.850 cause that its operator gave. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table leg
      add column trunk_id text,
      add column sip_status integer,
      add column q850 integer
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table leg drop column trunk_id, drop column sip_status, drop column q850');
}
