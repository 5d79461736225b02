/**
 * Deletes all that is held of a person because he wishes it (PIPL), in one transaction. Rows that are counted stay, without what
 * says whose they are; of his numbers keyed hashes stay, and that he is not to be called unasked.
 */
import type { Knex } from 'knex';
import {
  tokenOf,
  type Certificate,
  type ErasedThing,
  type Kept,
} from '../../domain/customer/erasure';
import { CodedError } from '../../domain/errors';
import type { CustomerId, StoreId } from '../../domain/ids';
import type { Instant } from '../../domain/time';
import { lockNumbers } from './deed';
import { keepHashes } from './erased-numbers';
import { eraseCustomer, NOTHING } from './invalid-leads';
import { lockRoots } from './merge-tree';
import { keepRefused } from './permissions';
import { changeHeld, personRows, type PersonRows } from './person-rows';

export interface ErasureOrder {
  id: string;
  customerId: CustomerId;
  version: number;
  storeId: StoreId;
  by: string;
  at: Instant;
  /** Of hashes of numbers. */
  key: Buffer;
  makeId: () => string;
  /** Numbers, leads and customers of calls that go on. */
  busy: ReadonlySet<string>;
}

/** Rejects: `UNKNOWN_CUSTOMER`, `VERSION_MOVED`, `CUSTOMER_BUSY`. */
export async function erasePerson(
  trx: Knex.Transaction,
  order: ErasureOrder,
): Promise<Certificate> {
  await lockHisNumbers(trx, order.customerId);
  const root = (await lockRoots(trx, [order.customerId])).get(order.customerId);
  if (root?.state !== 'active') throw new CodedError('UNKNOWN_CUSTOMER');
  if (root.version !== order.version)
    throw new CodedError('VERSION_MOVED', { version: root.version });
  const person = await personRows(trx, root);
  await demandQuiet(trx, person, order.busy);
  const { id, at, by, storeId } = order;
  const hold = await trx('legal_hold')
    .whereIn('customer_id', person.customers)
    .whereNull('lifted_at')
    .first<{ why: Kept['why'] } | undefined>('why');
  await trx('erasure').insert({
    ...{ id, controller: person.controller, store_id: storeId, by_id: by, at: new Date(at) },
    ...{ customer_was: person.rootId, erased: '{}', kept: '[]' },
  });
  const recordings = hold === undefined ? await queueRecordings(trx, id, person.calls) : 0;
  const held = await trx('recording')
    .whereIn('call_id', person.calls)
    .where({ state: 'stored' })
    .whereNotNull('path');
  const erased = { recordings, ...(await eraseRows(trx, person, order)) };
  const kept = await keep(trx, person, order);
  if (hold !== undefined && held.length > 0)
    kept.unshift({ what: 'recordings', count: held.length, why: hold.why });
  const filesDeletedAt = recordings === 0 ? at : null;
  await trx('erasure')
    .where({ id })
    .update({
      ...{ erased: JSON.stringify(erased), kept: JSON.stringify(kept) },
      files_deleted_at: filesDeletedAt === null ? null : new Date(filesDeletedAt),
    });
  const { controller } = person;
  return { id, controller, storeId, by, at, erased, kept, filesLeft: recordings, filesDeletedAt };
}

/** Whoever imports one of them at once, or adds it, waits, and then finds nobody. */
async function lockHisNumbers(trx: Knex.Transaction, customerId: CustomerId): Promise<void> {
  const rows = (await trx('customer as asked')
    .join('customer as c', 'c.root_id', 'asked.root_id')
    .join('customer_number as n', 'n.customer_id', 'c.id')
    .where('asked.id', customerId)
    .select('n.number', 'n.controller')) as { number: string; controller: string }[];
  const numbers = rows.map(({ number }) => number);
  await lockNumbers(trx, rows[0]?.controller ?? '', numbers);
}

/** What goes on about him would write his data anew. */
async function demandQuiet(trx: Knex, person: PersonRows, busy: ReadonlySet<string>) {
  const talks = [...person.customers, ...person.leads, ...person.numbers].some((id) =>
    busy.has(id),
  );
  const owed = await trx('promise')
    .whereIn('number', person.numbers)
    .whereIn('store_id', person.stores)
    .whereIn('state', ['open', 'claimed'])
    .first('id');
  if (talks || owed) throw new CodedError('CUSTOMER_BUSY');
}

/** Their rows stay, for talks are counted by them; their files are deleted by a job. How many. */
export async function queueRecordings(
  trx: Knex,
  erasureId: string,
  calls: readonly string[],
): Promise<number> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `with gone as (
       select id, folder, path from recording where call_id = any(?) and state = 'stored' and path is not null
     ), queued as (
       insert into erasure_file (recording_id, erasure_id, folder, path) select id, ?, folder, path from gone
     )
     update recording r set state = 'erased', path = null, sha256 = null from gone where r.id = gone.id`,
    [[...calls], erasureId],
  );
  return rowCount;
}

async function eraseRows(
  trx: Knex,
  person: PersonRows,
  { id, at, key }: ErasureOrder,
): Promise<Record<Exclude<ErasedThing, 'recordings'>, number>> {
  const { customers, leads, calls, controller } = person;
  const change = (what: string, set: string | null) => changeHeld(trx, person, what, set);
  const importRows =
    (await change('rejectedRows', null)) +
    (await change('importRows', `made = null, fingerprint = null, cells = null, reasons = null`));
  const texts = await change(
    'texts',
    `"values" = '{}', body = '', detail = '', number = '${tokenOf(id, 0)}',
     state = case when state = 'queued' then 'dropped' else state end`,
  );
  // By its key who hands it in again is told that it was; what it said goes.
  await change('incoming', `print = '', consent_text = ''`);
  const forms = await change('forms', 'note = null');
  await trx('follow_up').whereIn('call_id', calls).where({ state: 'open' }).delete();
  const events = await scrubEvents(trx, person, id);
  const promises = await replaceNumbers(trx, person, id);
  await trx('lead_owner').whereIn('lead_id', leads).update({ reason: '' });
  await trx('bulk_deed_lead').whereIn('lead_id', leads).delete();
  await trx('confirmed_number').whereIn('lead_id', leads).delete();
  const closed = { closed_at: trx.raw('coalesce(closed_at, ?)', [new Date(at)]) };
  await trx('lead')
    .whereIn('id', leads)
    .update({
      ...{ ...NOTHING, ...closed, changed_at: new Date(at), version: trx.raw('version + 1') },
      state: trx.raw(`case when state in ('open', 'arrived') then 'archived' else state end`),
    });
  const vehicles = await change('vehicles', null);
  const contacts = await trx('contact').whereIn('customer_id', customers);
  const consents = await change('consents', null);
  const numbers = await trx('customer_number').whereIn('customer_id', customers);
  await keepHashes(trx, person.numbers, { key, controller, why: 'asked', at });
  await eraseCustomer(trx, person.rootId, { key, controller, why: 'asked', at });
  return {
    ...{ records: customers.length, numbers: numbers.length, leads: leads.length, vehicles },
    ...{ contacts: contacts.length, calls: calls.length, texts, forms, promises, consents },
    ...{ importRows, events },
  };
}

/** What names him in what was told and written down once: numbers, names, notes of forms. */
async function scrubEvents(trx: Knex, person: PersonRows, id: string): Promise<number> {
  const literal = (text: string): string => text.replace(/\W/g, '\\$&');
  const words = [...person.numbers.map(literal), ...person.calls];
  if (words.length === 0) return 0;
  const pattern = `(${words.join('|')})`;
  const all = [...person.numbers, ...person.former].map(literal);
  const numbers = all.length === 0 ? '(^$)' : `(${all.join('|')})`;
  const said = '"(note|name)": "([^"\\\\]|\\\\.)*"';
  const scrubbed = (column: string) =>
    `regexp_replace(regexp_replace(${column}::text, :said, '"\\1": ""', 'g'), :numbers, :token, 'g')::jsonb`;
  const values = { pattern, numbers, said, token: tokenOf(id, 0) };
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `update event set data = ${scrubbed('data')} where data::text ~ :pattern`,
    values,
  );
  await trx.raw(
    `update outside_event set data = ${scrubbed('data')}, personal = '{}'
     where personal::text ~ :pattern or data::text ~ :pattern`,
    values,
  );
  return rowCount;
}

/** So that calls of one person are still told from those of another. Answers of how many promises. */
async function replaceNumbers(trx: Knex, person: PersonRows, id: string): Promise<number> {
  let promises = 0;
  await trx('call')
    .whereIn('id', person.calls)
    .whereNotNull('unknown_number')
    .update({ unknown_number: null, unknown_lead_id: null });
  for (const [nth, number] of person.former.entries()) {
    const token = tokenOf(id, person.numbers.length + nth);
    const his = () => trx('call').whereIn('id', person.calls);
    await his().where({ from_number: number }).update({ from_number: token });
    await his().where({ to_number: number }).update({ to_number: token });
    await trx('attempt')
      .whereIn('call_id', person.calls)
      .where({ number })
      .update({ number: token });
  }
  for (const [nth, number] of person.numbers.entries()) {
    const token = tokenOf(id, nth);
    const calls = () => trx('call').whereIn('id', person.calls);
    await calls().where({ from_number: number }).update({ from_number: token });
    await calls().where({ to_number: number }).update({ to_number: token });
    for (const table of ['promise', 'attempt']) {
      const rows = trx(table).where({ number }).whereIn('store_id', person.stores);
      const changed = await rows.update({ number: token });
      if (table === 'promise') promises += changed;
    }
    await trx('confirmed_number').where({ number }).whereIn('store_id', person.stores).delete();
    await trx('audit').where({ subject: number }).update({ subject: token });
  }
  return promises;
}

/** Of what he refused hashes stay, and that he is not to be called unasked: he wants to be forgotten, not to be sold to. */
async function keep(
  trx: Knex,
  person: PersonRows,
  { at, by, storeId, key, makeId }: ErasureOrder,
): Promise<Kept[]> {
  const { controller, numbers } = person;
  const refusals = (await trx('do_not_call')
    .whereIn('customer_id', person.customers)
    .orWhere((one) => one.whereIn('number', numbers).where({ controller }))
    .update({
      ...{ customer_id: null, number: null, said_by: '' },
      proof: trx.raw(`jsonb_build_object('kind', proof->>'kind', 'callId', null, 'ref', '')`),
    })
    .returning('id')) as { id: string }[];
  const wantsNoTexts = await deleteOptOuts(trx, person);
  const added = wantsNoTexts ? (['unasked', 'texts'] as const) : (['unasked'] as const);
  const ids = refusals.map(({ id }) => id);
  for (const scope of added) {
    const id = makeId();
    await trx('do_not_call').insert({
      ...{ id, controller, scope, everywhere: false, store_id: storeId, by_id: by },
      ...{ at: new Date(at), proof: { kind: 'erasure', callId: null, ref: '' } },
    });
    ids.push(id);
  }
  for (const one of ids) await keepRefused(trx, key, one, numbers);
  const blocked = await trx('blocked_caller')
    .whereIn('number', numbers)
    .whereIn('store_id', person.stores);
  return [
    { what: 'number-hashes' as const, count: numbers.length, why: 'refusal' as const },
    { what: 'do-not-call' as const, count: ids.length, why: 'refusal' as const },
    { what: 'blocked-numbers' as const, count: blocked.length, why: 'protection' as const },
  ].filter(({ count }) => count > 0);
}

/** They stand by the number itself; whether one did. */
async function deleteOptOuts(trx: Knex, { numbers, stores }: PersonRows): Promise<boolean> {
  const deleted = (await trx('opt_out')
    .whereIn('number', numbers)
    .whereRaw(
      `scope in (select coalesce(entity_id, 'store:' || id) from store where id = any(?::text[]))`,
      [stores],
    )
    .delete('lifted_at')) as { lifted_at: Date | null }[];
  return deleted.some(({ lifted_at: liftedAt }) => liftedAt === null);
}
