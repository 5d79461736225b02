import { startCentre, type Caller, type TestCentre } from '../support/centre/centre';
import { appFalls, appReturns } from '../support/centre/fall';
import { sharedPlan, type Sharer } from '../support/centre/sharing';

let centre: TestCentre;
let callers: Caller[];

/** Two stores that share Bob, Dan and Eve; only one of them keeps anybody. */
function start(beijing: Partial<Sharer> = {}, shanghai: Partial<Sharer> = {}): void {
  const people = ['bob', 'dan', 'eve'];
  const plan = sharedPlan({ beijing: { people, ...beijing }, shanghai: { people, ...shanghai } });
  centre = startCentre({ plan });
  callers = [];
}

afterEach(() => {
  for (const one of callers) one.hangsUp();
  expect(centre.bugs).toEqual([]);
  expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
});

const NUMBERS = { beijing: '400', shanghai: '401' };

function calls(store: keyof typeof NUMBERS): Caller {
  const caller = centre.call({ from: `+86138000001${10 + callers.length}`, to: NUMBERS[store] });
  callers.push(caller);
  return caller;
}

/** Who is rung for the caller; he picks up. Null: nobody is. */
function taker({ callId }: Caller): string | null {
  const rung = centre.engine
    .agents()
    .find(({ id }) => centre.engine.offers(id)[0]?.callId === callId);
  if (!rung) return null;
  centre.agent(rung.id).picksUp();
  return rung.id;
}

test('however many call one store, the other one’s caller is taken at once, as its own', () => {
  start({}, { keep: 1 });
  expect([taker(calls('beijing')), taker(calls('beijing'))]).toEqual(['bob', 'dan']);
  const third = calls('beijing');
  expect([third.state, centre.agent('eve').does]).toEqual(['queued', 'idle']);
  const alice = calls('shanghai');
  expect(centre.agent('eve').offer).toMatchObject({ callId: alice.callId, storeName: 'shanghai' });
  expect(taker(alice)).toBe('eve');
});

test('while it has its caller, nobody is kept for it; when he has gone, one is again', () => {
  start({}, { keep: 1 });
  const alice = calls('shanghai');
  expect(taker(alice)).toBe('bob');
  const [first] = [calls('beijing'), calls('beijing')].map((one) => [one, taker(one)] as const);
  const third = calls('beijing');
  expect([first?.[1], third.state]).toEqual(['dan', 'queued']);
  first?.[0].hangsUp();
  expect(taker(third)).toBe('dan');
  const fourth = calls('beijing');
  alice.hangsUp();
  expect([fourth.state, centre.agent('bob').does]).toEqual(['queued', 'idle']);
});

test('a person whom the other queue knows nothing of comes to work, and who was kept is let go', () => {
  start({}, { keep: 1, people: ['bob', 'dan', 'eve', 'sun'] });
  centre.engine.notReady('sun', 'lunch');
  for (const one of [calls('beijing'), calls('beijing')]) taker(one);
  const third = calls('beijing');
  expect(taker(third)).toBeNull();
  centre.engine.ready('sun');
  expect(taker(third)).toBe('eve');
});

test('who is not ready cannot be kept: the others are', () => {
  start({}, { keep: 2 });
  centre.engine.notReady('dan', 'lunch');
  const first = calls('beijing');
  // It has nobody yet, and is held back by nobody.
  expect(taker(first)).toBe('bob');
  const second = calls('beijing');
  expect(taker(second)).toBeNull();
  centre.engine.ready('dan');
  expect([taker(second), centre.agent('eve').does]).toEqual([null, 'idle']);
  first.hangsUp();
  expect(taker(second)).not.toBeNull();
});

test('who was passed over because he is kept is told so', () => {
  start({}, { keep: 1, people: ['bob'] });
  const alice = calls('beijing');
  expect(centre.agent('dan').offer).toMatchObject({
    callId: alice.callId,
    why: {
      candidates: [{ agentId: 'dan' }, { agentId: 'eve' }],
      passedOver: [{ agentId: 'bob', why: 'kept' }],
    },
  });
});

test('all of its people are kept, and yet nobody waits for ever: one after the other is taken', () => {
  start({}, { keep: 3 });
  const waiting = [calls('beijing'), calls('beijing'), calls('beijing')];
  expect(waiting.map(({ state }) => state)).toEqual(['offered', 'queued', 'queued']);
  for (const one of waiting) {
    expect(taker(one)).not.toBeNull();
    one.hangsUp();
  }
});

test('both keep two of three: each has its first, then the longest waiting the last', () => {
  start({ keep: 2 }, { keep: 2 });
  const [one, two] = [calls('beijing'), calls('shanghai')];
  expect([taker(one), taker(two)]).toEqual(['bob', 'dan']);
  expect([taker(calls('beijing')), taker(calls('shanghai'))]).toEqual(['eve', null]);
});

test('a wrap-up after its call counts as its call', () => {
  start({}, { keep: 1, queue: { wrapUpSeconds: 30 } });
  const alice = calls('shanghai');
  taker(alice);
  alice.hangsUp();
  expect(centre.agent('bob').does).toBe('wrap-up');
  for (const one of [calls('beijing'), calls('beijing')]) expect(taker(one)).not.toBeNull();
  centre.engine.wrapUp('bob');
  expect(taker(calls('beijing'))).toBeNull();
});

test('a restart in between forgets nobody: neither who is kept nor who has a caller', () => {
  start({}, { keep: 1 });
  const alice = calls('shanghai');
  taker(alice);
  appFalls(centre);
  appReturns(centre);
  expect([taker(calls('beijing')), taker(calls('beijing'))]).not.toContain(null);
  const third = calls('beijing');
  alice.hangsUp();
  expect([third.state, centre.agent('bob').does]).toEqual(['queued', 'idle']);
});

test('a plan that keeps nobody any more counts at once for who waits', () => {
  start({}, { keep: 1 });
  for (const one of [calls('beijing'), calls('beijing')]) taker(one);
  const third = calls('beijing');
  const plan = centre.engine.plan();
  const queues = plan.queues.map((queue) => ({ ...queue, keep: 0 }));
  centre.submit({ type: 'plan.applied', at: centre.now(), plan: { ...plan, queues } });
  expect(taker(third)).toBe('eve');
});
