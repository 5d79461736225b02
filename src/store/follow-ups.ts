/** Rows of follow-ups: what is owed to customers after calls. One that is done stays done, whatever comes later. */
import type { Knex } from 'knex';
import type { FollowUp, FormSnapshot } from '../domain/form/form';
import type { FollowUpFilter, FollowUpRow, Page, PageRequest } from '../http/queries';
import { isUuid, page } from './page';
import {
  instant,
  rowsOf,
  run,
  timestamp,
  type Columns,
  type Line,
  type Row,
  type Statement,
} from './statement';

const COLUMNS: Columns = {
  id: 'uuid',
  call_id: 'uuid',
  store_id: 'text',
  department: 'text',
  agent_id: 'text',
  opened_at: 'timestamptz',
  due_at: 'timestamptz',
  state: 'text',
  done_by: 'text',
  done_at: 'timestamptz',
};
const NAMES = Object.keys(COLUMNS);

/** Those of `FollowUp`. */
export const FOLLOW_UP_COLUMNS = NAMES.filter(
  (name) => name !== 'call_id' && name !== 'store_id',
) as (keyof FollowUpDbRow)[];

const SAVE: Statement = {
  name: 'save_follow_up',
  sql: `insert into follow_up (${NAMES.join(', ')})
    select ${NAMES.map((name) => `r.${name}`).join(', ')} from ${rowsOf(COLUMNS)}
    on conflict (id) do update set department = excluded.department, agent_id = excluded.agent_id,
      due_at = excluded.due_at, state = excluded.state, done_by = excluded.done_by,
      done_at = excluded.done_at
    where follow_up.state <> 'done'`,
};

const DONE: Statement = {
  name: 'follow_up_done',
  sql: `update follow_up set state = 'done', done_by = r.done_by, done_at = r.done_at
    from ${rowsOf({ id: 'uuid', done_by: 'text', done_at: 'timestamptz' })}
    where follow_up.id = r.id and follow_up.state = 'open'`,
};

/** A row of `follow_up` as pg gives it, without its call and store. */
export interface FollowUpDbRow {
  id: string;
  department: FollowUp['department'];
  agent_id: string | null;
  opened_at: Date;
  due_at: Date;
  state: FollowUp['state'];
  done_by: string | null;
  done_at: Date | null;
}

/** Of forms that have one. */
export async function saveFollowUps(line: Line, forms: readonly FormSnapshot[]): Promise<void> {
  const rows = forms.flatMap(({ callId, storeId, followUp }): Row[] =>
    followUp === null
      ? []
      : [
          {
            ...{ id: followUp.id, call_id: callId, store_id: storeId },
            ...{ department: followUp.department, agent_id: followUp.agentId },
            opened_at: timestamp(followUp.openedAt),
            due_at: timestamp(followUp.dueAt),
            ...{ state: followUp.state, done_by: followUp.doneBy },
            done_at: timestamp(followUp.doneAt),
          },
        ],
  );
  await run(line, SAVE, rows);
}

/** Somebody said that it is done. */
export async function endFollowUps(
  line: Line,
  done: readonly { followUpId: string; by: string; at: number }[],
): Promise<void> {
  const rows = done.map(({ followUpId, by, at }) => ({
    ...{ id: followUpId, done_by: by, done_at: timestamp(at) },
  }));
  await run(line, DONE, rows);
}

export const followUpFromRow = (row: FollowUpDbRow): FollowUp => ({
  id: row.id,
  department: row.department,
  agentId: row.agent_id,
  openedAt: instant(row.opened_at),
  dueAt: instant(row.due_at),
  state: row.state,
  doneBy: row.done_by,
  doneAt: instant(row.done_at),
});

type ListedDbRow = FollowUpDbRow & {
  call_id: string;
  store_id: string;
  lead_id: string | null;
  customer_id: string | null;
  number: string;
  name: string;
  owner_id: string | null;
};

/** With whom each is about, as far as the call, its lead and its customer say so. */
const listed = (db: Knex) =>
  db<ListedDbRow>(
    db('follow_up as u')
      .leftJoin('call as c', 'c.id', 'u.call_id')
      .leftJoin('lead as l', 'l.id', 'c.lead_id')
      .leftJoin('customer as his', 'his.id', db.raw('coalesce(l.customer_id, c.customer_id)'))
      .leftJoin('customer as k', 'k.id', 'his.root_id')
      .select(
        'u.*',
        'c.lead_id',
        'c.customer_id',
        'l.owner_id',
        db.raw(
          `case c.direction when 'outbound' then c.to_number else c.from_number end as number`,
        ),
        db.raw(`coalesce(nullif(l.name, ''), k.name, '') as name`),
      )
      .as('listed'),
  );

/** Of a row, whose it is. */
const WHOSE = `case department when 'sales' then coalesce(owner_id, agent_id) else agent_id end`;

/** The most urgent first. A sales one is its lead's owner's, else whose talk it was. */
export async function followUpPage(
  db: Knex,
  { agentId, department, state, now, ...seen }: FollowUpFilter,
  request: PageRequest,
): Promise<Page<FollowUpRow>> {
  const query = listed(db).where((one) => {
    one.whereIn('store_id', seen.storeIds);
    if (seen.afterSalesOf.length > 0)
      one.orWhere((theirs) =>
        theirs.whereIn('store_id', seen.afterSalesOf).where('department', 'after-sales'),
      );
    if (seen.own.of.length > 0)
      one.orWhere((own) =>
        own.whereIn('store_id', seen.own.of).whereRaw(`${WHOSE} = ?`, [seen.own.agentId]),
      );
  });
  if (agentId !== undefined) query.whereRaw(`${WHOSE} = ?`, [agentId]);
  if (department !== undefined) query.where('department', department);
  if (state === 'overdue') query.where('state', 'open').where('due_at', '<', new Date(now));
  else if (state !== undefined) query.where('state', state);
  return page(query as Knex.QueryBuilder<ListedDbRow, ListedDbRow[]>, request, {
    timeColumn: 'due_at',
    ascending: true,
    fromRow: (row) => listedFromRow(row, now),
  });
}

/** What is open of a customer, and of whoever was merged into him, the most urgent first. */
export async function followUpsOfCustomer(
  db: Knex,
  rootId: string,
  now: number,
): Promise<FollowUpRow[]> {
  // A call of his leads may not have come to the timeline yet; a call of no lead is nowhere else.
  const calls = db.raw(
    `select c.id from customer m join lead l on l.customer_id = m.id join call c on c.lead_id = l.id
       where m.root_id = ?
     union
     select t.call_id from customer m join contact t on t.customer_id = m.id
       where m.root_id = ? and t.call_id is not null`,
    [rootId, rootId],
  );
  const rows = (await listed(db)
    .whereRaw('call_id in (?)', [calls])
    .where('state', 'open')
    .orderBy(['due_at', 'id'])) as ListedDbRow[];
  return rows.map((row) => listedFromRow(row, now));
}

/** Null when there is none. */
export async function findFollowUp(db: Knex, id: string, now: number): Promise<FollowUpRow | null> {
  if (!isUuid(id)) return null;
  const row = (await listed(db).where('id', id).first()) as ListedDbRow | undefined;
  return row ? listedFromRow(row, now) : null;
}

function listedFromRow(row: ListedDbRow, now: number): FollowUpRow {
  const followUp = followUpFromRow(row);
  return {
    ...followUp,
    agentId: followUp.department === 'sales' ? (row.owner_id ?? row.agent_id) : row.agent_id,
    ...{ callId: row.call_id, storeId: row.store_id },
    ...{ leadId: row.lead_id, customerId: row.customer_id },
    ...{ number: row.number, name: row.name },
    overdue: followUp.state === 'open' && followUp.dueAt < now,
  };
}
