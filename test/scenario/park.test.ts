import {
  startCentre,
  YOUR_NUMBER,
  type Agent,
  type Caller,
  type TestCentre,
} from '../support/centre/centre';
import { MORNING } from '../support/centre/clock';

let centre: TestCentre;
let bob: Agent;
let dan: Agent;
let alice: Caller;

/** Bob of sales talks to Alice; Dan is of service. */
beforeEach(() => {
  centre = startCentre({ autoReady: ['bob'], service: ['dan'], hotline: { notice: 'none' } });
  [bob, dan] = [centre.agent('bob'), centre.agent('dan')];
  alice = centre.call();
  bob.picksUp();
  centre.clock.advance(5000);
});

afterEach(() => expect(centre.bugs).toEqual([]));

const parks = () => centre.engine.park('bob', alice.callId);
const slots = () => centre.engine.parked().map(({ slot }) => slot);
const unparked = () => centre.push.of('call.unparked').map(({ reason }) => reason);
const noteOfHers = () => centre.telephony.notes.get(alice.legId);
const LEFT_NOTHING = { legs: [], recordings: [], calls: [], timers: [] };

test('Bob parks her and is free at once; she hears music, and her slot is told to the store', () => {
  const bobsLeg = bob.leg ?? '';
  expect(parks()).toBeNull();
  expect(centre.telephony.ends.get(bobsLeg)).toBe('transferred');
  expect([bob.does, bob.phone, alice.hears, alice.state]).toEqual([
    'idle',
    'silent',
    'music',
    'parked',
  ]);
  expect(centre.media.recordings.size).toBe(0);
  const [parked] = centre.engine.parked();
  expect(parked).toMatchObject({
    slot: '701',
    storeId: 'bj01',
    parkedBy: 'bob',
    since: MORNING + 5000,
  });
  expect(centre.push.of('call.parked')).toMatchObject([{ parked }]);
  expect(noteOfHers()?.parked).toMatchObject({ slot: '701', by: 'bob' });
});

test('Dan takes her out of it: a talk of its own, with a recording of its own', () => {
  centre.engine.notReady('dan', 'lunch');
  parks();
  expect(centre.engine.retrieve('dan', '701')).toBeNull();
  expect([slots(), unparked(), dan.phone, alice.hears]).toEqual([
    [],
    ['retrieved'],
    'rings',
    'music',
  ]);
  expect(noteOfHers()).not.toHaveProperty('parked');
  dan.picksUp();
  expect([alice.hears, alice.state]).toEqual(['dan', 'talking']);
  alice.hangsUp();
  const filed = centre.journal.of('recording.saved').map(({ recording }) => recording.agentId);
  expect(filed).toEqual(['bob', 'dan']);
  expect(alice.record).toMatchObject({ outcome: 'talk', agentId: 'dan' });
  centre.clock.advance(200_000);
  expect(centre.leftovers()).toEqual(LEFT_NOTHING);
});

test('Bob takes her back himself', () => {
  parks();
  expect(centre.engine.retrieve('bob', '701')).toBeNull();
  bob.picksUp();
  expect(alice.hears).toBe('bob');
});

test('who asks for her and does not answer leaves her in the line, at the place of her arrival', () => {
  centre.engine.notReady('bob', 'lunch');
  parks();
  centre.engine.retrieve('dan', '701');
  dan.refuses();
  expect([alice.hears, alice.state, slots()]).toEqual(['music', 'queued', []]);
  expect(centre.engine.queues()[0]).toMatchObject({ waiting: 1, longestWaitSince: MORNING });
});

describe('nobody comes for her', () => {
  test('after the limit she rings at Bob, ready or not, and he has her', () => {
    parks();
    centre.engine.notReady('bob', 'lunch');
    centre.clock.advance(89_999);
    expect(alice.state).toBe('parked');
    centre.clock.advance(1);
    expect([unparked(), bob.phone, alice.hears]).toEqual([['expired'], 'rings', 'music']);
    bob.picksUp();
    expect(alice.hears).toBe('bob');
  });

  test('he does not answer: she stands in the line for everybody', () => {
    parks();
    centre.engine.notReady('bob', 'lunch');
    centre.clock.advance(90_000);
    bob.refuses();
    expect([alice.state, bob.phone]).toEqual(['queued', 'silent']);
    centre.engine.ready('bob');
    centre.clock.advance(5000);
    expect([alice.state, bob.phone]).toEqual(['offered', 'rings']);
  });

  test('Bob talks to somebody else: she waits, and is the next', () => {
    parks();
    const carol = centre.call();
    bob.picksUp();
    centre.clock.advance(90_000);
    expect([alice.state, alice.hears]).toEqual(['queued', 'music']);
    carol.hangsUp();
    centre.engine.wrapUp('bob');
    bob.picksUp();
    expect(alice.hears).toBe('bob');
  });

  test('everybody has gone home: she is promised a call', () => {
    parks();
    centre.engine.signOut('bob');
    centre.clock.advance(90_000);
    expect([alice.state, alice.hears]).toEqual(['announcing', `no-agents+${YOUR_NUMBER}`]);
  });
});

test('she hangs up in the slot: that ended a talk, and nobody owes her a call', () => {
  parks();
  alice.hangsUp();
  expect(alice.record).toMatchObject({ outcome: 'talk', agentId: 'bob', endCause: 'hangup' });
  expect([slots(), unparked(), centre.engine.promises()]).toEqual([[], ['ended'], []]);
  centre.clock.advance(200_000);
  expect(centre.leftovers()).toEqual(LEFT_NOTHING);
});

test('the edge told her in our absence that she is called back: so she is', () => {
  parks();
  alice.hangsUp('announced');
  expect(alice.record).toMatchObject({ outcome: 'promise' });
  expect(centre.engine.promises()).toHaveLength(1);
});

test('slots are the lowest that are free', () => {
  parks();
  const carol = centre.call();
  bob.picksUp();
  centre.engine.park('bob', carol.callId);
  expect(slots()).toEqual(['701', '702']);
  alice.hangsUp();
  const dora = centre.call();
  bob.picksUp();
  centre.engine.park('bob', dora.callId);
  expect(slots()).toEqual(['701', '702']);
});

test('each store has slots of its own', () => {
  const plan = centre.engine.plan();
  const of = { store: 'sh01' };
  centre.submit({
    type: 'plan.applied',
    at: centre.now(),
    plan: {
      ...plan,
      stores: [
        ...plan.stores,
        { id: 'sh01', name: 'Shanghai', timezone: 'Asia/Shanghai', parkSeconds: 30 },
      ],
      queues: [...plan.queues, { ...plan.queues[0]!, ...of, id: 'sh' }],
      hotlines: [...plan.hotlines, { ...plan.hotlines[0]!, ...of, number: '500', queue: 'sh' }],
      people: [...plan.people, { ...plan.people[0]!, ...of, id: 'sun', queues: ['sh'] }],
      phones: [...plan.phones, { ...plan.phones[0]!, id: 'phone-sun', person: 'sun' }],
    },
  });
  parks();
  const carol = centre.call({ to: '500' });
  centre.agent('sun').picksUp();
  expect(centre.engine.park('sun', carol.callId)).toBeNull();
  const parked = centre.engine.parked().map(({ slot, storeId }) => `${storeId} ${slot}`);
  expect(parked.sort()).toEqual(['bj01 701', 'sh01 701']);
  expect(centre.engine.pickUp('sun', alice.callId)).toBe('NOTHING_TO_PICK_UP');
  centre.engine.retrieve('sun', '701');
  expect([alice.state, carol.state]).toEqual(['parked', 'offered']);
  centre.agent('sun').picksUp();
  centre.engine.park('sun', carol.callId);
  // As long as the plan says of the store.
  centre.clock.advance(30_000);
  expect([alice.state, carol.state]).toEqual(['parked', 'offered']);
});

test('out of the slot her note says so, and keeps her place', () => {
  centre.engine.notReady('bob', 'lunch');
  parks();
  centre.engine.signOut('dan');
  centre.clock.advance(90_000);
  expect(noteOfHers()).not.toHaveProperty('parked');
  const [entry] = centre.journal.of('entry.saved').slice(-1);
  expect(noteOfHers()).toMatchObject({
    waitingSince: MORNING,
    caller: { ids: { entryId: entry?.entry.id } },
  });
});

test.each([
  ['a talk that is not his', () => centre.engine.park('dan', alice.callId), 'NOT_YOUR_TALK'],
  ['an empty slot', () => centre.engine.retrieve('dan', '702'), 'NOTHING_PARKED'],
  ['her, being busy himself', () => busyBobRetrieves(), 'OCCUPIED_YOURSELF'],
])('%s is refused', (_what, asks, code) => {
  expect(asks()).toBe(code);
});

function busyBobRetrieves(): string | null {
  parks();
  centre.call();
  bob.picksUp();
  return centre.engine.retrieve('bob', '701');
}
