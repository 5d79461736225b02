/** Which rows are of one person: by them all that is held of him is shown, and deleted. */
import type { Knex } from 'knex';
import type { CustomerId } from '../../domain/ids';
import type { HeldData } from '../../http/privacy-ports';

export interface PersonRows {
  rootId: CustomerId;
  controller: string;
  /** His record, and those that were merged into it. */
  customers: string[];
  leads: string[];
  /** That nobody else of these books has. */
  numbers: string[];
  /** By which he was talked with besides, and which are nobody's by now: they were taken off him, or somebody lent him a phone. */
  former: string[];
  calls: string[];
  /** Of these books. */
  stores: string[];
}

export async function personRows(
  db: Knex,
  root: { id: CustomerId; controller: string },
): Promise<PersonRows> {
  const { id: rootId, controller } = root;
  const customers = await db('customer').where({ root_id: rootId }).pluck<string[]>('id');
  const stores = await db('store').where({ controller }).pluck<string[]>('id');
  const leads = await db('lead').whereIn('customer_id', customers).pluck<string[]>('id');
  const { rows } = await db.raw<{ rows: { number: string }[] }>(
    `select number from customer_number where customer_id = any(:customers)
     union select number from lead where id = any(:leads) and number <> ''
     except select n.number from customer_number n
       where n.controller = :controller and not n.customer_id = any(:customers)`,
    { customers, leads, controller },
  );
  const numbers = rows.map(({ number }) => number);
  const { rows: calls } = await db.raw<{ rows: { id: string }[] }>(
    `select id from call where lead_id = any(:leads)
     union select id from call where customer_id = any(:customers)
     union select call_id from contact where customer_id = any(:customers) and call_id is not null
     union select c.id from call c where c.store_id = any(:stores)
       and (c.from_number = any(:numbers) or c.direction = 'outbound' and c.to_number = any(:numbers))
       and not exists (select from contact k where k.call_id = c.id and not k.customer_id = any(:customers))`,
    { customers, leads, numbers, stores },
  );
  const ids = calls.map(({ id }) => id);
  const { rows: others } = await db.raw<{ rows: { number: string }[] }>(
    `select case direction when 'inbound' then from_number else to_number end as number from call
       where id = any(:ids) and direction in ('inbound', 'outbound')
     except select number from customer_number where controller = :controller
     except select unnest(cast(:numbers as text[])) except select ''`,
    { ids, controller, numbers },
  );
  const former = others.map(({ number }) => number);
  return { rootId, controller, customers, leads, numbers, former, stores, calls: ids };
}

/** What is looked through for him, and the condition on a row `t` of it. */
const HELD: [what: string, from: string, where: string][] = [
  ['customer', 'customer', 't.id = any(:customers)'],
  ['numbers', 'customer_number', 't.customer_id = any(:customers)'],
  ['edits', 'customer_edit', 't.customer_id = any(:customers)'],
  ['vehicles', 'vehicle', 't.customer_id = any(:customers)'],
  ['leads', 'lead', 't.id = any(:leads)'],
  ['owners', 'lead_owner', 't.lead_id = any(:leads)'],
  ['contacts', 'contact', 't.customer_id = any(:customers)'],
  ['appointments', 'appointment', 't.customer_id = any(:customers)'],
  ['arrivals', 'arrival', 't.customer_id = any(:customers)'],
  ['deals', 'deal', 't.customer_id = any(:customers)'],
  ['deliveries', 'delivery', 't.customer_id = any(:customers)'],
  ['calls', 'call', 't.id = any(:calls)'],
  ['recordings', 'recording', 't.call_id = any(:calls)'],
  ['forms', 'call_form', 't.call_id = any(:calls)'],
  ['followUps', 'follow_up', 't.call_id = any(:calls)'],
  ['ratings', 'rating', 't.call_id = any(:calls)'],
  ['promises', 'promise', 't.number = any(:numbers) and t.store_id = any(:stores)'],
  ['texts', 'text_message', 't.number = any(:numbers) and t.store_id = any(:stores)'],
  ['consents', 'consent', 't.customer_id = any(:customers)'],
  [
    'doNotCall',
    'do_not_call',
    't.customer_id = any(:customers) or t.number = any(:numbers) and t.controller = :controller',
  ],
  ['incoming', 'incoming_lead', 't.customer_id = any(:customers)'],
  ['importRows', 'import_row', 't.customer_id = any(:customers)'],
  [
    'rejectedRows',
    'import_row',
    `t.outcome = 'rejected' and :digits <> '()' and t.cells is not null
      and t.batch_id in (select id from import_batch where controller = :controller)
      and exists (select from jsonb_array_elements_text(t.cells) cell where regexp_replace(cell, '\\D', '', 'g') ~ :digits)`,
  ],
];

const valuesOf = (person: PersonRows) => ({
  ...person,
  // As somebody has typed them: with or without the country.
  digits: `(${person.numbers
    .map((number) => number.replace(/^\+(86)?/, '').replace(/\D/g, ''))
    .filter((digits) => digits.length >= 6)
    .join('|')})$`.replace('()$', '()'),
});

/** As they are stored. */
export async function heldData(db: Knex, person: PersonRows): Promise<HeldData> {
  const held: HeldData = {};
  for (const [what, from, where] of HELD) {
    const { rows } = await db.raw<{ rows: { row: Record<string, unknown> }[] }>(
      `select to_jsonb(t.*) as row from ${from} t where ${where}`,
      valuesOf(person) as unknown as Knex.ValueDict,
    );
    held[what] = rows.map(({ row }) => row);
  }
  return held;
}

/** Deletes, or changes, those of his rows that `heldData` shows under that name; how many. */
export async function changeHeld(
  trx: Knex,
  person: PersonRows,
  what: string,
  set: string | null,
): Promise<number> {
  const [, from, where] = HELD.find(([name]) => name === what) ?? [];
  if (from === undefined) throw new Error(`nothing is known of ${what}`);
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    set === null
      ? `delete from ${from} t where ${where}`
      : `update ${from} t set ${set} where ${where}`,
    valuesOf(person) as unknown as Knex.ValueDict,
  );
  return rowCount;
}
