/** A lead's row, and what is asked of leads. */
import { Type } from '@sinclair/typebox';
import { PageQuery } from './page';
import { Id, InstantValue, Nullable, NumberText } from './values';

export const LeadSchema = Type.Object({
  id: Type.String(),
  storeId: Type.String(),
  number: Type.String(),
  name: Type.String(),
  ownerId: Nullable(Type.String()),
  source: Type.String(),
  openedAt: InstantValue,
  openedByCall: Nullable(Type.String()),
  numberConfirmed: Type.Boolean({
    description: "An agent said that the number is this person's own line; mobile ones need none.",
  }),
});

export const LeadsQuery = Type.Object(
  { number: Type.Optional(NumberText), ...PageQuery },
  { additionalProperties: false },
);

export const LeadParams = Type.Object({ id: Id });
