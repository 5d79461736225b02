/** The agent as pages see him; what an agent may ask for. */
import { Type } from '@sinclair/typebox';
import { Id, InstantValue, Nullable } from './values';

export const AgentIntentSchema = Type.Union([
  Type.Object({ is: Type.Literal('logged-out') }),
  Type.Object({ is: Type.Literal('not-ready'), reason: Type.String() }),
  Type.Object({ is: Type.Literal('ready') }),
]);

export const AgentSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  storeId: Type.String(),
  intent: AgentIntentSchema,
  activity: Type.Union([
    Type.Literal('idle'),
    Type.Literal('reserved'),
    Type.Literal('calling'),
    Type.Literal('talking'),
    Type.Literal('wrap-up'),
  ]),
  callId: Nullable(Type.String()),
  reachable: Type.Boolean({ description: 'False while none of the phones can be rung.' }),
  unreachable: Nullable(
    Type.Object(
      {
        reason: Type.Union([
          Type.Literal('not-registered'),
          Type.Literal('no-answer'),
          Type.Literal('disconnected'),
          Type.Literal('no-phone'),
          Type.Literal('not-nailed-up'),
        ]),
        since: Nullable(InstantValue),
        zh: Type.String(),
        en: Type.String(),
      },
      { description: 'Why no phone can be rung, since when, and what to do about it.' },
    ),
  ),
  nailed: Nullable(
    Type.Object(
      {
        state: Type.Union([
          Type.Literal('down'),
          Type.Literal('dialled'),
          Type.Literal('waits'),
          Type.Literal('up'),
        ]),
        since: InstantValue,
        zh: Type.String(),
        en: Type.String(),
      },
      { description: 'The own leg at a phone that is nailed up; null without such a phone.' },
    ),
  ),
  desktop: Type.Object(
    {
      state: Type.Union([Type.Literal('none'), Type.Literal('open'), Type.Literal('lost')]),
      since: Nullable(InstantValue),
      answers: Type.Boolean({
        description: 'A ring waits for its receipt; false after it left two out, until one comes.',
      }),
    },
    {
      description: 'The pages that are open. `lost`: within the grace, offers come without a pop.',
    },
  ),
  reasonText: Nullable(
    Type.Object(
      { zh: Type.String(), en: Type.String() },
      { description: 'Why not ready, in words, where the reason is not his own.' },
    ),
  ),
  seat: Nullable(Id),
  openForms: Type.Optional(
    Type.Array(Type.String(), {
      description: 'Calls whose forms keep him from being ready; absent: none.',
    }),
  ),
  since: InstantValue,
});

export const NotReadyBody = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 64, examples: ['lunch'] }) },
  { additionalProperties: false },
);
