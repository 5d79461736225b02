/** Texts to customers as they were sent or not, and who wants none. */
import { CodedError } from '../../domain/errors';
import { maskedNumber } from '../../domain/message/text';
import { normaliseNumber } from '../../domain/number/normalise';
import { mayIn } from '../../domain/rights';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import {
  LiftQuery,
  ListQuery,
  MessageSchema,
  OptOutBody,
  OptOutParams,
  OptOutSchema,
} from '../schemas/message';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import { storeAsked, storesAsked } from '../stores';
import type { Routes } from './app';

const LISTED = ['INVALID_REQUEST', 'BAD_CURSOR', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'] as const;
const CHANGED = ['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'CROSS_SITE'] as const;

export function messageRoutes(app: Routes, { texts, audit }: HttpDeps): void {
  app.get(
    '/api/messages',
    {
      config: { access: 'store.oversee' },
      schema: {
        tags: ['messages'],
        summary: 'Texts to customers and what became of each, the newest first.',
        querystring: ListQuery,
        response: { 200: PageOf(MessageSchema), ...problems(...LISTED, 'NOT_FOUND') },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { store, limit, after } = request.query;
      const stores = storesAsked(person, 'store.oversee', store);
      const asked = pageRequest({ limit, ...(after !== undefined && { after }) });
      const { items, next } = await texts.list(stores, asked);
      const shown = items.map(({ key: _key, values: _values, ...message }) =>
        mayIn(person, 'callers.block', message.storeId)
          ? message
          : { ...message, number: maskedNumber(message.number) },
      );
      return { items: shown, next };
    },
  );

  app.get(
    '/api/opt-outs',
    {
      config: { access: 'promises.settle' },
      schema: {
        tags: ['messages'],
        summary: 'Who wants no texts of the own stores and their legal entities, the newest first.',
        querystring: ListQuery,
        response: { 200: PageOf(OptOutSchema), ...problems(...LISTED, 'NOT_FOUND') },
      },
    },
    (request) => {
      const { store, limit, after } = request.query;
      const stores = storesAsked(personOf(request), 'promises.settle', store);
      return texts.optOuts(stores, pageRequest({ limit, ...(after !== undefined && { after }) }));
    },
  );

  app.put(
    '/api/opt-outs/:number',
    {
      config: { access: 'promises.settle' },
      schema: {
        tags: ['messages'],
        summary: 'Send a number no texts any more, of no store of the legal entity.',
        description: 'One that stands already is answered as it is, with its proof.',
        params: OptOutParams,
        body: OptOutBody,
        response: { 200: OptOutSchema, ...problems(...CHANGED, 'NOT_A_NUMBER', 'NOT_FOUND') },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { store, how } = request.body;
      const storeId = storeAsked(person, 'promises.settle', store);
      const number = numberOf(request.params.number);
      await audit({ who: person.id, what: 'opt-out.made', subject: number });
      return texts.optOut({ storeId, number, by: person.id, how });
    },
  );

  app.delete(
    '/api/opt-outs/:number',
    {
      config: { access: 'callers.block' },
      schema: {
        tags: ['messages'],
        summary: 'Send a number texts again: he has said so himself.',
        params: OptOutParams,
        querystring: LiftQuery,
        response: {
          204: { type: 'null', description: 'He may have texts.' },
          ...problems(...CHANGED, 'NOT_A_NUMBER', 'NO_OPT_OUT', 'NOT_FOUND'),
        },
      },
    },
    async (request, reply) => {
      const person = personOf(request);
      const storeId = storeAsked(person, 'callers.block', request.query.store);
      const number = numberOf(request.params.number);
      await audit({ who: person.id, what: 'opt-out.lifted', subject: number });
      if (!(await texts.lift({ storeId, number, by: person.id })))
        throw new CodedError('NO_OPT_OUT');
      return reply.code(204).send();
    },
  );
}

function numberOf(text: string): string {
  const number = normaliseNumber(text);
  if (!/^\+\d{6,15}$/.test(number)) throw new CodedError('NOT_A_NUMBER');
  return number;
}
