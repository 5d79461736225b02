/** A hotline as it stands now, and what may be ordered of it. */
import { Type } from '@sinclair/typebox';
import { TEST_FAULTS } from '../../domain/hotline/test-result';
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
  test: Nullable(
    Type.Object(
      {
        at: InstantValue,
        fault: Nullable(
          Type.Union(
            TEST_FAULTS.map((fault) => Type.Literal(fault)),
            { description: 'What was wrong; null: nothing.' },
          ),
        ),
        detail: Type.String(),
        answeredMs: Nullable(Type.Number({ description: 'From the INVITE to its 200.' })),
        mos: Nullable(Type.Number({ description: 'Of what was heard, 1 to 4.5.' })),
        failures: Type.Integer({ description: 'In a row; at two there is an alarm.' }),
      },
      { description: 'The last call by which we tested it ourselves.' },
    ),
  ),
  message: Nullable(
    Type.Object(
      {
        prompt: Type.String(),
        since: InstantValue,
        until: Nullable(InstantValue),
        by: Type.String(),
      },
      { description: 'What its callers hear before the greeting.' },
    ),
  ),
});

export const HotlineParams = Type.Object({ number: Id });

export const CloseBody = Type.Object(
  { until: Type.Optional(InstantText) },
  { additionalProperties: false },
);

export const MessageBody = Type.Object(
  {
    say: Type.String({
      pattern: '^[a-z0-9][a-z0-9-]{0,63}$',
      description: 'Key of a prompt: one of the store’s own, or a built-in one.',
    }),
    until: Type.Optional(InstantText),
  },
  { additionalProperties: false },
);
