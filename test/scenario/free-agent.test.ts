import { ALICE, CAROL, startCentre } from '../support/centre/centre';
import { MORNING } from '../support/centre/clock';

describe('a telemarketer is free', () => {
  test('a caller hears 180 while Bob rings, and talks to him after the notice', () => {
    const centre = startCentre({ agents: ['bob'] });
    const bob = centre.agent('bob').atWork();
    const alice = centre.call();
    expect(alice.hears).toBe('ringing');
    expect(bob.does).toBe('reserved');
    bob.receivesOffer();
    expect(bob.phone).toBe('rings');
    bob.picksUp();
    expect(alice.hears).toBe('recording-notice');
    expect(centre.media.plays.get(bob.leg ?? '')?.prompts).toEqual(['store-call']);
    alice.hearsToTheEnd();
    expect(alice.hears).toBe('bob');
    expect(bob.does).toBe('talking');
    expect(centre.telephony.rings).toEqual([alice.legId]);
    expect(centre.bugs).toEqual([]);
  });

  test('the pop is pushed before the phone rings, with who is calling', () => {
    const centre = startCentre({ agents: ['bob'] });
    const bob = centre.agent('bob').atWork();
    const lookup = { result: 'found', leadId: 'lead-7', name: 'Mrs Li' } as const;
    const alice = centre.call({ lookup });
    expect(bob.phone).toBe('silent');
    expect(bob.offer).toMatchObject({
      callId: alice.callId,
      from: ALICE,
      lookup: 'found',
      name: 'Mrs Li',
      leadId: 'lead-7',
      storeName: 'Beijing One',
      hotline: '400',
    });
    expect(centre.push.of('offer.created')).toHaveLength(1);
  });

  test('without a receipt the phone rings after 150 ms and not before', () => {
    const centre = startCentre({ agents: ['bob'] });
    const bob = centre.agent('bob').atWork();
    centre.call();
    centre.clock.advance(149);
    expect(bob.phone).toBe('silent');
    centre.clock.advance(1);
    expect(bob.phone).toBe('rings');
  });

  test('a receipt that comes after the 150 ms does not ring twice', () => {
    const centre = startCentre({ agents: ['bob'] });
    const bob = centre.agent('bob').atWork();
    centre.call();
    centre.clock.advance(150);
    bob.receivesOffer();
    expect(centre.telephony.dials).toHaveLength(1);
  });

  test("somebody else's receipt does not ring Bob's phone", () => {
    const centre = startCentre({ agents: ['bob', 'dan'] });
    const bob = centre.agent('bob').atWork();
    centre.agent('dan').atWork();
    centre.call();
    centre.engine.offerReceived('dan', bob.offer?.offerId ?? '');
    expect(bob.phone).toBe('silent');
  });

  test('an autoReady phone is ready from the plan on and rings at once', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const bob = centre.agent('bob');
    expect(bob.view).toMatchObject({ intent: { is: 'ready' }, reachable: true });
    centre.call();
    expect(bob.phone).toBe('rings');
  });

  test('all of his phones that can be rung ring for one leg', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const plan = centre.engine.plan();
    const [desk] = plan.phones;
    if (!desk) throw new Error('the plan has changed');
    const phones = ['soft', 'cordless', 'lost'].map((id) => ({ ...desk, id }));
    centre.engine.submit({ type: 'plan.applied', at: MORNING, plan: { ...plan, phones } });
    const reason = 'no-answer' as const;
    centre.engine.submit({ type: 'phone.unreachable', at: MORNING, phoneId: 'lost', reason });
    centre.call();
    expect(centre.telephony.dials.map(({ to }) => to)).toEqual([
      { kind: 'phone', agentId: 'bob', phoneId: 'soft', also: ['cordless'] },
    ]);
  });

  test('the phone is shown the caller', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const lookup = { result: 'found', leadId: 'lead-7', name: 'Mrs Li' } as const;
    const alice = centre.call({ lookup });
    expect(centre.telephony.dials).toEqual([
      expect.objectContaining({
        to: { kind: 'phone', agentId: 'bob', phoneId: 'phone-bob' },
        from: ALICE,
        displayName: 'Mrs Li',
        towards: alice.legId,
      }),
    ]);
  });

  test('after three rings the caller is greeted and the phone rings on', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const bob = centre.agent('bob');
    const alice = centre.call();
    centre.clock.advance(14_999);
    expect(alice.hears).toBe('ringing');
    centre.clock.advance(1);
    expect(alice.hears).toBe('greeting+recording-notice');
    expect(bob.phone).toBe('rings');
    alice.hearsToTheEnd();
    expect(alice.hears).toBe('music');
    bob.picksUp();
    expect(alice.hears).toBe('bob');
    expect(alice.heard).toEqual(['greeting+recording-notice']);
  });

  test('a pick-up during the greeting plays the notice alone before they are joined', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const bob = centre.agent('bob');
    const alice = centre.call();
    centre.clock.advance(15_000);
    bob.picksUp();
    expect(alice.hears).toBe('recording-notice');
    alice.hearsToTheEnd();
    expect(alice.hears).toBe('bob');
  });

  test('a pick-up while our 200 is on its way waits for it', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const bob = centre.agent('bob');
    const alice = centre.call();
    centre.telephony.holdAnswers = true;
    centre.clock.advance(15_000);
    bob.picksUp();
    expect(centre.media.plays.size).toBe(0);
    centre.telephony.answered(alice.legId);
    expect(alice.hears).toBe('recording-notice');
    alice.hearsToTheEnd();
    expect(alice.hears).toBe('bob');
  });

  test('a hotline without notice joins at once and plays no notice anywhere', () => {
    const centre = startCentre({ autoReady: ['bob'], hotline: { notice: 'none' } });
    const alice = centre.call();
    centre.agent('bob').picksUp();
    expect(alice.hears).toBe('bob');
    expect(centre.media.played).toEqual([]);
    const carol = centre.call({ from: CAROL });
    expect(carol.hears).toBe('greeting+all-busy');
  });

  test('a notice whose end is never told does not keep them apart', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const alice = centre.call();
    centre.agent('bob').picksUp();
    centre.clock.advance(6_000);
    expect(alice.hears).toBe('bob');
  });

  test('recording starts at the pick-up, customer left and agent right', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const bob = centre.agent('bob');
    const alice = centre.call();
    bob.picksUp();
    const [recording] = centre.media.recorded;
    expect(recording).toMatchObject({ callId: alice.callId, left: alice.legId, right: bob.leg });
    expect(recording?.path).toBe(`bj01/2026/03/01/${alice.callId}-${recording?.recordingId}.wav`);
    expect(alice.record).toMatchObject({ talkStartedAt: MORNING, bridgedAt: null });
  });

  test('the board follows the call and its agent through every state', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    centre.push.notices.length = 0;
    const alice = centre.call();
    centre.agent('bob').picksUp();
    alice.hearsToTheEnd().hangsUp();
    centre.clock.advance(30_000);
    expect(centre.push.of('agent.updated').map(({ agent }) => agent.activity)).toEqual([
      'reserved',
      'talking',
      'wrap-up',
      'idle',
    ]);
    const calls = centre.push.of('call.updated').map(({ call }) => call);
    expect(calls.map(({ state }) => state)).toEqual([
      'queued',
      'offered',
      'talking',
      'talking',
      'closed',
    ]);
    expect(calls.map(({ bridgedAt }) => bridgedAt !== null)).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  test('every timer of the offer and the notice is cleared once they talk', () => {
    const centre = startCentre({ agents: ['bob'] });
    const bob = centre.agent('bob').atWork();
    const alice = centre.call();
    bob.receivesOffer();
    expect(centre.clock.armed()).toHaveLength(2);
    bob.picksUp();
    alice.hearsToTheEnd();
    expect(centre.clock.armed()).toEqual([]);
  });

  test('the pop closes with the pick-up', () => {
    const centre = startCentre({ agents: ['bob'] });
    const bob = centre.agent('bob').atWork();
    centre.call();
    const offerId = bob.offer?.offerId;
    bob.receivesOffer().picksUp();
    expect(bob.offer).toBeUndefined();
    expect(centre.push.of('offer.withdrawn')).toEqual([
      { kind: 'offer.withdrawn', offerId, agentId: 'bob', reason: 'answered', cause: null },
    ]);
  });

  test('notes on the legs are enough to find the call again', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const bob = centre.agent('bob');
    const alice = centre.call();
    bob.picksUp();
    expect(centre.telephony.notes.get(alice.legId)).toMatchObject({
      callId: alice.callId,
      role: 'caller',
      queueId: 'sales',
      waitingSince: MORNING,
      caller: { from: ALICE, to: '400', hotline: '400', trunkId: 'carrier' },
    });
    const agentNote = centre.telephony.notes.get(bob.leg ?? '');
    expect(agentNote).toMatchObject({ callId: alice.callId, role: 'agent', agentId: 'bob' });
    expect(JSON.stringify(centre.telephony.notes.get(alice.legId)).length).toBeLessThan(1024);
  });
});
