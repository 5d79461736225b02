import { ALARMS } from '../../../src/domain/alarm-catalogue';
import { formView } from '../../../src/domain/form/form';
import type { Notice } from '../../../src/domain/notices';
import { POSTS, type Post } from '../../../src/domain/organisation';
import type { Right } from '../../../src/domain/rights';
import { belongsTo, project } from '../../../src/push/project';
import { snapshotFor } from '../../../src/push/snapshot';
import type { PushType, Snapshot } from '../../../src/push/events';
import { FakeLive } from '../../support/http';
import { aForm } from '../../support/records';
import { PLAN, agent, call, offer, parked, person, promise, queue } from '../../support/two-stores';

/**
 * Every event x every post: what somebody is told who has nothing to do with it but his post. That a person is told what
 * is his own (his talk, his queue, his form) is in project.test.ts.
 */
const NOBODY: readonly Post[] = [];
const LISTENERS: readonly Post[] = ['supervisor', 'quality', 'manager', 'administrator'];
const OVERSEERS: readonly Post[] = [...LISTENERS, 'gm', 'group', 'hq'];

interface Told {
  by: (storeId: string) => Notice;
  to: readonly Post[];
}

/** The frames of a store, all but what concerns everybody; one that push/events.ts gets, and this has not, does not compile. */
const EVENTS: Record<Exclude<PushType, 'snapshot' | 'read-only.updated'>, Told> = {
  'offer.created': {
    by: (storeId) => ({ kind: 'offer.created', offer: { ...offer('o-1', 'wang'), storeId } }),
    to: NOBODY,
  },
  'offer.withdrawn': {
    by: () => ({
      ...{ kind: 'offer.withdrawn', offerId: 'o-1', agentId: 'wang', reason: 'missed' },
      cause: null,
    }),
    to: NOBODY,
  },
  'alarm.raised': {
    by: (storeId) => ({
      kind: 'alarm.raised',
      alarm: {
        ...{ code: 'EMERGENCY_CALL', ...ALARMS.EMERGENCY_CALL },
        ...{ detail: 'Wang dials 110', storeId, at: 1 },
      },
    }),
    to: OVERSEERS,
  },
  'call.updated': {
    by: (storeId) => ({ kind: 'call.updated', call: call('c-1', { storeId, agentId: 'wang' }) }),
    to: OVERSEERS,
  },
  'caller.updated': {
    by: (storeId) => ({
      ...{ kind: 'caller.updated', agentIds: ['wang'] },
      caller: { ...offer('o-1', 'wang'), storeId },
    }),
    to: NOBODY,
  },
  'consult.ended': {
    by: () => ({ kind: 'consult.ended', callId: 'c-1', agentId: 'wang', cause: 'busy' }),
    to: NOBODY,
  },
  'call.parked': {
    by: (storeId) => ({ kind: 'call.parked', parked: parked('701', storeId) }),
    to: POSTS,
  },
  'call.unparked': {
    by: (storeId) => ({
      ...{ kind: 'call.unparked', parked: parked('701', storeId), reason: 'ended' },
    }),
    to: POSTS,
  },
  'agent.updated': {
    by: (storeId) => ({ kind: 'agent.updated', agent: agent('wang', storeId) }),
    to: OVERSEERS,
  },
  'queue.updated': {
    by: (storeId) => ({ kind: 'queue.updated', queue: queue('sales', storeId) }),
    to: OVERSEERS,
  },
  'hotline.updated': {
    by: (storeId) => ({
      kind: 'hotline.updated',
      hotline: {
        ...{ number: '400', storeId, queueId: 'sales', open: true, why: null, opensAt: null },
        ...{ closure: null, test: null, message: null },
      },
    }),
    to: POSTS,
  },
  'recording.stored': {
    by: (storeId) => ({
      ...{ kind: 'recording.stored', recordingId: 'r-1', callId: 'c-1', agentId: 'wang' },
      storeId,
    }),
    to: LISTENERS,
  },
  'form.updated': {
    by: (storeId) => ({ kind: 'form.updated', form: formView(aForm({ storeId })) }),
    to: OVERSEERS,
  },
  'promise.updated': {
    by: (storeId) => ({ kind: 'promise.updated', promise: promise('p-1', storeId) }),
    to: OVERSEERS,
  },
};

const holding = (post: Post, stores: string[]) => ({
  ...person('x', post, 'bj01'),
  posts: [{ post, stores }],
});
const isTold = (post: Post, stores: string[], notice: Notice): boolean =>
  project(notice).some(({ audience }) => belongsTo(holding(post, stores), audience, PLAN));

describe.each(Object.entries(EVENTS))('%s', (type, { by, to }) => {
  test('is what the notice becomes', () => {
    expect(project(by('bj01')).map(({ payload }) => payload.type)).toEqual([type]);
  });

  test.each(POSTS)('to %s: as his post is, of his stores and no other', (post) => {
    const told = to.includes(post);
    const seen = [['bj01'], ['sh01'], ['bj01', 'sh01']].map((stores) =>
      ['bj01', 'sh01'].map((storeId) => isTold(post, stores, by(storeId))),
    );
    expect(seen).toEqual([
      [told, false],
      [false, told],
      [told, told],
    ]);
  });
});

test.each(POSTS)(
  'an alarm of no store to %s: to who sees to the machine, in all stores',
  (post) => {
    const told = (['group', 'hq', 'administrator'] as Post[]).includes(post);
    const notice: Notice = {
      kind: 'alarm.raised',
      alarm: { code: 'READ_ONLY', ...ALARMS.READ_ONLY, detail: 'disk', storeId: null, at: 1 },
    };
    const seen = [['bj01'], ['sh01'], ['bj01', 'sh01'], []].map((stores) =>
      isTold(post, stores, notice),
    );
    expect(seen).toEqual([false, false, told, false]);
  },
);

test('an alarm of no store is not told to a program that may oversee the stores alone', () => {
  const limit = (rights: readonly Right[]) => ({
    ...holding('hq', ['bj01', 'sh01']),
    limit: { rights },
  });
  const [frame] = project({
    kind: 'alarm.raised',
    alarm: { code: 'CLOCK_OFF', ...ALARMS.CLOCK_OFF, detail: '', storeId: null, at: 1 },
  });
  const told = (rights: readonly Right[]) => belongsTo(limit(rights), frame!.audience, PLAN);
  expect([told(['store.oversee']), told(['machine.oversee'])]).toEqual([false, true]);
});

test.each(POSTS)('that nothing may be changed is told to %s', (post) => {
  const notice: Notice = { kind: 'read-only.updated', readOnly: { why: 'disk', since: 1 } };
  expect(isTold(post, ['bj01'], notice)).toBe(true);
  expect(isTold(post, [], notice)).toBe(true);
});

test('who supervises one store and is a telemarketer of another hears of recordings of the first', () => {
  const both = {
    ...person('x', 'telemarketer', 'bj01'),
    posts: [
      { post: 'telemarketer' as const, stores: ['bj01'] },
      { post: 'supervisor' as const, stores: ['sh01'] },
    ],
  };
  const told = (type: keyof typeof EVENTS, storeId: string) =>
    project(EVENTS[type].by(storeId)).some(({ audience }) => belongsTo(both, audience, PLAN));
  const types = ['recording.stored', 'call.updated', 'hotline.updated'] as const;
  expect(types.map((type) => told(type, 'sh01'))).toEqual([true, true, true]);
  expect(types.map((type) => told(type, 'bj01'))).toEqual([false, false, true]);
});

/** Lists of a snapshot, and whom that of a store is shown. */
const PARTS: Record<Exclude<keyof Snapshot, 'me' | 'readOnly'>, readonly Post[]> = {
  agents: OVERSEERS,
  queues: OVERSEERS,
  hotlines: POSTS,
  calls: OVERSEERS,
  parked: POSTS,
  offers: NOBODY,
  callers: NOBODY,
  forms: NOBODY,
  unclassified: OVERSEERS,
  promises: OVERSEERS,
};

describe('the snapshot', () => {
  const live = new FakeLive();
  const each = <T>(make: (storeId: string) => T): T[] => ['bj01', 'sh01'].map(make);
  live.theAgents = each((storeId) => agent(`of-${storeId}`, storeId));
  live.theQueues = each((storeId) => queue(`of-${storeId}`, storeId));
  live.theCalls = each((storeId) => call(`of-${storeId}`, { storeId, agentId: 'wang' }));
  live.theParked = each((storeId) => parked('701', storeId));
  live.theOffers = each(() => offer('o-1', 'wang'));
  live.theForms = each((storeId) => aForm({ storeId, callId: `of-${storeId}`, endedAt: 1 }));
  live.thePromises = each((storeId) => promise(`of-${storeId}`, storeId));
  live.theHotlines = live.theHotlines.filter(({ number }) => number !== '401');

  test.each(POSTS)('of %s has of his stores what frames would tell him', (post) => {
    for (const stores of [['bj01'], ['sh01'], ['sh01', 'bj01']]) {
      const { me, readOnly, ...lists } = snapshotFor(holding(post, stores), live, null);
      expect(readOnly).toBeNull();
      expect(me.posts).toEqual([{ post, stores }]);
      const counts = Object.entries(lists).map(([part, items]) => [part, items.length]);
      const expected = Object.entries(PARTS).map(([part, to]) => [
        part,
        to.includes(post) ? stores.length : 0,
      ]);
      expect(Object.fromEntries(counts)).toEqual(Object.fromEntries(expected));
    }
  });

  test('of a program has what it may see of that', () => {
    const limit = { rights: ['store.read'] as const, stores: ['sh01'] };
    const { agents, hotlines, unclassified } = snapshotFor(
      { ...holding('supervisor', ['bj01', 'sh01']), limit },
      live,
      null,
    );
    expect([agents, hotlines.map(({ storeId }) => storeId), unclassified]).toEqual([
      [],
      ['sh01'],
      [],
    ]);
  });
});
