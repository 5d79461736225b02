import type { Plan, PlanHotline, PlanPhone, PlanQueue } from '../../../src/domain/plan';

/** One hotline, `400`, to one queue of one store; agents are added by name. */
export interface PlanOptions {
  /** Signed in from a desktop; offers wait for the receipt. */
  agents?: string[];
  /** Ready without a desktop. */
  autoReady?: string[];
  queue?: Partial<PlanQueue>;
  hotline?: Partial<PlanHotline>;
}

export function planWith({ agents = [], autoReady = [], queue, hotline }: PlanOptions): Plan {
  const people = [...agents, ...autoReady];
  return {
    sip: { realm: 'openline' },
    stores: [{ id: 'bj01', name: 'Beijing One', timezone: 'Asia/Shanghai' }],
    trunks: [{ id: 'carrier', from: ['127.0.0.1'], channels: 60 }],
    queues: [
      {
        id: 'sales',
        store: 'bj01',
        strategy: 'longest-idle',
        ringSeconds: 20,
        wrapUpSeconds: 30,
        ...queue,
      },
    ],
    hotlines: [{ number: '400', store: 'bj01', queue: 'sales', notice: 'default', ...hotline }],
    people: people.map((id) => ({
      id,
      name: id,
      post: 'telemarketer',
      store: 'bj01',
      queues: ['sales'],
    })),
    phones: people.map((person) => phoneOf(person, autoReady.includes(person))),
  };
}

const phoneOf = (person: string, autoReady: boolean): PlanPhone => ({
  id: `phone-${person}`,
  person,
  autoReady,
  kind: 'static',
  contact: `sip:${person}@127.0.0.1:5190`,
  watch: true,
});
