import { startCentre, type Agent, type TestCentre } from '../support/centre/centre';
import { appFalls, appReturns } from '../support/centre/fall';
import type { PlanQueue } from '../../src/domain/plan';

let centre: TestCentre;
let bob: Agent;

function start(queue: Partial<PlanQueue> = {}, options: object = { agents: ['bob'] }): void {
  centre = startCentre({
    queue: { ringSeconds: 10, ...queue },
    hotline: { notice: 'none' },
    ...options,
  });
  bob = centre.agent('bob').atWork();
}

afterEach(() => expect(centre.bugs).toEqual([]));

/** His phone rings out, and he has rested. */
function misses(times: number): void {
  for (let time = 0; time < times; time += 1) centre.clock.advance(10_150 + 5000);
}

const AWAY = { is: 'not-ready', reason: 'missed-offers' };

test('two in a row say that he is not there: he is set not ready, and he and his supervisors see why', () => {
  start();
  const alice = centre.call();
  misses(1);
  expect(bob.view.intent).toEqual({ is: 'ready' });
  misses(1);
  expect([bob.view.intent, bob.does, alice.state]).toEqual([AWAY, 'idle', 'queued']);
  expect(centre.push.of('agent.updated').at(-1)?.agent).toMatchObject({ id: 'bob', intent: AWAY });
  misses(3);
  expect(centre.telephony.dials).toHaveLength(2);
  centre.engine.ready('bob');
  expect(bob.offer?.callId).toBe(alice.callId);
});

test('it is kept over a restart', () => {
  start();
  centre.call();
  misses(2);
  appFalls(centre);
  appReturns(centre);
  expect(bob.view.intent).toEqual(AWAY);
});

test('a call that he takes, and his own "ready", begin a new count', () => {
  start({ wrapUpSeconds: 0 });
  const alice = centre.call();
  misses(1);
  bob.receivesOffer().picksUp();
  alice.hangsUp();
  centre.call();
  misses(1);
  expect(bob.view.intent).toEqual({ is: 'ready' });
  centre.engine.notReady('bob', 'lunch');
  centre.engine.ready('bob');
  misses(1);
  expect(bob.view.intent).toEqual({ is: 'ready' });
  misses(1);
  expect(bob.view.intent).toEqual(AWAY);
});

test.each<[string, Partial<PlanQueue>, object, number]>([
  ['as many as the queue says', { missesToPause: 4 }, { agents: ['bob'] }, 3],
  ['never, if the queue says so', { missesToPause: 0 }, { agents: ['bob'] }, 20],
  ['nobody could ever say "ready" for a phone without a desktop', {}, { autoReady: ['bob'] }, 20],
])('%s', (_, queue, options, times) => {
  start(queue, options);
  centre.call();
  misses(times);
  expect(bob.view.intent).toEqual({ is: 'ready' });
});

test('who refuses is there, and who signs out while his phone rings stays signed out', () => {
  start();
  centre.call();
  for (let time = 0; time < 5; time += 1) {
    bob.receivesOffer().refuses();
    centre.clock.advance(5000);
  }
  expect(bob.view.intent).toEqual({ is: 'ready' });
  misses(1);
  centre.engine.notReady('bob', 'lunch');
  misses(1);
  expect(bob.view.intent).toEqual({ is: 'not-ready', reason: 'lunch' });
});
