/**
 * The plan document as it travels. What a plan may hold is decided in the domain, which names every
 * fault with its place; here it is only an object.
 */
import { Type } from '@sinclair/typebox';

export const PlanBody = Type.Record(Type.String(), Type.Unknown(), {
  description:
    'The plan file as JSON: sip, stores, trunks, queues, hotlines, people, phones, numbers.',
  examples: [
    {
      sip: { realm: 'openline' },
      stores: [{ id: 'bj01', name: '北京一店', timezone: 'Asia/Shanghai' }],
      trunks: [{ id: 'carrier', from: ['127.0.0.1'], channels: 60 }],
      queues: [{ id: 'sales', store: 'bj01', strategy: 'longest-idle', ringSeconds: 20 }],
      hotlines: [{ number: '400', store: 'bj01', queue: 'sales' }],
      people: [{ id: 'wang', name: '王芳', post: 'telemarketer', store: 'bj01' }],
      phones: [{ id: '8001', kind: 'register', person: 'wang', password: 'secret' }],
    },
  ],
});

export const PlanSummary = Type.Object({
  summary: Type.Record(
    Type.String(),
    Type.Object({
      added: Type.Integer(),
      changed: Type.Integer(),
      removed: Type.Integer(),
    }),
  ),
});
