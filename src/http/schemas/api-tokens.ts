/** Tokens of programs. */
import { Type } from '@sinclair/typebox';
import { RIGHTS, type Right } from '../../domain/rights';
import { PageOf } from './page';
import { Id, InstantValue, Nullable } from './values';

const RightValue = Type.Unsafe<Right>(Type.String({ enum: [...RIGHTS] }));

export const MakeTokenBody = Type.Object(
  {
    name: Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f]{1,100}$' }),
    rights: Type.Array(RightValue, { minItems: 1, maxItems: RIGHTS.length, uniqueItems: true }),
    stores: Type.Optional(
      Type.Array(Id, {
        minItems: 1,
        maxItems: 1000,
        uniqueItems: true,
        description: 'Left out: all where he may.',
      }),
    ),
    expiresAt: InstantValue,
  },
  { additionalProperties: false },
);

const TOKEN = {
  id: Type.String(),
  personId: Type.String(),
  name: Type.String(),
  rights: Type.Array(RightValue),
  stores: Nullable(Type.Array(Type.String())),
  createdAt: InstantValue,
  expiresAt: InstantValue,
  usedAt: Nullable(InstantValue),
};

export const MadeToken = Type.Object({
  ...TOKEN,
  value: Type.String({ description: 'For `Authorization: Bearer`; shown in this answer only.' }),
});

export const TokenList = PageOf(Type.Object(TOKEN));
