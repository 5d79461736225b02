/**
 * Brings events to webhooks. Each webhook has a queue and a worker of its own, so that one that is slow or away delays no
 * other; within it messages leave in their order, but for those that are tried again. Decides what a try was, when a
 * message is given up, and when a webhook that gets nothing is paused.
 */
import type { Logger } from 'pino';
import type { WebhookNetwork } from '../../config';
import type { OutsideEvent } from '../../domain/outside/event';
import { messageOf, PAUSED_AFTER_MS, wants, type Webhook } from '../../domain/outside/webhook';
import type { Delivery, SendProblem } from '../../domain/outside/webhook';
import { seconds, type Instant, type Millis } from '../../domain/time';
import type { Jobs, NewJob, Sql } from '../boss';
import type { WrittenEvent } from '../outside';
import type { Job, QueueWorker } from '../queue-worker';
import { send, type Sent } from './send';
import { signatureHeaders } from './sign';

/** With its secrets, sealed. */
export type StoredWebhook = Webhook & { sealed: string; formerSealed: string | null };

interface Tried {
  state: Delivery['state'];
  at: Instant;
  status: number | null;
  problem: SendProblem | null;
  tookMs: Millis;
}

/** Implemented by the store. */
export interface DeliveryStore {
  all(): Promise<StoredWebhook[]>;
  failing(id: string, since: Instant | null): Promise<void>;
  due(deliveryId: string): Promise<{
    state: Delivery['state'];
    jobId: string | null;
    webhook: StoredWebhook;
    event: WrittenEvent;
  } | null>;
  tried(id: string, tried: Tried): Promise<void>;
  died(id: string, jobId: string): Promise<void>;
  pending(
    webhookId: string,
    after: string | null,
    most: number,
  ): Promise<{ id: string; jobId: string | null }[]>;
  add(
    sql: Sql,
    rows: { id: string; webhookId: string; eventId: string; jobId: string | null }[],
  ): Promise<void>;
  giveJobs(sql: Sql, rows: { id: string; jobId: string }[]): Promise<void>;
  inTransaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
}

export interface DeliveringOptions {
  jobs: Jobs;
  store: DeliveryStore;
  unseal: (sealed: string, webhookId: string) => Buffer | null;
  /** It gets nothing for too long, or wants no more. */
  onFailing: (webhook: StoredWebhook, problem: SendProblem) => Promise<void>;
  networks: readonly WebhookNetwork[];
  makeId: () => string;
  now: () => Instant;
  log: Logger;
  /** Default: 12 more tries, from 10 s on: the last one after 11 to 23 hours. */
  retries?: { times: number; seconds: number };
  timeoutMs?: Millis;
  everyMs?: Millis;
}

interface DeliveryData {
  deliveryId: string;
  /** Of the job that tries it, which a dead letter is not. */
  jobId: string;
}

const DEAD = 'webhook-dead';
/** A batch of five, each at its time limit, and what is written about them. */
const EXPIRE_SECONDS = 120;
const PAGE = 500;
const RETRIES = { times: 12, seconds: 10 };
/** It says that it wants nothing more (RFC 9110 §15.5.11). */
const GONE = 410;

const queueOf = (webhookId: string): string => `webhook-${webhookId}`;

export class Delivering {
  private hooks = new Map<string, StoredWebhook>();
  private readonly workers = new Map<string, QueueWorker<DeliveryData>>();

  constructor(private readonly options: DeliveringOptions) {}

  /** Once the jobs are there: what waited goes on. Rejects while the database is away. */
  async begin(): Promise<void> {
    const { jobs, store, everyMs } = this.options;
    await jobs.queue({ name: DEAD, retries: 5, retrySeconds: 10, expireSeconds: 60 });
    for (const hook of await store.all()) await this.take(hook);
    // A last try during which the app was killed is known to the queue alone.
    jobs.work<DeliveryData>(DEAD, { everyMs: everyMs ?? seconds(10) }, ({ data }) =>
      store.died(data.deliveryId, data.jobId),
    );
  }

  /** It is new, or another than it was. */
  async take(hook: StoredWebhook): Promise<void> {
    const { jobs, retries = RETRIES } = this.options;
    const isNew = !this.workers.has(hook.id);
    this.hooks.set(hook.id, hook);
    if (hook.state === 'paused') return this.rest(hook.id);
    if (!isNew) return;
    await jobs.queue({
      ...{ name: queueOf(hook.id), retries: retries.times, retrySeconds: retries.seconds },
      ...{ expireSeconds: EXPIRE_SECONDS, deadLetter: DEAD },
    });
    await this.enqueueOrphans(hook.id);
    this.workers.set(
      hook.id,
      jobs.work<DeliveryData>(
        queueOf(hook.id),
        { everyMs: this.options.everyMs ?? seconds(5) },
        (job, signal) => this.deliver(job, signal),
      ),
    );
  }

  /** With all that waits for it. */
  async drop(id: string): Promise<void> {
    this.hooks.delete(id);
    const worker = this.workers.get(id);
    this.workers.delete(id);
    await worker?.stop();
    await this.options.jobs.dropQueue(queueOf(id));
  }

  /** What waits for another try has it now. */
  async hasten(id: string): Promise<void> {
    await this.options.jobs.hasten(queueOf(id));
    this.workers.get(id)?.wake();
  }

  /** Dead letters wait once more. */
  async again(webhookId: string, deliveryIds: readonly string[]): Promise<void> {
    await this.enqueue(webhookId, deliveryIds);
    this.workers.get(webhookId)?.wake();
  }

  /** A listener of the outbox: a delivery for each webhook that wants the event, and its job. */
  readonly listen = async (events: readonly WrittenEvent[], sql: Sql): Promise<() => void> => {
    const { makeId, store, jobs } = this.options;
    const woken = new Set<string>();
    for (const hook of this.hooks.values()) {
      const wanted = events.filter((event) => wants(hook, event));
      if (wanted.length === 0) continue;
      const isActive = hook.state === 'active';
      const rows = wanted.map(({ id: eventId }) => ({
        ...{ id: makeId(), webhookId: hook.id, eventId },
        jobId: isActive ? makeId() : null,
      }));
      await store.add(sql, rows);
      if (!isActive) continue;
      await jobs.send(queueOf(hook.id), rows.map(jobOf), sql);
      woken.add(hook.id);
    }
    return () => woken.forEach((id) => this.workers.get(id)?.wake());
  };

  /** Sends at once, as a job would. Null: its secret cannot be read. */
  async sendTo(
    hook: StoredWebhook,
    message: { id: string; body: string },
    signal?: AbortSignal,
  ): Promise<Sent | null> {
    const { now, networks, timeoutMs } = this.options;
    const secrets = this.secretsOf(hook);
    if (secrets === null) return null;
    const headers = signatureHeaders({ ...message, at: now() }, secrets);
    return send(
      { url: hook.url, body: message.body, headers },
      { networks, ...(signal && { signal }), ...(timeoutMs !== undefined && { timeoutMs }) },
    );
  }

  private secretsOf({ id, sealed, formerSealed, formerUntil }: StoredWebhook): Buffer[] | null {
    const { unseal, now } = this.options;
    const secret = unseal(sealed, id);
    if (secret === null) return null;
    const former =
      formerSealed !== null && formerUntil !== null && formerUntil > now()
        ? unseal(formerSealed, id)
        : null;
    return former === null ? [secret] : [secret, former];
  }

  private async deliver(job: Job<DeliveryData>, signal: AbortSignal): Promise<void> {
    const { store, now } = this.options;
    const { deliveryId } = job.data;
    const due = await store.due(deliveryId);
    // Removed, delivered by a try whose end was not written, or another job has it.
    if (due === null || due.state !== 'pending' || due.jobId !== job.id) return;
    const { webhook, event } = due;
    if (webhook.state === 'paused') throw new Error('paused');
    const body = bodyOf(event, webhook);
    const sent = await this.sendTo(webhook, { id: event.id, body }, signal);
    const { status, problem, tookMs }: Pick<Sent, 'status' | 'problem' | 'tookMs'> = sent ?? {
      ...{ status: null, problem: 'secret', tookMs: 0 },
    };
    const at = now();
    const failed = job.isLast ? ('dead' as const) : ('pending' as const);
    await store.tried(deliveryId, {
      ...{ at, status, problem, tookMs },
      state: problem === null ? 'delivered' : failed,
    });
    if (problem === null) return store.failing(webhook.id, null);
    await store.failing(webhook.id, at);
    const since = webhook.failingSince ?? at;
    if (at - since >= PAUSED_AFTER_MS || status === GONE)
      await this.options.onFailing(webhook, problem);
    throw new Error(status === null ? problem : `${problem} ${status}`);
  }

  /** It takes no more; what is in its worker's hand may end. */
  private rest(id: string): void {
    const worker = this.workers.get(id);
    this.workers.delete(id);
    worker?.stop().catch(() => undefined);
  }

  /** What waits and has no job that could bring it: of a backup, or while it was paused. */
  private async enqueueOrphans(webhookId: string): Promise<void> {
    const { store, jobs } = this.options;
    for (let after: string | null = null; ;) {
      const waiting = await store.pending(webhookId, after, PAGE);
      const ids = waiting.flatMap(({ jobId }) => jobId ?? []);
      const open = await jobs.open(queueOf(webhookId), ids);
      const orphans = waiting.filter(({ jobId }) => jobId === null || !open.has(jobId));
      await this.enqueue(
        webhookId,
        orphans.map(({ id }) => id),
      );
      if (waiting.length < PAGE) return;
      after = waiting.at(-1)?.id ?? null;
    }
  }

  private async enqueue(webhookId: string, deliveryIds: readonly string[]): Promise<void> {
    if (deliveryIds.length === 0) return;
    const { store, jobs, makeId } = this.options;
    const rows = deliveryIds.map((id) => ({ id, jobId: makeId() }));
    await store.inTransaction(async (sql) => {
      await store.giveJobs(sql, rows);
      await jobs.send(queueOf(webhookId), rows.map(jobOf), sql);
    });
  }
}

const bodyOf = (event: OutsideEvent & { id: string }, { personal }: Webhook): string =>
  messageOf(event, personal, (at) => new Date(at).toISOString());

function jobOf({ id, jobId }: { id: string; jobId: string | null }): NewJob<DeliveryData> {
  const job = jobId ?? id;
  return { id: job, data: { deliveryId: id, jobId: job } };
}
