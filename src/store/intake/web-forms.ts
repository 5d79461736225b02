/** Rows of web forms, with their secrets, sealed. */
import type { Knex } from 'knex';
import type { WebForm } from '../../domain/intake/web-form';
import type { LeadSource } from '../../domain/intake/words';
import { isUuid } from '../page';
import { instant, timestamp } from '../statement';

export type StoredWebForm = WebForm & { sealed: string; formerSealed: string | null };

interface WebFormRow {
  id: string;
  name: string;
  stores: string[];
  channel: string | null;
  source: LeadSource;
  per_minute: number;
  state: WebForm['state'];
  sealed: string;
  former_sealed: string | null;
  former_until: Date | null;
  made_at: Date;
  made_by: string;
  changed_at: Date;
}

const formFrom = (row: WebFormRow): StoredWebForm => ({
  ...{ id: row.id, name: row.name, stores: row.stores, channel: row.channel },
  ...{ source: row.source, perMinute: row.per_minute, state: row.state },
  ...{ sealed: row.sealed, formerSealed: row.former_sealed },
  formerUntil: instant(row.former_until),
  ...{ madeAt: instant(row.made_at), madeBy: row.made_by, changedAt: instant(row.changed_at) },
});

const toRow = (form: StoredWebForm) => ({
  ...{ id: form.id, name: form.name, stores: [...form.stores], channel: form.channel },
  ...{ source: form.source, per_minute: form.perMinute, state: form.state, sealed: form.sealed },
  ...{ former_sealed: form.formerSealed, former_until: timestamp(form.formerUntil) },
  ...{ made_at: timestamp(form.madeAt), made_by: form.madeBy },
  changed_at: timestamp(form.changedAt),
});

/** The oldest first. */
export async function webForms(db: Knex): Promise<StoredWebForm[]> {
  const rows = await db('web_form').orderBy(['made_at', 'id']).select<WebFormRow[]>();
  return rows.map(formFrom);
}

export async function findWebForm(db: Knex, id: string): Promise<StoredWebForm | null> {
  if (!isUuid(id)) return null;
  const row = await db('web_form').where({ id }).first<WebFormRow | undefined>();
  return row ? formFrom(row) : null;
}

/** Writes it as it is now. */
export async function saveWebForm(db: Knex, form: StoredWebForm): Promise<void> {
  await db('web_form')
    .insert(toRow(form) as never)
    .onConflict('id')
    .merge();
}

/** What it has handed in stays. */
export async function removeWebForm(db: Knex, id: string): Promise<void> {
  await db('web_form').where({ id }).delete();
}
