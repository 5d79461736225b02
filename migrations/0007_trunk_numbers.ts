/**
 * What a trunk makes of numbers (area, rules, caller ID …), as the JSON that the plan has; null when it says
 * nothing of them. Nobody asks for a part of it. The text is kept as it was written, so that an unchanged plan
 * is seen to be unchanged.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table trunk add column numbering text');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table trunk drop column numbering');
}
