/** A number, what becomes of it by the plan, and what is asked of one. */
import { Type } from '@sinclair/typebox';
import { Id, Nullable, NumberText } from './values';

const Step = Type.Object({
  did: Type.String({ enum: ['rule', 'prefix', 'normalised', 'emergency', 'dialled'] }),
  number: Type.String({ description: 'What the step made.' }),
  index: Type.Optional(Type.Integer({ description: 'Place of the rule in its list, from 0.' })),
  match: Type.Optional(Type.String()),
  replace: Type.Optional(Type.String()),
  note: Type.Optional(Type.String()),
  prefix: Type.Optional(Type.String()),
});

export const NumberTraceSchema = Type.Object({
  number: Type.String(),
  direction: Type.String({ enum: ['in', 'out'] }),
  trunk: Nullable(Type.String({ description: 'By whose settings it was read.' })),
  steps: Type.Array(Step),
  key: Type.String({
    description: 'E.164, else as dialled; empty when withheld.',
    examples: ['+8613800138000'],
  }),
  kind: Type.String({
    enum: [
      ...['withheld', 'mobile', 'fixed', 'switchboard', 'privacy', 'emergency', 'premium'],
      ...['service', 'foreign', 'own', 'other'],
    ],
  }),
  virtualOperator: Type.Boolean(),
  expired: Type.Boolean({ description: 'A privacy number after its last day.' }),
  city: Nullable(Type.Object({ zh: Type.String(), en: Type.String() })),
  identifies: Type.String({ enum: ['yes', 'when-confirmed', 'no'] }),
  lookedUpBy: Nullable(Type.String()),
  dialled: Type.Array(
    Type.Object({ trunk: Type.String(), number: Type.String(), steps: Type.Array(Step) }),
    { description: 'How each trunk would dial it.' },
  ),
  called: Type.Array(
    Type.Object({
      trunk: Type.String(),
      number: Type.String(),
      hotline: Nullable(Type.String({ description: 'Who calls it reaches this hotline.' })),
      steps: Type.Array(Step),
    }),
    { description: 'What it is as a called number of each trunk; only of one that is delivered.' },
  ),
});

export const NumberQuery = Type.Object(
  {
    number: NumberText,
    direction: Type.Optional(Type.Union([Type.Literal('in'), Type.Literal('out')])),
    trunk: Type.Optional(Id),
  },
  { additionalProperties: false },
);
