/** Rows of people and their queues, and how a password is kept: argon2id, never in the clear. */
import { hash, verify } from '@node-rs/argon2';
import type { Knex } from 'knex';
import type { DialClass, PlanPerson, Post, Skills } from '../domain/plan';

/** A row of `person` as pg gives it. */
export interface PersonDbRow {
  id: string;
  name: string;
  post: Post;
  store_id: string;
  password_hash: string;
  /** JSON of what he may dial; null: what his post may. */
  dial?: string | null;
  extension?: string | null;
  /** Null: he has none. */
  pin_hash?: string | null;
  /** JSON of what he can; null: nothing that the plan names. */
  skills?: string | null;
  removed_at: Date | null;
}

/** The people of the plan by id, with their queues in order of id. */
export async function loadPeople(db: Knex): Promise<PlanPerson[]> {
  const people = await db<PersonDbRow>('person').whereNull('removed_at').orderBy('id');
  const places = await db<{ person_id: string; queue_id: string }>('queue_person')
    .orderBy('queue_id')
    .select();
  return people.map((row) =>
    personFromRow(
      row,
      places.filter((place) => place.person_id === row.id).map((place) => place.queue_id),
    ),
  );
}

export function personFromRow(row: PersonDbRow, queues: string[]): PlanPerson {
  const { id, name, post, store_id: store, extension, dial, skills } = row;
  const person = { id, name, post, store, queues, ...(extension ? { extension } : {}) };
  return {
    ...person,
    ...(dial === undefined || dial === null ? {} : { dial: JSON.parse(dial) as DialClass[] }),
    ...(skills === undefined || skills === null ? {} : { skills: JSON.parse(skills) as Skills }),
  };
}

/** Argon2id with the library's defaults (19 MiB, two passes), about 20 ms a password. */
export const hashPassword = (password: string): Promise<string> => hash(password);

/** False also for a hash that cannot be read. */
export async function passwordMatches(stored: string, password: string): Promise<boolean> {
  try {
    return await verify(stored, password);
  } catch {
    return false;
  }
}
