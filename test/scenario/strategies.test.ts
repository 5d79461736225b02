import { CAROL, startCentre, type Agent, type TestCentre } from '../support/centre/centre';
import { appFalls, appReturns } from '../support/centre/fall';
import { MORNING } from '../support/centre/clock';
import type { StrategyName } from '../../src/domain/plan';

let centre: TestCentre;
let bob: Agent;
let dan: Agent;
let eve: Agent;

function startWith(strategy: StrategyName, queue: object = {}): void {
  centre = startCentre({
    autoReady: ['eve', 'bob', 'dan'],
    queue: { strategy, wrapUpSeconds: 0, ...queue },
    hotline: { notice: 'none' },
  });
  [bob, dan, eve] = [centre.agent('bob'), centre.agent('dan'), centre.agent('eve')];
}

afterEach(() => expect(centre.bugs).toEqual([]));

/** Who is asked for the next caller, who talks for so long. */
function takesOne(ms = 60_000): string {
  const alice = centre.call();
  const rung = [bob, dan, eve].filter(({ phone }) => phone === 'rings');
  rung[0]?.picksUp();
  centre.clock.advance(ms);
  alice.hangsUp();
  return rung.map(({ id }) => id).join('+');
}

const afterRestart = (): void => {
  appFalls(centre);
  appReturns(centre);
};

test('top-down: in the order of the plan, whoever has talked how much', () => {
  startWith('top-down');
  expect([takesOne(), takesOne(), takesOne()]).toEqual(['eve', 'eve', 'eve']);
  centre.engine.notReady('eve', 'lunch');
  expect(takesOne()).toBe('bob');
});

test('top-down: the queue has an order of its own', () => {
  startWith('top-down', { order: ['dan', 'bob'] });
  expect(takesOne()).toBe('dan');
  for (const { id } of [dan, bob]) centre.engine.notReady(id, 'lunch');
  expect(takesOne()).toBe('eve');
});

test('round-robin: each in turn, and a restart takes nobody his turn', () => {
  startWith('round-robin');
  expect([takesOne(), takesOne()]).toEqual(['eve', 'bob']);
  afterRestart();
  expect([takesOne(), takesOne(), takesOne()]).toEqual(['dan', 'eve', 'bob']);
});

test('round-robin: who was busy at his turn has it when he is free', () => {
  startWith('round-robin');
  const alice = centre.call();
  eve.picksUp();
  expect([takesOne(), takesOne(), takesOne()]).toEqual(['bob', 'dan', 'bob']);
  alice.hangsUp();
  expect([takesOne(), takesOne()]).toEqual(['eve', 'dan']);
});

test('least-calls-today: who has taken fewest, also after a restart; a call that he places is none', () => {
  startWith('least-calls-today');
  centre.engine.notReady('eve', 'training');
  expect([takesOne(), takesOne(), takesOne()]).toEqual(['bob', 'dan', 'bob']);
  centre.engine.ready('eve');
  expect(takesOne()).toBe('eve');
  afterRestart();
  expect([takesOne(), takesOne(), takesOne()].sort()).toEqual(['bob', 'dan', 'eve']);
});

test('least-talk: who has talked least, also after a restart', () => {
  startWith('least-talk');
  const first = takesOne(600_000);
  expect(new Set([takesOne(), takesOne(), takesOne(), takesOne()])).not.toContain(first);
  afterRestart();
  for (let call = 0; call < 4; call += 1) expect(takesOne()).not.toBe(first);
});

test("the figures of the day are gone at the store's midnight", () => {
  startWith('least-calls-today');
  centre.engine.notReady('eve', 'training');
  for (let call = 0; call < 4; call += 1) takesOne();
  centre.engine.ready('eve');
  // 09:04 in Beijing; two minutes before midnight eve alone is asked, after it whoever is idle longest.
  centre.clock.advance(MORNING + 15 * 3_600_000 - 120_000 - centre.now());
  expect(takesOne(1000)).toBe('eve');
  expect(takesOne(1000)).toBe('eve');
  centre.clock.advance(120_000);
  expect(takesOne()).toBe('bob');
  expect(takesOne()).toBe('dan');
  expect(takesOne()).toBe('eve');
});

test('progressive: one phone, and one more with every step; the first pick-up wins', () => {
  startWith('progressive', { stepSeconds: 5 });
  const rings = () => [bob, dan, eve].map(({ phone }) => phone);
  const alice = centre.call();
  expect(rings()).toEqual(['rings', 'silent', 'silent']);
  centre.clock.advance(4999);
  expect(rings()).toEqual(['rings', 'silent', 'silent']);
  centre.clock.advance(1);
  expect(rings()).toEqual(['rings', 'rings', 'silent']);
  const carol = centre.call({ from: CAROL });
  expect([carol.state, eve.offer?.callId]).toEqual(['offered', carol.callId]);
  dan.picksUp();
  // Bob is free again and rings for the second caller in the next step.
  expect(rings()).toEqual(['silent', 'answered', 'rings']);
  centre.clock.advance(5000);
  expect(rings()).toEqual(['rings', 'answered', 'rings']);
  carol.hangsUp();
  alice.hangsUp();
  expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
});

test('random: everybody is asked sooner or later', () => {
  startWith('random');
  const asked = Array.from({ length: 30 }, () => takesOne(1000));
  expect(new Set(asked)).toEqual(new Set(['bob', 'dan', 'eve']));
});
