import { CAROL, startCentre, type Agent, type TestCentre } from '../support/centre/centre';
import type { StrategyName } from '../../src/domain/plan';
import { MORNING } from '../support/centre/clock';

let centre: TestCentre;
let bob: Agent;
let dan: Agent;
let eve: Agent;

/** Bob, Dan and Eve of a queue that rings at all of them; their phones need no desktop. */
beforeEach(() => {
  centre = startCentre({
    autoReady: ['bob', 'dan', 'eve'],
    queue: { strategy: 'ring-all', wrapUpSeconds: 0 },
    hotline: { notice: 'none' },
  });
  [bob, dan, eve] = [centre.agent('bob'), centre.agent('dan'), centre.agent('eve')];
});

afterEach(() => {
  expect(centre.bugs).toEqual([]);
  for (const [, reasons] of withdrawn()) expect(reasons).not.toContain('missed');
});

const phones = () => [bob, dan, eve].map(({ phone }) => phone);
const does = () => [bob, dan, eve].map(({ does }) => does);
/** How each agent's offers ended so far. */
function withdrawn(): Map<string, string[]> {
  const ends = new Map<string, string[]>();
  for (const { agentId, reason } of centre.push.of('offer.withdrawn'))
    ends.set(agentId, [...(ends.get(agentId) ?? []), reason]);
  return ends;
}

test('all phones ring, each with its own pop; the first pick-up wins, and the others are told by whom', () => {
  const alice = centre.call();
  expect(phones()).toEqual(['rings', 'rings', 'rings']);
  const pops = centre.push.of('offer.created').map(({ offer }) => offer);
  expect(pops.map(({ agentId }) => agentId)).toEqual(['bob', 'dan', 'eve']);
  expect(new Set(pops.map(({ offerId }) => offerId)).size).toBe(3);
  const [bobsLeg, , evesLeg] = centre.telephony.dials.map(({ legId }) => legId);
  dan.picksUp();
  expect([alice.hears, ...phones()]).toEqual(['dan', 'silent', 'answered', 'silent']);
  for (const leg of [bobsLeg, evesLeg])
    expect(centre.telephony.ends.get(leg ?? '')).toBe('answered-elsewhere');
  expect(Object.fromEntries(withdrawn())).toEqual({
    bob: ['taken'],
    dan: ['answered'],
    eve: ['taken'],
  });
  expect(does()).toEqual(['idle', 'talking', 'idle']);
  expect(alice.record).toMatchObject({ agentId: 'dan', offeredAt: MORNING });
  alice.hangsUp();
  expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
});

test('a second 200 that crosses is no talk and no missed offer: its leg was told to end', () => {
  centre.telephony.holdEnds = true;
  const alice = centre.call();
  const bobsLeg = bob.leg ?? '';
  dan.picksUp();
  centre.telephony.answered(bobsLeg);
  expect([alice.hears, bob.does]).toEqual(['dan', 'idle']);
  expect(centre.telephony.toldToEnd).toContain(bobsLeg);
  // Not rung for the next one while that leg lives.
  const carol = centre.call({ from: CAROL });
  expect([carol.state, centre.engine.offers('bob')]).toEqual(['queued', []]);
  centre.telephony.end(bobsLeg, 'answered-elsewhere');
  expect([carol.state, bob.phone]).toEqual(['offered', 'rings']);
});

test('who refuses is out of it while the others ring on; with the last one she is back in the line', () => {
  const alice = centre.call();
  bob.refuses('busy');
  expect([alice.state, ...phones()]).toEqual(['offered', 'silent', 'rings', 'rings']);
  centre.clock.advance(6000);
  expect(bob.phone).toBe('silent');
  dan.refuses();
  eve.refuses();
  // Bob's rest is over, and this is a new round.
  expect([alice.state, ...phones()]).toEqual(['offered', 'rings', 'silent', 'silent']);
  expect(centre.engine.queues()).toMatchObject([{ offered: 1, waiting: 0 }]);
});

test('who becomes free meanwhile is rung as well, and the next caller rings at those who remain', () => {
  centre.engine.notReady('eve', 'lunch');
  const alice = centre.call();
  const carol = centre.call({ from: CAROL });
  expect([...phones(), carol.state]).toEqual(['rings', 'rings', 'silent', 'queued']);
  centre.engine.ready('eve');
  expect(eve.offer).toMatchObject({ callId: alice.callId });
  eve.picksUp();
  expect(alice.hears).toBe('eve');
  expect([bob, dan].map(({ offer }) => offer?.callId)).toEqual([carol.callId, carol.callId]);
});

test('she gives up: every phone stops, and nobody has missed anything', () => {
  const alice = centre.call();
  alice.hangsUp();
  expect([alice.record.outcome, ...does()]).toEqual(['left', 'idle', 'idle', 'idle']);
  expect([...withdrawn().values()].flat()).toEqual(['caller-left', 'caller-left', 'caller-left']);
  expect(centre.leftovers().legs).toEqual([]);
});

test('an agent who signs out takes his offer back, and no other', () => {
  const alice = centre.call();
  centre.engine.signOut('dan');
  expect([alice.state, ...phones()]).toEqual(['offered', 'rings', 'silent', 'rings']);
});

/** A second queue, which Bob serves as well, with a hotline of its own. */
function withService(strategy: StrategyName): void {
  const plan = centre.engine.plan();
  const service = { ...plan.queues[0]!, id: 'service', strategy };
  centre.submit({
    type: 'plan.applied',
    at: centre.now(),
    plan: {
      ...plan,
      queues: [...plan.queues, service],
      hotlines: [...plan.hotlines, { ...plan.hotlines[0]!, number: '401', queue: 'service' }],
      people: plan.people.map((one) =>
        one.id === 'bob' ? { ...one, queues: ['sales', 'service'] } : one,
      ),
    },
  });
}

test('an agent of two queues has one offer at a time', () => {
  withService('ring-all');
  const alice = centre.call();
  const carol = centre.call({ from: CAROL, to: '401' });
  expect([alice.state, carol.state]).toEqual(['offered', 'queued']);
  expect(centre.engine.offers('bob')).toMatchObject([{ callId: alice.callId }]);
  dan.picksUp();
  expect(centre.engine.offers('bob')).toMatchObject([{ callId: carol.callId }]);
});

test('each phone waits for its own desktop; who picks up before one was rung stops it as well', () => {
  centre = startCentre({
    agents: ['bob', 'dan'],
    queue: { strategy: 'ring-all' },
    hotline: { notice: 'none' },
  });
  [bob, dan] = [centre.agent('bob').atWork(), centre.agent('dan').atWork()];
  const alice = centre.call();
  bob.receivesOffer();
  expect([bob.phone, dan.phone]).toEqual(['rings', 'silent']);
  bob.picksUp();
  centre.clock.advance(150);
  expect([alice.hears, dan.phone, dan.does]).toEqual(['bob', 'silent', 'idle']);
  expect(centre.telephony.dials).toHaveLength(1);
  // Nothing of that offer is left, so that the next one reaches him.
  centre.call({ from: CAROL });
  expect(dan.receivesOffer().phone).toBe('rings');
});

test('a call that nobody more can join holds up no other queue', () => {
  withService('longest-idle');
  const alice = centre.call();
  bob.refuses();
  const carol = centre.call({ from: CAROL, to: '401' });
  expect(carol.state).toBe('queued');
  centre.clock.advance(5000);
  expect([alice.state, dan.phone]).toEqual(['offered', 'rings']);
  expect(bob.offer).toMatchObject({ callId: carol.callId });
});

test('a caller sent to one agent rings at him alone', () => {
  const alice = centre.call();
  bob.picksUp();
  expect(centre.engine.transfer('bob', alice.callId, { agent: 'dan' })).toBeNull();
  expect(phones()).toEqual(['silent', 'rings', 'silent']);
  dan.refuses();
  expect([alice.state, ...phones()]).toEqual(['offered', 'rings', 'silent', 'rings']);
});
