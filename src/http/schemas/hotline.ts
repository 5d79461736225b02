/** A hotline as it stands now, and what may be ordered of it. */
import { Type } from '@sinclair/typebox';
import { Id, InstantText, InstantValue, Nullable } from './values';

export const HotlineSchema = Type.Object({
  number: Type.String(),
  storeId: Type.String(),
  queueId: Type.String(),
  open: Type.Boolean({ description: 'False: callers are promised a call for when it opens.' }),
  why: Nullable(
    Type.Union([
      Type.Literal('after-hours'),
      Type.Literal('holiday'),
      Type.Literal('closure', { description: 'Somebody has closed it by command.' }),
    ]),
  ),
  opensAt: Nullable(InstantValue),
  closure: Nullable(
    Type.Object({
      since: InstantValue,
      until: Nullable(InstantValue),
      by: Type.String({ description: 'A person, or `admin-token`.' }),
    }),
  ),
});

export const HotlineParams = Type.Object({ number: Id });

export const CloseBody = Type.Object(
  { until: Type.Optional(InstantText) },
  { additionalProperties: false },
);
