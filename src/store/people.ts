/** Rows of people and their queues, and how a password is kept: argon2id, never in the clear. */
import { hash, verify } from '@node-rs/argon2';
import type { Knex } from 'knex';
import type { DialClass, PlanPerson, Post, Skills } from '../domain/plan';
import { Turns } from '../turns';
import { postsFromRow, type PostsDbRow } from './person-posts';

/** A row of `person` as pg gives it. */
export interface PersonDbRow extends PostsDbRow {
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
  const queues = new Map<string, string[]>();
  for (const { person_id: id, queue_id: queue } of places) {
    const known = queues.get(id);
    if (known) known.push(queue);
    else queues.set(id, [queue]);
  }
  return people.map((row) => personFromRow(row, queues.get(row.id) ?? []));
}

export function personFromRow(row: PersonDbRow, queues: string[]): PlanPerson {
  const { id, name, post, store_id: store, extension, dial, skills } = row;
  const person = { id, name, post, store, ...postsFromRow(row), queues };
  return {
    ...person,
    ...(extension ? { extension } : {}),
    ...(dial === undefined || dial === null ? {} : { dial: JSON.parse(dial) as DialClass[] }),
    ...(skills === undefined || skills === null ? {} : { skills: JSON.parse(skills) as Skills }),
  };
}

interface Place {
  person_id: string;
  queue_id: string;
}

type Serving = Pick<PlanPerson, 'id' | 'queues'>;

function placesOf(people: readonly Serving[]): Place[] {
  return people.flatMap(({ id, queues }) =>
    [...new Set(queues)].map((queue) => ({ person_id: id, queue_id: queue })),
  );
}

const placeKey = (place: Place): string => `${place.person_id}\n${place.queue_id}`;

/** People whose queues are other than before. */
export async function placesThatDiffer(
  trx: Knex,
  people: readonly Serving[],
): Promise<Set<string>> {
  const before: Place[] = await trx('queue_person').select('person_id', 'queue_id');
  const after = placesOf(people);
  const inBefore = new Set(before.map(placeKey));
  const inAfter = new Set(after.map(placeKey));
  const differing = [
    ...after.filter((place) => !inBefore.has(placeKey(place))),
    ...before.filter((place) => !inAfter.has(placeKey(place))),
  ];
  const listed = new Set(people.map((person) => person.id));
  return new Set(differing.map((place) => place.person_id).filter((one) => listed.has(one)));
}

/** Who serves which queue, as the plan says. */
export async function replacePlaces(trx: Knex, people: readonly Serving[]): Promise<void> {
  await trx('queue_person').delete();
  const places = placesOf(people);
  if (places.length > 0) await trx('queue_person').insert(places);
}

/**
 * Half of libuv's pool, whatever is hashed: argon2 has a thread of it for some 20 ms each, and so has every write of the
 * journal. Given all four of them, no promise to a caller would come to disk while a plan of thousands is hashed, or a crowd
 * signs in. A plan asks for one after the other, so that nobody who signs in is behind more than one of it.
 */
const turns = new Turns(2);

/** Argon2id with the library's defaults (19 MiB, two passes), about 20 ms a password. */
export const hashPassword = (password: string): Promise<string> => turns.run(() => hash(password));

/** False also for a hash that cannot be read. */
export async function passwordMatches(stored: string, password: string): Promise<boolean> {
  try {
    return await turns.run(() => verify(stored, password));
  } catch {
    return false;
  }
}
