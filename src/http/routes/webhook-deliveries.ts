/** What became of the messages of a webhook, and what is done about those that were given up. */
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import {
  CountSchema,
  DeadLettersBody,
  DeliveriesQuery,
  DeliverySchema,
  WebhookParams,
} from '../schemas/webhook';
import type { Routes } from './app';
import { CHANGING, MANAGE, READING, TAGS, webhookOf } from './webhooks';

export function webhookDeliveryRoutes(app: Routes, deps: HttpDeps): void {
  app.get(
    '/api/webhooks/:id/deliveries',
    {
      config: { access: MANAGE },
      schema: {
        tags: TAGS,
        summary: 'Messages of the last 30 days, the newest first.',
        description: '`state=dead` is the list of dead letters.',
        params: WebhookParams,
        querystring: DeliveriesQuery,
        response: {
          200: PageOf(DeliverySchema),
          ...problems(...READING, 'NOT_FOUND', 'BAD_CURSOR'),
        },
      },
    },
    async (request) => {
      const webhook = await webhookOf(request, deps, request.params.id);
      const { state, ...page } = request.query;
      return deps.webhooks.deliveries(webhook, state, pageRequest(page));
    },
  );
  addDeadLetters(app, deps, 'retry', 'webhook.retried', 'Send dead letters once more.');
  addDeadLetters(app, deps, 'discard', 'webhook.discarded', 'Give dead letters up for good.');
}

function addDeadLetters(
  app: Routes,
  deps: HttpDeps,
  order: 'retry' | 'discard',
  what: 'webhook.retried' | 'webhook.discarded',
  summary: string,
): void {
  app.post(
    `/api/webhooks/:id/dead-letters/${order}`,
    {
      config: { access: MANAGE },
      schema: {
        ...{ tags: TAGS, summary, params: WebhookParams, body: DeadLettersBody },
        description: 'How many there were; ids of others count for nothing.',
        response: { 200: CountSchema, ...problems(...CHANGING) },
      },
    },
    async (request) => {
      const webhook = await webhookOf(request, deps, request.params.id);
      await deps.audit({ who: personOf(request).id, what, subject: webhook.id });
      return { count: await deps.webhooks[order](webhook, request.body.ids ?? null) };
    },
  );
}
