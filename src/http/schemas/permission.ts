/** Consents, refusals and whether somebody may be called, and what is said of them. */
import { Type } from '@sinclair/typebox';
import {
  CONSENT_SCOPES,
  PROOF_KINDS,
  PURPOSES,
  REFUSAL_SCOPES,
  WAYS,
} from '../../domain/customer/permission';
import { PageQuery } from './page';
import { OneStore, StoreQuery } from './store';
import { Id, InstantValue, Nullable, NumberText } from './values';

const oneOf = <T extends string>(...names: readonly T[]) =>
  Type.Unsafe<T>(Type.String({ enum: [...names] }));
const Line = (maxLength: number) =>
  Type.String({ maxLength, pattern: '^[^\\u0000-\\u001f\\u007f]*$' });

const Reference = {
  ...Line(200),
  description: 'Which form, paper, message or row of an import it is, and where it lies.',
  examples: ['试驾协议 2026-0113'],
};

const ProofSaid = Type.Object(
  {
    kind: oneOf(...PROOF_KINDS),
    callId: Type.Optional({
      ...Id,
      description: 'Of a `call`: it is of the own stores, and its recordings are the proof.',
    }),
    ref: Type.Optional(Reference),
  },
  { additionalProperties: false, description: 'By what it is known.' },
);

const Proof = Type.Object({
  kind: {
    ...oneOf(...PROOF_KINDS, 'erasure' as const),
    description: '`erasure`: his data was deleted because he wished it.',
  },
  callId: Nullable(Type.String()),
  ref: Type.String({ examples: ['试驾协议 2026-0113'] }),
});

const RecordingIds = Type.Array(Type.String(), { description: 'Of the calls that prove it.' });

const CONSENT = {
  id: Type.String(),
  customerId: Type.String(),
  scope: oneOf(...CONSENT_SCOPES),
  storeId: Type.String(),
  by: Type.String({ description: 'Who took it down.', examples: ['wang'] }),
  givenAt: InstantValue,
  proof: Proof,
  withdrawnAt: Nullable(InstantValue),
  withdrawnBy: Nullable(Type.String()),
  withdrawnProof: Nullable(Proof),
};
export const ConsentSchema = Type.Object(CONSENT);

const DO_NOT_CALL = {
  id: Type.String(),
  customerId: Nullable(Type.String({ description: 'Null: of a number alone.' })),
  number: Nullable(
    Type.String({ description: 'Null: of all that he has.', examples: ['****8000'] }),
  ),
  scope: {
    ...oneOf(...REFUSAL_SCOPES),
    description: '`unasked`: everything but what he asks for himself.',
  },
  everywhere: Type.Boolean({
    description: 'Of all legal entities of the installation; others see no more than that.',
  }),
  storeId: Type.String(),
  saidBy: Type.String({ description: 'Who said so.', examples: ['本人'] }),
  by: Type.String({ description: 'Who took it down.', examples: ['wang'] }),
  at: InstantValue,
  proof: Proof,
  liftedAt: Nullable(InstantValue),
  liftedBy: Nullable(Type.String()),
  liftedProof: Nullable(Proof),
};
export const DoNotCallSchema = Type.Object(DO_NOT_CALL);

/** Whether it may be; else the first reason. */
export const PermissionSchema = Type.Object({
  may: Type.Boolean(),
  why: Nullable(oneOf('do-not-call', 'do-not-call-now', 'consent-withdrawn', 'no-consent'), {
    description:
      'Null: he may be. `do-not-call-now`: another legal entity was told so; more of it is not ours to see.',
  }),
  scope: Nullable(oneOf(...REFUSAL_SCOPES)),
  since: Nullable(InstantValue),
});

/** Of a customer, beside what else is known of him. */
export const SAID_OF_CALLS = {
  consents: Type.Array(Type.Object({ ...CONSENT, recordingIds: RecordingIds }), {
    description: 'What he has consented to, also what he has withdrawn, the newest first.',
  }),
  doNotCall: Type.Array(Type.Object({ ...DO_NOT_CALL, recordingIds: RecordingIds }), {
    description: 'What he refuses, also what was lifted, the newest first.',
  }),
  permissions: Type.Object(
    Object.fromEntries(PURPOSES.map((purpose) => [purpose, PermissionSchema])) as Record<
      (typeof PURPOSES)[number],
      typeof PermissionSchema
    >,
    {
      description:
        'Whether he may be called now: for what he asks for, to follow a lead up, for a service he is owed, by a campaign.',
    },
  ),
};

export const PermissionQuery = Type.Object(
  {
    ...OneStore,
    number: NumberText,
    purpose: oneOf(...PURPOSES),
    way: Type.Optional({ ...oneOf(...WAYS), default: 'call' }),
  },
  { additionalProperties: false },
);

export const ConsentBody = Type.Object(
  {
    ...OneStore,
    scope: oneOf(...CONSENT_SCOPES),
    givenAt: Type.Optional({ ...InstantValue, description: 'Else now.' }),
    proof: ProofSaid,
  },
  { additionalProperties: false },
);

export const DoNotCallBody = Type.Object(
  {
    ...OneStore,
    customerId: Type.Optional({ ...Id, description: 'Of all numbers that he has or will have.' }),
    number: Type.Optional({
      ...NumberText,
      description: 'Of this number, whoever has it. One of the two is wanted.',
    }),
    scope: oneOf(...REFUSAL_SCOPES),
    everywhere: Type.Boolean({
      default: false,
      description: 'He wants no calls of any legal entity of the installation.',
    }),
    saidBy: Type.Optional({ ...Line(100), description: 'Who said so.', examples: ['本人'] }),
    proof: ProofSaid,
  },
  { additionalProperties: false },
);

export const DoNotCallQuery = Type.Object(
  { ...StoreQuery, ...PageQuery },
  { additionalProperties: false },
);
export const EndBody = Type.Object({ proof: ProofSaid }, { additionalProperties: false });
export const IdParams = Type.Object({ id: Id });
