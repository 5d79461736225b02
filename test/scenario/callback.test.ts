import { ALICE, startCentre, YOUR_NUMBER, type CentreOptions } from '../support/centre/centre';
import { appFalls, appReturns } from '../support/centre/fall';
import { MORNING } from '../support/centre/clock';

const SECOND = 1000;
const LEFT_NOTHING = { legs: [], recordings: [], calls: [], timers: [] };

/** Bob talks, and Alice waits with music. */
function waiting(options: CentreOptions = {}, from = ALICE) {
  const centre = startCentre({
    ...{ agents: ['bob'], hotline: { notice: 'none' }, ...options },
    queue: { form: 'none', ...options.queue },
  });
  const bob = centre.agent('bob').atWork();
  const talking = centre.call({ from: '+8613800000009' });
  bob.receivesOffer().picksUp();
  const before = centre.call({ from: '+8613800000008' });
  const alice = centre.call({ from });
  alice.hearsToTheEnd();
  return { centre, bob, talking, before, alice };
}

describe('a waiting caller is told how he stands', () => {
  test('after some music, and then again and again, each time as it is', () => {
    const { centre, alice, before } = waiting();
    expect(alice.hears).toBe('music');
    centre.clock.advance(10 * SECOND);
    expect(alice.hears).toBe('position 2+callback-offer');
    alice.hearsToTheEnd();
    before.hangsUp();
    expect(alice.hears).toBe('music');
    centre.clock.advance(60 * SECOND);
    expect(alice.hears).toBe('still-busy+position 1+callback-offer');
    alice.hearsToTheEnd();
    centre.clock.advance(60 * SECOND);
    expect(alice.heard).toHaveLength(4);
  });

  test('as soon, as often, and as much, as the queue says', () => {
    const { centre, alice } = waiting({
      queue: { announce: { firstSeconds: 0, everySeconds: 20, wait: false } },
      hotline: { notice: 'none', callback: 'none' },
    });
    centre.clock.advance(0);
    expect(alice.hears).toBe('position 2');
    alice.presses('1').hearsToTheEnd();
    centre.clock.advance(20 * SECOND);
    expect(alice.hears).toBe('still-busy+position 2');
    const once = waiting({ queue: { announce: { everySeconds: 0 } } });
    once.centre.clock.advance(10 * SECOND);
    once.alice.hearsToTheEnd();
    once.centre.clock.advance(3600 * SECOND);
    expect(once.alice.heard).toHaveLength(2);
  });

  test('at once, and of the call back first, where little is left for the next callers', () => {
    const { centre } = waiting();
    const carol = centre.call({ from: '+8613800000007', crowded: true });
    carol.hearsToTheEnd();
    centre.clock.advance(0);
    expect(carol.hears).toBe('callback-offer+position 3');
    carol.presses('1');
    expect(carol.hears).toContain('number-confirm-before');
  });

  test('not while a phone rings for him; soon after it has rung in vain', () => {
    const { centre, alice, before, bob, talking } = waiting();
    before.hangsUp();
    talking.hangsUp();
    centre.engine.wrapUp('bob');
    centre.clock.advance(10 * SECOND);
    expect([bob.phone, alice.hears]).toEqual(['rings', 'music']);
    bob.refuses();
    centre.engine.notReady('bob', 'break');
    expect(alice.state).toBe('queued');
    centre.clock.advance(15 * SECOND);
    expect(alice.hears).toBe('position 1+callback-offer');
  });

  test('an agent who is free in the middle of it has him at once', () => {
    const { centre, bob, talking, alice, before } = waiting();
    before.hangsUp();
    centre.clock.advance(10 * SECOND);
    expect(alice.hears).toContain('position 1');
    talking.hangsUp();
    centre.engine.wrapUp('bob');
    bob.receivesOffer().picksUp();
    expect(alice.hears).toBe('bob');
    alice.hangsUp();
    centre.engine.wrapUp('bob');
    expect(centre.leftovers()).toEqual(LEFT_NOTHING);
  });

  test.each([
    [[61, 90], {}, `no-agents+${YOUR_NUMBER}`, 'promised'],
    [[60, 90], {}, 'greeting+all-busy', null],
    [[20, 90], { hopelessMinutes: 15 }, `no-agents+${YOUR_NUMBER}`, 'promised'],
    [[600, 900], { hopelessMinutes: 0 }, 'greeting+all-busy', null],
  ] as const)('who comes and would wait %j min, with %j: %s', (range, queue, hears, entry) => {
    const { centre } = waiting({ queue });
    centre.telephony.holdAnswers = true;
    const alice = centre.call({ from: ALICE });
    const stands = { type: 'wait.known', callId: alice.callId, position: 40, range } as const;
    centre.submit({ ...stands, at: centre.now() });
    centre.telephony.answered(alice.legId);
    expect([alice.hears, alice.entryOutcome]).toEqual([hears, entry]);
    expect(centre.engine.promises().map(({ reason }) => reason)).toEqual(
      entry === null ? [] : ['hopeless'],
    );
    // Who has begun to wait is not sent away.
    centre.submit({ ...stands, at: centre.now(), range: [600, 900] });
    expect(alice.entryOutcome).toBe(entry);
  });
});

describe('press 1, and be called back', () => {
  test('in music: the number is read, the promise written, then told; we hang up', () => {
    const { centre, alice, before, bob, talking } = waiting();
    before.hangsUp();
    centre.clock.advance(5 * SECOND);
    alice.presses('1');
    expect([alice.state, alice.hears]).toEqual(['queued', YOUR_NUMBER]);
    centre.journal.holdSync = true;
    alice.presses('1');
    expect([alice.hears, alice.entryOutcome]).toEqual(['silence', 'promised']);
    centre.journal.sync();
    expect(alice.hears).toBe('callback-taken+goodbye');
    alice.hearsToTheEnd();
    expect(alice.hears).toBe('gone: announced');
    expect(alice.record).toMatchObject({ outcome: 'promise', endCause: 'announced' });
    expect(centre.engine.promises()).toContainEqual(
      expect.objectContaining({
        ...{ number: ALICE, reason: 'asked', place: MORNING, callId: alice.callId },
      }),
    );
    talking.hangsUp();
    centre.engine.wrapUp('bob');
    expect(bob.offer).toBeUndefined();
    expect(centre.leftovers()).toEqual(LEFT_NOTHING);
  });

  test('in the announcement, which it cuts; a second press while it is read is the answer', () => {
    const { centre, alice } = waiting();
    centre.clock.advance(10 * SECOND);
    alice.presses('11');
    expect(alice.hears).toBe('callback-taken+goodbye');
  });

  test('another number: keyed in, read back, and silence is consent', () => {
    const { centre, alice } = waiting();
    alice.presses('12');
    expect(alice.hears).toBe('number-ask');
    alice.presses('13900000003#');
    expect(alice.hears).toBe('number-confirm-before+digits 13900000003+number-confirm');
    alice.hearsToTheEnd();
    centre.clock.advance(5 * SECOND);
    expect(alice.hears).toBe('callback-taken+goodbye');
    expect(centre.engine.promises()).toMatchObject([{ number: '+8613900000003' }]);
  });

  test('another number, by who was promised a call at his own before: he is called at one of them', () => {
    const { centre, before, bob, talking } = waiting();
    before.hangsUp();
    const again = centre.call({ from: '+8613800000008' });
    again.hearsToTheEnd();
    again.presses('1').presses('2');
    for (const key of '13900000009#') again.presses(key);
    again.presses('1');
    const open = centre.engine.promises().map(({ number }) => number);
    expect(open).toContain('+8613900000009');
    expect(open).not.toContain('+8613800000008');
    expect([bob.does, talking.state]).toEqual(['talking', 'talking']);
  });

  test('of another number he is told when that is on disk, whatever else is written meanwhile', () => {
    const centre = startCentre({ agents: ['bob'], callsBack: true });
    centre.journal.holdSync = true;
    const alice = centre.call();
    // Of her own number a second record is written: no trunk carries it any more.
    const plan = { ...centre.plan, trunks: [] };
    centre.submit({ type: 'plan.applied', at: centre.now(), plan });
    alice.presses('213900000003#1');
    centre.journal.sync(2);
    expect(alice.hears).toBe('silence');
    centre.journal.sync(1);
    expect(alice.hears).toContain('promise-taken');
  });

  test('keyed in again and again: with the third he is taken at his word', () => {
    const { centre, alice } = waiting();
    alice.presses('1');
    for (const last of '123') {
      alice.presses('2');
      for (const key of `1390000000${last}#`) alice.presses(key);
    }
    alice.presses('2');
    expect(centre.engine.promises().map(({ number }) => number)).toContain('+8613900000003');
    expect(alice.entryOutcome).toBe('promised');
  });

  test('a withheld number is asked for; whoever it is of is looked up, and a lead opened', async () => {
    const { centre, alice } = waiting({}, '');
    alice.presses('1');
    expect(alice.hears).toBe('number-ask');
    alice.presses('12345#');
    expect(alice.hears).toBe('invalid-entry+number-ask');
    alice.presses('13900000003#1');
    expect(centre.engine.promises()).toMatchObject([{ number: '+8613900000003' }]);
    expect(centre.lookup.asked).toEqual(['+8613900000003']);
    alice.hearsToTheEnd();
    await centre.lookup.answer({ result: 'none' });
    const leads = centre.journal.of('lead.opened').map(({ lead }) => lead.number);
    expect(leads).toContain('+8613900000003');
    expect(alice.record).toMatchObject({ from: '', outcome: 'promise' });
  });

  test('twice wrong, or nothing: he is thanked for waiting, in his line, and may try again', () => {
    const { centre, alice } = waiting({}, '');
    alice.presses('1').presses('123#').presses('1#');
    expect([alice.state, alice.hears]).toEqual(['queued', 'still-busy']);
    alice.hearsToTheEnd();
    expect(alice.hears).toBe('music');
    alice.presses('1').presses('13900000003#');
    alice.hangsUp();
    expect(alice.record.outcome).toBe('left');
    expect(centre.engine.promises()).toMatchObject([
      { number: '+8613900000003', reason: 'abandoned' },
    ]);
  });

  test('who says nothing to his own number goes on waiting', () => {
    const { centre, alice } = waiting();
    alice.presses('1').hearsToTheEnd();
    centre.clock.advance(5 * SECOND);
    expect([alice.state, alice.hears]).toEqual(['queued', 'still-busy']);
    expect(centre.engine.promises()).toEqual([]);
    alice.hangsUp();
    expect(centre.engine.promises()).toMatchObject([{ number: ALICE, reason: 'abandoned' }]);
  });

  test('phones ring on: who picks up while he keys has him, and nothing is promised', () => {
    const { centre, before, bob, talking, alice } = waiting({}, '');
    before.hangsUp();
    alice.presses('1').presses('1390');
    talking.hangsUp();
    centre.engine.wrapUp('bob');
    bob.receivesOffer().picksUp();
    expect(alice.hears).toBe('bob');
    alice.presses('0000003#');
    alice.hangsUp();
    expect(alice.record.outcome).toBe('talk');
    const promised = centre.engine.promises().map(({ callId }) => callId);
    expect(promised).toEqual([before.callId]);
    centre.engine.wrapUp('bob');
    expect(centre.leftovers()).toEqual(LEFT_NOTHING);
  });

  test('a phone that rings for him is told, and its agent has missed nothing', () => {
    const { centre, before, bob, talking, alice } = waiting();
    before.hangsUp();
    alice.presses('1');
    talking.hangsUp();
    centre.engine.wrapUp('bob');
    bob.receivesOffer();
    expect(bob.phone).toBe('rings');
    alice.presses('1');
    expect([bob.phone, bob.does, bob.view.intent.is]).toEqual(['silent', 'idle', 'ready']);
    expect(centre.push.of('offer.withdrawn').at(-1)).toMatchObject({ reason: 'caller-left' });
  });

  test('the last agent goes home while he keys: he is told, and asked for the number anew', () => {
    const { centre, talking, alice } = waiting({}, '');
    alice.presses('1').presses('1390');
    talking.hangsUp();
    centre.engine.signOut('bob');
    expect([alice.state, alice.hears]).toEqual(['announcing', 'no-agents+number-ask']);
  });

  test('not where the hotline offers none, and for no colleague', () => {
    const { alice } = waiting({ hotline: { notice: 'none', callback: 'none' } });
    alice.presses('1');
    expect(alice.hears).toBe('music');
  });
});

describe('the app falls', () => {
  const fall = (centre: ReturnType<typeof startCentre>) => {
    centre.clock.advance(SECOND);
    appFalls(centre);
    appReturns(centre);
  };

  test('while his number is read: it is read again, in his line', () => {
    const { centre, alice } = waiting();
    alice.presses('1');
    fall(centre);
    expect([alice.state, alice.hears]).toEqual(['queued', YOUR_NUMBER]);
    alice.presses('1');
    expect(centre.engine.promises()).toMatchObject([{ reason: 'asked', place: MORNING }]);
  });

  test('when he has keyed it in: what he gave is read again', () => {
    const { centre, alice } = waiting({}, '');
    alice.presses('1').presses('13900000003#');
    fall(centre);
    expect(alice.hears).toBe('number-confirm-before+digits 13900000003+number-confirm');
    alice.presses('1');
    expect(centre.engine.promises()).toMatchObject([{ number: '+8613900000003' }]);
    expect(alice.hears).toBe('callback-taken+goodbye');
  });

  test('when it was promised and not yet told: he is told, and promised once', () => {
    const { centre, alice } = waiting();
    alice.presses('11');
    fall(centre);
    expect(alice.hears).toBe('callback-taken+goodbye');
    expect(centre.engine.promises()).toHaveLength(1);
    alice.hearsToTheEnd();
    expect(alice.record.outcome).toBe('promise');
  });

  test('and he hangs up meanwhile: it stays promised', () => {
    const { centre, alice } = waiting();
    alice.presses('11');
    centre.clock.advance(SECOND);
    appFalls(centre);
    alice.hangsUp();
    appReturns(centre);
    expect(alice.record.outcome).toBe('promise');
    expect(centre.engine.promises()).toHaveLength(1);
  });

  test('who is told how he stands has music, and is told again', () => {
    const { centre, alice } = waiting();
    centre.clock.advance(10 * SECOND);
    fall(centre);
    expect(alice.hears).toBe('music');
    centre.clock.advance(10 * SECOND);
    expect(alice.hears).toBe('position 2+callback-offer');
  });
});
