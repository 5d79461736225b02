import { CAROL, startCentre, type Agent, type TestCentre } from '../support/centre/centre';

let centre: TestCentre;
let bob: Agent;
let dan: Agent;

beforeEach(() => {
  centre = startCentre({
    agents: ['bob', 'dan', 'eve', 'fan', 'gus'],
    hotline: { notice: 'none' },
  });
  [bob, dan] = ['bob', 'dan'].map((id) => centre.agent(id).atWork()) as [Agent, Agent];
});

afterEach(() => expect(centre.bugs).toEqual([]));

test('the pop says why he is asked, and the record of the offer keeps it', () => {
  centre.call();
  bob.receivesOffer().picksUp();
  centre.agent('eve').atWork();
  centre.engine.notReady('eve', 'lunch');
  centre.agent('fan').atWork();
  centre.submit({
    type: 'phone.unreachable',
    at: centre.now(),
    phoneId: 'phone-fan',
    reason: 'no-answer',
  });
  centre.clock.advance(4000);
  const carol = centre.call({ from: CAROL });
  const why = {
    ...{ by: 'turn', strategy: 'longest-idle', waitedMs: 0, wanted: {}, free: 1 },
    candidates: [{ agentId: 'dan', score: centre.now() - 4000 }],
    passedOver: [
      { agentId: 'bob', why: 'busy' },
      { agentId: 'eve', why: 'not-ready' },
      { agentId: 'fan', why: 'unreachable' },
    ],
    more: 0,
  };
  expect(dan.offer).toMatchObject({ callId: carol.callId, why });
  const pop = centre.push.of('offer.created').at(-1)!.offer;
  expect(pop).toMatchObject({ agentId: 'dan', why });
  const [, kept] = centre.journal.of('offer.saved');
  const { offerId: id, offeredAt } = pop;
  expect(kept?.offer).toMatchObject({ id, callId: carol.callId, queueId: 'sales', offeredAt, why });
});

test('who rests after a missed offer, and who is in wrap-up, are told so', () => {
  const alice = centre.call();
  bob.receivesOffer().picksUp();
  alice.hangsUp();
  centre.call({ from: CAROL });
  dan.receivesOffer().refuses();
  centre.agent('eve').atWork();
  expect(centre.agent('eve').offer?.why).toMatchObject({
    passedOver: [
      { agentId: 'bob', why: 'wrap-up' },
      { agentId: 'dan', why: 'resting' },
    ],
  });
});

test('who was named has that as his reason', () => {
  const alice = centre.call();
  bob.receivesOffer().picksUp();
  expect(centre.engine.transfer('bob', alice.callId, { agent: 'dan' })).toBeNull();
  expect(dan.offer?.why).toEqual({ by: 'transfer' });
  dan.receivesOffer().refuses();
  const eve = centre.agent('eve');
  centre.engine.signIn('eve');
  expect(centre.engine.pickUp('eve', alice.callId)).toBeNull();
  expect(eve.offer?.why).toEqual({ by: 'pick-up' });
});
