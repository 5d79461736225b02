/** HQ confirms leads with high intent by a call (外呼确认) before a dealer has them (S18, O03, A26). */
import { CodedError } from '../../domain/errors';
import { leadRulesOf } from '../../domain/lead/rules';
import { takersOf } from '../../domain/lead/staff';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import {
  ConfirmationBody,
  ConfirmationDoneSchema,
  ConfirmationParams,
  ConfirmationsQuery,
  HeldLeadSchema,
} from '../schemas/confirmation';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import { demandIn, storesAsked } from '../stores';
import type { Routes } from './app';

const CONFIRM = 'leads.confirm';
const READING = ['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'] as const;

export function confirmationRoutes(app: Routes, deps: HttpDeps): void {
  addList(app, deps);
  addResult(app, deps);
}

function addList(app: Routes, { confirmations, now }: HttpDeps): void {
  app.get(
    '/api/confirmations',
    {
      config: { access: CONFIRM },
      schema: {
        tags: ['leads'],
        summary: 'Leads of HQ that are held until somebody confirms them by a call (外呼确认).',
        description:
          'Whose time has come first, of these the hottest level, then who has waited longest. Only what is clean, valid and ' +
          'may be called. Nobody else is to call them.',
        querystring: ConfirmationsQuery,
        response: {
          200: PageOf(HeldLeadSchema),
          ...problems(...READING, 'NOT_FOUND', 'BAD_CURSOR'),
        },
      },
    },
    async (request) => {
      const { store, ...page } = request.query;
      const storeIds = storesAsked(personOf(request), CONFIRM, store);
      const at = now();
      const { items, next } = await confirmations.held({ storeIds, now: at }, pageRequest(page));
      return { items: items.map((lead) => ({ ...lead, due: lead.nextAt <= at })), next };
    },
  );
}

function addResult(app: Routes, { confirmations, live, audit, now, caughtUp }: HttpDeps): void {
  app.post(
    '/api/leads/:id/confirmation',
    {
      config: { access: CONFIRM },
      schema: {
        tags: ['leads'],
        summary: 'Say what came of the call that confirms a lead of HQ.',
        description:
          'A lead that goes on is given to a telemarketer of its store at once, where the rules distribute by themselves. A ' +
          'wrong result is corrected by saying another one, until somebody has been given the lead.',
        params: ConfirmationParams,
        body: ConfirmationBody,
        response: {
          200: ConfirmationDoneSchema,
          ...problems(
            ...(['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'CROSS_SITE'] as const),
            ...(['DATABASE_AWAY', 'UNKNOWN_LEAD', 'NOT_FOUND'] as const),
            ...(['VERSION_MOVED', 'LEAD_NOT_HELD'] as const),
          ),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { id } = request.params;
      const { version, result, level, note = '', callId = null } = request.body;
      const storeId = await confirmations.leadStore(id);
      demandIn(person, CONFIRM, storeId ?? undefined, 'UNKNOWN_LEAD');
      if (storeId === null) throw new CodedError('UNKNOWN_LEAD');
      // A call that has just ended is to be a row.
      if (callId !== null) await caughtUp();
      const plan = live.plan();
      const zone = plan.stores.find((store) => store.id === storeId)?.timezone ?? 'UTC';
      const rules = leadRulesOf(plan, storeId);
      const done = await confirmations.say(
        { id, version },
        { result, ...(level !== undefined && { level }), note: note.trim(), callId },
        { storeId, zone, rules, takers: takersOf(plan, storeId) },
        {
          ...{ by: person.id, at: now() },
          noted: (subject) => audit({ who: person.id, what: 'lead.confirmed', subject }),
        },
      );
      return { id, ...done };
    },
  );
}
