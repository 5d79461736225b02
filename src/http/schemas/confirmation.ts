/** Confirmation calls of leads of HQ, and what came of them. */
import { Type } from '@sinclair/typebox';
import { CONFIRMATION_RESULTS } from '../../domain/lead/confirmation';
import { PROSPECTS } from '../../domain/lead/prospect';
import { PageQuery } from './page';
import { StoreQuery } from './store';
import { Id, InstantValue, Nullable } from './values';

const oneOf = <T extends string>(...names: T[]) => Type.Unsafe<T>(Type.String({ enum: names }));
const Level = oneOf('H', 'A', 'B', 'C');

export const ConfirmationsQuery = Type.Object(
  { ...StoreQuery, ...PageQuery },
  { additionalProperties: false },
);

export const HeldLeadSchema = Type.Object({
  id: Type.String(),
  customerId: Nullable(Type.String()),
  storeId: Type.String(),
  number: Type.String({ description: 'Whole: it is to be called.', examples: ['+8613800138000'] }),
  name: Type.String(),
  version: Type.Integer(),
  level: Nullable(Level),
  prospect: Nullable(oneOf(...PROSPECTS)),
  channel: Nullable(Type.String()),
  interestSeries: Nullable(Type.String()),
  interestModel: Nullable(Type.String()),
  intendedOn: Nullable(Type.String({ examples: ['2026-12-01'] })),
  openedAt: InstantValue,
  nextAt: { ...InstantValue, description: 'When it is to be called next.' },
  tries: Type.Integer({ description: 'Calls that reached nobody.' }),
  due: Type.Boolean({ description: 'That time has come.' }),
});

export const ConfirmationParams = Type.Object({ id: Id });

export const ConfirmationBody = Type.Object(
  {
    version: Type.Integer({
      ...{ minimum: 1 },
      description: 'That was seen; when it is another one by now nothing is changed.',
    }),
    result: {
      ...oneOf(...CONFIRMATION_RESULTS),
      description:
        '`intending` 意向客户 and `ordinary` 普通线索 go on to the dealer; `owner` 已购车主, `junk` 垃圾 and `none` 无意向 to the ' +
        'archive; `unreached`: nobody picked up, he is called again.',
      examples: ['intending'],
    },
    level: Type.Optional(Nullable(Level)),
    note: Type.Optional(
      Type.String({ maxLength: 2000, pattern: '^[^\\u0000]*$', examples: ['本周末想试驾'] }),
    ),
    callId: Type.Optional({ ...Id, description: 'The call; it is filed with the lead.' }),
  },
  { additionalProperties: false },
);

export const ConfirmationDoneSchema = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  state: oneOf('open', 'archived'),
  prospect: oneOf(...PROSPECTS),
  nextAt: Nullable(InstantValue, {
    description: 'When it is to be called again; null: no more.',
  }),
  tries: Type.Integer(),
  ownerId: Nullable(Type.String({ description: 'Null: nobody has it yet.' })),
});
