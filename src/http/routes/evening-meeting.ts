/**
 * The evening meeting (夕会): what the showroom hands over, and what is nobody's, is given to who works it from now on (W08,
 * A34). Whom a lead is taken from is its source, who has a fee when it closes.
 */
import type { Static } from '@sinclair/typebox';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import type { LeadChange, ManyRules } from '../lead-desk-ports';
import { manyRules } from '../leads-asked';
import { MeetingBody, MeetingSchema } from '../schemas/lead-desk';
import { problems } from '../schemas/problem';
import { storeAsked } from '../stores';
import type { Routes } from './app';
import { doing, shownLeft } from './lead-bulk';

const ASSIGN = 'leads.assign';
type Decision = Static<typeof MeetingBody>['decisions'][number];

export function eveningMeetingRoutes(app: Routes, deps: HttpDeps): void {
  app.post(
    '/api/leads/evening-meeting',
    {
      config: { access: ASSIGN },
      schema: {
        tags: ['leads'],
        summary:
          'Enter what the evening meeting (夕会) has decided: who works which lead from now on.',
        description:
          'What stands to be decided is `GET /api/leads?place=showroom&state=open,arrived` and `?owner=none`. Each lead is changed ' +
          'as it was seen, or left and named. Undone by `POST /api/leads/bulk/:id/undo`.',
        body: MeetingBody,
        response: {
          200: MeetingSchema,
          ...problems('INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'NOT_FOUND'),
          ...problems('CROSS_SITE', 'DATABASE_AWAY'),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { store, decisions } = request.body;
      const storeId = storeAsked(person, ASSIGN, store);
      // Said twice of one lead, the last counts.
      const rows = [...new Map(decisions.map((one) => [one.id, one])).values()];
      const all = manyRules(deps, person, ASSIGN);
      const rules: ManyRules = { ...all, may: (id) => id === storeId };
      const { id, changed, left } = await deps.leadDesk.changeMany(
        rows.map((row) => ({ id: row.id, version: row.version, change: changeOf(row) })),
        { change: { way: 'evening-meeting', storeId }, filter: null },
        rules,
        doing(deps, person, 'leads.assigned-in-meeting'),
      );
      return { id, assigned: changed.length, left: shownLeft(left) };
    },
  );
}

const changeOf = ({ ownerId, level, nextDueAt, nextPlan }: Decision): LeadChange => ({
  owner: { ownerId, way: 'evening-meeting' },
  ...(level !== undefined && { level }),
  ...(nextDueAt !== undefined && { nextDueAt }),
  ...(nextPlan !== undefined && { nextPlan }),
});
