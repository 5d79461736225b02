/** Agents whose phones are nailed up: dialled once when they come, and given every call over that one leg. */
import type { EndCause } from '../../src/domain/end-cause';
import { startCentre, type TestCentre } from '../support/centre/centre';
import { appFalls, appReturns } from '../support/centre/fall';

const NO_NOTICE = { hotline: { notice: 'none' as const }, queue: { wrapUpSeconds: 0 } };

let centre: TestCentre;
afterEach(() => expect(centre.bugs).toEqual([]));

function bobAtWork(options = {}) {
  centre = startCentre({ nailedUp: ['bob'], ...NO_NOTICE, ...options });
  const bob = centre.agent('bob').atWork();
  centre.telephony.nailedUp('bob');
  return bob;
}

test('he is dialled once when he signs in, and is offered calls from its answer on', () => {
  centre = startCentre({ nailedUp: ['bob'], ...NO_NOTICE });
  const bob = centre.agent('bob');
  expect([bob.view.nailed?.state, centre.telephony.nails]).toEqual(['down', []]);
  bob.atWork();
  const alice = centre.call();
  expect([bob.view.nailed?.state, bob.view.reachable, bob.offer]).toEqual([
    ...['dialled', false],
    undefined,
  ]);
  expect(bob.view.unreachable).toMatchObject({
    reason: 'not-nailed-up',
    en: expect.stringMatching(/being called/) as string,
  });
  centre.telephony.nailedUp('bob');
  expect([bob.view.nailed?.state, bob.view.unreachable]).toEqual(['up', null]);
  // Nobody picks up anything.
  bob.receivesOffer();
  expect([alice.hears, bob.talksWith, bob.does]).toEqual(['bob', 'caller', 'talking']);
});

test('one leg for one call after the other, and none is refused by it', () => {
  const bob = bobAtWork();
  for (const from of ['+8613800000011', '+8613800000012', '+8613800000013']) {
    const caller = centre.call({ from });
    bob.receivesOffer();
    expect(caller.hears).toBe('bob');
    caller.hangsUp();
    expect([bob.does, bob.view.nailed?.state]).toEqual(['idle', 'up']);
  }
  expect(centre.telephony.nails).toEqual(['bob']);
  expect(centre.telephony.dials.map(({ to }) => to)).toEqual(
    Array<object>(3).fill({ kind: 'phone', agentId: 'bob', phoneId: 'phone-bob', nailed: true }),
  );
  expect(centre.journal.of('recording.saved')).toHaveLength(3);
});

test.each<[EndCause, string, RegExp]>([
  ['hangup', 'phone-hung-up', /hung up/],
  ['unreachable', 'phone-line-lost', /broke/],
  ['broken', 'phone-line-lost', /broke/],
])('%s of it while he is idle: %s, and dialled again when he is ready', (cause, reason, en) => {
  const bob = bobAtWork();
  centre.telephony.nailedEnds('bob', cause);
  expect(bob.view).toMatchObject({ intent: { is: 'not-ready', reason }, reachable: false });
  expect(bob.view.nailed?.en).toMatch(en);
  centre.clock.advance(600_000);
  expect(centre.telephony.nails).toEqual(['bob']);
  centre.engine.ready('bob');
  expect(centre.telephony.nails).toEqual(['bob', 'bob']);
  centre.telephony.nailedUp('bob');
  expect(bob.view).toMatchObject({ intent: { is: 'ready' }, reachable: true });
});

test('a phone that does not answer is dialled four times, ever later, and then he is not ready', () => {
  centre = startCentre({ nailedUp: ['bob'], ...NO_NOTICE });
  const bob = centre.agent('bob').atWork();
  for (const ms of [3000, 10_000, 30_000]) {
    centre.telephony.nailedEnds('bob', 'no-answer');
    expect(bob.view).toMatchObject({ intent: { is: 'ready' }, nailed: { state: 'waits' } });
    centre.clock.advance(ms - 1);
    expect(bob.view.nailed?.state).toBe('waits');
    centre.clock.advance(1);
    expect(bob.view.nailed?.state).toBe('dialled');
  }
  centre.telephony.nailedEnds('bob', 'no-answer');
  expect(bob.view.intent).toEqual({ is: 'not-ready', reason: 'phone-not-answered' });
  centre.clock.advance(600_000);
  expect(centre.telephony.nails).toHaveLength(4);
});

test('signing out ends it: at once, or when the talk is over', () => {
  const bob = bobAtWork();
  centre.engine.signOut('bob');
  expect([centre.telephony.nailed.size, bob.view.nailed?.state]).toEqual([0, 'down']);
  bob.atWork();
  centre.telephony.nailedUp('bob');
  const alice = centre.call();
  bob.receivesOffer();
  centre.engine.signOut('bob');
  expect([alice.hears, centre.telephony.nailed.size]).toEqual(['bob', 1]);
  alice.hangsUp();
  expect([centre.telephony.nailed.size, bob.view.intent.is]).toEqual([0, 'logged-out']);
});

test('the phone hangs up in a talk: he has hung up on the caller, and is not ready after it', () => {
  const bob = bobAtWork({ queue: { wrapUpSeconds: 30 } });
  const alice = centre.call();
  bob.receivesOffer();
  centre.telephony.nailedEnds('bob');
  expect(alice.record).toMatchObject({ outcome: 'talk', endCause: 'hangup' });
  expect([bob.does, bob.view.intent.is]).toEqual(['wrap-up', 'ready']);
  centre.clock.advance(30_000);
  expect(bob.view).toMatchObject({
    ...{ activity: 'idle', intent: { is: 'not-ready', reason: 'phone-hung-up' } },
  });
});

test.each(['the agent', 'the colleague he asked'])(
  '%s hangs up at his desk: his leg stays',
  (who) => {
    const bob = bobAtWork({ autoReady: ['dan'] });
    const dan = centre.agent('dan');
    if (who !== 'the agent') centre.engine.notReady('bob', 'paper');
    const alice = centre.call();
    const asker = who === 'the agent' ? bob.receivesOffer() : dan.picksUp();
    if (asker === dan) {
      expect(centre.engine.consult('dan', alice.callId, { agent: 'bob' })).toBeNull();
      bob.receivesOffer();
    }
    expect(centre.engine.hangUp('eve', alice.callId)).toBe('NOT_YOUR_TALK');
    expect(centre.engine.hangUp('bob', alice.callId)).toBeNull();
    expect([bob.does, bob.view.nailed?.state]).toEqual(['idle', 'up']);
    expect(alice.state).toBe(asker === dan ? 'held' : 'closed');
    expect(centre.engine.hangUp('bob', alice.callId)).toBe('NOT_YOUR_TALK');
  },
);

test('a call that he places ends at his desk, before and after its answer', () => {
  const bob = bobAtWork();
  for (const answered of [false, true]) {
    const placed = centre.engine.call('bob', { number: '13900000009' });
    if (typeof placed === 'string') throw new Error(placed);
    if (answered) centre.telephony.answered(centre.telephony.dials.at(-1)?.legId ?? '');
    expect(centre.engine.hangUp('bob', placed.id)).toBeNull();
    expect([bob.does, centre.leftovers().legs]).toEqual(['idle', []]);
  }
});

test('a phone that cannot be moved: the caller goes on to the next agent, and he is left alone for a moment', () => {
  const bob = bobAtWork({ autoReady: ['dan'] });
  centre.telephony.holdNailed = true;
  const alice = centre.call();
  // Whoever of the two was asked first: Bob's leg is dialled and fails.
  bob.receivesOffer().refuses('no-media');
  centre.agent('dan').picksUp();
  expect([alice.hears, bob.does, bob.view.nailed?.state]).toEqual(['dan', 'idle', 'up']);
});

test('a phone that can be reached no more ends it while he is idle', () => {
  const bob = bobAtWork();
  const at = centre.now();
  const phoneId = 'phone-bob';
  centre.submit({ type: 'phone.unreachable', at, phoneId, reason: 'disconnected' });
  expect([centre.telephony.nailed.size, bob.view.intent]).toEqual([
    0,
    { is: 'not-ready', reason: 'phone-line-lost' },
  ]);
  centre.engine.ready('bob');
  expect(centre.telephony.nails).toHaveLength(1);
  centre.submit({ type: 'phone.reachable', at, phoneId });
  expect(centre.telephony.nails).toHaveLength(2);
});

test('a call that he places goes over it, and so does one of a colleague', () => {
  const bob = bobAtWork({ autoReady: ['dan'] });
  const placed = centre.engine.call('bob', { number: '13900000009' });
  if (typeof placed === 'string') throw new Error(placed);
  // His own leg took it at once, and the number is dialled.
  expect(centre.telephony.dials.map(({ to }) => to.kind)).toEqual(['phone', 'number']);
  const far = centre.telephony.dials.at(-1)?.legId ?? '';
  centre.telephony.answered(far);
  expect(bob.talksWith).toBe('+8613900000009');
  centre.telephony.end(far, 'hangup');
  expect([bob.does, bob.view.nailed?.state]).toEqual(['idle', 'up']);
  const internal = centre.engine.call('dan', { number: 'bob' });
  if (typeof internal === 'string') throw new Error(internal);
  centre.agent('dan').picksUp();
  expect(bob.does).toBe('talking');
  expect(centre.telephony.nails).toEqual(['bob']);
});

test('asked by a colleague, he is there at once, and takes the customer over it', () => {
  const bob = bobAtWork({ autoReady: ['dan'] });
  centre.engine.notReady('bob', 'paper');
  const alice = centre.call();
  const dan = centre.agent('dan').picksUp();
  expect(centre.engine.consult('dan', alice.callId, { agent: 'bob' })).toBeNull();
  bob.receivesOffer();
  expect(dan.talksWith).toBe('bob');
  expect(centre.engine.orderConsult('dan', alice.callId, 'complete')).toBeNull();
  expect([alice.hears, bob.does]).toEqual(['bob', 'talking']);
  alice.hangsUp();
  expect(centre.telephony.nails).toEqual(['bob']);
});

test('picked up, sent to him, parked and taken back: all over the one leg', () => {
  const bob = bobAtWork({ autoReady: ['dan'] });
  centre.engine.notReady('bob', 'paper');
  const alice = centre.call();
  const dan = centre.agent('dan');
  expect([dan.phone, centre.engine.pickUp('bob', alice.callId)]).toEqual(['rings', null]);
  expect([alice.hears, dan.phone]).toEqual(['bob', 'silent']);
  expect(centre.engine.park('bob', alice.callId)).toBeNull();
  expect([alice.hears, bob.does, bob.view.nailed?.state]).toEqual(['music', 'idle', 'up']);
  expect(centre.engine.retrieve('bob', '701')).toBeNull();
  expect(alice.hears).toBe('bob');
  expect(centre.engine.transfer('bob', alice.callId, { agent: 'dan' })).toBeNull();
  dan.picksUp();
  centre.engine.ready('bob');
  expect(centre.engine.transfer('dan', alice.callId, { agent: 'bob' })).toBeNull();
  bob.receivesOffer();
  expect([alice.hears, centre.telephony.nails]).toEqual(['bob', ['bob']]);
  alice.hangsUp();
  expect([centre.leftovers().legs, bob.view.nailed?.state]).toEqual([[], 'up']);
});

test.each(['has gone home', 'is at work and his own leg does not stand', 'talks over it'])(
  'for help the phone of who %s rings as any other',
  (who) => {
    const bob = bobAtWork();
    const alice = who === 'talks over it' ? centre.call() : null;
    if (alice) bob.receivesOffer();
    else if (who === 'has gone home') centre.engine.signOut('bob');
    else centre.telephony.nailedEnds('bob');
    expect(typeof centre.engine.call('bob', { number: '110' })).toBe('object');
    expect(centre.telephony.dials.at(-1)?.to).toEqual({
      ...{ kind: 'phone', agentId: 'bob', phoneId: 'phone-bob' },
    });
    expect(alice?.hears ?? 'bob').toBe('bob');
  },
);

test('who sits down at another phone is called there, and at his own no more', () => {
  const { plan } = startCentre({ nailedUp: ['bob'], ...NO_NOTICE });
  const { person: _, ...seat } = { ...plan.phones[0]!, id: 'seat-1' };
  const bob = bobAtWork({ plan: { ...plan, phones: [...plan.phones, seat] } });
  expect(centre.engine.sit('bob', 'seat-1')).toBeNull();
  expect(centre.telephony.nailed.get('bob')).toEqual({ phoneId: 'seat-1', stands: false });
  centre.telephony.nailedUp('bob');
  expect(bob.view).toMatchObject({ seat: 'seat-1', nailed: { state: 'up' }, reachable: true });
  centre.engine.freeSeat('bob', 'seat-1');
  expect(centre.telephony.nailed.get('bob')?.phoneId).toBe('phone-bob');
});

describe('the app dies', () => {
  test('while he is idle: the leg is his again, and nobody dials him', () => {
    const bob = bobAtWork();
    appFalls(centre);
    appReturns(centre);
    expect([bob.view.nailed?.state, bob.view.intent.is]).toEqual(['up', 'ready']);
    const alice = centre.call();
    bob.receivesOffer();
    expect([alice.hears, centre.telephony.nails]).toEqual(['bob', ['bob']]);
  });

  test('while he talks: he talks on, and is given the next call over the same leg', () => {
    const bob = bobAtWork();
    const alice = centre.call();
    bob.receivesOffer();
    appFalls(centre);
    appReturns(centre);
    expect([alice.hears, bob.does, bob.view.nailed?.state]).toEqual(['bob', 'talking', 'up']);
    alice.hangsUp();
    const carol = centre.call();
    bob.receivesOffer();
    expect([carol.hears, centre.telephony.nails]).toEqual(['bob', ['bob']]);
  });

  test('and his phone hangs up meanwhile: he is not ready, and is not dialled', () => {
    const bob = bobAtWork();
    appFalls(centre);
    centre.telephony.nailedEnds('bob');
    appReturns(centre);
    expect(bob.view.intent).toEqual({ is: 'not-ready', reason: 'phone-hung-up' });
    expect(centre.telephony.nailed.size).toBe(0);
  });

  test('while his phone is being dialled: it is dialled anew', () => {
    centre = startCentre({ nailedUp: ['bob'], ...NO_NOTICE });
    const bob = centre.agent('bob').atWork();
    appFalls(centre);
    appReturns(centre);
    centre.telephony.nailedUp('bob');
    expect([bob.view.nailed?.state, centre.telephony.nails]).toEqual(['up', ['bob', 'bob']]);
  });
});

test('the edge dies: he is not ready, and sees why', () => {
  const bob = bobAtWork();
  const alice = centre.call();
  bob.receivesOffer();
  centre.telephony.end(alice.legId, 'edge-stopped');
  centre.telephony.nailedEnds('bob', 'edge-stopped');
  expect(bob.view.intent).toEqual({ is: 'not-ready', reason: 'phone-line-lost' });
});

test('a plan in which the phone rings ends the leg after the talk, one without the person as well', () => {
  const bob = bobAtWork();
  const { plan } = centre;
  const phones = plan.phones.map(({ nailedUp: _, ...phone }) => phone) as typeof plan.phones;
  centre.submit({ type: 'plan.applied', at: centre.now(), plan: { ...plan, phones } });
  expect([centre.telephony.nailed.size, bob.view.nailed]).toEqual([0, null]);
  centre.submit({ type: 'plan.applied', at: centre.now(), plan });
  centre.telephony.nailedUp('bob');
  centre.submit({ type: 'plan.applied', at: centre.now(), plan: { ...plan, people: [] } });
  expect([centre.telephony.nailed.size, centre.engine.agents()]).toEqual([0, []]);
});
