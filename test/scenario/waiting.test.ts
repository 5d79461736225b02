import { CAROL, startCentre } from '../support/centre/centre';
import { MORNING } from '../support/centre/clock';
import { planWith } from '../support/centre/plan';

const ERIN = '+8613800000003';

describe('nobody is free but somebody is signed in', () => {
  test('A01: the caller is answered, greeted, told, and waits with music', () => {
    const centre = startCentre({ agents: ['bob'] });
    centre.engine.signIn('bob');
    const alice = centre.call();
    expect(alice.hears).toBe('greeting+recording-notice+all-busy');
    alice.hearsToTheEnd();
    expect(alice.hears).toBe('music');
    expect(alice.state).toBe('queued');
    expect(centre.telephony.rings).toEqual([]);
  });

  test('a second caller is connected when the first talk and its wrap-up are over', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const bob = centre.agent('bob');
    const alice = centre.call();
    bob.picksUp();
    const carol = centre.call({ from: CAROL });
    carol.hearsToTheEnd();
    alice.hangsUp();
    expect(bob.does).toBe('wrap-up');
    expect(carol.hears).toBe('music');
    centre.clock.advance(30_000);
    expect(bob.phone).toBe('rings');
    expect(carol.hears).toBe('position 1+callback-offer');
    bob.picksUp();
    expect(carol.hears).toBe('bob');
    expect(carol.heard).toEqual([
      'greeting+recording-notice+all-busy',
      'position 1+callback-offer',
    ]);
  });

  test('first come, first served', () => {
    const centre = startCentre({ autoReady: ['bob'], queue: { wrapUpSeconds: 0 } });
    const bob = centre.agent('bob');
    const alice = centre.call();
    bob.picksUp();
    const carol = centre.call({ from: CAROL });
    const erin = centre.call({ from: ERIN });
    alice.hangsUp();
    expect(carol.state).toBe('offered');
    expect(erin.state).toBe('queued');
    bob.picksUp();
    carol.hangsUp();
    expect(erin.state).toBe('offered');
  });

  test('an agent of two queues takes who has waited longest in either', () => {
    const centre = startCentre({ agents: ['bob'] });
    centre.engine.signIn('bob');
    const plan = planWith({ agents: ['bob'] });
    const [sales, hotline, bob] = [plan.queues[0]!, plan.hotlines[0]!, plan.people[0]!];
    plan.queues.push({ ...sales, id: 'service' });
    plan.hotlines.push({ ...hotline, number: '401', queue: 'service' });
    bob.queues.push('service');
    centre.submit({ type: 'plan.applied', at: centre.now(), plan });
    const carol = centre.call({ from: CAROL, to: '401' });
    centre.clock.advance(1000);
    const alice = centre.call();
    centre.engine.ready('bob');
    expect([carol.state, alice.state]).toEqual(['offered', 'queued']);
  });

  test('who has been idle longest is offered the call', () => {
    const centre = startCentre({ agents: ['bob', 'dan'] });
    const dan = centre.agent('dan').atWork();
    centre.clock.advance(1000);
    const bob = centre.agent('bob').atWork();
    centre.call();
    expect(dan.does).toBe('reserved');
    expect(bob.does).toBe('idle');
  });

  test('the end of wrap-up by hand offers the next call at once', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const bob = centre.agent('bob');
    const alice = centre.call();
    bob.picksUp();
    alice.hangsUp();
    const carol = centre.call({ from: CAROL });
    expect(carol.state).toBe('queued');
    expect(centre.engine.wrapUp('bob')).toBeNull();
    expect(carol.state).toBe('offered');
    expect(centre.clock.armed().some((name) => name.startsWith('wrap-up'))).toBe(false);
  });

  test('the board shows who waits and since when', () => {
    const centre = startCentre({ agents: ['bob', 'dan'] });
    centre.engine.signIn('bob');
    centre.call();
    centre.clock.advance(5000);
    centre.call({ from: CAROL });
    expect(centre.engine.queues()).toEqual([
      {
        id: 'sales',
        storeId: 'bj01',
        callBacks: 0,
        consultations: 0,
        waiting: 2,
        offered: 0,
        ready: 0,
        signedIn: 1,
        longestWaitSince: MORNING,
        told: { cases: 0, coverage: null, meanErrorMs: null, wouldHold: null },
      },
    ]);
    expect(centre.push.of('queue.updated').at(-1)?.queue.waiting).toBe(2);
  });
});

describe('the agent does not take the call', () => {
  test.each(['busy', 'declined', 'unavailable', 'unreachable'] as const)(
    'a phone that says %s: the next agent is rung, the caller hears ringing all along',
    (cause) => {
      const centre = startCentre({ autoReady: ['bob', 'dan'] });
      const alice = centre.call();
      centre.agent('bob').refuses(cause);
      expect(centre.agent('dan').phone).toBe('rings');
      expect(alice.hears).toBe('ringing');
      expect(centre.telephony.rings).toHaveLength(1);
      expect(centre.push.of('offer.withdrawn')).toEqual([
        expect.objectContaining({ agentId: 'bob', reason: 'refused', cause }),
      ]);
    },
  );

  test('a phone that rings to its limit is hung up and the offer missed', () => {
    const centre = startCentre({ autoReady: ['bob', 'dan'], queue: { ringSeconds: 10 } });
    centre.call();
    const leg = centre.agent('bob').leg ?? '';
    centre.clock.advance(9_999);
    expect(centre.agent('bob').phone).toBe('rings');
    centre.clock.advance(1);
    expect(centre.telephony.ends.get(leg)).toBe('no-answer');
    expect(centre.agent('dan').phone).toBe('rings');
    expect(centre.push.of('offer.withdrawn')).toEqual([
      expect.objectContaining({ agentId: 'bob', reason: 'missed' }),
    ]);
  });

  test('a phone that never ends its leg holds neither the caller nor the place', () => {
    const centre = startCentre({ autoReady: ['bob', 'dan'] });
    const alice = centre.call();
    centre.telephony.holdEnds = true;
    centre.clock.advance(20_000);
    expect(centre.agent('dan').phone).toBe('rings');
    expect(alice.state).toBe('offered');
  });

  test('he rests five seconds, is rung again, and stands behind the others', () => {
    const centre = startCentre({ autoReady: ['bob', 'dan'] });
    const [bob, dan] = [centre.agent('bob'), centre.agent('dan')];
    const alice = centre.call();
    bob.refuses();
    expect(bob.does).toBe('idle');
    dan.refuses();
    expect(alice.hears).toBe('greeting+recording-notice+all-busy');
    centre.clock.advance(4_999);
    expect(bob.phone).toBe('silent');
    centre.clock.advance(1);
    expect(bob.phone).toBe('rings');
  });

  test('the board sees it go back, and the first offer is the one that counts', () => {
    const centre = startCentre({ autoReady: ['bob', 'dan'] });
    const alice = centre.call();
    centre.clock.advance(1000);
    centre.agent('bob').refuses();
    const states = centre.push.of('call.updated').map(({ call }) => call.state);
    expect(states).toEqual(['queued', 'offered', 'queued', 'offered']);
    centre.agent('dan').picksUp();
    expect(alice.record).toMatchObject({ offeredAt: MORNING, talkStartedAt: MORNING + 1000 });
  });

  test('the entry keeps its place', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const bob = centre.agent('bob');
    const alice = centre.call();
    const carol = centre.call({ from: CAROL });
    bob.refuses();
    expect([alice.state, carol.state]).toEqual(['queued', 'queued']);
    centre.clock.advance(5_000);
    expect([alice.state, carol.state]).toEqual(['offered', 'queued']);
  });

  test('the answer that crosses our hang-up is no talk', () => {
    const centre = startCentre({ autoReady: ['bob', 'dan'] });
    const alice = centre.call();
    const bobsLeg = centre.agent('bob').leg ?? '';
    centre.telephony.holdEnds = true;
    centre.clock.advance(20_000);
    centre.telephony.answered(bobsLeg);
    expect(alice.state).toBe('offered');
    expect(centre.agent('bob').does).toBe('idle');
    centre.telephony.end(bobsLeg, 'no-answer');
    centre.agent('dan').picksUp();
    expect(alice.state).toBe('talking');
    expect(centre.bugs).toEqual([]);
  });
});

describe('agents come and go', () => {
  test('a phone that cannot be reached takes no calls, until it can', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const phoneId = 'phone-bob';
    const since = centre.now();
    centre.submit({ type: 'phone.unreachable', at: since, phoneId, reason: 'no-answer' });
    const { reachable, unreachable } = centre.agent('bob').view;
    expect(reachable).toBe(false);
    expect(unreachable).toMatchObject({ reason: 'no-answer', since });
    expect(unreachable?.en).toContain('does not answer');
    expect(unreachable?.zh).toContain('没有应答');
    const alice = centre.call();
    expect(alice.state).toBe('queued');
    centre.submit({ type: 'phone.reachable', at: centre.now(), phoneId });
    expect(centre.agent('bob').view.unreachable).toBeNull();
    expect(alice.state).toBe('offered');
  });

  test('"not ready" in mid-offer waits until the call is over', () => {
    const centre = startCentre({ autoReady: ['bob'], queue: { wrapUpSeconds: 0 } });
    const bob = centre.agent('bob');
    const alice = centre.call();
    centre.engine.notReady('bob', 'lunch');
    expect(bob.view.intent).toEqual({ is: 'ready' });
    bob.picksUp();
    alice.hangsUp();
    expect(bob.view.intent).toEqual({ is: 'not-ready', reason: 'lunch' });
    expect(centre.call({ from: CAROL }).state).toBe('queued');
  });

  test('signing out in mid-offer gives the call to the next at once', () => {
    const centre = startCentre({ autoReady: ['bob', 'dan'] });
    const alice = centre.call();
    const bobsLeg = centre.agent('bob').leg ?? '';
    centre.engine.signOut('bob');
    expect(centre.telephony.ends.get(bobsLeg)).toBe('withdrawn');
    expect(centre.agent('bob').view).toMatchObject({
      intent: { is: 'logged-out' },
      activity: 'idle',
    });
    expect(centre.agent('dan').phone).toBe('rings');
    expect(alice.hears).toBe('ringing');
  });

  test('a talk goes on when its agent signs out; he is out after it', () => {
    const centre = startCentre({ autoReady: ['bob'], queue: { wrapUpSeconds: 0 } });
    const bob = centre.agent('bob');
    const alice = centre.call();
    bob.picksUp();
    centre.engine.signOut('bob');
    expect(bob.does).toBe('talking');
    alice.hangsUp();
    expect(bob.view.intent).toEqual({ is: 'logged-out' });
  });

  test('a phone rings for one call at a time, however slowly its last leg ends', () => {
    const centre = startCentre({ autoReady: ['bob'], queue: { wrapUpSeconds: 0 } });
    const bob = centre.agent('bob');
    const alice = centre.call();
    bob.picksUp();
    const carol = centre.call({ from: CAROL });
    centre.telephony.holdEnds = true;
    const oldLeg = bob.leg ?? '';
    alice.hangsUp();
    expect(carol.state).toBe('queued');
    centre.telephony.end(oldLeg, 'partner-left');
    expect(carol.state).toBe('offered');
  });
});
