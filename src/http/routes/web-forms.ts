/** Web forms: which web sites hand in leads, for which stores, and how many. */
import { Type, type Static } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import { CodedError } from '../../domain/errors';
import { choicesOf } from '../../domain/form/choices';
import type { WebForm, WebFormSettings } from '../../domain/intake/web-form';
import { mayInEach } from '../../domain/rights';
import { seconds } from '../../domain/time';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { pageOf } from '../pages';
import { WebFormBody, WebFormParams, WebFormSchema, WebFormWithSecret } from '../schemas/incoming';
import { PageOf, WholePageQuery, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import { SecretBody } from '../schemas/webhook';
import type { Routes } from './app';

const MANAGE = 'web-forms.manage';
const READING = ['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'] as const;
const CHANGING = [...READING, 'CROSS_SITE', 'NOT_FOUND', 'DATABASE_AWAY'] as const;
const TAGS = ['leads'];

export function webFormRoutes(app: Routes, deps: HttpDeps): void {
  addReading(app, deps);
  addMaking(app, deps);
  addChanging(app, deps);
  addSecret(app, deps);
}

/** A form is his who may in all of its stores; to anybody else it is none. */
const isHis = (
  request: FastifyRequest,
  { live }: Pick<HttpDeps, 'live'>,
  stores: readonly string[],
): boolean => mayInEach(personOf(request), MANAGE, stores, live.plan());

async function formOf(request: FastifyRequest, deps: HttpDeps, id: string): Promise<WebForm> {
  const found = await deps.webForms.find(id);
  if (!found || !isHis(request, deps, found.stores)) throw new CodedError('NOT_FOUND');
  return found;
}

/** What is asked for; refuses stores in which he may not, and a channel that the plan does not have. */
function settingsOf(
  request: FastifyRequest,
  { live }: HttpDeps,
  body: Static<typeof WebFormBody>,
): WebFormSettings {
  const { channel = null, source = 'web', perMinute = 60, state = 'active', ...named } = body;
  if (!isHis(request, { live }, named.stores)) throw new CodedError('NOT_FOUND');
  const isKnown = choicesOf(live.plan().forms).sources.some(({ id }) => id === channel);
  if (channel !== null && !isKnown)
    throw new CodedError('INVALID_REQUEST', [{ at: 'body/channel', problem: 'is no channel' }]);
  return { ...named, channel, source, perMinute, state };
}

function addReading(app: Routes, deps: HttpDeps): void {
  app.get(
    '/api/web-forms',
    {
      config: { access: MANAGE },
      schema: {
        tags: TAGS,
        summary: 'Web forms of the own stores, the oldest first.',
        querystring: Type.Object(WholePageQuery),
        response: { 200: PageOf(WebFormSchema), ...problems(...READING, 'BAD_CURSOR') },
      },
    },
    async (request) => {
      const his = (await deps.webForms.list()).filter(({ stores }) => isHis(request, deps, stores));
      const { items, next } = pageOf(his, pageRequest(request.query), ({ madeAt, id }) => [
        ...[madeAt, id],
      ]);
      return { items: items.map(shown), next };
    },
  );
}

function addMaking(app: Routes, deps: HttpDeps): void {
  app.post(
    '/api/web-forms',
    {
      config: { access: MANAGE },
      schema: {
        tags: TAGS,
        summary: 'Let a web site hand in leads from now on.',
        description:
          'It signs them with the secret of the answer, which is shown there only; see docs/leads-in.md.',
        body: WebFormBody,
        response: { 200: WebFormWithSecret, ...problems(...CHANGING, 'WEB_FORM_LIMIT') },
      },
    },
    async (request) => {
      const who = personOf(request).id;
      const settings = settingsOf(request, deps, request.body);
      const made = await deps.webForms.make(settings, who, (subject) =>
        deps.audit({ who, what: 'web-form.made', subject }),
      );
      return { ...made, form: shown(made.form) };
    },
  );
}

function addChanging(app: Routes, deps: HttpDeps): void {
  app.put(
    '/api/web-forms/:id',
    {
      config: { access: MANAGE },
      schema: {
        tags: TAGS,
        summary:
          'Change a web form, pause it or let it go on; what is left out is as it is at first.',
        params: WebFormParams,
        body: WebFormBody,
        response: { 200: WebFormSchema, ...problems(...CHANGING) },
      },
    },
    async (request) => {
      const form = await formOf(request, deps, request.params.id);
      const settings = settingsOf(request, deps, request.body);
      const note = { what: 'web-form.changed', subject: form.id } as const;
      await deps.audit({ who: personOf(request).id, ...note });
      return shown(await deps.webForms.change(form, settings));
    },
  );
  app.delete(
    '/api/web-forms/:id',
    {
      config: { access: MANAGE },
      schema: {
        tags: TAGS,
        summary: 'Take no more leads of that web form; those that it handed in stay.',
        params: WebFormParams,
        response: { 204: { type: 'null' }, ...problems(...CHANGING) },
      },
    },
    async (request, reply) => {
      const form = await formOf(request, deps, request.params.id);
      const note = { what: 'web-form.removed', subject: form.id } as const;
      await deps.audit({ who: personOf(request).id, ...note });
      await deps.webForms.remove(form);
      return reply.code(204).send();
    },
  );
}

function addSecret(app: Routes, deps: HttpDeps): void {
  app.post(
    '/api/web-forms/:id/secret',
    {
      config: { access: MANAGE },
      schema: {
        tags: TAGS,
        summary: 'Give a web form another secret.',
        description:
          'For `overlapSeconds` requests that are signed with the former one are taken, too.',
        params: WebFormParams,
        body: SecretBody,
        response: { 200: WebFormWithSecret, ...problems(...CHANGING) },
      },
    },
    async (request) => {
      const form = await formOf(request, deps, request.params.id);
      const { overlapSeconds = 24 * 3600 } = request.body;
      const note = { what: 'web-form.secret-changed', subject: form.id } as const;
      await deps.audit({ who: personOf(request).id, ...note });
      const next = await deps.webForms.rotate(form, seconds(overlapSeconds));
      return { ...next, form: shown(next.form) };
    },
  );
}

const shown = ({ stores, ...form }: WebForm) => ({ ...form, stores: [...stores] });
