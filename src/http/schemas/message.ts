/** Texts to customers, and who wants none. */
import { Type } from '@sinclair/typebox';
import { PageOf, PageQuery } from './page';
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
  language: Type.String({ examples: ['zh-CN'] }),
  promiseId: Nullable(Type.String({ examples: ['019c1353-8a00-7c21-9a51-0c4e2f6b7d10'] })),
  state: Type.String({
    examples: ['sent'],
    description: '`queued`, `sending`, `sent`, `failed` or `dropped`.',
  }),
  reason: Nullable(
    Type.String({
      description:
        'Why it was not sent: `opted-out`, `refused-contact`, `off`, `withheld`, `own`, `not-mobile`, `blocked`, `reached`, `withdrawn`, `recent`, ' +
        '`limit`, `late`; `refused` by the gateway; `unknown`: it may have gone.',
    }),
  ),
  detail: Type.String({ description: 'What the gateway said.' }),
  body: Type.String({ examples: ['【北京一店】我们会尽快回电。'] }),
  price: Type.Integer({ description: 'In hundredths of the currency.' }),
  askedAt: InstantValue,
  askedBy: Type.String(),
  sentAt: Nullable(InstantValue),
});

/** A page of texts, and whether any are sent. */
export const MessagesSchema = Type.Composite([
  PageOf(MessageSchema),
  Type.Object({
    via: Nullable(Type.String({ examples: ['http'] }), {
      description:
        'Which gateway sends them (`TEXTS_VIA`); null: none is set, and nothing is sent.',
      examples: ['http'],
    }),
  }),
]);

export const MessageBody = Type.Object(
  {
    ...OneStore,
    kind: Type.Literal('appointment', {
      description: 'Of missed calls texts are sent by themselves.',
    }),
    number: NumberText,
    language: Type.Optional(
      Type.Union([Type.Literal('zh-CN'), Type.Literal('en')], { default: 'zh-CN' }),
    ),
    values: Type.Record(
      Type.String({ pattern: '^\\w{1,32}$' }),
      Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f\\u2028\\u2029]{1,100}$' }),
      {
        ...{ maxProperties: 20, additionalProperties: false },
        description: 'What stands in the places of the text of the plan; `store` is known.',
        examples: [{ time: '10月1日 14:00', model: 'ID.4' }],
      },
    ),
  },
  { additionalProperties: false },
);

export const ListQuery = Type.Object(
  { ...StoreQuery, ...PageQuery },
  { additionalProperties: false },
);

export const OptOutSchema = Type.Object({
  id: Type.String(),
  scope: Type.String({
    examples: ['north'],
    description: 'The legal entity, or `store:` and the store without one.',
  }),
  number: Type.String(),
  at: InstantValue,
  by: Type.String(),
  how: Type.String({ examples: ['said so on the phone'] }),
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
