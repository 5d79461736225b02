/** How many agents a queue of the own stores needs on a day. */
import { CodedError } from '../../domain/errors';
import { dayNumber, instantOf, localTime, type DayNumber } from '../../domain/hours/local-time';
import { DEFAULT_GOAL, staffing } from '../../domain/staffing/need';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { problems } from '../schemas/problem';
import { StaffingQuery, StaffingSchema } from '../schemas/staffing';
import { demandIn } from '../stores';
import type { Routes } from './app';

const WEEKS = 4;
const DAY_MS = 86_400_000;

export function staffingRoutes(app: Routes, { live, loads, now }: HttpDeps): void {
  app.get(
    '/api/staffing',
    {
      config: { access: 'store.oversee' },
      schema: {
        tags: ['reports'],
        summary: 'Agents that a queue needs, by quarters of an hour; without a day, today.',
        description: 'Made of the same weekday of the weeks before. Days are those of the store.',
        querystring: StaffingQuery,
        response: {
          200: StaffingSchema,
          ...problems('INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST', 'NOT_FOUND'),
        },
      },
    },
    async (request) => {
      const { queue: queueId, day: text, weeks = WEEKS } = request.query;
      const { queues, stores } = live.plan();
      const queue = queues.find(({ id }) => id === queueId);
      if (!queue) throw new CodedError('NOT_FOUND');
      demandIn(personOf(request), 'store.oversee', queue.store, 'NOT_FOUND');
      const zone = stores.find(({ id }) => id === queue.store)?.timezone ?? 'UTC';
      const day = text === undefined ? localTime(now(), zone).day : dayNumber(text);
      if (day === null) {
        throw new CodedError('INVALID_REQUEST', [
          { at: 'querystring', problem: `no day: ${text}` },
        ]);
      }
      const midnight = (of: DayNumber) => instantOf({ day: of, minute: 0 }, zone);
      const days = Array.from({ length: weeks }, (_, week) => day - 7 * (week + 1));
      const seen = await loads(
        queueId,
        days.map((one) => [midnight(one), midnight(one + 1)]),
      );
      const asked = {
        ...{ queueId, day: new Date(day * DAY_MS).toISOString().slice(0, 10) },
        ...{ startsAt: midnight(day), wrapUpMs: queue.wrapUpSeconds * 1000, goal: DEFAULT_GOAL },
      };
      return staffing(asked, seen);
    },
  );
}
