import type {
  Plan,
  PlanDialling,
  PlanHotline,
  PlanHours,
  PlanNumbers,
  PlanPhone,
  PlanQueue,
  Skills,
} from '../../../src/domain/plan';

/** One hotline, `400`, to one queue of one store, and a second queue beside it; agents are added by name. */
export interface PlanOptions {
  /** Signed in from a desktop; offers wait for the receipt. */
  agents?: string[];
  /** Ready without a desktop. */
  autoReady?: string[];
  /** Of the post after-sales; from a desktop. */
  afterSales?: string[];
  /** Whose phones are nailed up; from a desktop. */
  nailedUp?: string[];
  /** Of the second queue, `service`; ready without a desktop. */
  service?: string[];
  numbers?: PlanNumbers;
  dialling?: PlanDialling;
  /** Of the one trunk. */
  channels?: number;
  /** What people can, by name. */
  skills?: Record<string, Skills>;
  queue?: Partial<PlanQueue>;
  hotline?: Partial<PlanHotline>;
  hours?: PlanHours[];
}

const GATEWAY = { address: 'sip:127.0.0.1:5080', priority: 0, weight: 1 };

export function planWith(options: PlanOptions): Plan {
  const { agents = [], autoReady = [], service, queue, hotline, channels = 60 } = options;
  const { numbers, dialling, hours, nailedUp = [], afterSales = [], skills = {} } = options;
  const people = [...agents, ...afterSales, ...nailedUp, ...autoReady, ...(service ?? [])];
  const sales = {
    id: 'sales',
    store: 'bj01',
    strategy: 'longest-idle' as const,
    ringSeconds: 20,
    wrapUpSeconds: 30,
  };
  return {
    ...(hours ? { hours } : {}),
    ...(numbers ? { numbers } : {}),
    ...(dialling ? { dialling } : {}),
    sip: { realm: 'openline' },
    stores: [{ id: 'bj01', name: 'Beijing One', timezone: 'Asia/Shanghai' }],
    trunks: [{ id: 'carrier', from: ['127.0.0.1'], channels, to: [GATEWAY] }],
    queues: [
      { ...sales, ...queue },
      ...(service ? [{ ...sales, id: 'service', wrapUpSeconds: 0 }] : []),
    ],
    hotlines: [{ number: '400', store: 'bj01', queue: 'sales', notice: 'default', ...hotline }],
    people: people.map((id) => ({
      id,
      name: id,
      post: afterSales.includes(id) ? 'after-sales' : 'telemarketer',
      store: 'bj01',
      queues: [service?.includes(id) ? 'service' : 'sales'],
      ...(skills[id] ? { skills: skills[id] } : {}),
    })),
    phones: people.map((person) => ({
      ...phoneOf(person, ![...agents, ...afterSales, ...nailedUp].includes(person)),
      ...(nailedUp.includes(person) ? { nailedUp: true as const } : {}),
    })),
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
