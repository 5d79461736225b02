/**
 * Forms of calls. Who answers gets 200 when his answers are on disk, whether the database is there or not; what is
 * still missing keeps nothing of them from being kept.
 */
import { CodedError } from '../../domain/errors';
import { choicesOf } from '../../domain/form/choices';
import { CALL_KINDS, formView, LEAD_LEVELS, type FormSnapshot } from '../../domain/form/form';
import { mayAnswer, mayRead } from '../../domain/form/whose';
import type { CallId } from '../../domain/ids';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { CallParams } from '../schemas/call';
import {
  ChoicesSchema,
  FilledSchema,
  FormBody,
  FormSchema,
  UnclassifiedQuery,
  UnclassifiedSchema,
} from '../schemas/form';
import { problems } from '../schemas/problem';
import { instantOf } from '../schemas/values';
import { storesAsked } from '../stores';
import type { Routes } from './app';

const WEEK_MS = 7 * 86_400_000;
const REFUSALS = ['NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'NO_FORM'] as const;

export function formRoutes(app: Routes, deps: HttpDeps): void {
  const { forms, queries, live, written, now } = deps;
  const formOf = async (callId: CallId): Promise<FormSnapshot> => {
    const form = forms.form(callId) ?? (await queries.form(callId));
    if (form === null) throw new CodedError('NO_FORM');
    return form;
  };

  app.get(
    '/api/calls/:id/form',
    {
      config: { access: 'store.read' },
      schema: {
        tags: ['forms'],
        summary: 'The form of a call of the own stores, or of a talk of his own.',
        params: CallParams,
        response: { 200: FormSchema, ...problems(...REFUSALS) },
      },
    },
    async (request) => {
      const form = await formOf(request.params.id);
      if (!mayRead(personOf(request), form)) throw new CodedError('NO_FORM');
      return formView(form);
    },
  );

  app.post(
    '/api/calls/:id/form',
    {
      config: { access: 'store.read' },
      schema: {
        tags: ['forms'],
        summary: 'Answer the form of a call, also while it goes on, or correct it later.',
        description:
          'A draft: what is given is kept, on disk when this is answered; a missing field stays as ' +
          'it is, null empties it. It is complete when nothing is `missing`. An answer that cannot ' +
          'be is told in `faults` and takes no other one with it.',
        params: CallParams,
        body: FormBody,
        response: {
          200: FilledSchema,
          ...problems('INVALID_REQUEST', ...REFUSALS, 'CROSS_SITE'),
          ...problems('NOT_AUTHENTICATED', 'CROSS_SITE', 'FORBIDDEN_POST', 'NOT_YOUR_FORM'),
          ...problems('FORM_INCOMPLETE'),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const form = await formOf(request.params.id);
      const isOfOwner = form.falls && form.agentId !== person.id && mayRead(person, form);
      // Only then the database has to be asked.
      const withoutOwner = mayAnswer(person, form, null);
      const refusal =
        withoutOwner === 'NOT_YOUR_FORM' && isOfOwner
          ? mayAnswer(person, form, await queries.ownerOfCall(form.callId))
          : withoutOwner;
      if (refusal !== null) throw new CodedError(refusal);
      const filled = forms.fill(person.id, request.body, form);
      if (typeof filled === 'string') throw new CodedError(filled);
      await written();
      return { ...formView(filled.form), faults: filled.faults };
    },
  );

  app.get(
    '/api/form-choices',
    {
      config: { access: 'store.read' },
      schema: {
        tags: ['forms'],
        summary: 'What can be chosen in a form.',
        response: { 200: ChoicesSchema, ...problems('NOT_AUTHENTICATED', 'FORBIDDEN_POST') },
      },
    },
    () => {
      const { sources, dispositions } = choicesOf(live.plan().forms);
      return {
        ...{ kinds: [...CALL_KINDS], levels: [...LEAD_LEVELS] },
        ...{ sources: [...sources], dispositions: [...dispositions] },
      };
    },
  );

  app.get(
    '/api/reports/unclassified',
    {
      config: { access: 'store.oversee' },
      schema: {
        tags: ['reports'],
        summary:
          'Calls of the own stores without a complete form, by agent; without `from` of a week.',
        querystring: UnclassifiedQuery,
        response: {
          200: UnclassifiedSchema,
          ...problems('INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'NOT_FOUND'),
        },
      },
    },
    (request) => {
      const { store, from, to } = request.query;
      const until = to === undefined ? now() : instantOf(to);
      const since = from === undefined ? until - WEEK_MS : instantOf(from);
      const storeIds = storesAsked(personOf(request), 'store.oversee', store);
      return queries.unclassified({ storeIds, from: since, to: until });
    },
  );
}
