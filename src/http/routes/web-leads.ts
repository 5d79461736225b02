/**
 * Where a web site hands in a lead. Nobody is signed in: the request is signed with the secret of its form, and whatever is
 * wrong with that is refused in the same words, so that nobody learns which forms there are.
 *
 *     its network too often? (limits.ts) -> signed just now? -> its form too often? -> what is said -> landed, once
 */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { CodedError } from '../../domain/errors';
import type { WebForm } from '../../domain/intake/web-form';
import { Spending } from '../budgets';
import type { HttpDeps } from '../deps';
import { SignedHeaders, WebFormParams, WebLeadBody, WebLeadTaken } from '../schemas/incoming';
import { problems } from '../schemas/problem';
import type { Routes } from './app';

/** A lead is some lines of text. */
const LEAD_LIMIT_BYTES = 16_384;

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it came: what is signed. */
    signedBody: Buffer | null;
    webForm: WebForm | null;
  }
}

export function webLeadRoutes(app: Routes, deps: HttpDeps): void {
  // Only here the bytes of a body are kept, because the signature is of them.
  app.register(async (inner) => {
    inner.decorateRequest('signedBody', null);
    inner.decorateRequest('webForm', null);
    const parse = inner.getDefaultJsonParser('error', 'error');
    inner.removeAllContentTypeParsers();
    inner.addContentTypeParser<Buffer>(
      'application/json',
      { parseAs: 'buffer', bodyLimit: LEAD_LIMIT_BYTES },
      (request, body, done) => {
        request.signedBody = body;
        void parse(request, body.toString('utf8'), done);
      },
    );
    addTaking(inner.withTypeProvider<TypeBoxTypeProvider>(), deps);
  });
}

function addTaking(app: Routes, deps: HttpDeps): void {
  const { incoming, webForms, now } = deps;
  const spending = new Spending();
  app.post(
    '/api/web-forms/:id/leads',
    {
      config: { access: 'public' },
      bodyLimit: LEAD_LIMIT_BYTES,
      preValidation: async (request) => {
        request.webForm = await signedForm(request, webForms);
      },
      schema: {
        tags: ['leads'],
        summary: 'Hand in the lead of a web site, signed with the secret of its form.',
        description:
          'It is not called before it is cleaned and valid. Sent again with the same `webhook-id` it makes no second lead. ' +
          'From a server alone: a secret in a page is none.',
        params: WebFormParams,
        headers: SignedHeaders,
        body: WebLeadBody,
        response: {
          200: WebLeadTaken,
          ...problems('INVALID_REQUEST', 'WEB_FORM_REFUSED', 'CROSS_SITE', 'LEAD_REFUSED'),
          ...problems('TOO_LARGE', 'UNSUPPORTED_TYPE', 'DATABASE_AWAY'),
        },
      },
    },
    async (request, reply) => {
      const { webForm: form } = request;
      if (form === null) throw new CodedError('WEB_FORM_REFUSED');
      const spent = spending.spend(form.id, form.perMinute, now());
      if (!spent.allowed) {
        reply.header('retry-after', Math.max(1, Math.ceil(spent.waitMs / 1000)));
        throw new CodedError('TOO_MANY_REQUESTS', { kind: 'web-form' });
      }
      const { store, consent, ...said } = request.body;
      const taken = await incoming.ofForm(form, {
        ...{ key: request.headers['webhook-id'], storeId: store, said },
        consent: consent ? { given: consent.given, text: consent.text ?? '' } : null,
      });
      if (taken.is === 'rejected')
        throw new CodedError('LEAD_REFUSED', { refusals: taken.refusals });
      return { id: taken.id, duplicate: taken.is === 'duplicate' };
    },
  );
}

/** The form that has signed it. What it lacks is not told, as nobody knows who sends it. */
async function signedForm(
  request: FastifyRequest,
  webForms: HttpDeps['webForms'],
): Promise<WebForm> {
  const { headers, params, signedBody } = request;
  const text = (name: string): string => {
    const value = headers[name];
    return typeof value === 'string' ? value : '';
  };
  const form = await webForms.signedBy((params as { id: string }).id, {
    ...{ id: text('webhook-id'), timestamp: text('webhook-timestamp') },
    ...{ signature: text('webhook-signature'), body: signedBody ?? Buffer.alloc(0) },
  });
  if (form === null) throw new CodedError('WEB_FORM_REFUSED');
  return form;
}
