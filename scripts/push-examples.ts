/** An event of each type, for docs/push.md: what the domain says, from which src/push/project.ts makes the frame. */
import { ALARMS } from '../src/domain/alarm-catalogue';
import { formView } from '../src/domain/form/form';
import type { CallerView, Notice, OfferView } from '../src/domain/notices';
import type { CallSnapshot, PromiseSnapshot } from '../src/domain/records';
import type { PushType, Snapshot } from '../src/push/events';

/** 2026-01-31 09:00 in Shanghai. */
export const AT = Date.UTC(2026, 0, 31, 1, 0, 0);
const IN_BJ = { storeId: 'bj01', queueId: 'sales', hotline: '4008001234' };
const HIM = { leadId: 'lead-1', customerId: null };

const caller: CallerView = {
  ...{ lookup: 'found', name: '张三', ...HIM, level: 'A', source: 'inbound' },
  ...{ owner: { agentId: 'wang', name: '王芳' }, customerType: '私户', contacts: [], promises: [] },
  vehicles: [{ series: '3系', model: '320i', plate: '京A12345' }],
};
const offer: OfferView = {
  ...{ offerId: 'offer-1', callId: 'call-1', agentId: 'wang', ...IN_BJ, storeName: '北京一店' },
  ...{ from: '+8613800138000', ...caller, waitingSince: AT, offeredAt: AT + 900 },
};
const call: CallSnapshot = {
  ...{ id: 'call-1', direction: 'inbound', state: 'talking', ...IN_BJ, trunkId: 'carrier' },
  ...{ from: '+8613800138000', to: '4008001234', ...HIM, agentId: 'wang', arrivedAt: AT },
  ...{ offeredAt: AT + 900, answeredAt: AT + 3000, talkStartedAt: AT + 3000 },
  ...{ bridgedAt: AT + 3100, endedAt: null, outcome: null, endCause: null },
};
const parked = {
  ...{ slot: '701', storeId: 'bj01', callId: 'call-1', queueId: 'sales', from: '+8613800138000' },
  ...{ name: '张三', parkedBy: 'wang', since: AT, until: AT + 90_000 },
};
const promise: PromiseSnapshot = {
  ...{ id: 'promise-1', ...IN_BJ, number: '+8613800138000', callId: 'call-1', leadId: 'lead-1' },
  ...{ state: 'open', reason: 'abandoned', dueAt: AT + 600_000, openedAt: AT },
};

/** One that push/events.ts gets, and this has not, does not compile. */
export const NOTICES: { [T in Exclude<PushType, 'snapshot'>]: Extract<Notice, { kind: T }> } = {
  'offer.created': { kind: 'offer.created', offer },
  'offer.withdrawn': {
    ...{ kind: 'offer.withdrawn', offerId: 'offer-1', agentId: 'wang', reason: 'caller-left' },
    cause: null,
  },
  'alarm.raised': {
    kind: 'alarm.raised',
    alarm: {
      ...{ code: 'EMERGENCY_CALL', ...ALARMS.EMERGENCY_CALL, detail: '110' },
      ...{ storeId: 'bj01', at: AT },
    },
  },
  'call.updated': { kind: 'call.updated', call },
  'caller.updated': {
    ...{ kind: 'caller.updated', agentIds: ['wang'] },
    caller: { callId: 'call-1', ...caller },
  },
  'consult.ended': {
    ...{ kind: 'consult.ended', callId: 'call-1', agentId: 'wang', cause: 'unavailable' },
    code: 'QUEUE_DESERTED',
  },
  'call.parked': { kind: 'call.parked', parked },
  'call.unparked': { kind: 'call.unparked', parked, reason: 'retrieved' },
  'agent.updated': {
    kind: 'agent.updated',
    agent: {
      ...{ id: 'wang', name: '王芳', storeId: 'bj01', intent: { is: 'ready' } },
      ...{ activity: 'talking', callId: 'call-1', reachable: true, unreachable: null },
      ...{ nailed: null, desktop: { state: 'open', since: AT, answers: true } },
      ...{ reasonText: null, seat: null, since: AT },
    },
  },
  'queue.updated': {
    kind: 'queue.updated',
    queue: {
      ...{ id: 'sales', storeId: 'bj01', waiting: 2, callBacks: 1, consultations: 0, offered: 1 },
      ...{ ready: 3, signedIn: 5, longestWaitSince: AT },
      told: { coverage: 0.9, wouldHold: 0.88, meanErrorMs: 4000, cases: 100 },
    },
  },
  'hotline.updated': {
    kind: 'hotline.updated',
    hotline: {
      ...{ number: '4008001234', storeId: 'bj01', queueId: 'sales', open: true, why: null },
      ...{ opensAt: null, closure: null, test: null, message: null },
    },
  },
  'recording.stored': {
    ...{ kind: 'recording.stored', recordingId: 'rec-1', callId: 'call-1', agentId: 'wang' },
    storeId: 'bj01',
  },
  'form.updated': {
    kind: 'form.updated',
    form: formView({
      ...{ callId: 'call-1', storeId: 'bj01', queueId: 'sales', direction: 'inbound' },
      ...{ agentId: 'wang', earlier: [], arrivedAt: AT, endedAt: null, state: 'unclassified' },
      ...{ required: true, falls: false, filledBy: null, filledAt: null, followUp: null },
      ...{ kind: 'pre-sale', level: null, source: null, disposition: null, note: '' },
    }),
  },
  'promise.updated': { kind: 'promise.updated', promise },
  'read-only.updated': { kind: 'read-only.updated', readOnly: { why: 'disk', since: AT } },
};

export const SNAPSHOT: Snapshot = {
  me: {
    ...{ id: 'wang', name: '王芳', post: 'telemarketer-inbound', store: 'bj01' },
    ...{ posts: [{ post: 'telemarketer-inbound', stores: ['bj01'] }], queues: ['sales'] },
  },
  ...{ agents: [], queues: [], hotlines: [], calls: [call], parked: [parked], offers: [] },
  ...{ callers: [{ callId: 'call-1', ...caller }], forms: [], unclassified: [], promises: [] },
  readOnly: null,
};
