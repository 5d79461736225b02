/** What somebody, or a rule, does to customers and leads in one transaction. */
import type { Knex } from 'knex';
import type { Controller } from '../../domain/customer/controller';
import type { Instant } from '../../domain/time';

export interface Deed {
  trx: Knex.Transaction;
  makeId: () => string;
  at: Instant;
  /** A person's id; `''`: a rule, or the call that opened it. */
  by: string;
}

const keyOf = (controller: Controller, number: string): string =>
  `customer ${controller} ${number}`;

/**
 * Holds these numbers until the transaction ends: of two that would make, or merge, the same person at once the second
 * waits, and then finds him. Always before any row is locked, so that none waits for the other.
 */
export async function lockNumbers(
  trx: Knex.Transaction,
  controller: Controller,
  numbers: readonly string[],
): Promise<void> {
  const keys = [...new Set(numbers)].sort().map((number) => keyOf(controller, number));
  if (keys.length === 0) return;
  // In their order: two that lock several of the same must not cross.
  await trx.raw(
    `select pg_advisory_xact_lock(hashtextextended(key, 0))
     from (select key from unnest(?::text[]) with ordinality as k (key, nth) order by nth) keys`,
    [keys],
  );
}

/** The same without waiting: false when somebody holds it. */
export async function tryLockNumber(
  trx: Knex.Transaction,
  controller: Controller,
  number: string,
): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: { got: boolean }[] }>(
    'select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as got',
    [keyOf(controller, number)],
  );
  return rows[0]?.got ?? false;
}
