/** What a person may ask of his data (PIPL): to see it, to take it along, and that it is deleted, with a certificate. */
import type { FastifyRequest } from 'fastify';
import type { Certificate } from '../../domain/customer/erasure';
import { booksOf } from '../../domain/customer/seeing';
import { CodedError } from '../../domain/errors';
import { personOf } from '../auth';
import type { Doing } from '../customer-ports';
import type { HttpDeps } from '../deps';
import type { AuditNote } from '../ports';
import type { LegalHold } from '../privacy-ports';
import { PageOf, pageRequest } from '../schemas/page';
import {
  CertificateSchema,
  EraseBody,
  ErasuresQuery,
  HeldDataSchema,
  HoldBody,
  HoldSchema,
  PrivacyParams,
} from '../schemas/privacy';
import { problems } from '../schemas/problem';
import { storeAsked, storesAsked } from '../stores';
import type { Routes } from './app';
import { customerIn } from './customers';

const RIGHT = 'customers.privacy';
const ASKED = ['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'] as const;
const DOING = [...ASKED, 'CROSS_SITE', 'DATABASE_AWAY'] as const;
const TAGS = ['customers'];

export function privacyRoutes(app: Routes, deps: HttpDeps): void {
  addShowing(app, deps, '/api/customers/:id/personal-data');
  addShowing(app, deps, '/api/customers/:id/personal-data.json');
  addErasing(app, deps);
  addCertificates(app, deps);
  addHolds(app, deps);
}

/** The second as a file to take along. */
function addShowing(app: Routes, deps: HttpDeps, path: string): void {
  const isFile = path.endsWith('.json');
  const what = isFile ? 'personal-data.exported' : 'personal-data.shown';
  app.get(
    path,
    {
      config: { access: RIGHT },
      schema: {
        tags: TAGS,
        summary: isFile
          ? 'The same as a file to take along.'
          : 'All that is held of a person in these books, as it is stored.',
        params: PrivacyParams,
        response: { 200: HeldDataSchema, ...problems(...ASKED, 'UNKNOWN_CUSTOMER') },
      },
    },
    async (request, reply) => {
      const { customer } = await customerIn(deps, personOf(request), RIGHT, request.params.id);
      await deps.caughtUp();
      const data = await deps.privacy.held(customer.id);
      await deps.audit({ who: personOf(request).id, what, subject: customer.id });
      if (isFile)
        reply.header('content-disposition', `attachment; filename="person-${customer.id}.json"`);
      return { customerId: customer.id, at: deps.now(), data };
    },
  );
}

function addErasing(app: Routes, deps: HttpDeps): void {
  app.post(
    '/api/customers/:id/erase',
    {
      config: { access: RIGHT },
      schema: {
        tags: TAGS,
        summary:
          'Delete all that is held of a person because he wishes it; the answer is the certificate.',
        description:
          'All or nothing. What is counted stays without what says of whom it is; of his numbers keyed hashes stay, and that he is ' +
          'not to be called unasked. Recordings go unless a hold stands; their files are deleted in the next minute. Not while he is ' +
          'in a call or is promised one.',
        params: PrivacyParams,
        body: EraseBody,
        response: {
          200: CertificateSchema,
          ...problems(...DOING, 'NOT_FOUND', 'UNKNOWN_CUSTOMER', 'VERSION_MOVED', 'CUSTOMER_BUSY'),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { store, version } = request.body;
      const storeId = storeAsked(person, RIGHT, store);
      const { customer } = await customerIn(deps, person, RIGHT, request.params.id);
      // What happened a moment ago is in the journal before it is in the rows.
      if (!(await deps.caughtUp())) throw new CodedError('DATABASE_AWAY');
      const seen = { id: customer.id, version, storeId };
      return shown(await deps.privacy.erase(seen, doing(request, deps, 'customer.erased')));
    },
  );
}

function addCertificates(app: Routes, deps: HttpDeps): void {
  const { privacy, live } = deps;
  app.get(
    '/api/erasures',
    {
      config: { access: RIGHT },
      schema: {
        tags: TAGS,
        summary: 'Certificates of people whose data was deleted, the newest first.',
        querystring: ErasuresQuery,
        response: {
          200: PageOf(CertificateSchema),
          ...problems(...ASKED, 'NOT_FOUND', 'BAD_CURSOR'),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { store, ...asked } = request.query;
      storesAsked(person, RIGHT, store);
      const books = booksOf(live.plan(), person, RIGHT, store);
      const { items, next } = await privacy.certificates(books, pageRequest(asked));
      return { items: items.map(shown), next };
    },
  );

  app.get(
    '/api/erasures/:id',
    {
      config: { access: RIGHT },
      schema: {
        tags: TAGS,
        summary:
          'A certificate: what was deleted, what was kept and why, when, by whom; not of whom.',
        params: PrivacyParams,
        response: { 200: CertificateSchema, ...problems(...ASKED, 'NOT_FOUND') },
      },
    },
    async (request) => {
      const found = await privacy.certificate(request.params.id);
      return shown(inBooks(request, deps, found));
    },
  );
}

function addHolds(app: Routes, deps: HttpDeps): void {
  app.post(
    '/api/customers/:id/holds',
    {
      config: { access: RIGHT },
      schema: {
        tags: TAGS,
        summary:
          'Keep the recordings of a customer also if he wishes his data deleted: a complaint, a dispute, an authority.',
        params: PrivacyParams,
        body: HoldBody,
        response: { 200: HoldSchema, ...problems(...DOING, 'NOT_FOUND', 'UNKNOWN_CUSTOMER') },
      },
    },
    async (request) => {
      const person = personOf(request);
      const storeId = storeAsked(person, RIGHT, request.body.store);
      const { customer } = await customerIn(deps, person, RIGHT, request.params.id);
      const of = { customerId: customer.id, storeId, why: request.body.why };
      return shown(await deps.privacy.hold(of, doing(request, deps, 'hold.made')));
    },
  );

  app.post(
    '/api/holds/:id/lift',
    {
      config: { access: RIGHT },
      schema: {
        tags: TAGS,
        summary: 'The recordings need be kept no longer: what an erasure had to leave is deleted.',
        params: PrivacyParams,
        response: { 200: HoldSchema, ...problems(...DOING, 'NOT_FOUND', 'HOLD_OVER') },
      },
    },
    async (request) => {
      const found = inBooks(request, deps, await deps.privacy.findHold(request.params.id));
      return shown(await deps.privacy.lift(found.id, doing(request, deps, 'hold.lifted')));
    },
  );
}

/** What is of other books is not there. */
function inBooks<T extends { controller: string }>(
  request: FastifyRequest,
  { live }: HttpDeps,
  found: T | null,
): T {
  if (found === null || !booksOf(live.plan(), personOf(request), RIGHT).includes(found.controller))
    throw new CodedError('NOT_FOUND');
  return found;
}

function doing(request: FastifyRequest, { audit, now }: HttpDeps, what: AuditNote['what']): Doing {
  const { id: by } = personOf(request);
  return { by, at: now(), noted: (subject) => audit({ who: by, what, subject }) };
}

const shown = <T extends Certificate | LegalHold>({ controller: _books, ...one }: T) => one;
