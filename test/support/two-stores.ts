import type { AgentView, OfferView, ParkedView, QueueView } from '../../src/domain/notices';
import type { Plan, PlanPerson, Post } from '../../src/domain/plan';
import type { CallSnapshot, PromiseSnapshot } from '../../src/domain/records';
import type { ListedLead, RecordingRow } from '../../src/http/queries';

const NOTHING_TOLD = { coverage: null, wouldHold: null, meanErrorMs: null, cases: 0 };

/**
 * Two small stores for tests of who may see what: one person of each post in the first, of which the administrator is so in
 * both, a telemarketer and a supervisor in the second, and one of everything that can be shown.
 */
export const NOW = Date.UTC(2026, 0, 31, 1, 0, 0);

export function person(id: string, post: Post, store: string, queues: string[] = []): PlanPerson {
  return { id, name: `name of ${id}`, post, store, queues };
}

export const PEOPLE: PlanPerson[] = [
  person('wang', 'telemarketer', 'bj01', ['sales']),
  person('li', 'telemarketer', 'bj01', ['service']),
  person('chen', 'supervisor', 'bj01'),
  person('qian', 'quality', 'bj01'),
  {
    ...person('zhao', 'administrator', 'bj01'),
    posts: [{ post: 'administrator' as const, stores: ['bj01', 'sh01'] }],
  },
  person('sun', 'telemarketer', 'sh01', ['sh-sales']),
  person('zhou', 'supervisor', 'sh01'),
];

/** Of the group that both stores are in, and whoever is another in each; who asks for them puts them into the plan. */
export const OFFICES: PlanPerson[] = [
  person('fu', 'after-sales', 'bj01'),
  { ...person('song', 'group', 'bj01'), posts: [{ post: 'group', stores: ['bj01', 'sh01'] }] },
  {
    ...person('tang', 'telemarketer', 'bj01'),
    posts: [
      { post: 'telemarketer', stores: ['bj01'] },
      { post: 'supervisor', store: 'sh01', stores: ['sh01'] },
    ],
  },
  {
    ...person('guo', 'after-sales', 'bj01'),
    posts: [
      { post: 'after-sales', stores: ['bj01'] },
      { post: 'quality', group: 'north', stores: ['bj01', 'sh01'] },
    ],
  },
];

export const PLAN: Plan = {
  sip: { realm: 'openline' },
  stores: [
    { id: 'bj01', name: '北京一店', timezone: 'Asia/Shanghai' },
    { id: 'sh01', name: '上海一店', timezone: 'Asia/Shanghai' },
  ],
  trunks: [{ id: 'carrier', from: ['127.0.0.1'], channels: 60 }],
  queues: [
    { id: 'sales', store: 'bj01', strategy: 'longest-idle', ringSeconds: 20, wrapUpSeconds: 30 },
    { id: 'service', store: 'bj01', strategy: 'longest-idle', ringSeconds: 20, wrapUpSeconds: 30 },
    { id: 'sh-sales', store: 'sh01', strategy: 'longest-idle', ringSeconds: 20, wrapUpSeconds: 30 },
  ],
  hotlines: [
    { number: '400', store: 'bj01', queue: 'sales', notice: 'default' },
    { number: '401', store: 'bj01', queue: 'service', notice: 'default' },
    { number: '500', store: 'sh01', queue: 'sh-sales', notice: 'default' },
  ],
  people: PEOPLE,
  phones: [],
};

export function call(id: string, changes: Partial<CallSnapshot> = {}): CallSnapshot {
  return {
    id,
    direction: 'inbound',
    state: 'closed',
    storeId: 'bj01',
    queueId: 'sales',
    hotline: '400',
    trunkId: 'carrier',
    from: '+8613800138000',
    to: '400',
    leadId: null,
    customerId: null,
    agentId: null,
    arrivedAt: NOW - 60_000,
    offeredAt: null,
    answeredAt: null,
    talkStartedAt: null,
    bridgedAt: null,
    endedAt: NOW,
    outcome: 'left',
    endCause: 'hangup',
    ...changes,
  };
}

export function agent(id: string, storeId: string, changes: Partial<AgentView> = {}): AgentView {
  return {
    id,
    name: `name of ${id}`,
    storeId,
    intent: { is: 'logged-out' },
    activity: 'idle',
    callId: null,
    reachable: true,
    unreachable: null,
    nailed: null,
    desktop: { state: 'none', since: null, answers: false },
    reasonText: null,
    seat: null,
    since: NOW,
    ...changes,
  };
}

export function queue(id: string, storeId: string): QueueView {
  return {
    id,
    storeId,
    callBacks: 0,
    consultations: 0,
    waiting: 0,
    offered: 0,
    ready: 0,
    signedIn: 0,
    longestWaitSince: null,
    told: NOTHING_TOLD,
  };
}

export function offer(offerId: string, agentId: string): OfferView {
  return {
    offerId,
    callId: 'call-1',
    agentId,
    storeId: 'bj01',
    storeName: '北京一店',
    queueId: 'sales',
    hotline: '400',
    from: '+8613800138000',
    lookup: 'found',
    name: '<b>张三</b>',
    leadId: 'lead-1',
    customerId: null,
    ...{ level: null, source: null, owner: null, customerType: null, vehicles: [] },
    ...{ contacts: [], promises: [] },
    waitingSince: NOW,
    offeredAt: NOW,
  };
}

export function parked(
  slot: string,
  storeId: string,
  changes: Partial<ParkedView> = {},
): ParkedView {
  return {
    ...{ slot, storeId, callId: 'call-1', queueId: 'sales', from: '+8613800138000', name: '张三' },
    ...{ parkedBy: 'wang', since: NOW, until: NOW + 90_000 },
    ...changes,
  };
}

export function promise(id: string, storeId: string): PromiseSnapshot {
  return {
    id,
    storeId,
    hotline: '400',
    queueId: 'sales',
    number: '+8613800138000',
    callId: 'call-1',
    leadId: null,
    state: 'open',
    reason: 'abandoned',
    dueAt: NOW + 60_000,
    openedAt: NOW,
  };
}

export function recording(id: string, changes: Partial<RecordingRow> = {}): RecordingRow {
  return {
    id,
    callId: 'call-1',
    leadId: null,
    customerId: null,
    agentId: 'wang',
    storeId: 'bj01',
    state: 'stored',
    path: `${id}.wav`,
    folder: 1,
    startedAt: NOW,
    durationMs: 1000,
    bytes: 44,
    sha256: 'ab'.repeat(32),
    failure: null,
    gapsMs: null,
    reconciles: null,
    ...changes,
  };
}

export function lead(id: string, changes: Partial<ListedLead> = {}): ListedLead {
  return {
    id,
    storeId: 'bj01',
    number: '+8613800138000',
    name: '张三',
    ownerId: null,
    source: 'inbound',
    openedAt: NOW,
    openedByCall: 'call-1',
    ...{ kind: null, level: null, channel: null },
    numberConfirmed: false,
    ...{ customerId: 'customer-1', version: 1, state: 'open', nextPlan: null },
    ...{ lastContactAt: null, dueAt: NOW + 3_600_000, overdue: false, held: false },
    ...changes,
  };
}
