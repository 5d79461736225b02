/** Texts to customers as they were sent or not, and who wants none. */
import { CodedError } from '../../domain/errors';
import { lackingIn, templateOf, type TextMessage } from '../../domain/message/message';
import { linksBrought } from '../../domain/message/order';
import { maskedNumber } from '../../domain/message/text';
import { normaliseNumber } from '../../domain/number/normalise';
import { mayIn, type Asker } from '../../domain/rights';
import { USUAL_LANGUAGE } from '../../domain/spoken';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import {
  LiftQuery,
  ListQuery,
  MessageBody,
  MessageSchema,
  MessagesSchema,
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
const REFUSED = [
  ...(['NOT_A_NUMBER', 'TEXTS_OFF', 'NO_TEXT', 'TEXT_LACKS_VALUES', 'TEXT_HAS_LINK'] as const),
  ...(['NUMBER_NOT_KNOWN', 'TEXT_NUMBER_LIMIT'] as const),
] as const;

export function messageRoutes(app: Routes, { texts, audit, live }: HttpDeps): void {
  app.get(
    '/api/messages',
    {
      config: { access: 'store.oversee' },
      schema: {
        tags: ['messages'],
        summary: 'Texts to customers and what became of each, the newest first.',
        querystring: ListQuery,
        response: { 200: MessagesSchema, ...problems(...LISTED, 'NOT_FOUND') },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { store, limit, after } = request.query;
      const stores = storesAsked(person, 'store.oversee', store);
      const asked = pageRequest({ limit, ...(after !== undefined && { after }) });
      const { items, next } = await texts.list(stores, asked);
      return { items: items.map((one) => shownTo(person, one)), next, via: texts.via };
    },
  );

  app.post(
    '/api/messages',
    {
      // It costs money, as dialling does.
      config: { access: 'promises.settle', kind: 'dials' },
      schema: {
        tags: ['messages'],
        summary: 'Text somebody about his appointment, by the words of the plan.',
        description:
          'Only to a lead, customer or caller of the store, three a day to one number, and without addresses on the internet that ' +
          'the words of the plan do not have. It is queued. Whether it goes is decided when it would: who wants none has none, at ' +
          'night it waits. ' +
          '`GET /api/messages` says what became of it.',
        body: MessageBody,
        response: {
          200: MessageSchema,
          ...problems(...CHANGED, ...REFUSED, 'NOT_FOUND', 'DATABASE_AWAY'),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { store, kind, number: said, language = USUAL_LANGUAGE, values } = request.body;
      const storeId = storeAsked(person, 'promises.settle', store);
      const number = numberOf(said);
      if (texts.via === null) throw new CodedError('TEXTS_OFF');
      const inPlan = live.plan().stores.find(({ id }) => id === storeId)?.texts;
      const template = templateOf(inPlan, kind, language);
      if (template === null) throw new CodedError('NO_TEXT');
      const lacking = lackingIn(template, values);
      if (lacking.length > 0) throw new CodedError('TEXT_LACKS_VALUES', lacking);
      const links = linksBrought(template, values);
      if (links.length > 0) throw new CodedError('TEXT_HAS_LINK', links);
      await audit({ who: person.id, what: 'text.asked', subject: number });
      const asked = { storeId, number, language, values, askedBy: person.id };
      return shownTo(person, await texts.ask(asked));
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

/** Without what stays here, and with its number whole for who may see to the store's people. */
function shownTo(person: Asker, { key: _key, values: _values, ...message }: TextMessage) {
  return mayIn(person, 'callers.block', message.storeId)
    ? message
    : { ...message, number: maskedNumber(message.number) };
}

function numberOf(text: string): string {
  const number = normaliseNumber(text);
  if (!/^\+\d{6,15}$/.test(number)) throw new CodedError('NOT_A_NUMBER');
  return number;
}
