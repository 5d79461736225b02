/** INVITE with Replaces: a phone takes its person's own talk over, or a call that rings at a colleague's. */
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

beforeEach(() => {
  centre = startCentre({ autoReady: ['bob'], service: ['dan'], hotline: { notice: 'none' } });
  [bob, dan] = [centre.agent('bob'), centre.agent('dan')];
  alice = centre.call();
});

afterEach(() => expect(centre.bugs).toEqual([]));

/** A phone of that person's has our 200, and is to stand in the place of a leg of Alice's call. */
const replaces = (agentId: string, legId: string, rings = false, callId = alice.callId) => {
  const own = centre.id();
  const asked = { agentId, phoneId: `phone-${agentId}`, callId, legId, rings };
  const may = centre.engine.phones.mayReplace(asked);
  if (may !== null) return may;
  centre.telephony.dial({
    ...{ type: 'leg.dial', legId: own, callId: alice.callId, from: '', displayName: '' },
    ...{ to: { kind: 'phone', agentId, phoneId: 'another' }, towards: null },
  });
  const refusal = centre.engine.phones.replace(asked, own);
  centre.telephony.answered(own);
  return refusal ?? own;
};
const segments = () => centre.media.recorded.map(({ left, right }) => [left, right]);
const filed = () => centre.journal.of('recording.saved').map(({ recording }) => recording.agentId);
const leavesNothing = () => {
  centre.clock.advance(120_000);
  expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
};

describe('his own talk', () => {
  let desk: string;

  beforeEach(() => {
    bob.picksUp();
    desk = bob.leg ?? '';
    centre.clock.advance(5000);
  });

  test('goes on at another phone: the old leg is hung up, and a segment of its own begins', () => {
    const mobile = replaces('bob', desk);
    expect([alice.hears, alice.state, bob.does]).toEqual(['bob', 'talking', 'talking']);
    expect(centre.media.bridges.get(alice.legId)).toBe(mobile);
    expect(centre.telephony.ends.get(desk)).toBe('answered-elsewhere');
    expect(segments()).toEqual([
      [alice.legId, desk],
      [alice.legId, mobile],
    ]);
    centre.telephony.end(mobile, 'hangup');
    expect([alice.record.outcome, alice.record.agentId, bob.does]).toEqual([
      ...['talk', 'bob', 'wrap-up'],
    ]);
    expect(filed()).toEqual(['bob', 'bob']);
    leavesNothing();
  });

  test('held by the phone that he leaves: they are joined; at his desk: she stays on hold', () => {
    centre.telephony.holds(desk, 'leg.held');
    const mobile = replaces('bob', desk);
    expect([alice.hears, alice.state]).toEqual(['bob', 'talking']);
    centre.engine.hold('bob', alice.callId);
    replaces('bob', mobile);
    expect([alice.hears, alice.state]).toEqual(['music', 'held']);
    centre.engine.resume('bob', alice.callId);
    expect(alice.hears).toBe('bob');
  });

  test('muted: nobody hears him at the new phone either, until he is unmuted', () => {
    centre.engine.mute('bob', alice.callId);
    const mobile = replaces('bob', desk);
    expect(centre.media.muted.has(mobile)).toBe(true);
    centre.engine.unmute('bob', alice.callId);
    expect(centre.media.muted.has(mobile)).toBe(false);
  });

  test('and the app falls behind it: the talk is the new phone’s', () => {
    const mobile = replaces('bob', desk);
    appFalls(centre);
    appReturns(centre);
    expect([alice.state, bob.does, centre.media.bridges.get(alice.legId)]).toEqual([
      ...['talking', 'talking', mobile],
    ]);
    alice.hangsUp();
    leavesNothing();
  });

  test.each([
    ['a colleague', () => replaces('dan', desk), 'NOT_YOUR_TALK'],
    ['he himself, of Alice’s leg', () => replaces('bob', alice.legId), 'NOT_YOUR_TALK'],
    ['he himself, of a leg that was his', () => replaces('bob', 'gone'), 'NOT_YOUR_TALK'],
    ['he himself, of another call', () => replaces('bob', desk, false, 'other'), 'NOT_YOUR_TALK'],
    ['a colleague, as if it rang', () => replaces('dan', desk, true), 'NOTHING_TO_PICK_UP'],
  ])('%s may not: the talk stays as it is', (_who, take, code) => {
    expect(take()).toBe(code);
    expect([alice.hears, alice.state]).toEqual(['bob', 'talking']);
    expect(segments()).toHaveLength(1);
  });

  test('nor he, while he asks somebody', () => {
    centre.engine.consult('bob', alice.callId, { agent: 'dan' });
    expect(replaces('bob', desk)).toBe('IN_CONSULTATION');
  });
});

describe('a call that rings at a colleague’s', () => {
  test('is his who takes it; the other phone is told so, and its agent has missed nothing', () => {
    const ringing = bob.leg ?? '';
    const own = replaces('dan', ringing, true);
    expect([alice.hears, alice.state, dan.does, bob.does]).toEqual([
      ...['dan', 'talking', 'talking', 'idle'],
    ]);
    expect(centre.telephony.ends.get(ringing)).toBe('answered-elsewhere');
    expect(segments()).toEqual([[alice.legId, own]]);
    const next = centre.call({ from: CAROL });
    expect([next.state, bob.phone]).toEqual(['offered', 'rings']);
    alice.hangsUp();
    expect(alice.record).toMatchObject({ outcome: 'talk', agentId: 'dan' });
    expect(filed()).toEqual(['dan']);
  });

  test('is not if he is busy, or has gone home, or she has hung up meanwhile', () => {
    const ringing = bob.leg ?? '';
    const second = centre.call({ from: CAROL });
    expect(centre.engine.pickUp('dan', second.callId)).toBeNull();
    expect(replaces('dan', ringing, true)).toBe('OCCUPIED_YOURSELF');
    second.hangsUp();
    centre.engine.signOut('dan');
    expect(replaces('dan', ringing, true)).toBe('NOT_SIGNED_IN');
    centre.agent('dan').atWork();
    alice.hangsUp();
    expect(replaces('dan', ringing, true)).toBe('NOTHING_TO_PICK_UP');
    expect(dan.does).toBe('idle');
  });

  test('nobody may who is no agent', () => {
    expect(replaces('nobody', bob.leg ?? '', true)).toBe('NOT_AN_AGENT');
    expect([alice.state, bob.phone]).toEqual(['offered', 'rings']);
  });
});
