/**
 * Logins (port `Accounts` of http). Decides only whether user and password belong together, and
 * takes one password check of time in every case, so that names cannot be told apart by waiting.
 */
import { randomBytes } from 'node:crypto';
import type { Accounts } from '../http/ports';
import type { Database } from './database';
import { hashPassword, passwordMatches, personFromRow, type PersonDbRow } from './people';

/** A user is a person of the plan; his login name is the person's id. */
export function storeAccounts(db: Database): Accounts {
  const nobody = hashPassword(randomBytes(16).toString('hex'));
  return {
    async verify(user, password) {
      const row = await db<PersonDbRow>('person')
        .where({ id: user })
        .whereNull('removed_at')
        .first();
      const right = await passwordMatches(row?.password_hash ?? (await nobody), password);
      if (row === undefined || !right) return null;
      const queues = await db('queue_person')
        .where({ person_id: row.id })
        .orderBy('queue_id')
        .pluck<string[]>('queue_id');
      return personFromRow(row, queues);
    },
  };
}
