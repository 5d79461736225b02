import { ALARMS } from '../../../src/domain/alarm-catalogue';
import type { HotlineView, Notice } from '../../../src/domain/notices';
import { belongsTo, project } from '../../../src/push/project';
import { formView } from '../../../src/domain/form/form';
import { aForm } from '../../support/records';
import { PEOPLE, PLAN, agent, call, offer, parked, promise, queue } from '../../support/two-stores';

/** wang serves `sales` in bj01, li `service`; chen and qian oversee bj01, zhou sh01, where sun is; zhao both. */
const OVERSEERS = ['chen', 'qian', 'zhao'];
const BJ01 = ['wang', 'li', ...OVERSEERS];

const ALARM = {
  ...{ code: 'EMERGENCY_CALL' as const, ...ALARMS.EMERGENCY_CALL },
  ...{ detail: 'Wang dials 110', storeId: 'bj01', at: 1 },
};

const stored = (storeId: string | null): Notice => ({
  kind: 'recording.stored',
  recordingId: 'rec-1',
  callId: 'call-1',
  agentId: 'wang',
  storeId,
});

const withdrawn: Notice = {
  kind: 'offer.withdrawn',
  offerId: 'offer-1',
  agentId: 'wang',
  reason: 'missed',
  cause: null,
};

const hotline: HotlineView = {
  ...{ number: '400', storeId: 'bj01', queueId: 'sales', open: true, why: null, opensAt: null },
  ...{ closure: null, test: null, message: null },
};

/** Each notice, and everybody who gets a frame of it. */
const TABLE: [string, Notice, string[]][] = [
  ['an offer', { kind: 'offer.created', offer: offer('offer-1', 'wang') }, ['wang']],
  ['a withdrawn offer', withdrawn, ['wang']],
  [
    'who is calling, known late',
    { kind: 'caller.updated', agentIds: ['wang', 'li'], caller: offer('offer-1', 'wang') },
    ['wang', 'li'],
  ],
  ['a call that nobody has taken', { kind: 'call.updated', call: call('call-1') }, OVERSEERS],
  [
    "an agent's call",
    { kind: 'call.updated', call: call('call-1', { agentId: 'wang' }) },
    ['wang', ...OVERSEERS],
  ],
  [
    'a call of the other store',
    { kind: 'call.updated', call: call('call-1', { storeId: 'sh01', agentId: 'sun' }) },
    ['sun', 'zhou', 'zhao'],
  ],
  [
    'a call about which a colleague is asked',
    {
      kind: 'call.updated',
      call: call('call-1', {
        agentId: 'wang',
        consult: { agentId: 'li', number: null, answered: true, hears: 'third' },
      }),
    },
    ['wang', 'li', ...OVERSEERS],
  ],
  [
    'the end of whom he asked',
    { kind: 'consult.ended', callId: 'call-1', agentId: 'wang', cause: 'busy' },
    ['wang'],
  ],
  [
    'that nobody of the queue is there',
    {
      kind: 'consult.ended',
      ...{ callId: 'call-1', agentId: 'wang', cause: 'unavailable', code: 'QUEUE_DESERTED' },
    },
    ['wang'],
  ],
  ['a call of no store', { kind: 'call.updated', call: call('call-1', { storeId: null }) }, []],
  ['a taken slot', { kind: 'call.parked', parked: parked('701', 'bj01') }, BJ01],
  ['a free slot', { kind: 'call.unparked', parked: parked('701', 'bj01'), reason: 'ended' }, BJ01],
  [
    'a slot of the other store',
    { kind: 'call.parked', parked: parked('701', 'sh01') },
    ['sun', 'zhou', 'zhao'],
  ],
  ['an agent', { kind: 'agent.updated', agent: agent('wang', 'bj01') }, ['wang', ...OVERSEERS]],
  [
    'an agent of the other store',
    { kind: 'agent.updated', agent: agent('sun', 'sh01') },
    ['sun', 'zhou', 'zhao'],
  ],
  ['a queue', { kind: 'queue.updated', queue: queue('sales', 'bj01') }, ['wang', ...OVERSEERS]],
  [
    'a queue of the other store',
    { kind: 'queue.updated', queue: queue('sh-sales', 'sh01') },
    ['sun', 'zhou', 'zhao'],
  ],
  ["a hotline, which everybody's callers ask for", { kind: 'hotline.updated', hotline }, BJ01],
  ['a recording (A15: not its own agent)', stored('bj01'), OVERSEERS],
  ['a recording of the other store', stored('sh01'), ['zhou', 'zhao']],
  ['a recording of no store', stored(null), []],
  ['an alarm of the store', { kind: 'alarm.raised', alarm: ALARM }, OVERSEERS],
  [
    'one of another',
    { kind: 'alarm.raised', alarm: { ...ALARM, storeId: 'sh01' } },
    ['zhou', 'zhao'],
  ],
  ['one of no store', { kind: 'alarm.raised', alarm: { ...ALARM, storeId: null } }, ['zhao']],
  [
    'a form',
    { kind: 'form.updated', form: formView(aForm({ agentId: 'li' })) },
    ['li', ...OVERSEERS],
  ],
  [
    'a form that has moved to a colleague',
    { kind: 'form.updated', form: formView(aForm({ agentId: 'li', earlier: ['wang'] })) },
    ['wang', 'li', ...OVERSEERS],
  ],
  [
    'a promise',
    { kind: 'promise.updated', promise: promise('p-1', 'bj01') },
    ['wang', ...OVERSEERS],
  ],
  [
    'a promise to whose lead somebody owns',
    { kind: 'promise.updated', promise: { ...promise('p-1', 'bj01'), ownerId: 'li' } },
    ['wang', 'li', ...OVERSEERS],
  ],
  [
    'a promise of the other store, whose owner is of this one',
    { kind: 'promise.updated', promise: { ...promise('p-1', 'sh01'), ownerId: 'li' } },
    ['zhou', 'zhao'],
  ],
];

describe('who sees what', () => {
  test.each(TABLE)('%s goes to exactly those it concerns', (_what, notice, expected) => {
    const projections = project(notice);
    const reached = PEOPLE.filter((one) =>
      projections.some(({ audience }) => belongsTo(one, audience, PLAN)),
    );
    expect(reached.map(({ id }) => id).sort()).toEqual([...expected].sort());
  });

  test('every kind of notice is in the table', () => {
    const kinds = new Set(TABLE.map(([, { kind }]) => kind));
    expect([...kinds].sort()).toEqual([
      'agent.updated',
      'alarm.raised',
      'call.parked',
      'call.unparked',
      'call.updated',
      'caller.updated',
      'consult.ended',
      'form.updated',
      'hotline.updated',
      'offer.created',
      'offer.withdrawn',
      'promise.updated',
      'queue.updated',
      'recording.stored',
    ]);
  });

  test.each(TABLE)('%s keeps its kind as the type of its frame', (_what, notice) => {
    expect(project(notice).map(({ payload }) => payload.type)).toEqual([notice.kind]);
  });

  test('a frame of a recording names no agent, and a withdrawn offer no other one', () => {
    expect(project(stored('bj01'))[0]?.payload.data).toEqual({
      recordingId: 'rec-1',
      callId: 'call-1',
    });
    expect(project(withdrawn)[0]?.payload.data).toEqual({
      offerId: 'offer-1',
      reason: 'missed',
      cause: null,
    });
  });
});
