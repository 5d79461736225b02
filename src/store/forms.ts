/**
 * Rows of forms, and what follows from them: follow-ups, and what a lead is known for. A form may be there before its
 * call is, and its call before its lead is known: what it says of the lead is written when all of them have come.
 */
import type { Knex } from 'knex';
import type { FormSnapshot } from '../domain/form/form';
import type { CallId } from '../domain/ids';
import {
  FOLLOW_UP_COLUMNS,
  followUpFromRow,
  saveFollowUps,
  type FollowUpDbRow,
} from './follow-ups';
import {
  instant,
  prepared,
  run,
  timestamp,
  upsert,
  type Columns,
  type Line,
  type Row,
} from './statement';

const COLUMNS: Columns = {
  call_id: 'uuid',
  store_id: 'text',
  queue_id: 'text',
  direction: 'text',
  agent_id: 'text',
  earlier: 'text',
  call_arrived_at: 'timestamptz',
  call_ended_at: 'timestamptz',
  state: 'text',
  required: 'boolean',
  falls: 'boolean',
  kind: 'text',
  level: 'text',
  source: 'text',
  disposition: 'text',
  note: 'text',
  filled_by: 'text',
  filled_at: 'timestamptz',
};

const SAVE = upsert('call_form', COLUMNS, 'call_id');

/** The newest call of a lead says what it is; the newest pre-sale one, how hot and by which channel it came. */
export const TELL_LEADS = {
  name: 'tell_leads',
  sql: `update lead l set kind = newest.kind,
      level = coalesce(sale.level, l.level), channel = coalesce(sale.source, l.channel)
    from (
      select distinct c.lead_id as id from call c join call_form f on f.call_id = c.id
      where c.id = any(?::uuid[]) and c.lead_id is not null and f.state = 'complete'
    ) told
    join lateral (
      select f.kind from call c join call_form f on f.call_id = c.id
      where c.lead_id = told.id and f.state = 'complete'
      order by c.arrived_at desc limit 1
    ) newest on true
    left join lateral (
      select f.level, f.source from call c join call_form f on f.call_id = c.id
      where c.lead_id = told.id and f.state = 'complete' and f.kind = 'pre-sale'
      order by c.arrived_at desc limit 1
    ) sale on true
    where l.id = told.id`,
};

/** Who called the lead back has followed it up. */
const DONE_BY_CALL = {
  name: 'follow_ups_done_by_call',
  sql: `update follow_up u set state = 'done', done_by = f.agent_id, done_at = f.filled_at
    from call_form f join call c on c.id = f.call_id join call earlier on earlier.lead_id = c.lead_id
    where f.call_id = any(?::uuid[]) and f.state = 'complete' and f.kind = 'pre-sale'
      and f.direction = 'outbound' and earlier.arrived_at < c.arrived_at
      and u.call_id = earlier.id and u.state = 'open' and u.department = 'sales'`,
};

/** Writes each form as it is now, with its follow-up. At most one snapshot a call. */
export async function saveForms(line: Line, forms: readonly FormSnapshot[]): Promise<void> {
  await Promise.all([run(line, SAVE, forms.map(toRow)), saveFollowUps(line, forms)]);
}

/** What complete forms of these calls say of leads, as far as both are known by now. */
export async function tellLeads(line: Line, callIds: readonly CallId[]): Promise<void> {
  if (callIds.length === 0) return;
  await Promise.all([TELL_LEADS, DONE_BY_CALL].map((one) => prepared(line, one, [[...callIds]])));
}

type FormDbRow = {
  call_id: string;
  store_id: string;
  queue_id: string;
  direction: FormSnapshot['direction'];
  agent_id: string;
  earlier: string;
  call_arrived_at: Date;
  call_ended_at: Date | null;
  state: FormSnapshot['state'];
  required: boolean;
  falls: boolean;
  kind: FormSnapshot['kind'];
  level: FormSnapshot['level'];
  source: string | null;
  disposition: string | null;
  note: string | null;
  filled_by: string | null;
  filled_at: Date | null;
} & { [K in keyof FollowUpDbRow as `u_${K}`]: FollowUpDbRow[K] | null };

const U_COLUMNS = FOLLOW_UP_COLUMNS.map((name) => `u.${name} as u_${name}`);

const formRows = (db: Knex) =>
  db('call_form as f')
    .leftJoin('follow_up as u', 'u.call_id', 'f.call_id')
    .select<FormDbRow[]>('f.*', ...U_COLUMNS);

/** Null when the call has none. */
export async function findForm(db: Knex, callId: CallId): Promise<FormSnapshot | null> {
  const [row] = await formRows(db).where('f.call_id', callId).limit(1);
  return row ? fromRow(row) : null;
}

/** Whose lead the call is of; null: nobody's. */
export async function ownerOfCall(db: Knex, callId: CallId): Promise<string | null> {
  const row = await db('call as c')
    .join('lead as l', 'l.id', 'c.lead_id')
    .where('c.id', callId)
    .first<{ owner_id: string | null } | undefined>('l.owner_id');
  return row?.owner_id ?? null;
}

/** The newest that are open, and those of calls that go on. Those that stand in an agent's way come last, and last go. */
export async function loadForms(db: Knex, limit: number): Promise<FormSnapshot[]> {
  const rows = await formRows(db)
    .where('f.state', 'unclassified')
    .orWhereIn('f.call_id', db('call').where('is_open', true).select('id'))
    .orderByRaw('(f.required and not f.falls) desc, f.call_arrived_at desc')
    .limit(limit);
  return rows.map(fromRow).reverse();
}

const toRow = (form: FormSnapshot): Row => ({
  call_id: form.callId,
  store_id: form.storeId,
  queue_id: form.queueId,
  direction: form.direction,
  agent_id: form.agentId,
  earlier: JSON.stringify(form.earlier),
  call_arrived_at: timestamp(form.arrivedAt),
  call_ended_at: timestamp(form.endedAt),
  state: form.state,
  required: form.required,
  falls: form.falls,
  kind: form.kind,
  level: form.level,
  source: form.source,
  disposition: form.disposition,
  note: form.note,
  filled_by: form.filledBy,
  filled_at: timestamp(form.filledAt),
});

const fromRow = (row: FormDbRow): FormSnapshot => ({
  callId: row.call_id,
  storeId: row.store_id,
  queueId: row.queue_id,
  direction: row.direction,
  agentId: row.agent_id,
  earlier: JSON.parse(row.earlier) as string[],
  arrivedAt: instant(row.call_arrived_at),
  endedAt: instant(row.call_ended_at),
  state: row.state,
  required: row.required,
  falls: row.falls,
  kind: row.kind,
  level: row.level,
  source: row.source,
  disposition: row.disposition,
  note: row.note,
  filledBy: row.filled_by,
  filledAt: instant(row.filled_at),
  followUp: followUpOf(row),
});

function followUpOf(row: FormDbRow): FormSnapshot['followUp'] {
  const { u_id, u_department, u_state, u_opened_at, u_due_at } = row;
  if (u_id === null || u_department === null || u_state === null) return null;
  if (u_opened_at === null || u_due_at === null) return null;
  return followUpFromRow({
    ...{ id: u_id, department: u_department, state: u_state, agent_id: row.u_agent_id },
    ...{ opened_at: u_opened_at, due_at: u_due_at, done_by: row.u_done_by, done_at: row.u_done_at },
  });
}
