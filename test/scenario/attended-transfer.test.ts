/**
 * Attended transfer by a desk phone: Bob talks with Alice, puts her on hold, dials somebody on his second line, and
 * joins the two.
 */
import {
  CAROL,
  startCentre,
  type Agent,
  type Caller,
  type TestCentre,
} from '../support/centre/centre';
import { appFalls, appReturns } from '../support/centre/fall';

let centre: TestCentre;
let bob: Agent;
let dan: Agent;
let alice: Caller;
let bobsLine: string;

beforeEach(() => {
  centre = startCentre({ autoReady: ['bob'], service: ['dan'], hotline: { notice: 'none' } });
  [bob, dan] = [centre.agent('bob'), centre.agent('dan')];
  alice = centre.call();
  bob.picksUp();
  bobsLine = bob.leg ?? '';
  centre.clock.advance(5000);
  centre.telephony.holds(bobsLine, 'leg.held');
});

afterEach(() => expect(centre.bugs).toEqual([]));

interface SecondLine {
  callId: string;
  own: string;
  /** Of whom he called. */
  far: string;
}

/** Bob's phone dials on its second line. */
const dials = (number: string): SecondLine => {
  const [callId, own, far] = [centre.id(), centre.id(), centre.id()];
  const others = { entryId: centre.id(), leadId: centre.id(), promiseId: centre.id() };
  centre.telephony.arrives(own);
  centre.submit({
    ...{ type: 'phone.dialled', at: centre.now(), phoneId: 'phone-bob', number },
    ids: { ...others, callId, ownLegId: own, legId: far, recordingId: centre.id() },
  });
  return { callId, own, far };
};
const talksWith = (number: string): SecondLine => {
  const line = dials(number);
  centre.telephony.answered(line.far);
  centre.clock.advance(3000);
  return line;
};
const joins = (callId: string, other: string) =>
  centre.engine.phones.refer({ agentId: 'bob', callId, dialled: '', with: other });
const record = (callId: string) =>
  centre.journal
    .of('call.saved')
    .filter(({ call }) => call.id === callId)
    .at(-1)?.call;
const filed = () =>
  centre.journal
    .of('recording.saved')
    .map(({ recording: { callId, agentId } }) => [callId, agentId]);
const leavesNothing = () => {
  centre.clock.advance(120_000);
  expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
};

test('Alice hears music while he asks a colleague; joined, the two talk, and Bob is done with both', () => {
  const line = talksWith('phone-dan');
  expect([alice.hears, alice.state, bob.does, dan.does]).toEqual([
    ...['music', 'held', 'talking', 'talking'],
  ]);
  expect(joins(alice.callId, line.callId)).toEqual({ ringing: null });
  expect([alice.hears, alice.state, bob.does, dan.does]).toEqual([
    ...['dan', 'talking', 'wrap-up', 'talking'],
  ]);
  for (const leg of [bobsLine, line.own])
    expect(centre.telephony.ends.get(leg)).toBe('transferred');
  expect(record(line.callId)).toMatchObject({
    ...{ direction: 'internal', outcome: 'talk', endCause: 'transferred', agentId: 'bob' },
  });
  expect(record(alice.callId)).toMatchObject({ outcome: null, agentId: 'dan' });
  expect(centre.media.recorded.at(-1)).toMatchObject({ left: alice.legId, right: line.far });
  expect(dan.view.callId).toBe(alice.callId);
  centre.clock.advance(5000);
  alice.hangsUp();
  expect([alice.record.outcome, alice.record.agentId, dan.does]).toEqual([
    'talk',
    'dan',
    'wrap-up',
  ]);
  // Bob with Alice, Bob with Dan, Dan with Alice: three segments, each somebody's.
  expect(filed().sort()).toEqual(
    [
      [alice.callId, 'bob'],
      [alice.callId, 'dan'],
      [line.callId, 'bob'],
    ].sort(),
  );
  const legs = centre.journal.of('leg.saved').map(({ leg }) => [leg.id, leg.callId]);
  expect(legs).toContainEqual([line.far, alice.callId]);
  leavesNothing();
});

test('an outside number: Alice is forwarded there, and it stays Bob’s call', () => {
  const line = talksWith('13800000002');
  joins(alice.callId, line.callId);
  expect([alice.hears, alice.state, bob.does]).toEqual([CAROL, 'forwarded', 'wrap-up']);
  expect(record(line.callId)).toMatchObject({ direction: 'outbound', outcome: 'talk' });
  centre.telephony.end(line.far, 'hangup');
  expect(alice.record).toMatchObject({ outcome: 'talk', agentId: 'bob' });
  leavesNothing();
});

test.each(['phone-dan', '13800000002'])(
  'asked for by the second line (%s), it is the same',
  (to) => {
    const line = talksWith(to);
    expect(joins(line.callId, alice.callId)).toEqual({ ringing: null });
    expect(alice.hears).toBe(to === 'phone-dan' ? 'dan' : CAROL);
    expect(record(line.callId)?.endCause).toBe('transferred');
  },
);

test('the customer whom he called second is the colleague’s: the customer’s call goes on', () => {
  alice.hangsUp();
  centre.clock.advance(60_000);
  const inside = talksWith('phone-dan');
  centre.telephony.holds(inside.own, 'leg.held');
  const customer = talksWith('13800000002');
  expect(joins(inside.callId, customer.callId)).toEqual({ ringing: null });
  expect(record(customer.callId)).toMatchObject({ outcome: null, agentId: 'dan', to: CAROL });
  expect(record(inside.callId)?.endCause).toBe('transferred');
  expect(centre.media.bridges.get(customer.far)).toBe(inside.far);
  expect([bob.does, dan.view.callId]).toEqual(['wrap-up', customer.callId]);
});

test('whom he asked had put him on hold: Alice is joined, and hears what that one’s phone does', () => {
  const line = talksWith('phone-dan');
  centre.telephony.holds(line.far, 'leg.held');
  joins(alice.callId, line.callId);
  expect([alice.hears, alice.state]).toEqual(['music', 'held']);
  centre.telephony.holds(line.far, 'leg.resumed');
  expect(alice.hears).toBe('dan');
});

describe('who hangs up before', () => {
  test('the colleague: Bob goes back to Alice, and there is nothing to join', () => {
    const line = talksWith('phone-dan');
    centre.telephony.end(line.far, 'hangup');
    expect(joins(alice.callId, line.callId)).toEqual({ refused: 'NOT_YOUR_TALK' });
    centre.telephony.holds(bobsLine, 'leg.resumed');
    expect([alice.hears, bob.does, dan.does]).toEqual(['bob', 'talking', 'idle']);
    alice.hangsUp();
    expect(bob.does).toBe('wrap-up');
  });

  test('Alice: he talks on with the colleague, is offered nobody, and has his wrap-up behind it', () => {
    const line = talksWith('phone-dan');
    alice.hangsUp();
    expect([bob.does, bob.view.callId, dan.does]).toEqual(['talking', line.callId, 'talking']);
    const next = centre.call({ from: CAROL });
    expect(next.state).toBe('queued');
    centre.telephony.end(line.own, 'hangup');
    expect([bob.does, dan.does]).toEqual(['wrap-up', 'idle']);
    centre.clock.advance(30_000);
    expect(next.state).toBe('offered');
  });

  test('Alice, while it still rings: he may be reached again when that is over', () => {
    const line = dials('phone-dan');
    alice.hangsUp();
    expect(bob.does).toBe('calling');
    centre.telephony.end(line.far, 'busy');
    expect([bob.does, record(line.callId)?.outcome]).toEqual(['wrap-up', 'unanswered']);
    leavesNothing();
  });

  test('Bob’s second line, by itself: Alice stays his', () => {
    const line = talksWith('13800000002');
    centre.telephony.end(line.own, 'hangup');
    centre.telephony.holds(bobsLine, 'leg.resumed');
    expect([alice.hears, bob.does, record(line.callId)?.outcome]).toEqual([
      'bob',
      'talking',
      'talk',
    ]);
  });
});

test.each([
  ['it still rings', () => dials('phone-dan').callId, 'NOT_YOUR_TALK'],
  ['it is the same call', () => alice.callId, 'NO_SUCH_TARGET'],
  ['it is nobody’s', () => 'nothing', 'NOT_YOUR_TALK'],
  ['it is for help', () => talksWith('110').callId, 'DIAL_FORBIDDEN'],
])('%s: refused, and Alice stays on hold', (_what, other, refused) => {
  expect(joins(alice.callId, other())).toEqual({ refused });
  expect([alice.hears, alice.state, bob.does]).toEqual(['music', 'held', 'talking']);
});

test('another’s talk is not his to join', () => {
  const other = centre.call({ to: '400', from: CAROL });
  dan.atWork();
  centre.engine.pickUp('dan', other.callId);
  dan.picksUp();
  expect(joins(alice.callId, other.callId)).toEqual({ refused: 'NOT_YOUR_TALK' });
  expect([alice.hears, other.hears]).toEqual(['music', 'dan']);
});

test('a third line is refused, and so is a second one to who may not be dialled', () => {
  const forbidden = dials('16812345');
  expect(centre.telephony.ends.get(forbidden.own)).toBe('forbidden');
  talksWith('phone-dan');
  const third = dials('13800000002');
  expect(centre.telephony.ends.get(third.own)).toBe('busy');
  expect([bob.does, alice.hears]).toEqual(['talking', 'music']);
});

describe('the app falls', () => {
  test('before: both talks are found again, and can be joined', () => {
    const line = talksWith('13800000002');
    appFalls(centre);
    appReturns(centre);
    expect([alice.state, bob.does]).toEqual(['held', 'talking']);
    expect(joins(alice.callId, line.callId)).toEqual({ ringing: null });
    expect([alice.hears, alice.state, bob.does]).toEqual([CAROL, 'forwarded', 'wrap-up']);
    centre.telephony.end(line.far, 'hangup');
    leavesNothing();
  });

  test.each([
    ['phone-dan', 'dan', 'talking'],
    ['13800000002', CAROL, 'forwarded'],
  ])('behind it: Alice talks on with %s', (to, name, state) => {
    const line = talksWith(to);
    joins(alice.callId, line.callId);
    appFalls(centre);
    appReturns(centre);
    expect([alice.hears, alice.state]).toEqual([name, state]);
    alice.hangsUp();
    expect(alice.record.outcome).toBe('talk');
    leavesNothing();
  });
});
