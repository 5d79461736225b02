/** Webhooks: which systems outside are told of what. */
import { Type } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import { CodedError } from '../../domain/errors';
import type { Webhook, WebhookSettings } from '../../domain/outside/webhook';
import { mayInEach, storesHeld } from '../../domain/rights';
import { seconds } from '../../domain/time';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { pageOf } from '../pages';
import { PageOf, WholePageQuery, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import {
  PingSchema,
  SecretBody,
  WebhookBody,
  WebhookParams,
  WebhookSchema,
  WebhookWithSecret,
} from '../schemas/webhook';
import type { Routes } from './app';

export const MANAGE = 'webhooks.manage';
export const READING = ['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'] as const;
export const CHANGING = [...READING, 'CROSS_SITE', 'NOT_FOUND', 'WEBHOOKS_AWAY'] as const;
export const TAGS = ['webhooks'];

export function webhookRoutes(app: Routes, deps: HttpDeps): void {
  addReading(app, deps);
  addMaking(app, deps);
  addSecret(app, deps);
  addPing(app, deps);
  for (const order of ['pause', 'resume'] as const) addOrder(app, deps, order);
}

/** The webhook of the address, of one who may manage it; for anybody else there is none. */
export async function webhookOf(
  request: FastifyRequest,
  { webhooks, live }: HttpDeps,
  id: string,
): Promise<Webhook> {
  const found = await webhooks.find(id);
  if (!found || !isHis(request, live, found.stores)) throw new CodedError('NOT_FOUND');
  return found;
}

function isHis(
  request: FastifyRequest,
  live: HttpDeps['live'],
  stores: readonly string[] | null,
): boolean {
  const plan = live.plan();
  const asked = stores ?? plan.stores.map(({ id }) => id);
  return mayInEach(personOf(request), MANAGE, asked, plan);
}

/** What is asked for, of stores in which he may. */
function settingsOf(
  request: FastifyRequest,
  live: HttpDeps['live'],
  body: Omit<WebhookSettings, 'stores' | 'personal'> & Partial<WebhookSettings>,
): WebhookSettings {
  const own = storesHeld(personOf(request), MANAGE, live.plan());
  const { stores = own, personal = false, ...others } = body;
  if (!isHis(request, live, stores)) throw new CodedError('NOT_FOUND');
  return { ...others, stores, personal };
}

function addReading(app: Routes, deps: HttpDeps): void {
  const { webhooks, live } = deps;
  app.get(
    '/api/webhooks',
    {
      config: { access: MANAGE },
      schema: {
        tags: TAGS,
        summary: 'Webhooks of the own stores, the oldest first.',
        querystring: Type.Object(WholePageQuery),
        response: { 200: PageOf(WebhookSchema), ...problems(...READING, 'BAD_CURSOR') },
      },
    },
    async (request) => {
      const his = (await webhooks.list()).filter(({ stores }) => isHis(request, live, stores));
      const { items, next } = pageOf(his, pageRequest(request.query), ({ madeAt, id }) => [
        madeAt,
        id,
      ]);
      return { items: items.map(shown), next };
    },
  );
  app.get(
    '/api/webhooks/:id',
    {
      config: { access: MANAGE },
      schema: {
        tags: TAGS,
        summary: 'A webhook, without its secret.',
        params: WebhookParams,
        response: { 200: WebhookSchema, ...problems(...READING, 'NOT_FOUND') },
      },
    },
    async (request) => shown(await webhookOf(request, deps, request.params.id)),
  );
}

function addMaking(app: Routes, deps: HttpDeps): void {
  const { webhooks, live, audit } = deps;
  app.post(
    '/api/webhooks',
    {
      config: { access: MANAGE },
      schema: {
        tags: TAGS,
        summary: 'Have a system told of events from now on.',
        description:
          'Messages are signed by the Standard Webhooks specification with the secret of the answer, which is shown ' +
          'there only. docs/webhooks.md has every event and how to verify.',
        body: WebhookBody,
        response: {
          200: WebhookWithSecret,
          ...problems(...CHANGING, 'WEBHOOK_URL_REFUSED', 'WEBHOOK_LIMIT'),
        },
      },
    },
    async (request) => {
      const who = personOf(request).id;
      const settings = settingsOf(request, live, request.body);
      const made = await webhooks.make(settings, who, (subject) =>
        audit({ who, what: 'webhook.made', subject }),
      );
      return { ...made, webhook: shown(made.webhook) };
    },
  );
  app.put(
    '/api/webhooks/:id',
    {
      config: { access: MANAGE },
      schema: {
        tags: TAGS,
        summary: 'Change what a webhook is told of, or where it is.',
        params: WebhookParams,
        body: WebhookBody,
        response: { 200: WebhookSchema, ...problems(...CHANGING, 'WEBHOOK_URL_REFUSED') },
      },
    },
    async (request) => {
      const webhook = await webhookOf(request, deps, request.params.id);
      const settings = settingsOf(request, live, request.body);
      const subject = webhook.id;
      await audit({ who: personOf(request).id, what: 'webhook.changed', subject });
      return shown(await webhooks.change(webhook, settings));
    },
  );
  app.delete(
    '/api/webhooks/:id',
    {
      config: { access: MANAGE },
      schema: {
        tags: TAGS,
        summary: 'Tell that system nothing more; what waits for it is dropped.',
        params: WebhookParams,
        response: { 204: { type: 'null' }, ...problems(...CHANGING) },
      },
    },
    async (request, reply) => {
      const webhook = await webhookOf(request, deps, request.params.id);
      const subject = webhook.id;
      await audit({ who: personOf(request).id, what: 'webhook.removed', subject });
      await webhooks.remove(webhook);
      return reply.code(204).send();
    },
  );
}

function addSecret(app: Routes, deps: HttpDeps): void {
  app.post(
    '/api/webhooks/:id/secret',
    {
      config: { access: MANAGE },
      schema: {
        tags: TAGS,
        summary: 'Give a webhook another secret.',
        description: 'For `overlapSeconds` messages have two signatures, by both secrets.',
        params: WebhookParams,
        body: SecretBody,
        response: { 200: WebhookWithSecret, ...problems(...CHANGING) },
      },
    },
    async (request) => {
      const webhook = await webhookOf(request, deps, request.params.id);
      const { overlapSeconds = 24 * 3600 } = request.body;
      const subject = webhook.id;
      await deps.audit({ who: personOf(request).id, what: 'webhook.secret-changed', subject });
      const next = await deps.webhooks.rotate(webhook, seconds(overlapSeconds));
      return { ...next, webhook: shown(next.webhook) };
    },
  );
}

function addPing(app: Routes, deps: HttpDeps): void {
  app.post(
    '/api/webhooks/:id/test',
    {
      config: { access: MANAGE },
      schema: {
        tags: TAGS,
        summary: 'Send a `webhook.ping` now, and see what the receiver says.',
        params: WebhookParams,
        response: { 200: PingSchema, ...problems(...CHANGING) },
      },
    },
    async (request) => {
      const webhook = await webhookOf(request, deps, request.params.id);
      const subject = webhook.id;
      await deps.audit({ who: personOf(request).id, what: 'webhook.tested', subject });
      return deps.webhooks.ping(webhook);
    },
  );
}

const ORDERS = {
  pause: ['webhook.paused', 'Send nothing for now; what happens meanwhile waits.'],
  resume: ['webhook.resumed', 'Send again, first what waited.'],
} as const;

function addOrder(app: Routes, deps: HttpDeps, order: 'pause' | 'resume'): void {
  const [what, summary] = ORDERS[order];
  app.post(
    `/api/webhooks/:id/${order}`,
    {
      config: { access: MANAGE },
      schema: {
        ...{ tags: TAGS, summary, params: WebhookParams },
        response: { 200: WebhookSchema, ...problems(...CHANGING) },
      },
    },
    async (request) => {
      const webhook = await webhookOf(request, deps, request.params.id);
      await deps.audit({ who: personOf(request).id, what, subject: webhook.id });
      return shown(await deps.webhooks[order](webhook));
    },
  );
}

const shown = ({ types, stores, ...webhook }: Webhook) => ({
  ...webhook,
  types: [...types],
  stores: stores && [...stores],
});
