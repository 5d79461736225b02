/** The ledger of hotline calls: arrived = all the ways in which they ended. */
import { Type } from '@sinclair/typebox';
import { OneStore, StoreQuery } from './store';
import { Id, InstantText, InstantValue, Nullable } from './values';

export const LedgerSchema = Type.Object({
  hotline: Nullable(Type.String({ description: 'Null: all hotlines of the store.' })),
  from: InstantValue,
  to: InstantValue,
  arrived: Type.Integer(),
  inProgress: Type.Integer(),
  talks: Type.Integer(),
  promises: Type.Integer(),
  left: Type.Integer(),
  noNumber: Type.Integer(),
  blocked: Type.Integer({ description: 'Of numbers that the store has blocked.' }),
  refused: Type.Integer(),
  overCapacity: Type.Integer({ description: 'Everything was full; the carrier has other routes.' }),
  broken: Type.Integer(),
  balanced: Type.Boolean({ description: 'Of the rows, and of the count beside them.' }),
  counted: Type.Object(
    {
      since: InstantValue,
      came: Type.Integer(),
      ended: Type.Integer(),
      inProgress: Type.Integer(),
      lost: Type.Integer({
        description: 'Came and neither ended nor go on; 0 unless there is a bug.',
      }),
    },
    { description: 'Counted by the app as calls came and ended, since it started; no rows.' },
  ),
});

export const LedgerQuery = Type.Object(
  {
    ...StoreQuery,
    hotline: Type.Optional(Id),
    from: Type.Optional(InstantText),
    to: Type.Optional(InstantText),
  },
  { additionalProperties: false },
);

/** Without `from` since a week ago, without `to` until now. */
export const PickUpsQuery = Type.Object(
  { ...OneStore, from: Type.Optional(InstantText), to: Type.Optional(InstantText) },
  { additionalProperties: false },
);

export const PickUpsSchema = Type.Object({
  from: InstantValue,
  to: InstantValue,
  zone: Type.String({ description: 'Of the store, in which the days are.' }),
  days: Type.Array(
    Type.Object({
      day: Type.String(),
      calls: Type.Integer(),
      talks: Type.Integer(),
      withinThreeRings: Type.Integer({ description: 'A telemarketer picked up within 15 s.' }),
    }),
  ),
});
