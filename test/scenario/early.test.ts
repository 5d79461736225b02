/**
 * `answerMode: early`: who waits hears us before he is answered (183), where his trunk says that it costs him nothing;
 * answered he is by a pick-up, by what needs his keys or ends his call, and a minute after he came.
 */
import {
  startCentre,
  YOUR_NUMBER,
  type CallOptions,
  type TestCentre,
} from '../support/centre/centre';
import { MORNING } from '../support/centre/clock';
import { appFalls, appReturns } from '../support/centre/fall';
import { planWith, type PlanOptions } from '../support/centre/plan';

const SECOND = 1000;
const WELCOME = 'greeting+recording-notice+all-busy';
const LEFT_NOTHING = { legs: [], recordings: [], calls: [], timers: [] };

interface Early extends PlanOptions {
  /** The trunk does not allow it. */
  forbidden?: true;
}

function centreOf({ forbidden, ...options }: Early = {}): TestCentre {
  const plan = planWith({
    ...{ agents: ['bob'], hotline: { answerMode: 'early' } },
    ...options,
    queue: { form: 'none', ...options.queue },
  });
  if (!forbidden) plan.trunks[0]!.earlyMedia = 'allow';
  return startCentre({ plan });
}

/** Bob is signed in and not ready, and Alice calls. */
function waiting(options: Early = {}, ask: CallOptions = {}) {
  const centre = centreOf(options);
  centre.agent('bob').opensDesktop();
  centre.engine.signIn('bob');
  const alice = centre.call(ask);
  const isAnswered = () => centre.telephony.legs.get(alice.legId)?.state === 'answered';
  return { centre, alice, isAnswered, bob: centre.agent('bob') };
}

test('he hears all that a waiting caller hears, and is answered a minute after he came', () => {
  const { centre, alice, isAnswered } = waiting();
  expect([alice.hears, isAnswered(), alice.state]).toEqual([WELCOME, false, 'queued']);
  alice.hearsToTheEnd();
  expect(alice.hears).toBe('music');
  centre.clock.advance(10 * SECOND);
  // No key of his may reach us yet.
  expect(alice.hears).toBe('position 1');
  alice.hearsToTheEnd();
  centre.clock.advance(50 * SECOND - 1);
  expect([alice.hears, isAnswered(), alice.record.answeredAt]).toEqual(['music', false, null]);
  centre.clock.advance(1);
  expect([alice.hears, isAnswered()]).toEqual(['music', true]);
  centre.clock.advance(10 * SECOND);
  expect(alice.hears).toBe('position 1+callback-offer');
  alice.hangsUp();
  expect(alice.record).toMatchObject({ outcome: 'left', answeredAt: MORNING + 60 * SECOND });
  expect(centre.leftovers()).toMatchObject(LEFT_NOTHING);
});

test('phones ring for him while he hears music, and who picks up answers him', () => {
  const { centre, alice, isAnswered, bob } = waiting();
  alice.hearsToTheEnd();
  centre.engine.ready('bob');
  bob.receivesOffer();
  centre.clock.advance(5 * SECOND);
  expect([bob.phone, alice.hears, isAnswered()]).toEqual(['rings', 'music', false]);
  bob.refuses();
  expect([alice.state, alice.hears, isAnswered()]).toEqual(['queued', 'music', false]);
  centre.telephony.holdAnswers = true;
  centre.clock.advance(5 * SECOND);
  bob.receivesOffer().picksUp();
  expect([alice.hears, bob.hears]).toEqual(['position 1', 'silence']);
  centre.telephony.answered(alice.legId);
  // He has heard the notice.
  expect([alice.hears, alice.record.talkStartedAt]).toEqual(['bob', MORNING + 10 * SECOND]);
  alice.hangsUp();
  expect(alice.record).toMatchObject({ outcome: 'talk', answeredAt: MORNING + 10 * SECOND });
});

test('who is picked up in mid-notice hears it again, answered', () => {
  const { centre, alice, bob } = waiting();
  centre.engine.ready('bob');
  bob.receivesOffer().picksUp();
  expect(alice.hears).toBe('recording-notice');
  alice.hearsToTheEnd();
  expect(alice.hears).toBe('bob');
  // Once answered is answered, also where his agent is lost.
  centre.telephony.end(bob.leg ?? '', 'broken');
  expect([alice.state, alice.hears]).toEqual(['queued', 'music']);
  centre.engine.wrapUp('bob');
  bob.receivesOffer().picksUp();
  expect(alice.hears).toBe('bob');
  expect(centre.bugs).toEqual([]);
});

test('a pick-up while the minute’s answer is on its way asks for no second one', () => {
  const { centre, alice, bob } = waiting();
  alice.hearsToTheEnd();
  centre.telephony.holdAnswers = true;
  centre.clock.advance(60 * SECOND);
  centre.engine.ready('bob');
  bob.receivesOffer().picksUp();
  expect(alice.hears).toBe('position 1');
  centre.telephony.answered(alice.legId);
  expect(alice.hears).toBe('bob');
  expect(centre.bugs).toEqual([]);
});

test('a telemarketer is free: three rings first, then early, and the minute counts from when he came', () => {
  const centre = centreOf();
  const bob = centre.agent('bob').atWork();
  const alice = centre.call();
  bob.receivesOffer();
  centre.clock.advance(15 * SECOND - 1);
  expect(alice.hears).toBe('ringing');
  centre.clock.advance(1);
  expect(alice.hears).toBe('greeting+recording-notice');
  centre.clock.advance(45 * SECOND - 1);
  expect(centre.telephony.legs.get(alice.legId)?.state).toBe('ringing');
  centre.clock.advance(1);
  expect(centre.telephony.legs.get(alice.legId)?.state).toBe('answered');
});

test('who gives up before has left, and is called back', () => {
  const { centre, alice } = waiting();
  centre.clock.advance(20 * SECOND);
  alice.hangsUp();
  expect(alice.record).toMatchObject({ outcome: 'left', answeredAt: null, endCause: 'hangup' });
  expect(alice.entryOutcome).toBe('abandoned');
  expect(centre.journal.of('promise.saved').map(({ promise }) => promise.reason)).toEqual([
    'abandoned',
  ]);
  expect(centre.leftovers()).toMatchObject(LEFT_NOTHING);
});

test('whose key gets through is answered with the question', () => {
  const { centre, alice, isAnswered } = waiting();
  alice.hearsToTheEnd();
  alice.presses('1');
  expect([isAnswered(), alice.hears]).toEqual([true, YOUR_NUMBER]);
  alice.presses('1');
  expect(alice.entryOutcome).toBe('promised');
  alice.listensOn();
  expect(alice.record).toMatchObject({ outcome: 'promise', answeredAt: MORNING });
  expect(centre.leftovers()).toMatchObject(LEFT_NOTHING);
});

test('he may have said all before our answer is acknowledged', () => {
  const { centre, alice } = waiting();
  alice.hearsToTheEnd();
  centre.telephony.holdAnswers = true;
  alice.presses('11');
  centre.clock.advance(2 * SECOND);
  centre.telephony.answered(alice.legId);
  alice.listensOn();
  const answeredAt = MORNING + 2 * SECOND;
  expect(alice.record).toMatchObject({ outcome: 'promise', answeredAt });
});

test('who is left alone is answered, and told so then', () => {
  const { centre, alice, isAnswered } = waiting();
  alice.hearsToTheEnd();
  centre.telephony.holdAnswers = true;
  centre.engine.signOut('bob');
  expect([alice.hears, isAnswered()]).toEqual(['music', false]);
  centre.telephony.answered(alice.legId);
  expect(alice.hears).toContain('no-agents');
  alice.listensOn();
  expect(alice.record).toMatchObject({ outcome: 'promise', answeredAt: MORNING });
});

test('who has begun to wait is not sent away', () => {
  const { centre, alice } = waiting({ queue: { hopelessMinutes: 15 } });
  alice.hearsToTheEnd();
  centre.submit({
    ...{ type: 'wait.known', at: centre.now(), callId: alice.callId },
    ...{ position: 2, range: [20, 90] },
  });
  expect([alice.state, alice.hears]).toEqual(['queued', 'music']);
});

test.each<[string, Early, CallOptions]>([
  ['whose trunk does not allow it', { forbidden: true }, {}],
  ['whose hotline does not want it', { hotline: {} }, {}],
  ['who is offered a call back at once', {}, { crowded: true }],
])('answered at once is who waits %s', (_who, options, ask) => {
  const { alice, isAnswered } = waiting(options, ask);
  expect([alice.hears, isAnswered()]).toEqual([WELCOME, true]);
});

test('and who can hear nothing before it', () => {
  const centre = centreOf();
  centre.engine.signIn('bob');
  centre.telephony.ring = (legId) =>
    centre.submit({ type: 'leg.ringing', at: centre.now(), legId });
  const alice = centre.call();
  expect(centre.telephony.legs.get(alice.legId)?.state).toBe('answered');
  expect(alice.hears).toBe(WELCOME);
});

describe('after the app fell', () => {
  test('he has his place, hears us again, and is answered a minute after he came', () => {
    const { centre, alice } = waiting();
    alice.hearsToTheEnd();
    centre.clock.advance(20 * SECOND);
    const carol = centre.call({ from: '+8613800000002' });
    appFalls(centre);
    centre.clock.advance(5 * SECOND);
    appReturns(centre);
    expect([alice.hears, carol.hears]).toEqual([WELCOME, WELCOME]);
    expect(centre.engine.queues()[0]).toMatchObject({ waiting: 2, longestWaitSince: MORNING });
    const state = () => centre.telephony.legs.get(alice.legId)?.state;
    centre.clock.advance(35 * SECOND - 1);
    expect(state()).toBe('ringing');
    centre.clock.advance(1);
    expect(state()).toBe('answered');
    expect(centre.telephony.legs.get(carol.legId)?.state).toBe('ringing');
  });

  test('at once when the minute is over', () => {
    const { centre, alice, isAnswered } = waiting();
    appFalls(centre);
    centre.clock.advance(61 * SECOND);
    appReturns(centre);
    expect([isAnswered(), alice.hears]).toEqual([true, WELCOME]);
  });
});
