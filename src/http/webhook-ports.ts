/** What the routes of webhooks ask of the app. */
import type { Delivery, SendProblem, Webhook, WebhookSettings } from '../domain/outside/webhook';
import type { Millis } from '../domain/time';
import type { Noted } from './ports';
import type { Page, PageRequest } from './queries';

/** What a receiver said to a ping. */
export interface PingAnswer {
  delivered: boolean;
  status: number | null;
  problem: SendProblem | null;
  tookMs: Millis;
  /** The beginning of the body. */
  answer: string;
}

/**
 * Rejects with `CodedError`: `WEBHOOK_URL_REFUSED`, `WEBHOOK_LIMIT`, `WEBHOOKS_AWAY`, and with what the database says. Of
 * an id that is none's null.
 */
export interface Webhooks {
  /** The oldest first; there are few. */
  list(): Promise<Webhook[]>;
  find(id: string): Promise<Webhook | null>;
  /** The secret is told once. `noted` gets its id before there is one; when it rejects, none is made. */
  make(
    settings: WebhookSettings,
    by: string,
    noted: Noted,
  ): Promise<{ webhook: Webhook; secret: string }>;
  change(webhook: Webhook, settings: WebhookSettings): Promise<Webhook>;
  remove(webhook: Webhook): Promise<void>;
  /** Both secrets sign for so long. */
  rotate(webhook: Webhook, overlapMs: Millis): Promise<{ webhook: Webhook; secret: string }>;
  pause(webhook: Webhook): Promise<Webhook>;
  resume(webhook: Webhook): Promise<Webhook>;
  ping(webhook: Webhook): Promise<PingAnswer>;
  deliveries(
    webhook: Webhook,
    state: Delivery['state'] | undefined,
    page: PageRequest,
  ): Promise<Page<Delivery>>;
  /** Dead letters; `ids` null: all. How many. */
  retry(webhook: Webhook, ids: readonly string[] | null): Promise<number>;
  discard(webhook: Webhook, ids: readonly string[] | null): Promise<number>;
}
