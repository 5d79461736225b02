/** A caller of whom the store takes no calls. */
import { Type } from '@sinclair/typebox';
import { WholePageQuery } from './page';
import { OneStore, StoreQuery } from './store';
import { InstantText, InstantValue, Nullable, NumberText } from './values';

export const BlockSchema = Type.Object({
  storeId: Type.String(),
  number: Type.String(),
  reason: Type.String(),
  by: Type.String(),
  since: InstantValue,
  until: Nullable(InstantValue),
});

export const BlocksQuery = Type.Object(
  { ...StoreQuery, ...WholePageQuery },
  { additionalProperties: false },
);
export const UnblockQuery = Type.Object(OneStore, { additionalProperties: false });

export const BlockBody = Type.Object(
  {
    ...OneStore,
    number: NumberText,
    reason: Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f]+$' }),
    until: Type.Optional(InstantText),
  },
  { additionalProperties: false },
);

export const BlockParams = Type.Object({ number: NumberText });
