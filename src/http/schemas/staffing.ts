/** How many agents a queue needs, by quarters of an hour. */
import { Type } from '@sinclair/typebox';
import { Id, InstantValue, Nullable } from './values';

export const StaffingSchema = Type.Object({
  queueId: Type.String(),
  day: Type.String(),
  days: Type.Integer({ description: 'The same weekdays before it that were looked at.' }),
  goal: Type.Object({
    withinMs: Type.Integer(),
    share: Type.Number({ description: 'Of all callers, those who hung up among them.' }),
  }),
  handlingMs: Nullable(Type.Number({ description: 'Mean talk, and the wrap-up of the queue.' })),
  patienceMs: Nullable(Type.Number({ description: 'Null: nobody hung up.' })),
  quarters: Type.Array(
    Type.Object({
      at: InstantValue,
      callers: Type.Number({ description: 'Mean of those days.' }),
      needed: Nullable(
        Type.Integer({ description: 'Agents, by Erlang A; null: no talk is known.' }),
      ),
    }),
  ),
});

export const StaffingQuery = Type.Object(
  {
    queue: Id,
    day: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$' })),
    weeks: Type.Optional(Type.Integer({ minimum: 1, maximum: 12 })),
  },
  { additionalProperties: false },
);
