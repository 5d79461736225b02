import { ALICE, startCentre, type CentreOptions } from '../support/centre/centre';
import { appFalls, appReturns } from '../support/centre/fall';

/** Alice and Bob have talked, and Bob hangs up. */
function talked(options: CentreOptions = {}) {
  const centre = startCentre({
    ...{ autoReady: ['bob'], hotline: { notice: 'none' } },
    queue: { afterTalk: 'rating', wrapUpSeconds: 0 },
    ...options,
  });
  const bob = centre.agent('bob');
  if (options.agents) bob.atWork();
  const alice = centre.call({ from: ALICE });
  if (options.agents) bob.receivesOffer();
  bob.picksUp();
  centre.clock.advance(60_000);
  const over = centre.now();
  centre.telephony.end(bob.leg ?? '', 'hangup');
  const ratings = () => centre.journal.of('rating.saved').map(({ rating }) => rating);
  return { centre, bob, alice, over, ratings };
}

const LEFT_NOTHING = { legs: [], recordings: [], calls: [], timers: [] };

test('he is asked how it was, and whether it is settled, thanked and hung up; the talk ended before', () => {
  const { centre, alice, over, ratings } = talked();
  expect([alice.hears, alice.state]).toEqual(['rating-ask', 'rating']);
  alice.presses('5');
  expect(alice.hears).toBe('rating-settled');
  alice.presses('2');
  expect(alice.hears).toBe('rating-thanks+goodbye');
  alice.hearsToTheEnd();
  const said = { agentId: 'bob', storeId: 'bj01', queueId: 'sales', at: over, score: 5 };
  expect(ratings()).toEqual([
    { callId: alice.callId, ...said, settled: null },
    { callId: alice.callId, ...said, settled: false },
  ]);
  expect(alice.record).toMatchObject({ outcome: 'talk', endCause: 'hangup', endedAt: over });
  expect(centre.leftovers()).toEqual(LEFT_NOTHING);
  expect(centre.bugs).toEqual([]);
});

test('his agent is free at once, and what follows is in no recording', () => {
  const { centre, bob } = talked();
  expect(bob.does).toBe('idle');
  expect([...centre.media.recordings.keys()]).toEqual([]);
  const next = centre.call({ from: '+8613800000003' });
  bob.picksUp();
  expect(next.hears).toBe('bob');
});

test('his form stands in the way of his agent while he is still asked', () => {
  const { centre, bob } = talked({
    agents: ['bob'],
    autoReady: [],
    queue: { afterTalk: 'rating', wrapUpSeconds: 30 },
  });
  expect(bob.does).toBe('wrap-up');
  expect(centre.engine.wrapUp('bob')).toBe('FORM_OPEN');
  centre.clock.advance(200_000);
  expect(centre.engine.ready('bob')).toBe('FORM_OPEN');
  expect(centre.journal.of('form.saved').at(-1)?.form.endedAt).toBe(
    centre.journal.of('call.saved').at(-1)?.call.endedAt,
  );
});

test('who presses nothing is hung up, and has rated nobody', () => {
  const { centre, alice, ratings } = talked();
  alice.hearsToTheEnd();
  centre.clock.advance(5000);
  expect([alice.state, ratings()]).toEqual(['closed', []]);
  expect(centre.leftovers()).toEqual(LEFT_NOTHING);
});

test('a wrong key is asked for once more; he hangs up at any time, and what he said is kept', () => {
  const { centre, alice, ratings } = talked();
  alice.presses('9');
  expect(alice.hears).toBe('invalid-entry+rating-ask');
  alice.presses('3').hangsUp();
  expect(ratings()).toMatchObject([{ score: 3, settled: null }]);
  expect([alice.record.outcome, centre.leftovers()]).toEqual(['talk', LEFT_NOTHING]);
});

test('who hangs up first is not asked, nor anybody where the queue asks nothing', () => {
  const quiet = talked({ queue: { wrapUpSeconds: 0 } });
  expect(quiet.alice.state).toBe('closed');
  const centre = startCentre({ autoReady: ['bob'], queue: { afterTalk: 'rating' } });
  const alice = centre.call();
  centre.agent('bob').picksUp();
  alice.hangsUp();
  expect(alice.state).toBe('closed');
});

test('a key that never comes keeps nobody for ever', () => {
  const { centre, alice } = talked();
  centre.clock.advance(61_000);
  expect([alice.state, centre.leftovers()]).toEqual(['closed', LEFT_NOTHING]);
});

test('an app that falls meanwhile closes the talk as what it was', () => {
  const { centre, alice } = talked();
  alice.presses('4');
  appFalls(centre);
  appReturns(centre);
  expect(alice.record).toMatchObject({ outcome: 'talk', state: 'closed' });
  centre.clock.advance(61_000);
  expect(centre.leftovers()).toEqual(LEFT_NOTHING);
});
