/**
 * Groups, legal entities and departments; posts as JSON where a person holds more than his one in his home store.
 * `store_group`, because `group` is a word of SQL.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table store_group (
      id text primary key,
      name text not null,
      removed_at timestamptz
    );
    create table legal_entity (
      id text primary key,
      name text not null,
      group_id text,
      removed_at timestamptz
    );
    create table department (
      id text primary key,
      store_id text not null references store (id),
      name text not null,
      kind text not null,
      removed_at timestamptz
    );
    alter table store add column entity_id text references legal_entity (id);
    alter table person add column posts text,
      add column department_id text references department (id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table person drop column posts, drop column department_id;
    alter table store drop column entity_id;
    drop table department, legal_entity, store_group;
  `);
}
