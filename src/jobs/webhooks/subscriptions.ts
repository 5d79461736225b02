/**
 * Webhooks as people set them up: made, changed, paused, resumed, removed; their secrets, told once and kept sealed; what
 * lies dead. Decides which URLs are taken.
 */
import type { Logger } from 'pino';
import { alarmKey } from '../../domain/alarm-standing';
import { CodedError } from '../../domain/errors';
import { OUTSIDE_VERSION } from '../../domain/outside/event';
import {
  MAX_WEBHOOKS,
  type Delivery,
  type SendProblem,
  type Webhook,
  type WebhookSettings,
} from '../../domain/outside/webhook';
import type { Instant, Millis } from '../../domain/time';
import type { WebhookNetwork } from '../../config';
import type { Jobs } from '../boss';
import { addressOf, type Resolve } from './address';
import { Delivering, type DeliveryStore, type StoredWebhook } from './delivering';
import { makeSecret, secretText } from './sign';

interface PageRequest {
  limit: number;
  after?: string;
}

/** Implemented by the store. */
export interface SubscriptionStore extends DeliveryStore {
  save(webhook: StoredWebhook): Promise<void>;
  remove(id: string): Promise<void>;
  deliveries(
    id: string,
    state: Delivery['state'] | undefined,
    request: PageRequest,
  ): Promise<{ items: Delivery[]; next: string | null }>;
  dead(webhookId: string, ids: readonly string[] | null, most: number): Promise<string[]>;
  discard(webhookId: string, ids: readonly string[] | null): Promise<number>;
}

export interface SubscriptionsOptions {
  jobs: Jobs;
  store: SubscriptionStore;
  seal: (secret: Buffer, webhookId: string) => string;
  unseal: (sealed: string, webhookId: string) => Buffer | null;
  /** Somebody has to see to one that was paused by itself; then somebody did. The end of what does not stand tells nobody. */
  alarm: (code: 'WEBHOOK_PAUSED' | 'WEBHOOK_RESUMED', detail: string) => void;
  /** Names of those of which the alarm stands, also by a former life of the app. */
  alarmed: () => string[];
  networks: readonly WebhookNetwork[];
  makeId: () => string;
  now: () => Instant;
  log: Logger;
  resolve?: Resolve;
  retries?: { times: number; seconds: number };
  timeoutMs?: Millis;
  everyMs?: Millis;
}

/** Dead letters that are tried again at once. */
const RETRY_BATCH = 500;

/** Its answers are as the port of HTTP wants them. */
export class Subscriptions {
  readonly delivering: Delivering;

  constructor(private readonly options: SubscriptionsOptions) {
    this.delivering = new Delivering({
      ...options,
      onFailing: (webhook, problem) => this.failed(webhook, problem),
    });
  }

  /** Once the jobs are there. Rejects while the database is away. */
  async begin(): Promise<void> {
    await this.delivering.begin();
    for (const name of this.options.alarmed()) await this.seenTo(name, 'no longer paused');
  }

  async list(): Promise<Webhook[]> {
    return (await this.options.store.all()).map(shown);
  }

  async find(id: string): Promise<Webhook | null> {
    const found = await this.stored(id);
    return found && shown(found);
  }

  /** `noted` is waited for before it is there. */
  async make(
    settings: WebhookSettings,
    by: string,
    noted: (id: string) => void | Promise<void> = () => undefined,
  ): Promise<{ webhook: Webhook; secret: string }> {
    const { store, makeId, now, seal } = this.options;
    await this.demandUrl(settings.url);
    if ((await store.all()).length >= MAX_WEBHOOKS)
      throw new CodedError('WEBHOOK_LIMIT', { most: MAX_WEBHOOKS });
    const [id, secret, at] = [makeId(), makeSecret(), now()];
    const webhook: StoredWebhook = {
      ...settings,
      ...{ id, state: 'active', pausedWhy: null, failingSince: null, formerUntil: null },
      ...{ madeAt: at, madeBy: by, changedAt: at },
      ...{ sealed: seal(secret, id), formerSealed: null },
    };
    await noted(id);
    await this.keep(webhook);
    return { webhook: shown(webhook), secret: secretText(secret) };
  }

  async change(webhook: Webhook, settings: WebhookSettings): Promise<Webhook> {
    await this.demandUrl(settings.url);
    const next = await this.changed(webhook, settings);
    if (next.name === webhook.name) return next;
    if (next.pausedWhy === 'failing') this.options.alarm('WEBHOOK_PAUSED', `${next.name}: renamed`);
    await this.seenTo(webhook.name, 'renamed');
    return next;
  }

  async remove({ id, name }: Webhook): Promise<void> {
    this.demandJobs();
    await this.options.store.remove(id);
    await this.delivering.drop(id);
    await this.seenTo(name, 'removed');
  }

  async rotate(webhook: Webhook, overlapMs: Millis): Promise<{ webhook: Webhook; secret: string }> {
    const { seal, now } = this.options;
    const secret = makeSecret();
    const stored = await this.demand(webhook.id);
    const isKept = overlapMs > 0;
    const next = await this.changed(webhook, {
      sealed: seal(secret, webhook.id),
      formerSealed: isKept ? stored.sealed : null,
      formerUntil: isKept ? now() + overlapMs : null,
    });
    return { webhook: next, secret: secretText(secret) };
  }

  async pause(webhook: Webhook): Promise<Webhook> {
    const next = await this.changed(webhook, { state: 'paused', pausedWhy: 'ordered' });
    await this.seenTo(webhook.name, 'paused by order');
    return next;
  }

  /** All that came meanwhile is sent. */
  async resume(webhook: Webhook): Promise<Webhook> {
    const active = { state: 'active', pausedWhy: null, failingSince: null } as const;
    const next = await this.changed(webhook, active);
    await this.delivering.hasten(webhook.id);
    await this.seenTo(webhook.name);
    return next;
  }

  async ping({ id }: Webhook) {
    const { makeId, now } = this.options;
    const pingId = makeId();
    const timestamp = new Date(now()).toISOString();
    const data = { webhookId: id };
    const message = { type: 'webhook.ping', version: OUTSIDE_VERSION, id: pingId, timestamp };
    const body = JSON.stringify({ ...message, storeId: null, data });
    const sent = await this.delivering.sendTo(await this.demand(id), { id: pingId, body });
    if (sent === null)
      return { delivered: false, status: null, problem: 'secret' as const, tookMs: 0, answer: '' };
    return { delivered: sent.problem === null, ...sent };
  }

  deliveries(webhook: Webhook, state: Delivery['state'] | undefined, page: PageRequest) {
    return this.options.store.deliveries(webhook.id, state, page);
  }

  async retry({ id }: Webhook, ids: readonly string[] | null): Promise<number> {
    this.demandJobs();
    let tried = 0;
    for (;;) {
      const dead = await this.options.store.dead(id, ids, RETRY_BATCH);
      await this.delivering.again(id, dead);
      tried += dead.length;
      if (dead.length < RETRY_BATCH) return tried;
    }
  }

  discard({ id }: Webhook, ids: readonly string[] | null): Promise<number> {
    return this.options.store.discard(id, ids);
  }

  private async failed(webhook: StoredWebhook, problem: SendProblem): Promise<void> {
    const { alarm, log } = this.options;
    const paused = { state: 'paused', pausedWhy: 'failing' } as const;
    await this.changed(webhook, paused);
    log.warn({ webhook: webhook.id, problem }, 'a webhook is paused: nothing arrives there');
    alarm('WEBHOOK_PAUSED', `${webhook.name}: ${problem}`);
  }

  /** The alarm of that name is over, unless another one of the same name is paused by itself. */
  private async seenTo(name: string, how?: string): Promise<void> {
    const others = await this.options.store.all();
    const isOfIt = ({ name: other }: Webhook) => alarmedAs(other) === alarmedAs(name);
    if (others.some((one) => isOfIt(one) && one.pausedWhy === 'failing')) return;
    this.options.alarm('WEBHOOK_RESUMED', how === undefined ? name : `${name}: ${how}`);
  }

  private async changed({ id }: Webhook, change: Partial<StoredWebhook>): Promise<Webhook> {
    const next = { ...(await this.demand(id)), ...change, changedAt: this.options.now() };
    await this.keep(next);
    return shown(next);
  }

  private async keep(webhook: StoredWebhook): Promise<void> {
    this.demandJobs();
    await this.options.store.save(webhook);
    await this.delivering.take(webhook);
  }

  private async stored(id: string): Promise<StoredWebhook | null> {
    return (await this.options.store.all()).find((webhook) => webhook.id === id) ?? null;
  }

  private async demand(id: string): Promise<StoredWebhook> {
    const found = await this.stored(id);
    if (found === null) throw new CodedError('NOT_FOUND');
    return found;
  }

  private demandJobs(): void {
    if (!this.options.jobs.isThere) throw new CodedError('WEBHOOKS_AWAY');
  }

  /** A name that has no address yet is taken: it is looked up again for each message. */
  private async demandUrl(text: string): Promise<void> {
    const refuse = (why: string) => new CodedError('WEBHOOK_URL_REFUSED', { why });
    if (!URL.canParse(text)) throw refuse('no-url');
    const url = new URL(text);
    if (!['http:', 'https:'].includes(url.protocol)) throw refuse('scheme');
    if (url.username !== '' || url.password !== '') throw refuse('credentials');
    const { networks, resolve } = this.options;
    if ((await addressOf(url, networks, resolve)) === 'refused-address')
      throw refuse('refused-address');
  }
}

/** What of a name the alarm is known by. */
const alarmedAs = (name: string): string =>
  alarmKey({ code: 'WEBHOOK_PAUSED', detail: name }).subject;

function shown({ sealed: _sealed, formerSealed: _former, ...webhook }: StoredWebhook): Webhook {
  return webhook;
}
