import { startCentre, type Agent, type Caller, type TestCentre } from '../support/centre/centre';

let centre: TestCentre;
let bob: Agent;
let dan: Agent;
let alice: Caller;

/** Alice rings at Bob of sales; Dan is of service. */
beforeEach(() => {
  centre = startCentre({ autoReady: ['bob'], service: ['dan'], hotline: { notice: 'none' } });
  [bob, dan] = [centre.agent('bob'), centre.agent('dan')];
  alice = centre.call();
});

afterEach(() => expect(centre.bugs).toEqual([]));

const danTakesHer = () => centre.engine.pickUp('dan', alice.callId);

test('Dan takes the call that rings at Bob, who has missed nothing', () => {
  const bobsLeg = bob.leg ?? '';
  expect(danTakesHer()).toBeNull();
  expect(centre.telephony.ends.get(bobsLeg)).toBe('answered-elsewhere');
  expect(centre.push.of('offer.withdrawn')).toMatchObject([{ agentId: 'bob', reason: 'taken' }]);
  expect([bob.does, bob.phone, dan.phone, alice.hears]).toEqual([
    'idle',
    'silent',
    'rings',
    'ringing',
  ]);
  dan.picksUp();
  expect([alice.hears, alice.state]).toEqual(['dan', 'talking']);
  alice.hangsUp();
  expect(alice.record).toMatchObject({ outcome: 'talk', agentId: 'dan', queueId: 'sales' });
  centre.clock.advance(60_000);
  expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
});

test('he need not be ready, and is not ready afterwards', () => {
  centre.engine.notReady('dan', 'lunch');
  expect(danTakesHer()).toBeNull();
  dan.picksUp();
  alice.hangsUp();
  expect(dan.view.intent).toEqual({ is: 'not-ready', reason: 'lunch' });
});

test('a call that waits is taken before its turn', () => {
  bob.picksUp();
  const carol = centre.call();
  carol.hearsToTheEnd();
  expect([carol.state, carol.hears]).toEqual(['queued', 'music']);
  expect(centre.engine.pickUp('dan', carol.callId)).toBeNull();
  dan.picksUp();
  expect(carol.hears).toBe('dan');
});

test.each([
  ['does not answer', () => centre.clock.advance(20_000), 'missed'],
  ['refuses', () => void dan.refuses(), 'refused'],
  ['signs out', () => void centre.engine.signOut('dan'), 'refused'],
])('he %s: she is back at her place, and Bob is asked again', (_how, passes, reason) => {
  danTakesHer();
  // Bob is free again, and not asked while she is Dan's to take.
  expect(bob.phone).toBe('silent');
  passes();
  expect([alice.state, bob.phone]).toEqual(['offered', 'rings']);
  expect(centre.push.of('offer.withdrawn').at(-1)).toMatchObject({ agentId: 'dan', reason });
});

test('Bob picks up in the same moment: his phone is told, and it is Dan who has her', () => {
  centre.telephony.holdEnds = true;
  const bobsLeg = bob.leg ?? '';
  danTakesHer();
  centre.telephony.answered(bobsLeg);
  dan.picksUp();
  expect([alice.hears, bob.does]).toEqual(['dan', 'idle']);
  expect(centre.telephony.toldToEnd).toContain(bobsLeg);
});

test.each([
  ['somebody who is no agent', 'eve', () => undefined, 'NOT_AN_AGENT'],
  ['who is signed out', 'dan', () => void centre.engine.signOut('dan'), 'NOT_SIGNED_IN'],
  ['at whom it rings', 'bob', () => undefined, 'OCCUPIED_YOURSELF'],
  ['whose phone is away', 'dan', () => losesPhone(), 'PHONE_UNREACHABLE'],
  ['for whom she talks already', 'dan', () => void bob.picksUp(), 'NOTHING_TO_PICK_UP'],
  ['who comes too late', 'dan', () => void alice.hangsUp(), 'NOTHING_TO_PICK_UP'],
])('%s is refused', (_who, agentId, happens, code) => {
  happens();
  const before = centre.push.notices.length;
  expect(centre.engine.pickUp(agentId, alice.callId)).toBe(code);
  expect(centre.push.notices).toHaveLength(before);
});

const losesPhone = () =>
  centre.submit({
    ...{ type: 'phone.unreachable', at: centre.now(), phoneId: 'phone-dan' },
    reason: 'no-answer',
  });
