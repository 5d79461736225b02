/** The sample dealership: two stores of one group, two hotlines, six telemarketers, one supervisor. */
import type { Address } from './telephone';

export const PASSWORD = 'openline-demo';

export interface Person {
  id: string;
  name: string;
  store: string;
  queues: string[];
}

/** 周洋 serves both stores. */
export const TELEMARKETERS: readonly Person[] = [
  { id: 'wang', name: '王芳', store: 'bj01', queues: ['bj-sales'] },
  { id: 'li', name: '李娜', store: 'bj01', queues: ['bj-sales'] },
  { id: 'zhao', name: '赵敏', store: 'bj01', queues: ['bj-sales'] },
  { id: 'liu', name: '刘洋', store: 'sh01', queues: ['sh-sales'] },
  { id: 'sun', name: '孙丽', store: 'sh01', queues: ['sh-sales'] },
  { id: 'zhou', name: '周洋', store: 'sh01', queues: ['sh-sales', 'bj-sales'] },
];

/** One for each store. */
export const SUPERVISORS: readonly Person[] = [
  { id: 'chen', name: '陈静', store: 'bj01', queues: [] },
  { id: 'gao', name: '高远', store: 'sh01', queues: [] },
];

export const HOTLINES = [
  { number: '4001', store: 'bj01', queue: 'bj-sales' },
  { number: '4002', store: 'sh01', queue: 'sh-sales' },
] as const;

const STORES = [
  { id: 'bj01', name: '北京一店', timezone: 'Asia/Shanghai' },
  { id: 'sh01', name: '上海一店', timezone: 'Asia/Shanghai' },
] as const;

/** The plan, as `npx openline apply` would send it. Everybody's phone is behind `phones`. */
export function plan(phones: Address, callers: Address): object {
  const people = [
    ...TELEMARKETERS.map((one) => ({ ...one, post: 'telemarketer', password: PASSWORD })),
    ...SUPERVISORS.map((one) => ({ ...one, post: 'supervisor', password: PASSWORD })),
  ];
  return {
    sip: { realm: 'openline' },
    // A sample that is tried out by whoever has the password.
    signIn: { secondFactor: 'off' },
    stores: STORES,
    trunks: [{ id: 'carrier', from: [`${callers.host}:${callers.port}`], channels: 60 }],
    queues: HOTLINES.map(({ queue, store }) => ({
      ...{ id: queue, store, strategy: 'longest-idle', ringSeconds: 15, wrapUpSeconds: 20 },
    })),
    hotlines: HOTLINES,
    people,
    phones: TELEMARKETERS.map(({ id }) => ({
      ...{ id: `phone-${id}`, kind: 'static', person: id, watch: false },
      contact: `sip:${id}@${phones.host}:${phones.port}`,
    })),
  };
}
