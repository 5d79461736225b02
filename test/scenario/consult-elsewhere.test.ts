/** Bob of Beijing asks Eve, who is of another store: the call stays in his until she has taken his caller. */
import type { Plan } from '../../src/domain/plan';
import { startCentre, type Agent, type Caller, type TestCentre } from '../support/centre/centre';
import { appFalls, appReturns } from '../support/centre/fall';
import { planWith } from '../support/centre/plan';

const BEIJING = { storeId: 'bj01', hotline: '400', queueId: 'sales' };
const SHANGHAI = { storeId: 'sh01', hotline: '401', queueId: 'sh-sales' };

/** Eve serves the second queue of Shanghai, which has a hotline for the first alone. */
function twoStores(): Plan {
  const plan = planWith({ autoReady: ['bob'], hotline: { notice: 'none' } });
  const [queue, hotline, person, phone] = [
    ...[plan.queues[0], plan.hotlines[0], plan.people[0], plan.phones[0]],
  ] as [Plan['queues'][0], Plan['hotlines'][0], Plan['people'][0], Plan['phones'][0]];
  plan.stores.push({ id: 'sh01', name: 'Shanghai One', timezone: 'Asia/Shanghai' });
  for (const id of ['sh-first', 'sh-sales'])
    plan.queues.push({ ...queue, id, store: 'sh01', wrapUpSeconds: 10 });
  plan.hotlines.push({ ...hotline, number: '401', store: 'sh01', queue: 'sh-first' });
  plan.people.push({ ...person, id: 'eve', name: 'eve', store: 'sh01', queues: ['sh-sales'] });
  plan.phones.push({ ...phone, id: 'phone-eve', person: 'eve' });
  return plan;
}

let plan: Plan;
let centre: TestCentre;
let bob: Agent;
let eve: Agent;
let alice: Caller;

function begin(): void {
  centre = startCentre({ plan });
  [bob, eve, alice] = [centre.agent('bob'), centre.agent('eve'), centre.call()];
  bob.picksUp();
  centre.clock.advance(5000);
}

beforeEach(() => {
  plan = twoStores();
  begin();
});

afterEach(() => expect(centre.bugs).toEqual([]));

const asks = (whom: Parameters<TestCentre['engine']['consult']>[2] = { agent: 'eve' }) =>
  centre.engine.consult('bob', alice.callId, whom);
const orders = (order: 'swap' | 'conference' | 'complete' | 'end') =>
  expect(centre.engine.orderConsult('bob', alice.callId, order)).toBeNull();
const appFallsOver = () => {
  appFalls(centre);
  appReturns(centre);
};
/** Folder of each file that was begun, which names the store of its segment. */
const stores = () => centre.media.recorded.map(({ path }) => path.split('/')[0]);
const places = () =>
  new Map(centre.journal.of('entry.saved').map(({ entry }) => [entry.id, entry] as const));
const queues = () => [...places().values()].map(({ queueId, outcome }) => [queueId, outcome]);
const everythingEnds = () => {
  centre.clock.advance(60_000);
  expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
};

/** Alice is Eve's, and with her Shanghai's, whatever happens to the app from here on. */
function isShanghais(): void {
  for (let i = 0; i < 2; i += 1) {
    expect([alice.hears, alice.state, eve.does]).toEqual(['eve', 'talking', 'talking']);
    expect(alice.record).toMatchObject({ ...SHANGHAI, agentId: 'eve', state: 'talking' });
    expect(centre.telephony.notes.get(alice.legId)).toMatchObject({
      ...{ queueId: 'sh-sales', caller: { hotline: '401' } },
    });
    expect(queues()).toEqual([
      ['sales', 'connected'],
      ['sh-sales', 'connected'],
    ]);
    appFallsOver();
  }
  expect([...places().values()].at(-1)).toMatchObject({ joinedAt: alice.record.arrivedAt });
  alice.hangsUp();
  expect(alice.record).toMatchObject({ ...SHANGHAI, outcome: 'talk', agentId: 'eve' });
  const filed = centre.journal.of('recording.saved').map(({ recording }) => recording);
  expect(filed.at(-1)).toMatchObject({ storeId: 'sh01', agentId: 'eve' });
  expect(new Set(filed.slice(0, -1).map(({ storeId }) => storeId))).toEqual(new Set(['bj01']));
  expect(eve.does).toBe('wrap-up');
  centre.clock.advance(10_000);
  expect(eve.does).toBe('idle');
  everythingEnds();
}

/** Alice is Bob's again, in his store. */
function isBeijings(hears = 'bob'): void {
  expect([alice.hears, bob.does, eve.does]).toEqual([hears, 'talking', 'idle']);
  expect(alice.record).toMatchObject({ ...BEIJING, agentId: 'bob' });
  alice.hangsUp();
  expect(new Set(stores())).toEqual(new Set(['bj01']));
  expect(queues()).toEqual([['sales', 'connected']]);
  everythingEnds();
}

describe.each([
  ['she', { agent: 'eve' }],
  ['her phone', { phone: 'phone-eve' }],
  ['whoever is free of her queue', { queue: 'sh-sales' }],
] as const)('%s is asked', (_whom, whom) => {
  beforeEach(() => expect(asks(whom)).toBeNull());

  test('completed: the call and the new segment are of her store, not before', () => {
    expect([eve.phone, eve.does, alice.hears]).toEqual(['rings', 'reserved', 'music']);
    expect(eve.offer).toMatchObject({ askedBy: { agentId: 'bob' } });
    eve.picksUp();
    orders('conference');
    orders('swap');
    expect(alice.record).toMatchObject({ ...BEIJING, agentId: 'bob' });
    orders('complete');
    expect(stores()).toEqual(['bj01', 'bj01', 'sh01']);
    isShanghais();
  });

  test('completed before she answers', () => {
    orders('complete');
    expect(alice.record).toMatchObject(BEIJING);
    eve.picksUp();
    expect(stores()).toEqual(['bj01', 'sh01']);
    expect(bob.does).toBe('wrap-up');
    centre.clock.advance(29_000);
    expect(bob.does).toBe('wrap-up');
    isShanghais();
  });
});

test.each([
  ['Bob takes Alice back', () => orders('end'), 'bob'],
  ['she refuses', () => void eve.refuses('busy'), 'music'],
  [
    'she goes after a talk of three',
    () => {
      eve.picksUp();
      orders('conference');
      eve.hangsUp();
    },
    'bob',
  ],
])('%s: nothing has changed', (_how, passes, hears) => {
  asks();
  passes();
  isBeijings(hears);
});

test('Bob hangs up and she does not come: Alice waits in the line that she came from', () => {
  asks();
  bob.hangsUp();
  eve.refuses();
  expect(alice.record).toMatchObject({ ...BEIJING, agentId: null, state: 'queued' });
  alice.hangsUp();
  expect(centre.engine.promises()).toMatchObject([{ storeId: 'bj01', hotline: '400' }]);
});

describe('the app falls', () => {
  test('over the consultation, which goes on, and is completed by the next one', () => {
    asks();
    eve.picksUp();
    appFallsOver();
    expect(alice.record).toMatchObject({ ...BEIJING, agentId: 'bob' });
    orders('complete');
    expect(stores()).toEqual(['bj01', 'bj01', 'sh01']);
    isShanghais();
  });

  test('and Bob hangs up meanwhile: the call is hers', () => {
    asks();
    eve.picksUp();
    appFalls(centre);
    bob.hangsUp();
    appReturns(centre);
    isShanghais();
  });

  test('at any moment of the hand-over: the call is asked about still, or hers and her store’s', () => {
    const found = new Set<string>();
    for (let commands = 1; commands < 12; commands += 1) {
      begin();
      asks();
      eve.picksUp();
      centre.clock.advance(1000);
      centre.life.endAfter(commands);
      centre.engine.orderConsult('bob', alice.callId, 'complete');
      const written = alice.record.storeId;
      appFallsOver();
      found.add(`${written} ${alice.record.storeId} ${alice.state}`);
      if (alice.state === 'consulting') {
        expect(alice.record).toMatchObject({ ...BEIJING, agentId: 'bob' });
        orders('complete');
      }
      isShanghais();
    }
    expect([...found]).toEqual([
      ...['bj01 bj01 consulting', 'bj01 sh01 talking', 'sh01 sh01 talking'],
    ]);
  });

  test('and her store has lost its hotline: the call stays in its own', () => {
    asks();
    eve.picksUp();
    appFalls(centre);
    plan.hotlines.pop();
    appReturns(centre);
    orders('complete');
    expect(alice.record).toMatchObject({ ...BEIJING, agentId: 'eve' });
  });
});

describe('blind', () => {
  test.each([{ agent: 'eve' }, { phone: 'phone-eve' }] as const)('to %j', (to) => {
    expect(centre.engine.transfer('bob', alice.callId, to)).toBeNull();
    expect(alice.record).toMatchObject({ ...BEIJING, state: 'transferring' });
    eve.picksUp();
    isShanghais();
  });
});

test.each([{ agent: 'eve' }, { phone: 'phone-eve' }, { queue: 'sh-sales' }] as const)(
  'of a store without a hotline %j is not to be asked',
  (whom) => {
    plan.hotlines.pop();
    begin();
    expect(asks(whom)).toBe('NO_SUCH_TARGET');
    expect([alice.hears, eve.phone]).toEqual(['bob', 'silent']);
  },
);

test('who serves no queue takes the call into that of the first hotline of her store', () => {
  for (const person of plan.people) if (person.id === 'eve') person.queues = [];
  begin();
  expect(asks({ phone: 'phone-eve' })).toBeNull();
  eve.picksUp();
  orders('complete');
  expect(alice.record).toMatchObject({ ...SHANGHAI, queueId: 'sh-first' });
});
