/** Rows of customers' numbers, and whom a number names. */
import type { Knex } from 'knex';
import type { Controller } from '../../domain/customer/controller';
import type { CustomerNumber, NumberFacts } from '../../domain/customer/customer';
import { CodedError } from '../../domain/errors';
import type { CustomerId } from '../../domain/ids';
import type { NumberKind } from '../../domain/number/kinds';
import { instant, timestamp } from '../statement';
import { lockNumbers, type Deed } from './deed';

export interface NumberRow {
  id: string;
  customer_id: string;
  controller: string;
  number: string;
  kind: NumberKind;
  identifies: boolean;
  expires_at: Date | null;
  source: string;
  since: Date;
}

/**
 * The one customer whom this number names in these books (Q06), as he is after merges; null: nobody. `number` in the form
 * that is its key.
 */
export async function findByNumber(
  trx: Knex,
  controller: Controller,
  number: string,
): Promise<CustomerId | null> {
  const row = await trx('customer_number as n')
    .join('customer as c', 'c.id', 'n.customer_id')
    .where({ 'n.controller': controller, 'n.number': number, 'n.identifies': true })
    .first<{ root_id: string } | undefined>('c.root_id');
  return row?.root_id ?? null;
}

/** Where a number is kept: with the customer, of the books he is in. */
interface NumberOwner {
  customerId: CustomerId;
  controller: Controller;
  source: string;
}

/**
 * Adds numbers to a customer; one that he has already is left as it is, but that it identifies him from now on if it is
 * said to. Throws `NUMBER_TAKEN` with the customer's id when one of them names another customer of these books.
 * The caller makes the search text anew (`refreshSearch`).
 */
export async function addNumbers(
  deed: Deed,
  owner: NumberOwner,
  numbers: readonly NumberFacts[],
): Promise<void> {
  const { trx } = deed;
  const { controller, customerId } = owner;
  const naming = numbers.filter(({ identifies }) => identifies).map(({ number }) => number);
  await lockNumbers(trx, controller, naming);
  const mine = await trx('customer')
    .where({ id: customerId })
    .first<{ root_id: string }>('root_id');
  for (const number of naming) {
    const other = await findByNumber(trx, controller, number);
    if (other !== null && other !== mine?.root_id)
      throw new CodedError('NUMBER_TAKEN', { number, customerId: other });
  }
  const kept = await trx<NumberRow>('customer_number as n')
    .join('customer as c', 'c.id', 'n.customer_id')
    .where('c.root_id', mine?.root_id ?? customerId)
    .select('n.id', 'n.number', 'n.identifies');
  for (const facts of uniqueByNumber(numbers)) {
    const there = kept.find((row) => row.number === facts.number);
    if (there === undefined) await trx('customer_number').insert(numberRow(deed, owner, facts));
    else if (facts.identifies && !kept.some((row) => row.number === facts.number && row.identifies))
      await trx('customer_number')
        .where({ id: there.id })
        .update({ identifies: true, kind: facts.kind });
  }
}

const uniqueByNumber = (numbers: readonly NumberFacts[]): NumberFacts[] => [
  ...new Map(numbers.map((facts) => [facts.number, facts])).values(),
];

/** The row of a new number. */
export const numberRow = (
  { makeId, at }: Pick<Deed, 'makeId' | 'at'>,
  { customerId, controller, source }: NumberOwner,
  { number, kind, identifies, expiresAt }: NumberFacts,
) => ({
  ...{ id: makeId(), customer_id: customerId, controller, number, kind, identifies, source },
  ...{ expires_at: timestamp(expiresAt), since: timestamp(at) },
});

/** Of the customer and of all who were merged into him; those that name him first, then the oldest. */
export async function numbersOf(trx: Knex, rootId: CustomerId): Promise<CustomerNumber[]> {
  const rows = await trx('customer_number as n')
    .join('customer as c', 'c.id', 'n.customer_id')
    .where('c.root_id', rootId)
    .orderBy([{ column: 'n.identifies', order: 'desc' }, 'n.since', 'n.id'])
    .select<NumberRow[]>('n.*');
  return rows.map((row) => ({
    ...{ id: row.id, customerId: row.customer_id, number: row.number, kind: row.kind },
    ...{ identifies: row.identifies, expiresAt: instant(row.expires_at), source: row.source },
    since: instant(row.since),
  }));
}
