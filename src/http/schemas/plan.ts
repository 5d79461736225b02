/**
 * The plan document as it travels. What a plan may hold is decided in the domain, which names every
 * fault with its place; here it is only an object.
 */
import { Type } from '@sinclair/typebox';
import { Nullable } from './values';

const EXAMPLE = {
  sip: { realm: 'openline' },
  stores: [{ id: 'bj01', name: '北京一店', timezone: 'Asia/Shanghai' }],
  trunks: [{ id: 'carrier', from: ['127.0.0.1'], channels: 60 }],
  queues: [{ id: 'sales', store: 'bj01', strategy: 'longest-idle', ringSeconds: 20 }],
  hotlines: [{ number: '400', store: 'bj01', queue: 'sales' }],
  people: [{ id: 'wang', name: '王芳', post: 'telemarketer', store: 'bj01', queues: ['sales'] }],
};

export const PlanBody = Type.Record(Type.String(), Type.Unknown(), {
  description: 'The plan file as JSON, by section: sip, stores, trunks, queues, hotlines, people …',
  examples: [
    {
      ...EXAMPLE,
      phones: [{ id: '8001', kind: 'register', person: 'wang', password: 'secret' }],
    },
  ],
});

export const PlanDocument = Type.Record(Type.String(), Type.Unknown(), {
  description: 'The plan without passwords and PINs; applied as it is, it changes nothing.',
  examples: [{ ...EXAMPLE, phones: [{ id: '8001', kind: 'register', person: 'wang' }] }],
});

export const PlanPart = Type.Unknown({
  description: 'A section, or one of its elements, as the plan file has it.',
  examples: [{ id: 'wang', name: '王芳', post: 'telemarketer', store: 'bj01', queues: ['sales'] }],
});

const Change = Type.Object(
  {
    section: Type.String(),
    id: Nullable(Type.String({ description: 'Null: the section itself, or its order.' })),
    is: Type.Union([Type.Literal('added'), Type.Literal('removed'), Type.Literal('changed')]),
    value: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    fields: Type.Optional(
      Type.Array(
        Type.Object({
          field: Type.String(),
          from: Type.Unknown(),
          to: Type.Unknown(),
          secret: Type.Optional(Type.Literal(true)),
        }),
      ),
    ),
  },
  {
    examples: [
      {
        ...{ section: 'hotlines', id: '400', is: 'changed' },
        fields: [{ field: 'queue', from: 'sales', to: 'service' }],
      },
    ],
  },
);

const Finding = Type.Object({
  code: Type.String(),
  severity: Type.Union([Type.Literal('error'), Type.Literal('warning'), Type.Literal('hint')]),
  at: Type.String({ examples: ['hotlines[0].queue'] }),
  message: Type.String({ description: 'What is wrong, and what to do.' }),
});

export const PlanApplied = Type.Object({
  dryRun: Type.Boolean(),
  version: Type.Integer({ description: 'Of the plan; of a dry run, which it would be.' }),
  summary: Type.Record(
    Type.String(),
    Type.Object({
      added: Type.Integer(),
      changed: Type.Integer(),
      removed: Type.Integer(),
    }),
  ),
  changes: Type.Array(Change),
  findings: Type.Array(Finding, { description: 'What the lint says of the plan.' }),
  warnings: Type.Array(
    Type.Object({ section: Type.String(), id: Type.String(), message: Type.String() }),
    { description: 'What it does to calls that go on.' },
  ),
});

export const PlanLint = Type.Object({
  problems: Type.Array(
    Type.Object({ code: Type.String(), at: Type.String(), message: Type.String() }),
    { description: 'For which it would be refused.' },
  ),
  findings: Type.Array(Finding),
});

export const PlanVersionSchema = Type.Object({
  version: Type.Integer({ examples: [7] }),
  at: Type.Integer(),
  who: Type.String({ examples: ['zhao'] }),
  what: Type.Union([Type.Literal('found'), Type.Literal('applied'), Type.Literal('undone')], {
    description: '`found`: it was there before versions were kept.',
  }),
  changes: Type.Array(Change),
});
