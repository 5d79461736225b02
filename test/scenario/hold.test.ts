import { startCentre, type Agent, type Caller, type TestCentre } from '../support/centre/centre';
import { MORNING } from '../support/centre/clock';

let centre: TestCentre;
let bob: Agent;
let alice: Caller;

beforeEach(() => {
  centre = startCentre({ autoReady: ['bob'], hotline: { notice: 'none' } });
  bob = centre.agent('bob');
  alice = centre.call();
});

afterEach(() => expect(centre.bugs).toEqual([]));

const talk = (): void => void bob.picksUp();
const holds = () => centre.engine.hold('bob', alice.callId);
const resumes = () => centre.engine.resume('bob', alice.callId);
const phone = (type: 'leg.held' | 'leg.resumed', legId = bob.leg ?? ''): void =>
  centre.submit({ type, at: centre.now(), legId });
const note = () => centre.telephony.notes.get(bob.leg ?? '');

describe('Bob puts Alice on hold', () => {
  test('at his desk: she hears music, is in no recording, and is taken back', () => {
    talk();
    const pushed = centre.push.notices.length;
    expect(holds()).toBeNull();
    expect([alice.hears, bob.hears, alice.state]).toEqual(['music', 'silence', 'held']);
    expect(centre.media.unrecorded).toEqual(new Set([alice.legId]));
    expect(centre.media.recordings.size).toBe(1);
    expect(bob.does).toBe('talking');
    expect(alice.record).toMatchObject({ state: 'held', bridgedAt: MORNING });
    expect(note()).toMatchObject({ held: true });
    expect(resumes()).toBeNull();
    expect([alice.hears, bob.hears, alice.state]).toEqual(['bob', 'caller', 'talking']);
    expect(centre.media.unrecorded.size).toBe(0);
    expect(note()).not.toHaveProperty('held');
    const told = centre.push.notices.slice(pushed);
    expect(told).toMatchObject([
      { kind: 'call.updated', call: { state: 'held' } },
      { kind: 'call.updated', call: { state: 'talking', bridgedAt: MORNING } },
    ]);
  });

  test('at his phone: she hears music until he takes her back there', () => {
    talk();
    phone('leg.held');
    expect([alice.hears, alice.state]).toEqual(['music', 'held']);
    expect(note()).not.toHaveProperty('held');
    phone('leg.resumed');
    expect([alice.hears, alice.state]).toEqual(['bob', 'talking']);
  });

  test('at desk and phone: they hear each other only when neither holds', () => {
    talk();
    holds();
    phone('leg.held');
    resumes();
    expect([alice.hears, alice.state]).toEqual(['music', 'held']);
    phone('leg.resumed');
    expect([alice.hears, alice.state]).toEqual(['bob', 'talking']);
  });

  test('and a phone that says the same again changes nothing', () => {
    talk();
    phone('leg.held');
    const pushed = centre.push.notices.length;
    phone('leg.held');
    phone('leg.resumed', alice.legId);
    expect(centre.push.notices).toHaveLength(pushed);
    expect(alice.hears).toBe('music');
  });
});

describe('Alice waits, and has us on hold', () => {
  const waits = () => {
    const waiting = startCentre({ agents: ['bob'] });
    waiting.engine.signIn('bob');
    const caller = waiting.call();
    const says = (type: 'leg.held' | 'leg.resumed') =>
      waiting.submit({ type, at: waiting.now(), legId: caller.legId });
    return { waiting, caller, says };
  };

  test('she is told nothing, keeps no clock going, and is told when she listens', () => {
    const { waiting, caller, says } = waits();
    says('leg.held');
    caller.hearsToTheEnd();
    expect(waiting.clock.armed().filter((name) => name.startsWith('wait-due'))).toEqual([]);
    waiting.clock.advance(600_000);
    expect(caller.heard).toEqual(['greeting+recording-notice+all-busy']);
    says('leg.resumed');
    expect(caller.hears).toBe('music');
    waiting.clock.advance(10_000);
    expect(caller.hears).toBe('position 1+callback-offer');
    expect(waiting.bugs).toEqual([]);
  });

  test('on hold when it is time, she is told after it', () => {
    const { waiting, caller, says } = waits();
    caller.hearsToTheEnd();
    says('leg.held');
    waiting.clock.advance(60_000);
    expect(caller.hears).toBe('music');
    says('leg.resumed');
    waiting.clock.advance(10_000);
    expect(caller.hears).toBe('position 1+callback-offer');
  });
});

describe('Alice puts Bob on hold', () => {
  test('he hears music, and her again', () => {
    talk();
    phone('leg.held', alice.legId);
    expect([bob.hears, alice.state]).toEqual(['music', 'held']);
    phone('leg.resumed', alice.legId);
    expect([bob.hears, alice.hears, alice.state]).toEqual(['caller', 'bob', 'talking']);
  });

  test('while she waits: who picks up hears music until she is back', () => {
    centre.clock.advance(15_000);
    phone('leg.held', alice.legId);
    expect(alice.state).toBe('offered');
    talk();
    expect([bob.hears, alice.state]).toEqual(['music', 'held']);
    phone('leg.resumed', alice.legId);
    expect([bob.hears, alice.hears]).toEqual(['caller', 'bob']);
  });
});

describe('a hold ends with the call', () => {
  test.each([
    ['Alice', () => alice.hangsUp(), () => centre.telephony.ends.get(alice.legId)],
    ['Bob', () => bob.hangsUp(), () => centre.telephony.ends.get(alice.legId)],
  ])('when %s hangs up', (who, hangsUp, aliceEnded) => {
    talk();
    holds();
    hangsUp();
    expect(aliceEnded()).toBe(who === 'Alice' ? 'hangup' : 'partner-left');
    expect(alice.record).toMatchObject({ outcome: 'talk', endCause: 'hangup' });
    expect(bob.does).toBe('wrap-up');
    expect(centre.engine.promises()).toEqual([]);
    centre.clock.advance(60_000);
    expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
  });
});

test('Bob mutes himself while he is joined to Alice, twice if he likes, and nobody else does', () => {
  const { engine, media } = centre;
  expect(engine.mute('bob', alice.callId)).toBe('NOT_YOUR_TALK');
  talk();
  expect(engine.mute('eve', alice.callId)).toBe('NOT_YOUR_TALK');
  for (const muted of [true, true, false, false]) {
    const ask = muted ? engine.mute.bind(engine) : engine.unmute.bind(engine);
    expect(ask('bob', alice.callId)).toBeNull();
    expect([...media.muted]).toEqual(muted ? [bob.leg] : []);
    expect(centre.push.of('call.updated').at(-1)?.call.muted).toBe(muted ? true : undefined);
    expect(engine.calls()[0]?.muted).toBe(muted ? true : undefined);
  }
  expect(centre.push.of('call.updated').filter(({ call }) => call.muted)).toHaveLength(1);
  expect([alice.hears, alice.state]).toEqual(['bob', 'talking']);
});

test('Bob presses keys for Alice, once they are joined', () => {
  const press = (who = 'bob') => centre.engine.pressKeys(who, alice.callId, '1#');
  expect(press()).toBe('NOT_YOUR_TALK');
  talk();
  expect([press(), press('eve')]).toEqual([null, 'NOT_YOUR_TALK']);
  expect(centre.media.pressed).toEqual([[alice.legId, '1#']]);
});

describe('Bob is refused', () => {
  test('what is no talk of his', () => {
    expect(holds()).toBe('NOT_YOUR_TALK');
    talk();
    expect(centre.engine.hold('eve', alice.callId)).toBe('NOT_YOUR_TALK');
    expect(centre.engine.hold('bob', 'no call')).toBe('NOT_YOUR_TALK');
    alice.hangsUp();
    expect(resumes()).toBe('NOT_YOUR_TALK');
  });

  test('before they are joined', () => {
    const other = startCentre({ autoReady: ['bob'] });
    const carol = other.call();
    other.agent('bob').picksUp();
    expect(carol.hears).toBe('recording-notice');
    expect(other.engine.hold('bob', carol.callId)).toBe('NOT_JOINED_YET');
    expect(carol.hears).toBe('recording-notice');
  });

  test('to resume at his desk what a phone holds', () => {
    talk();
    phone('leg.held');
    expect(resumes()).toBe('HELD_AT_PHONE');
    expect(alice.hears).toBe('music');
  });

  test('nothing when it is so already', () => {
    talk();
    expect(resumes()).toBeNull();
    holds();
    expect(holds()).toBeNull();
    expect(alice.state).toBe('held');
  });
});
