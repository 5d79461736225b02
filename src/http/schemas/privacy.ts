/** All that is held of a person, the certificate that it was deleted, and what holds recordings. */
import { Type } from '@sinclair/typebox';
import { ERASED_THINGS, HOLD_REASONS } from '../../domain/customer/erasure';
import { PageQuery } from './page';
import { OneStore, StoreQuery } from './store';
import { Id, InstantValue, Nullable } from './values';

const oneOf = <T extends string>(...names: readonly T[]) =>
  Type.Unsafe<T>(Type.String({ enum: [...names] }));

export const HeldDataSchema = Type.Object({
  customerId: Type.String(),
  at: InstantValue,
  data: Type.Record(
    Type.String(),
    Type.Array(Type.Record(Type.String(), Type.Unknown()), {
      description: 'Rows as they are stored.',
    }),
    {
      description: 'By what it is: customer, numbers, leads, contacts, calls, recordings …',
      examples: [{ numbers: [{ number: '+8613800138000', kind: 'mobile' }] }],
    },
  ),
});

const Count = Type.Integer({ minimum: 0 });

export const CertificateSchema = Type.Object({
  id: Type.String(),
  storeId: Type.String(),
  by: Type.String({ examples: ['chen'] }),
  at: InstantValue,
  erased: Type.Object(
    Object.fromEntries(ERASED_THINGS.map((thing) => [thing, Count])) as Record<
      (typeof ERASED_THINGS)[number],
      typeof Count
    >,
    { description: 'How many of each.' },
  ),
  kept: Type.Array(
    Type.Object({
      what: oneOf('recordings', 'number-hashes', 'do-not-call', 'blocked-numbers'),
      count: Count,
      why: oneOf(...HOLD_REASONS, 'refusal', 'protection'),
    }),
    { description: 'What was kept, and why.' },
  ),
  filesLeft: Type.Integer({ description: 'Files of recordings that are still to be deleted.' }),
  filesDeletedAt: Nullable(InstantValue),
});

export const HoldSchema = Type.Object({
  id: Type.String(),
  customerId: Type.String(),
  storeId: Type.String(),
  why: oneOf(...HOLD_REASONS),
  by: Type.String({ examples: ['chen'] }),
  at: InstantValue,
  liftedAt: Nullable(InstantValue),
  liftedBy: Nullable(Type.String()),
});

export const EraseBody = Type.Object(
  {
    ...OneStore,
    version: Type.Integer({
      minimum: 1,
      description: 'That was seen: he is deleted as he was shown, or not at all.',
    }),
  },
  { additionalProperties: false },
);
export const HoldBody = Type.Object(
  { ...OneStore, why: oneOf(...HOLD_REASONS) },
  { additionalProperties: false },
);
export const ErasuresQuery = Type.Object(
  { ...StoreQuery, ...PageQuery },
  { additionalProperties: false },
);
export const PrivacyParams = Type.Object({ id: Id });
