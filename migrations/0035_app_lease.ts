import type { Knex } from 'knex';

/** Which app of a cell may write: see src/store/lease.ts. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('app_lease', (table) => {
    table.text('cell').primary();
    table.bigInteger('epoch').notNullable();
    table.text('holder').notNullable();
    table.timestamp('renewed', { useTz: true }).notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('app_lease');
}
