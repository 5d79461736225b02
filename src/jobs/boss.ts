/**
 * Jobs that outlive the app: pg-boss on the app's database, in a schema of its own. Decides when it runs: only in the
 * active app, once the database is there; without one it waits, and with one that went it goes on when that is back.
 * What goes wrong is logged, and nobody else notices.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import PgBoss from 'pg-boss';
import { seconds, type Instant, type Millis } from '../domain/time';
import { QueueWorker, type Handler, type WorkOptions } from './queue-worker';

export const JOBS_SCHEMA = 'pgboss';

/** Jobs are few and small; calls need the database's connections more. */
const CONNECTIONS = 2;
const AGAIN_MS: Millis = seconds(2);
const MAINTAIN_SECONDS = 60;

/** Statements on the connection of a transaction, so that a job is there if that is committed, and else is not. */
export interface Sql {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** How often a job of the queue is tried, and what becomes of it then. */
export interface QueueSettings {
  /** Letters, digits, `-`, `_`, `.`. */
  name: string;
  /** Tries after the first. */
  retries: number;
  /** Before the second try; each wait is twice the one before, and up to as much again by chance. */
  retrySeconds: number;
  /** One that is not done by then is given up, and counts as a try. */
  expireSeconds: number;
  /** Queue in which it comes after its last try. */
  deadLetter?: string;
}

export interface NewJob<T extends object> {
  /** Jobs of one moment come in the order of their ids. */
  id: string;
  data: T;
  /** Not before. */
  startAfter?: Instant;
}

export interface JobsOptions {
  url: string;
  /** Of its connections, by which the next app ends them when it takes over. */
  connectionName?: string;
  /** Resolves when the database may be written into; rejects while it is away. */
  ready: () => Promise<void>;
  log: Logger;
}

/** One an app. Queues and workers may be named before it runs. */
export class Jobs {
  private boss: PgBoss | null = null;
  private readonly stopping = new AbortController();
  private starting: Promise<void> | null = null;
  private readonly workers = new Set<QueueWorker<object>>();
  private readonly listeners: (() => void)[] = [];

  constructor(private readonly options: JobsOptions) {}

  /** It has been started, and takes jobs. */
  get isThere(): boolean {
    return this.boss !== null;
  }

  /** Starts when the database is there. */
  start(): void {
    this.starting ??= this.begin();
  }

  /** Called once, when jobs can be taken; at once where they can already. */
  onStarted(listener: () => void): void {
    if (this.boss) listener();
    else this.listeners.push(listener);
  }

  /** Ends what runs: a job in hand is told to break off, and is tried another time. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.starting;
    await Promise.all([...this.workers].map((worker) => worker.stop()));
    if (this.boss) await this.close(this.boss);
    this.boss = null;
  }

  /** Makes the queue, or gives one that is there these settings. Rejects while the database is away. */
  async queue({ name, retries, retrySeconds, expireSeconds, deadLetter }: QueueSettings) {
    const settings = {
      ...{ name, policy: 'standard' as const, retryLimit: retries, retryDelay: retrySeconds },
      ...{ retryBackoff: true, expireInSeconds: expireSeconds, retentionDays: 30 },
      ...(deadLetter === undefined ? {} : { deadLetter }),
    };
    const boss = this.running();
    await boss.createQueue(name, settings);
    await boss.updateQueue(name, settings);
  }

  /** Ends a queue and all that waits in it. */
  async dropQueue(name: string): Promise<void> {
    const boss = this.running();
    if ((await boss.getQueue(name)) === null) return;
    await boss.getDb().executeSql(`delete from ${JOBS_SCHEMA}.job where name = $1`, [name]);
    await boss.deleteQueue(name);
  }

  /** Puts jobs into a queue, within the transaction of `sql` where that is given. */
  async send<T extends object>(queue: string, jobs: readonly NewJob<T>[], sql?: Sql) {
    if (jobs.length === 0) return;
    const rows = jobs.map(({ id, data, startAfter }) => ({
      ...{ name: queue, id, data },
      ...(startAfter === undefined ? {} : { startAfter: new Date(startAfter) }),
    }));
    const within = sql && {
      executeSql: (text: string, values: unknown[]) => sql.executeSql(text, values),
    };
    await this.running().insert(rows, within ? { db: within as PgBoss.Db } : {});
  }

  /** Which of the jobs wait or run. */
  async open(queue: string, ids: readonly string[]): Promise<Set<string>> {
    const { rows } = await this.running()
      .getDb()
      .executeSql(
        `select id from ${JOBS_SCHEMA}.job where name = $1 and id = any($2::uuid[]) and state < 'completed'`,
        [queue, [...ids]],
      );
    return new Set((rows as { id: string }[]).map(({ id }) => id));
  }

  /** What waits for another try in a queue has it now. */
  async hasten(queue: string): Promise<void> {
    await this.running()
      .getDb()
      .executeSql(
        `update ${JOBS_SCHEMA}.job set start_after = now() where name = $1 and state = 'retry'`,
        [queue],
      );
  }

  /** Works off a queue from now on, one job after the other, until `stop` of what it answers. */
  work<T extends object>(queue: string, options: WorkOptions, handle: Handler<T>): QueueWorker<T> {
    const worker = new QueueWorker<T>({
      ...{ queue, ...options, handle, log: this.options.log, boss: () => this.boss },
      onStopped: () => this.workers.delete(worker as unknown as QueueWorker<object>),
    });
    this.workers.add(worker as unknown as QueueWorker<object>);
    worker.start();
    return worker;
  }

  private running(): PgBoss {
    if (this.boss === null) throw new Error('the jobs wait for the database');
    return this.boss;
  }

  private async begin(): Promise<void> {
    const { log } = this.options;
    while (!this.stopping.signal.aborted && this.boss === null) {
      try {
        await this.options.ready();
        this.boss = await this.opened();
      } catch (error) {
        log.warn({ err: error }, 'the jobs wait for the database');
        await delay(AGAIN_MS, null, { signal: this.stopping.signal }).catch(() => null);
      }
    }
    if (this.boss !== null) for (const listener of this.listeners.splice(0)) listener();
  }

  /** A new one each time: one that could not start does not try again. */
  private async opened(): Promise<PgBoss> {
    const { url, log, connectionName = 'openline-jobs' } = this.options;
    const boss = new PgBoss({
      ...{ connectionString: url, schema: JOBS_SCHEMA, max: CONNECTIONS },
      ...{ application_name: connectionName, connectionTimeoutMillis: 5000 },
      ...{ schedule: false, maintenanceIntervalSeconds: MAINTAIN_SECONDS },
    } as PgBoss.ConstructorOptions);
    boss.on('error', (error) => log.warn({ err: error }, 'the jobs cannot use the database'));
    try {
      await boss.start();
      await this.freeFormer(boss);
      return boss;
    } catch (error) {
      await this.close(boss);
      throw error;
    }
  }

  /** There is one active app: what runs by the database's account ran in one that is gone. */
  private async freeFormer(boss: PgBoss): Promise<void> {
    await boss
      .getDb()
      .executeSql(
        `update ${JOBS_SCHEMA}.job set state = 'retry', start_after = now() where state = 'active'`,
        [],
      );
  }

  private async close(boss: PgBoss): Promise<void> {
    const { log } = this.options;
    await boss.stop({ graceful: false }).catch((error: unknown) => {
      log.debug({ err: error }, 'the jobs ended without the database');
    });
    // One that did not start is not stopped either.
    const pool = boss.getDb() as PgBoss.Db & { opened?: boolean; close?: () => Promise<void> };
    if (pool.opened) await pool.close?.().catch(() => undefined);
  }
}
