/** Files of customers and leads: taking one, how far it is, what was rejected, and taking it back. */
import { Readable } from 'node:stream';
import { CodedError } from '../../domain/errors';
import type { ImportBatch } from '../../domain/intake/batch';
import { isField } from '../../domain/intake/fields';
import type { Given } from '../../domain/intake/header';
import type { PreviewOrder } from '../../domain/intake/preview';
import { NO_STORE, type Asker } from '../../domain/rights';
import type { Static } from '@sinclair/typebox';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { personOf } from '../auth';
import type { FastifyRequest } from 'fastify';
import type { HttpDeps } from '../deps';
import { IMPORT_LIMIT_BYTES } from '../import-ports';
import {
  CsvFile,
  FileBody,
  ImportParams,
  ImportPreviewSchema,
  ImportQuery,
  ImportSchema,
  ImportsQuery,
} from '../schemas/import';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import { demandIn, storeAsked, storesAsked } from '../stores';
import type { Routes } from './app';

const READING = ['NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'NOT_FOUND'] as const;
const CHANGING = ['INVALID_REQUEST', ...READING, 'CROSS_SITE'] as const;
const REFUSED = [
  ...(['TOO_LARGE', 'UNSUPPORTED_TYPE', 'IMPORT_TOO_LARGE', 'IMPORT_UNREADABLE'] as const),
  ...(['IMPORT_OLD_EXCEL', 'IMPORT_NO_HEADING'] as const),
] as const;
const RIGHT = 'leads.import';
const FILE_TYPES =
  /^(?:text\/(?:csv|plain|tab-separated-values)|application\/(?:octet-stream|vnd\.openxmlformats-officedocument\.spreadsheetml\.sheet|vnd\.ms-excel))\b/;

export function importRoutes(app: Routes, deps: HttpDeps): void {
  addReading(app, deps);
  addRejects(app, deps);
  addUndo(app, deps);
  // Only here a body is passed on as it comes, and never in memory as a whole.
  app.register(async (inner) => {
    inner.removeAllContentTypeParsers();
    inner.addContentTypeParser(FILE_TYPES, (_request, _payload, done) => done(null, undefined));
    addReceiving(inner.withTypeProvider<TypeBoxTypeProvider>(), deps);
    addPreview(inner.withTypeProvider<TypeBoxTypeProvider>(), deps);
  });
}

function addReading(app: Routes, deps: HttpDeps): void {
  const { imports } = deps;
  app.get(
    '/api/imports',
    {
      config: { access: RIGHT },
      schema: {
        tags: ['leads'],
        summary: 'Imports of the own stores, the newest first.',
        querystring: ImportsQuery,
        response: {
          200: PageOf(ImportSchema),
          ...problems('INVALID_REQUEST', 'BAD_CURSOR', ...READING),
        },
      },
    },
    async (request) => {
      const { store, ...page } = request.query;
      const stores = storesAsked(askerOf(request, deps), RIGHT, store);
      const { items, next } = await imports.list(stores, pageRequest(page));
      return { items: items.map(shown), next };
    },
  );

  app.get(
    '/api/imports/:id',
    {
      config: { access: RIGHT },
      schema: {
        tags: ['leads'],
        summary: 'How far an import is, and what has come of it so far.',
        params: ImportParams,
        response: { 200: ImportSchema, ...problems(...READING) },
      },
    },
    async (request) =>
      shown(await batchFor(askerOf(request, deps), request.params.id, { imports })),
  );
}

function addRejects(app: Routes, deps: HttpDeps): void {
  const { imports, audit } = deps;
  app.get(
    '/api/imports/:id/rejects.csv',
    {
      config: { access: RIGHT },
      schema: {
        tags: ['leads'],
        summary:
          'Rejected rows in the layout of the file, with why: to be corrected and imported again.',
        params: ImportParams,
        response: { 200: CsvFile, ...problems(...READING) },
      },
    },
    async (request, reply) => {
      const person = askerOf(request, deps);
      const batch = await batchFor(person, request.params.id, { imports });
      await audit({ who: person.id, what: 'import.rejects-read', subject: batch.id });
      return reply
        .header('content-disposition', `attachment; filename="rejects-${batch.id}.csv"`)
        .type('text/csv; charset=utf-8')
        .send(Readable.from(imports.rejects(batch), { objectMode: false }));
    },
  );
}

function addReceiving(app: Routes, deps: HttpDeps): void {
  const { imports, audit } = deps;
  app.post(
    '/api/imports',
    {
      config: { access: RIGHT, checksTexts: true },
      bodyLimit: IMPORT_LIMIT_BYTES,
      schema: {
        tags: ['leads'],
        summary: 'Import customers and leads from a CSV or XLSX file of any layout.',
        description:
          'The body is the file, 100 MB and 200,000 rows at most. It is read when it is its turn; `GET /api/imports/:id` says how ' +
          'far it is. What has landed before changes nothing.',
        querystring: ImportQuery,
        body: FileBody,
        response: {
          200: ImportSchema,
          ...problems(...CHANGING, ...REFUSED, 'DATABASE_AWAY'),
        },
      },
    },
    async (request) => {
      const person = askerOf(request, deps);
      const order = orderFor(person, request, deps);
      const noted = (id: string) => audit({ who: person.id, what: 'import.begun', subject: id });
      return shown(await imports.receive(order, request.raw, noted));
    },
  );
}

function addPreview(app: Routes, deps: HttpDeps): void {
  const { imports, audit } = deps;
  app.post(
    '/api/imports/preview',
    {
      config: { access: RIGHT, checksTexts: true },
      bodyLimit: IMPORT_LIMIT_BYTES,
      schema: {
        tags: ['leads'],
        summary: 'What a file would do if it were imported: nothing is changed by it.',
        description:
          'Asked as `POST /api/imports` is, with the file as the body; it answers when the whole file is read, one preview after the ' +
          'other. Nothing of it is kept. Columns that are said here are not remembered.',
        querystring: ImportQuery,
        body: FileBody,
        response: {
          200: ImportPreviewSchema,
          ...problems(...CHANGING, ...REFUSED, 'IMPORT_BROKEN_OFF', 'DATABASE_AWAY'),
        },
      },
    },
    async (request, reply) => {
      const person = askerOf(request, deps);
      const order = orderFor(person, request, deps);
      // It says who is known.
      await audit({ who: person.id, what: 'import.previewed', subject: order.storeId });
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      return imports.preview(order, request.raw, gone.signal);
    },
  );
}

/** What is asked of the file that follows. */
function orderFor(
  person: Asker,
  {
    query,
    headers,
  }: Pick<FastifyRequest<{ Querystring: Static<typeof ImportQuery> }>, 'query' | 'headers'>,
  deps: HttpDeps,
): PreviewOrder {
  const { store, name, format, as, source, areaCode: area = '', columns } = query;
  if (store === undefined && person.store === NO_STORE) demandOneStore(deps);
  const storeId = storeAsked(person, RIGHT, store);
  const given = columns === undefined ? null : givenIn(columns);
  if (Number(headers['content-length'] ?? 0) > IMPORT_LIMIT_BYTES)
    throw new CodedError('TOO_LARGE');
  return { storeId, by: person.id, fileName: name, format, as, source, area, given };
}

function addUndo(app: Routes, deps: HttpDeps): void {
  const { imports, audit } = deps;
  app.post(
    '/api/imports/:id/undo',
    {
      config: { access: RIGHT },
      schema: {
        tags: ['leads'],
        summary: 'Take an import back: what it made goes, what it filled is empty again.',
        description: 'What somebody has worked with since stays, and is told (`kept`).',
        params: ImportParams,
        response: {
          200: ImportSchema,
          ...problems(...CHANGING, 'IMPORT_GOING', 'IMPORT_UNDONE', 'DATABASE_AWAY'),
        },
      },
    },
    async (request) => {
      const person = askerOf(request, deps);
      const batch = await batchFor(person, request.params.id, { imports });
      if (batch.state === 'waiting' || batch.state === 'running')
        throw new CodedError('IMPORT_GOING');
      if (batch.state === 'undoing' || batch.state === 'undone')
        throw new CodedError('IMPORT_UNDONE');
      await audit({ who: person.id, what: 'import.undone', subject: batch.id });
      return shown(await imports.undo(batch, person.id));
    },
  );
}

/** Who asks; the command on this machine may in all stores, as who sets the system up may. */
function askerOf(request: FastifyRequest, { live }: Pick<HttpDeps, 'live'>): Asker {
  if (request.caller.is !== 'admin-token') return personOf(request);
  const stores = live.plan().stores.map(({ id }) => id);
  return {
    ...{ id: 'admin-token', name: '', post: 'administrator', store: NO_STORE, queues: [] },
    posts: [{ post: 'administrator', stores }],
  };
}

/** Who belongs to no store says in which one, unless there is but one. */
function demandOneStore({ live }: Pick<HttpDeps, 'live'>): void {
  if (live.plan().stores.length > 1)
    throw new CodedError('INVALID_REQUEST', [{ at: 'querystring/store', problem: 'is missing' }]);
}

async function batchFor(
  person: Asker,
  id: string,
  { imports }: Pick<HttpDeps, 'imports'>,
): Promise<ImportBatch> {
  const batch = await imports.find(id);
  demandIn(person, RIGHT, batch?.storeId, 'NOT_FOUND');
  if (batch === null) throw new CodedError('NOT_FOUND');
  return batch;
}

/** What `columns` says; refuses what is no mapping. */
function givenIn(text: string): Given {
  const refuse = (problem: string): never => {
    throw new CodedError('INVALID_REQUEST', [{ at: 'querystring/columns', problem }]);
  };
  const said = parsed(text);
  if (typeof said !== 'object' || said === null || Array.isArray(said))
    return refuse('is no object');
  for (const [heading, field] of Object.entries(said))
    if (field !== null && !(typeof field === 'string' && isField(field)))
      return refuse(`no field of a column: ${heading}`);
  return said as Given;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** As an answer has it. */
function shown({ fileName, heading, keptCount, kept, ...batch }: ImportBatch) {
  const { id, storeId, by, bytes, format, as, source, state, error, rowDone, counts } = batch;
  const { createdAt, doneAt, undoneAt, undoneBy } = batch;
  return {
    ...{ id, storeId, by, name: fileName, bytes, format, as, source, state, error, rowDone },
    columns: (heading?.labels ?? []).map((label, column) => ({
      ...{ heading: label, field: heading?.mapping[column] ?? null },
    })),
    ...{ counts, kept: keptCount, createdAt, doneAt, undoneAt, undoneBy },
    keptItems: kept.map(({ what, id: of, field = null }) => ({ what, id: of, field })),
  };
}
