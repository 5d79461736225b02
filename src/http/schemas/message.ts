/** Texts to customers, and who wants none. */
import { Type } from '@sinclair/typebox';
import { PageQuery } from './page';
import { OneStore, StoreQuery } from './store';
import { InstantValue, Nullable, NumberText } from './values';

const number = Type.String({
  description: 'With four digits hidden from who may not see to the store’s people.',
  examples: ['+86138****8000'],
});

export const MessageSchema = Type.Object({
  id: Type.String(),
  kind: Type.String({ description: '`missed-call` or `appointment`.' }),
  storeId: Type.String(),
  number,
  language: Type.String(),
  promiseId: Nullable(Type.String()),
  state: Type.String({ description: '`queued`, `sending`, `sent`, `failed` or `dropped`.' }),
  reason: Nullable(
    Type.String({
      description:
        'Why it was not sent: `opted-out`, `off`, `withheld`, `own`, `not-mobile`, `blocked`, `reached`, `withdrawn`, `recent`, ' +
        '`limit`, `late`; `refused` by the gateway; `unknown`: it may have gone.',
    }),
  ),
  detail: Type.String({ description: 'What the gateway said.' }),
  body: Type.String(),
  price: Type.Integer({ description: 'In hundredths of the currency.' }),
  askedAt: InstantValue,
  askedBy: Type.String(),
  sentAt: Nullable(InstantValue),
});

export const ListQuery = Type.Object(
  { ...StoreQuery, ...PageQuery },
  { additionalProperties: false },
);

export const OptOutSchema = Type.Object({
  id: Type.String(),
  scope: Type.String({ description: 'The legal entity, or `store:` and the store without one.' }),
  number: Type.String(),
  at: InstantValue,
  by: Type.String(),
  how: Type.String(),
});

export const OptOutParams = Type.Object({ number: NumberText });
export const OptOutBody = Type.Object(
  {
    ...OneStore,
    how: Type.String({
      ...{ minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f]+$' },
      description: 'How he said so: the proof.',
      examples: ['said so on the phone'],
    }),
  },
  { additionalProperties: false },
);
export const LiftQuery = Type.Object(OneStore, { additionalProperties: false });
