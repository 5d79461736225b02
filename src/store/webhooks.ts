/** Rows of webhooks and of what was delivered to them. Decides nothing about when something is sent. */
import type { Knex } from 'knex';
import type { OutsideType } from '../domain/outside/event';
import type { Delivery, SendProblem, Webhook } from '../domain/outside/webhook';
import type { Instant } from '../domain/time';
import type { Page, PageRequest } from '../http/queries';
import type { Database } from './database';
import { eventFromRow, sqlOf, type Sql, type WrittenEvent } from './outside-events';
import { isUuid, page } from './page';
import { instant, timestamp } from './statement';

/** With its secrets, sealed. */
export type StoredWebhook = Webhook & { sealed: string; formerSealed: string | null };

interface WebhookRow {
  id: string;
  name: string;
  url: string;
  types: OutsideType[];
  stores: string[] | null;
  personal: boolean;
  sealed: string;
  former_sealed: string | null;
  former_until: Date | null;
  state: Webhook['state'];
  paused_why: Webhook['pausedWhy'];
  failing_since: Date | null;
  made_at: Date;
  made_by: string;
  changed_at: Date;
}

interface DeliveryRow {
  id: string;
  webhook_id: string;
  event_id: string;
  made_at: Date;
  state: Delivery['state'];
  tries: number;
  tried_at: Date | null;
  status: number | null;
  problem: SendProblem | null;
  took_ms: number | null;
  job_id: string | null;
  type: OutsideType;
}

/** What a job is about, read whole at each try. */
export interface DueDelivery {
  state: Delivery['state'];
  jobId: string | null;
  webhook: StoredWebhook;
  event: WrittenEvent;
}

/** What became of a try. */
export interface Tried {
  state: Delivery['state'];
  at: Instant;
  status: number | null;
  problem: SendProblem | null;
  tookMs: number;
}

const hookFrom = (row: WebhookRow): StoredWebhook => ({
  ...{ id: row.id, name: row.name, url: row.url, types: row.types, stores: row.stores },
  ...{ personal: row.personal, sealed: row.sealed, formerSealed: row.former_sealed },
  formerUntil: instant(row.former_until),
  ...{ state: row.state, pausedWhy: row.paused_why, failingSince: instant(row.failing_since) },
  ...{ madeAt: instant(row.made_at), madeBy: row.made_by, changedAt: instant(row.changed_at) },
});

const toRow = (hook: StoredWebhook) => ({
  ...{ id: hook.id, name: hook.name, url: hook.url, types: [...hook.types] },
  ...{ stores: hook.stores && [...hook.stores], personal: hook.personal, sealed: hook.sealed },
  ...{ former_sealed: hook.formerSealed, former_until: timestamp(hook.formerUntil) },
  ...{ state: hook.state, paused_why: hook.pausedWhy },
  ...{ failing_since: timestamp(hook.failingSince), made_at: timestamp(hook.madeAt) },
  ...{ made_by: hook.madeBy, changed_at: timestamp(hook.changedAt) },
});

const deliveryFrom = (row: DeliveryRow): Delivery => ({
  ...{ id: row.id, eventId: row.event_id, type: row.type, madeAt: instant(row.made_at) },
  ...{ state: row.state, tries: row.tries, triedAt: instant(row.tried_at) },
  ...{ status: row.status, problem: row.problem, tookMs: row.took_ms },
});

/** Of a list of ids those that can be one; null stays: all. */
const uuids = (ids: readonly string[] | null): string[] | null => ids && ids.filter(isUuid);

/** What jobs and pages ask of these tables. */
export function webhookStore(db: Database) {
  const hooks = () => db<WebhookRow>('webhook');
  return {
    async all(): Promise<StoredWebhook[]> {
      return (await hooks().orderBy(['made_at', 'id'])).map(hookFrom);
    },
    /** Writes it as it is now. */
    async save(hook: StoredWebhook): Promise<void> {
      await hooks()
        .insert(toRow(hook) as never)
        .onConflict('id')
        .merge();
    },
    async remove(id: string): Promise<void> {
      await hooks().where({ id }).delete();
    },
    /** Null: it was delivered to a moment ago. */
    async failing(id: string, since: Instant | null): Promise<void> {
      const query = hooks().where({ id });
      if (since === null) await query.whereNotNull('failing_since').update({ failing_since: null });
      else await query.whereNull('failing_since').update({ failing_since: new Date(since) });
    },

    deliveries(id: string, state: Delivery['state'] | undefined, request: PageRequest) {
      const query = db('webhook_delivery')
        .select<DeliveryRow[]>('webhook_delivery.*', typeOfEvent(db))
        .where({ webhook_id: id, ...(state !== undefined && { state }) });
      return page<DeliveryRow, Delivery>(query as never, request, {
        timeColumn: 'made_at',
        fromRow: deliveryFrom,
      }) as Promise<Page<Delivery>>;
    },

    async due(deliveryId: string): Promise<DueDelivery | null> {
      const delivery = await db<DeliveryRow>('webhook_delivery').where({ id: deliveryId }).first();
      if (delivery === undefined) return null;
      const [webhook, event] = await Promise.all([
        hooks().where({ id: delivery.webhook_id }).first(),
        db('outside_event').where({ id: delivery.event_id }).first(),
      ]);
      if (webhook === undefined || event === undefined) return null;
      const { state, job_id: jobId } = delivery;
      return { state, jobId, webhook: hookFrom(webhook), event: eventFromRow(event) };
    },
    async tried(id: string, { state, at, status, problem, tookMs }: Tried): Promise<void> {
      await db('webhook_delivery')
        .where({ id, state: 'pending' })
        .update({
          ...{ state, status, problem, took_ms: tookMs, tried_at: timestamp(at) },
          tries: db.raw('tries + 1'),
        });
    },
    /** The last try of that job is over, and the app may have fallen in it. Who sends it again has given it another job. */
    async died(id: string, jobId: string): Promise<void> {
      await db('webhook_delivery')
        .where({ id, state: 'pending', job_id: jobId })
        .update({ state: 'dead' });
    },

    /** Deliveries that wait, those with the lowest ids first, after that one. */
    async pending(webhookId: string, after: string | null, most: number) {
      const query = db<DeliveryRow>('webhook_delivery')
        .where({ webhook_id: webhookId, state: 'pending' })
        .orderBy('id')
        .limit(most)
        .select('id', 'job_id');
      if (after !== null) query.where('id', '>', after);
      return (await query).map(({ id, job_id: jobId }) => ({ id, jobId }));
    },
    /** Dead ones that are to be tried again, or to lie no more, at most `most`; `ids` null: whichever. */
    async dead(webhookId: string, ids: readonly string[] | null, most: number): Promise<string[]> {
      const query = db<DeliveryRow>('webhook_delivery')
        .where({ webhook_id: webhookId, state: 'dead' })
        .orderBy('id')
        .limit(most);
      const named = uuids(ids);
      if (named !== null) query.whereIn('id', named);
      return query.pluck('id');
    },
    async discard(webhookId: string, ids: readonly string[] | null): Promise<number> {
      const query = db('webhook_delivery').where({ webhook_id: webhookId, state: 'dead' });
      const named = uuids(ids);
      if (named !== null) query.whereIn('id', named);
      return query.update({ state: 'discarded' });
    },

    inTransaction: <T>(work: (sql: Sql) => Promise<T>): Promise<T> =>
      db.transaction(async (trx: Knex.Transaction) => work(await sqlOf(trx))),
  };
}

/** New deliveries, within a transaction of somebody else. */
export async function addDeliveries(
  sql: Sql,
  rows: readonly { id: string; webhookId: string; eventId: string; jobId: string | null }[],
): Promise<void> {
  await sql.executeSql(
    `insert into webhook_delivery (id, webhook_id, event_id, made_at, state, job_id)
     select id, "webhookId", "eventId", now(), 'pending', "jobId"
     from json_to_recordset($1) as r (id uuid, "webhookId" uuid, "eventId" uuid, "jobId" uuid)`,
    [JSON.stringify(rows)],
  );
}

/** They wait again, and these are their jobs. */
export async function giveJobs(
  sql: Sql,
  rows: readonly { id: string; jobId: string }[],
): Promise<void> {
  await sql.executeSql(
    `update webhook_delivery d set state = 'pending', job_id = r."jobId"
     from json_to_recordset($1) as r (id uuid, "jobId" uuid) where d.id = r.id`,
    [JSON.stringify(rows)],
  );
}

const typeOfEvent = (db: Database) =>
  db.raw('(select type from outside_event e where e.id = webhook_delivery.event_id) as type');
