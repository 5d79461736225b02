/** Deeds on many leads at once, on a selection or on all that a filter finds, and how they are undone. */
import type { Static } from '@sinclair/typebox';
import { CodedError, ERRORS, type ErrorCode } from '../../domain/errors';
import { withoutWords } from '../../domain/lead/filter';
import type { Asker } from '../../domain/rights';
import { personOf } from '../auth';
import type { Doing, Seen } from '../customer-ports';
import type { HttpDeps } from '../deps';
import type { LeadChange, RowLeft } from '../lead-desk-ports';
import { leadsAsked, manyRules, overView } from '../leads-asked';
import type { AuditNote } from '../ports';
import {
  BulkBody,
  BulkDeedSchema,
  BulkSchema,
  DeskParams,
  said,
  UndoneSchema,
  ViewsQuery,
} from '../schemas/lead-desk';
import { PageOf, pageRequest } from '../schemas/page';
import { problems } from '../schemas/problem';
import { storesAsked } from '../stores';
import type { Routes } from './app';

const READING = ['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'NOT_FOUND'] as const;
const CHANGING = [...READING, 'CROSS_SITE', 'DATABASE_AWAY'] as const;
const ASSIGN = 'leads.assign';
/** Each is a transaction: more would take longer than who asks waits. */
const MOST = 1000;

type Body = Static<typeof BulkBody>;

export function leadBulkRoutes(app: Routes, deps: HttpDeps): void {
  addChanging(app, deps);
  addUndoing(app, deps);
}

export const doing = ({ audit, now }: HttpDeps, person: Asker, what: AuditNote['what']): Doing => ({
  ...{ by: person.id, at: now() },
  noted: (subject) => audit({ who: person.id, what, subject }),
});

/** With the words of the error. */
export const shownLeft = (left: readonly RowLeft[]) =>
  left.map(({ code, ...row }) => {
    const { zh, en } = ERRORS[code as ErrorCode];
    return { ...row, code, message: { zh, en } };
  });

function addChanging(app: Routes, deps: HttpDeps): void {
  const { leadDesk } = deps;
  app.get(
    '/api/leads/bulk',
    {
      config: { access: ASSIGN },
      schema: {
        tags: ['leads'],
        summary: 'What was done to many leads of the own stores at once, the newest first.',
        querystring: ViewsQuery,
        response: { 200: PageOf(BulkDeedSchema), ...problems(...READING, 'BAD_CURSOR') },
      },
    },
    (request) => {
      const { store, ...page } = request.query;
      const stores = storesAsked(personOf(request), ASSIGN, store);
      return leadDesk.deeds(stores, pageRequest(page));
    },
  );

  app.post(
    '/api/leads/bulk',
    {
      config: { access: ASSIGN },
      schema: {
        tags: ['leads'],
        summary: 'Say the same of many leads: owner, level, how they end, when they are due.',
        description:
          'Of a selection, or of all that a filter finds (1000 at most), of which a dry run shows how many there are. Each lead ' +
          'is changed as it was seen, or left and named. What closed with a deal and what is invalid is left.',
        body: BulkBody,
        response: {
          200: BulkSchema,
          ...problems(...CHANGING, 'UNKNOWN_VIEW', 'COUNT_MOVED', 'TOO_MANY_LEADS'),
        },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { dryRun, change } = request.body;
      const { rows, filter } = await meant(deps, person, request.body);
      const count = rows.length;
      if (dryRun) return { id: null, dryRun, count, changed: 0, left: [] };
      const each = changeOf(change);
      const { id, changed, left } = await leadDesk.changeMany(
        rows.map((row) => ({ ...row, change: each })),
        { change, filter },
        manyRules(deps, person, ASSIGN),
        doing(deps, person, 'leads.changed-together'),
      );
      return { id, dryRun, count, changed: changed.length, left: shownLeft(left) };
    },
  );
}

/** Which leads, as they were seen or as they are now; `filter`: what is kept of it. */
async function meant(
  deps: HttpDeps,
  person: Asker,
  { selection, filter, view, expected, dryRun }: Body,
): Promise<{ rows: Seen[]; filter: object | null }> {
  if ((selection === undefined) === (filter === undefined && view === undefined))
    throw new CodedError('INVALID_REQUEST', [
      { at: 'body', problem: 'either a selection, or a filter or view' },
    ]);
  if (selection !== undefined) {
    const rows = [...new Map(selection.map((row) => [row.id, row])).values()];
    return { rows, filter: null };
  }
  const whole = await overView(deps, person, { view, filter: said(filter ?? {}) });
  const asked = leadsAsked(deps, person, ASSIGN, whole);
  const rows = await deps.leadDesk.versions(asked, MOST + 1);
  if (rows.length > MOST) {
    const count = await deps.leadDesk.count(asked);
    throw new CodedError('TOO_MANY_LEADS', { count, most: MOST });
  }
  if (!dryRun && expected === undefined)
    throw new CodedError('INVALID_REQUEST', [{ at: 'body.expected', problem: 'missing' }]);
  if (!dryRun && expected !== rows.length)
    throw new CodedError('COUNT_MOVED', { count: rows.length });
  return { rows, filter: withoutWords(whole) };
}

function changeOf({ ownerId, level, state, reason, nextDueAt }: Body['change']): LeadChange {
  return {
    ...(ownerId !== undefined && { owner: { ownerId, ...(reason !== undefined && { reason }) } }),
    ...(level !== undefined && { level }),
    ...(state !== undefined && { state: { state, reason: reason ?? null } }),
    ...(nextDueAt !== undefined && { nextDueAt }),
  };
}

function addUndoing(app: Routes, deps: HttpDeps): void {
  app.post(
    '/api/leads/bulk/:id/undo',
    {
      config: { access: ASSIGN },
      schema: {
        tags: ['leads'],
        summary: 'Undo what was done to many leads: each is as it was before.',
        description: 'Those that somebody has changed since are left and named.',
        params: DeskParams,
        response: { 200: UndoneSchema, ...problems(...CHANGING, 'UNKNOWN_BULK') },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { id, changed, left } = await deps.leadDesk.undoMany(
        request.params.id,
        manyRules(deps, person, ASSIGN),
        doing(deps, person, 'leads.change-undone'),
      );
      return { id, undone: changed.length, left: shownLeft(left) };
    },
  );
}
