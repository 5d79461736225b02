/** Where each value of a customer came from: his own record, those that were merged into him, imports that filled one, hands, leads. */
import type { Knex } from 'knex';
import { FIELDS, ownFields, wordsOf, type Field } from '../../domain/customer/merging';
import type { CustomerId } from '../../domain/ids';
import type { Edit, Provenance, Word } from '../../http/customer-work-ports';
import { instant } from '../statement';
import { editsOf } from './edits';
import { readTree } from './merge-tree';
import { numbersOf } from './numbers';

/** `id` is a root. */
export async function provenanceOf(db: Knex, id: CustomerId): Promise<Provenance> {
  const tree = await readTree(db, [id]);
  const [numbers, fills, edits, leads, handedIn] = await Promise.all([
    numbersOf(db, id),
    fillsOf(db, id),
    editsOf(db, id),
    leadsOf(db, id),
    handedInOf(db, id),
  ]);
  const root = tree.rows.find((row) => row.id === id);
  const records = tree.rows.map((row) => ({ ...row, own: ownFields(row, tree.merges) }));
  const fields = FIELDS.flatMap((field) => {
    const words = wordsOf(field, root?.fields[field] ?? null, records);
    return words.length === 0
      ? []
      : [{ field, words: words.map(filledBy(fills, field)).map(editedBy(edits, field)) }];
  });
  return {
    ...{ customerId: id, fields, edits, leads, handedIn },
    numbers: numbers.map(({ id: numberId, number, customerId, source, since }) => ({
      ...{ id: numberId, number, from: customerId, source, since },
    })),
  };
}

/** An import that found the field empty, and what it wrote there. */
interface Fill {
  customer_id: CustomerId;
  field: string;
  value: string;
  batch_id: string;
  at: Date;
}

/** A value that an import filled is its, not the record's. */
const filledBy =
  (fills: readonly Fill[], field: Field) =>
  (word: Word): Word => {
    const fill = fills.find(
      (one) => one.customer_id === word.from && one.field === field && one.value === word.value,
    );
    return fill ? { ...word, source: `import:${fill.batch_id}`, since: instant(fill.at) } : word;
  };

/** What somebody wrote last is his word, whatever brought the value before. */
const editedBy =
  (edits: readonly Edit[], field: Field) =>
  (word: Word): Word => {
    const last = edits.find((one) => one.from === word.from && one.field === field);
    return last?.now === word.value ? { ...word, source: 'manual', since: last.at } : word;
  };

async function fillsOf(db: Knex, id: CustomerId): Promise<Fill[]> {
  const { rows } = await db.raw<{ rows: Fill[] }>(
    `select (f ->> 'id')::uuid as customer_id, v.key as field, v.value, r.batch_id, b.created_at as at
     from import_row r join import_batch b on b.id = r.batch_id,
       jsonb_array_elements(r.made -> 'fills') f, jsonb_each_text(f -> 'values') v
     where r.customer_id in (select id from customer where root_id = ?) and r.made -> 'fills' is not null
       and b.state <> 'undone' and f ->> 'table' = 'customer' order by b.created_at`,
    [id],
  );
  return rows;
}

async function leadsOf(db: Knex, id: CustomerId): Promise<Provenance['leads']> {
  const rows = await db('lead as l')
    .join('customer as c', 'c.id', 'l.customer_id')
    .where('c.root_id', id)
    .orderBy([{ column: 'l.opened_at', order: 'desc' }, 'l.id'])
    .select<
      {
        id: string;
        store_id: string;
        source: string;
        opened_at: Date;
        opened_by_call: string | null;
      }[]
    >('l.id', 'l.store_id', 'l.source', 'l.opened_at', 'l.opened_by_call');
  return rows.map((row) => ({
    ...{ id: row.id, storeId: row.store_id, source: row.source },
    ...{ openedAt: instant(row.opened_at), callId: row.opened_by_call },
  }));
}

interface IncomingRow {
  lead_id: string | null;
  store_id: string;
  origin: string;
  key: string;
  received_at: Date;
  consent: boolean | null;
  consent_text: string;
}

async function handedInOf(db: Knex, id: CustomerId): Promise<Provenance['handedIn']> {
  const rows = await db('incoming_lead as i')
    .join('customer as c', 'c.id', 'i.customer_id')
    .where('c.root_id', id)
    .orderBy(['i.received_at', 'i.id'])
    .select<IncomingRow[]>('i.*');
  return rows.map((row) => ({
    ...{ leadId: row.lead_id, storeId: row.store_id, origin: row.origin, key: row.key },
    ...{ at: instant(row.received_at), consent: row.consent, consentText: row.consent_text },
  }));
}
