import type { Webhook, WebhookSettings } from '../../src/domain/outside/webhook';
import type { Webhooks } from '../../src/http/webhook-ports';
import { NOW } from './two-stores';

/** Webhooks in memory that send nothing. */
export class FakeWebhooks implements Webhooks {
  hooks: Webhook[] = [];
  readonly asked: string[] = [];
  /** Whatever changed or sent something. */
  readonly done: string[] = [];
  private made = 0;

  list: Webhooks['list'] = async () => this.hooks;
  find: Webhooks['find'] = async (id) => this.hooks.find((one) => one.id === id) ?? null;
  make: Webhooks['make'] = async (settings, madeBy, noted) => {
    const webhook = aWebhook({ ...settings, id: `made-${(this.made += 1)}`, madeBy });
    await noted(webhook.id);
    this.done.push('make');
    this.hooks.push(webhook);
    return { webhook, secret: 'whsec_AAAA' };
  };
  change: Webhooks['change'] = async (webhook, settings) => this.set(webhook, settings);
  remove: Webhooks['remove'] = async ({ id }) => {
    this.done.push('remove');
    this.hooks = this.hooks.filter((one) => one.id !== id);
  };
  rotate: Webhooks['rotate'] = async (webhook, overlapMs) => ({
    webhook: this.set(webhook, { formerUntil: NOW + overlapMs }),
    secret: 'whsec_BBBB',
  });
  pause: Webhooks['pause'] = async (webhook) =>
    this.set(webhook, { state: 'paused', pausedWhy: 'ordered' });
  resume: Webhooks['resume'] = async (webhook) =>
    this.set(webhook, { state: 'active', pausedWhy: null });
  ping: Webhooks['ping'] = async () => {
    this.done.push('ping');
    return { delivered: true, status: 204, problem: null, tookMs: 5, answer: '' };
  };
  deliveries: Webhooks['deliveries'] = async ({ id }, state, { limit }) => {
    this.asked.push(`deliveries ${id} ${state} ${limit}`);
    return { items: [], next: null };
  };
  retry: Webhooks['retry'] = async (_webhook, ids) => this.count('retry', ids);
  discard: Webhooks['discard'] = async (_webhook, ids) => this.count('discard', ids);

  private count(what: string, ids: readonly string[] | null): number {
    this.done.push(what);
    return ids?.length ?? 2;
  }

  private set({ id }: Webhook, change: Partial<Webhook>): Webhook {
    this.done.push('set');
    this.hooks = this.hooks.map((one) => (one.id === id ? { ...one, ...change } : one));
    return this.hooks.find((one) => one.id === id) ?? aWebhook({ id });
  }
}

export const HOOK: WebhookSettings = {
  ...{ name: 'DMS', url: 'https://dms.example.com/in', types: ['call.ended'] },
  ...{ stores: ['bj01'], personal: false },
};

export const aWebhook = (parts: Partial<Webhook> = {}): Webhook => ({
  ...HOOK,
  ...{ id: 'hook-1', state: 'active', pausedWhy: null, failingSince: null, formerUntil: null },
  ...{ madeAt: NOW, madeBy: 'zhao', changedAt: NOW },
  ...parts,
});
