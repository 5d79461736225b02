/** A lead's row, and what is asked of leads. */
import { Type } from '@sinclair/typebox';
import { Id, InstantValue, Nullable } from './values';

export const LeadSchema = Type.Object({
  id: Type.String(),
  storeId: Type.String(),
  number: Type.String(),
  name: Type.String(),
  ownerId: Nullable(Type.String()),
  source: Type.String(),
  openedAt: InstantValue,
  openedByCall: Nullable(Type.String()),
  kind: Nullable(Type.Union([Type.Literal('pre-sale'), Type.Literal('after-sale')])),
  level: Nullable(
    Type.Union([Type.Literal('H'), Type.Literal('A'), Type.Literal('B'), Type.Literal('C')]),
  ),
  channel: Nullable(Type.String({ description: 'Source of the newest pre-sale form (渠道).' })),
  numberConfirmed: Type.Boolean({
    description: "An agent said that the number is this person's own line; mobile ones need none.",
  }),
});

export const LeadParams = Type.Object({ id: Id });
