import type { EndCause } from '../../src/domain/end-cause';
import type { Plan } from '../../src/domain/plan';
import type { AttemptSnapshot, PromiseSnapshot } from '../../src/domain/records';
import {
  ALICE,
  CAROL,
  startCentre,
  type Agent,
  type CallOptions,
  type CentreOptions,
  type TestCentre,
} from '../support/centre/centre';
import { appFalls, appReturns } from '../support/centre/fall';
import { planWith } from '../support/centre/plan';

/** Promises that are kept by a call of ours, as agents, customers and the database see it. */
let centre: TestCentre;
let bob: Agent;

const begin = (options: CentreOptions = {}): void => {
  centre = startCentre({
    ...{
      agents: ['bob'],
      hotline: { number: '4008001234' },
      queue: { form: 'none' },
      callsBack: true,
    },
    ...options,
  });
  bob = centre.agent('bob');
};
beforeEach(() => begin());
afterEach(() => expect(centre.bugs).toEqual([]));

/** The database has answered. */
const answered = () => new Promise(setImmediate);
const after = async (ms: number) => {
  centre.clock.advance(ms);
  await answered();
};
const outside = () => [...centre.telephony.dials].reverse().find(({ to }) => to.kind === 'number');
const customer = () => outside()?.legId ?? '';
const dials = () => centre.telephony.dials.filter(({ to }) => to.kind === 'number').length;
const promise = (): PromiseSnapshot | undefined =>
  centre.journal.of('promise.saved').at(-1)?.promise;
const attempt = (): AttemptSnapshot | undefined =>
  centre.journal.of('attempt.saved').at(-1)?.attempt;
const rings = (options: Partial<CallOptions> = {}) => centre.call({ to: '4008001234', ...options });
/** She rings while nobody is at work, and is promised a call. */
const promised = (from = ALICE) => {
  const caller = rings({ from });
  caller.hangsUp();
  return caller;
};
/** Bob comes, and is rung for her. */
const turnComes = async () => {
  bob.atWork();
  await after(10_000);
};
/** … he has picked up and knows what it is. */
const told = async () => {
  bob.receivesOffer().picksUp();
  bob.hearsToTheEnd();
  await answered();
};
const answers = () => centre.telephony.answered(customer());
const fails = (cause: EndCause) => centre.telephony.end(customer(), cause);
const leavesNothing = () => {
  centre.clock.advance(180_000);
  expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
};

describe('a promise in its turn', () => {
  test('an agent is rung, is told what it is, and then she is dialled and they talk', async () => {
    promised();
    const { id: promiseId, callId } = promise()!;
    await turnComes();
    expect(bob.offer).toMatchObject({
      ...{ from: ALICE, hotline: '4008001234', callId: expect.not.stringMatching(callId) },
      callBack: { promiseId, reason: 'nobody-signed-in', tries: 0 },
    });
    expect([promise()?.state, dials()]).toEqual(['claimed', 0]);
    bob.receivesOffer().picksUp();
    expect([bob.hears, bob.does, dials()]).toEqual(['whisper-callback', 'calling', 0]);
    bob.hearsToTheEnd();
    expect(dials()).toBe(0);
    await answered();
    expect(outside()).toMatchObject({
      to: { kind: 'number', number: ALICE, via: ['carrier'] },
      from: '+864008001234',
    });
    expect([...centre.attempts.rows.values()]).toMatchObject([
      { state: 'dialling', agentId: 'bob' },
    ]);
    centre.submit({ type: 'leg.ringing', at: centre.now(), legId: customer() });
    expect(bob.hears).toContain('ringing-tone');
    answers();
    expect([bob.hears, bob.does, bob.talksWith]).toEqual(['caller', 'talking', ALICE]);
    expect(attempt()?.state).toBe('connected');
    expect(promise()).toMatchObject({ state: 'kept', id: promiseId });
    expect(centre.media.recorded).toMatchObject([{ left: customer(), right: bob.leg }]);
    centre.clock.advance(5000);
    fails('hangup');
    expect(attempt()).toMatchObject({ state: 'done', outcome: 'talk' });
    const call = centre.journal.of('call.saved').at(-1)?.call;
    expect(call).toMatchObject({ direction: 'outbound', outcome: 'talk', agentId: 'bob' });
    expect(call?.leadId).toBe(promise()?.leadId);
    expect(centre.journal.of('recording.saved')).toMatchObject([
      { recording: { leadId: call?.leadId, agentId: 'bob' } },
    ]);
    expect(bob.does).toBe('wrap-up');
    leavesNothing();
  });

  test('nobody picks up what stands in line before it is claimed', async () => {
    promised();
    centre.clock.advance(60_000);
    const inLine = centre.engine.calls().find(({ direction }) => direction === 'outbound');
    expect(inLine).toMatchObject({ state: 'queued', to: ALICE });
    centre.engine.signIn('bob');
    expect(centre.engine.pickUp('bob', inLine!.id)).toBe('NOTHING_TO_PICK_UP');
    expect([bob.phone, bob.does]).toEqual(['silent', 'idle']);
  });

  test('who is sent on after it and finds nobody is promised another call', async () => {
    begin({ queue: { form: 'none', wrapUpSeconds: 0 } });
    promised();
    const { id: keptId } = promise()!;
    await turnComes();
    await told();
    answers();
    expect(centre.engine.transfer('bob', bob.view.callId!, { queue: 'sales' })).toBeNull();
    centre.engine.signOut('bob');
    const states = new Map(
      centre.journal.of('promise.saved').map(({ promise: one }) => [one.id, one.state]),
    );
    expect([...states]).toEqual([
      [keptId, 'kept'],
      [expect.not.stringMatching(keptId), 'open'],
    ]);
  });

  test.each([
    [
      'sent on to a queue',
      () => centre.engine.transfer('bob', bob.view.callId!, { queue: 'sales' }),
    ],
    ['parked', () => centre.engine.park('bob', bob.view.callId!)],
  ])(
    'who is %s in that talk is a customer on the phone: the next agent talks with her',
    async (_how, sends) => {
      begin({ agents: ['bob', 'dan'], queue: { form: 'none', wrapUpSeconds: 0 } });
      promised();
      await turnComes();
      await told();
      answers();
      const callId = bob.view.callId!;
      centre.engine.notReady('bob', 'break');
      expect(sends()).toBeNull();
      const dan = centre.agent('dan').atWork();
      if (centre.engine.parked().length > 0)
        expect(centre.engine.retrieve('dan', centre.engine.parked()[0]!.slot)).toBeNull();
      dan.receivesOffer().picksUp();
      expect([dan.does, dan.view.callId, dials()]).toEqual(['talking', callId, 1]);
      // The lease of the attempt is long over.
      centre.clock.advance(90_000);
      expect([dan.does, dan.view.callId]).toEqual(['talking', callId]);
      fails('hangup');
      expect(centre.journal.of('call.saved').at(-1)?.call).toMatchObject({ outcome: 'talk' });
      expect(attempt()).toMatchObject({ state: 'done', outcome: 'talk' });
    },
  );

  test('after it was due it is kept late', async () => {
    promised();
    await after(31 * 60_000);
    await turnComes();
    await told();
    answers();
    expect(promise()?.state).toBe('late');
  });

  test('not in the moment after she has hung up, and not while she is on the phone', async () => {
    const alice = rings();
    bob.atWork();
    await after(9999);
    expect(bob.offer).toBeUndefined();
    alice.hangsUp();
    await after(1);
    expect(bob.offer?.callBack).toBeDefined();
  });

  test('it waits for callers, unless it is due or keeps a place before them', async () => {
    promised();
    bob.atWork();
    const carol = rings({ from: CAROL });
    bob.receivesOffer().picksUp();
    carol.hearsToTheEnd();
    await after(20_000);
    const dan = rings({ from: '+8613800000003' });
    carol.hangsUp();
    centre.engine.wrapUp('bob');
    await answered();
    expect(bob.offer?.from).toBe('+8613800000003');
    dan.hangsUp();
    await after(6000);
    expect(bob.offer?.callBack).toBeDefined();
  });

  test('a kept place is served before who came later, and after who came before', async () => {
    bob.atWork();
    const first = rings({ from: '+8613800000003' });
    bob.receivesOffer().picksUp();
    first.hearsToTheEnd();
    centre.clock.advance(1000);
    const place = centre.now();
    const alice = rings();
    centre.clock.advance(1000);
    const carol = rings({ from: CAROL });
    asks(alice, place);
    await after(20_000);
    expect(centre.engine.queues()).toMatchObject([{ waiting: 1, callBacks: 1 }]);
    first.hangsUp();
    centre.engine.wrapUp('bob');
    await answered();
    expect(bob.offer).toMatchObject({ from: ALICE, callBack: { reason: 'asked' } });
    await told();
    answers();
    fails('hangup');
    centre.engine.wrapUp('bob');
    expect(bob.offer?.from).toBe(CAROL);
    carol.hangsUp();
  });

  test('a closed hotline calls nobody back before it opens', async () => {
    promised();
    centre.engine.orders.orderHotline('chen', '4008001234', { until: centre.now() + 3_600_000 });
    await turnComes();
    await after(3_500_000);
    expect(bob.offer).toBeUndefined();
    await after(100_000);
    expect(bob.offer?.callBack).toBeDefined();
  });

  test('whom the store has blocked since is not called, until that is lifted', async () => {
    promised();
    const body = { number: ALICE, reason: 'nuisance', until: null };
    centre.engine.orders.block('chen', 'bj01', body);
    await turnComes();
    expect(bob.offer).toBeUndefined();
    centre.engine.orders.unblock('chen', 'bj01', ALICE);
    await after(0);
    expect(bob.offer?.callBack).toBeDefined();
  });

  test('whom the store reserves for callers is not taken for it', async () => {
    const plan = planWith({ agents: ['bob', 'dan'], hotline: { number: '4008001234' } });
    const stores = plan.stores.map((store) => ({ ...store, reservedForInbound: 1 }));
    begin({ plan: { ...plan, stores } });
    promised();
    promised(CAROL);
    await turnComes();
    expect(bob.offer).toBeUndefined();
    const dan = centre.agent('dan').atWork();
    await answered();
    const taken = [bob, dan].filter(({ offer }) => offer !== undefined);
    expect(taken).toHaveLength(1);
    await after(10_000);
    expect([bob, dan].filter(({ offer }) => offer !== undefined)).toEqual(taken);
  });

  test.each([
    ['foreign', '+12025550123'],
    ['short', '95588'],
    ['premium', '16812345'],
    ['own', '+864008001234'],
    ['undialable', '8001'],
  ])('a number that is %s is a task for a person, and never dialled', async (task, from) => {
    promised(from);
    await turnComes();
    await after(3_600_000);
    expect(promise()).toMatchObject({ state: 'open', task });
    expect([bob.offer, dials()]).toEqual([undefined, 0]);
  });
});

describe('the plan has its hotline or its queue no more', () => {
  const applies = (change: (plan: Plan) => Partial<Plan>) =>
    centre.submit({
      ...{ type: 'plan.applied', at: centre.now() },
      plan: { ...centre.plan, ...change(centre.plan) },
    });
  const OTHER = '4008005678';

  test.each<[string, string, (plan: Plan) => Partial<Plan>]>([
    [
      'the hotline has another number',
      OTHER,
      ({ hotlines }) => ({ hotlines: hotlines.map((one) => ({ ...one, number: OTHER })) }),
    ],
    [
      'the hotline has another queue',
      '4008001234',
      ({ hotlines, queues, people }) => ({
        queues: queues.map((one) => ({ ...one, id: 'new' })),
        hotlines: hotlines.map((one) => ({ ...one, queue: 'new' })),
        people: people.map((one) => ({ ...one, queues: ['new'] })),
      }),
    ],
    [
      'its number is that of another store now',
      OTHER,
      ({ hotlines: [one], queues: [sales], stores: [store] }) => ({
        stores: [store!, { ...store!, id: 'sh01' }],
        queues: [sales!, { ...sales!, id: 'far', store: 'sh01' }],
        hotlines: [
          { ...one!, store: 'sh01', queue: 'far' },
          { ...one!, number: OTHER },
        ],
      }),
    ],
  ])('%s: agents of the store are rung, and the talk keeps it', async (_how, hotline, change) => {
    promised();
    applies(change);
    await turnComes();
    expect(bob.offer).toMatchObject({ from: ALICE, hotline });
    await told();
    expect(outside()?.from).toBe(`+86${hotline}`);
    answers();
    expect([bob.talksWith, promise()?.state]).toEqual([ALICE, 'kept']);
    fails('hangup');
  });

  test('the store has none at all: a person has to see to it, until it has one again', async () => {
    promised();
    applies(() => ({ hotlines: [] }));
    expect(promise()).toMatchObject({ state: 'open', task: 'no-queue' });
    expect(centre.push.of('promise.updated').at(-1)?.promise.task).toBe('no-queue');
    await turnComes();
    expect(bob.offer).toBeUndefined();
    applies(() => ({}));
    await after(0);
    expect([promise()?.task, bob.offer?.from]).toEqual([undefined, ALICE]);
  });
});

/** She presses 1 and hangs up. */
const asks = (caller: { callId: string; hangsUp: () => void }, place: number): void => {
  const call = centre.engine.calls().find(({ id }) => id === caller.callId)!;
  centre.submit({
    ...{ type: 'promise.owed', at: centre.now(), promiseId: centre.id(), callId: call.id },
    ...{ storeId: 'bj01', hotline: call.hotline, queueId: 'sales', number: call.from },
    ...{ leadId: call.leadId, reason: 'asked', place },
  });
  caller.hangsUp();
  // Who leaves while he waits is owed the same; what he asked for stands.
};

describe('in vain', () => {
  beforeEach(async () => {
    promised();
    await turnComes();
    await told();
  });

  test.each<[EndCause, AttemptSnapshot['outcome']]>([
    ['busy', 'busy'],
    ['declined', 'declined'],
    ['unreachable', 'unreachable'],
  ])(
    '%s: the agent is free at once, and she is tried again in a quarter of an hour',
    async (cause, outcome) => {
      fails(cause);
      expect([bob.does, bob.phone]).toEqual(['idle', 'silent']);
      expect(attempt()).toMatchObject({ outcome, state: 'done' });
      expect(promise()).toMatchObject({ state: 'open', tries: 1 });
      await after(15 * 60_000 - 1);
      expect(bob.offer).toBeUndefined();
      await after(1);
      expect(bob.offer?.callBack).toMatchObject({ tries: 1 });
    },
  );

  test('she is let ring for 25 s; after three tries it is a task', async () => {
    for (let tries = 1; tries <= 3; tries += 1) {
      centre.clock.advance(24_999);
      expect(centre.telephony.legs.has(customer())).toBe(true);
      await after(1);
      expect([attempt()?.outcome, promise()?.tries]).toEqual(['no-answer', tries]);
      if (tries === 3) break;
      await after(15 * 60_000);
      await told();
    }
    expect(promise()).toMatchObject({ state: 'open', task: 'tried' });
    await after(7_200_000);
    expect([dials(), bob.offer]).toEqual([3, undefined]);
    leavesNothing();
  });

  test('the agent hangs up while she rings: it was a try, and he is free', () => {
    bob.hangsUp();
    expect([bob.does, attempt()?.outcome, promise()?.tries]).toEqual(['idle', 'agent-left', 1]);
    expect(centre.telephony.ends.get(customer())).toBe('hangup');
  });

  test('no trunk has a channel: nothing left, so it is no try and comes soon again', async () => {
    fails('no-channel');
    expect([attempt()?.outcome, promise()?.tries]).toEqual(['no-channel', undefined]);
    await after(119_999);
    expect(bob.offer).toBeUndefined();
    await after(1);
    expect(bob.offer?.callBack).toBeDefined();
  });
});

describe('no agent', () => {
  test('who refuses or misses is rung no more for a while; nobody was dialled', async () => {
    promised();
    await turnComes();
    bob.receivesOffer().refuses();
    expect([bob.does, dials()]).toEqual(['idle', 0]);
    await after(5000);
    bob.receivesOffer();
    await after(20_000);
    expect(dials()).toBe(0);
  });

  test('one that nobody takes is let go, and claimed anew in its next turn', async () => {
    promised();
    await turnComes();
    centre.engine.signOut('bob');
    await after(61_000);
    expect([attempt()?.outcome, promise()?.state]).toEqual(['no-agent', 'open']);
    bob.atWork();
    await after(30_000);
    expect(bob.offer?.callBack).toMatchObject({ tries: 0 });
  });

  test('he hangs up before he knows what it is: nobody is dialled', async () => {
    promised();
    await turnComes();
    bob.receivesOffer().picksUp().hangsUp();
    await answered();
    expect([dials(), attempt()?.outcome, promise()?.tries]).toEqual([0, 'agent-left', undefined]);
  });
});

describe('the database is away', () => {
  test('nothing is dialled and nobody is rung; when it is back its turn has come', async () => {
    promised();
    centre.attempts.isAway = true;
    await turnComes();
    await after(5000);
    expect([bob.offer, bob.does, promise()?.state]).toEqual([undefined, 'idle', 'open']);
    const { asked } = centre.attempts;
    await after(60_000);
    expect(centre.attempts.asked - asked).toBeLessThanOrEqual(6);
    const carol = rings({ from: CAROL });
    expect(bob.offer?.from).toBe(CAROL);
    carol.hangsUp();
    centre.attempts.isAway = false;
    await after(15_000);
    expect(bob.offer?.callBack).toBeDefined();
  });

  test('it goes when the agent has picked up: nothing leaves, and he is free', async () => {
    promised();
    await turnComes();
    bob.receivesOffer().picksUp();
    centre.attempts.isAway = true;
    bob.hearsToTheEnd();
    await answered();
    expect([dials(), bob.does, promise()?.tries]).toEqual([0, 'idle', undefined]);
    centre.attempts.isAway = false;
    await after(60_000);
    expect(bob.offer?.callBack).toBeDefined();
  });

  test('it goes while she is dialled, for longer than the lease: she was tried once', async () => {
    promised();
    await turnComes();
    await told();
    centre.attempts.isBehind = true;
    await after(25_000);
    expect([attempt()?.outcome, promise()?.tries]).toEqual(['no-answer', 1]);
    // It is back, and tells the attempt as lost before it hears what became of it.
    await after(15 * 60_000);
    expect([bob.offer, promise()?.tries]).toEqual([undefined, 1]);
    centre.attempts.isBehind = false;
    await after(30_000);
    expect(bob.offer?.callBack).toMatchObject({ tries: 1 });
  });

  test('somebody else has the claim: nobody is rung', async () => {
    promised();
    const { id } = promise()!;
    const claim = { ...OTHERS, subject: { kind: 'promise', id } as const };
    await centre.attempts.claim({ ...claim, leaseUntil: centre.now() + 60_000 });
    await turnComes();
    expect(bob.offer).toBeUndefined();
    await after(60_000);
    await after(30_000);
    expect(bob.offer?.callBack).toMatchObject({ tries: 0 });
  });
});

const OTHERS: AttemptSnapshot = {
  ...{ id: 'of-another', subject: { kind: 'promise', id: '' }, storeId: 'bj01', number: ALICE },
  ...{ callId: 'another', agentId: null, state: 'claimed', claimedAt: 0, leaseUntil: 0 },
  ...{ dialledAt: null, ringingAt: null, answeredAt: null, connectedAt: null },
  ...{ endedAt: null, outcome: null },
};

describe('she rings herself meanwhile', () => {
  const crosses = () => {
    const alice = rings();
    expect(alice.record.outcome).toBeNull();
    return alice;
  };
  const keeps = (alice: ReturnType<typeof crosses>) => {
    expect(bob.offer).toMatchObject({ callId: alice.callId });
    bob.receivesOffer().picksUp();
    alice.hearsToTheEnd();
    expect(bob.talksWith).toBe('caller');
    expect(promise()?.state).toBe('kept');
    alice.hangsUp();
    expect(alice.record.outcome).toBe('talk');
    leavesNothing();
  };

  test('before its turn: her call is as any other, and no call back beside it', async () => {
    promised();
    bob.atWork();
    const alice = crosses();
    await after(15_000);
    keeps(alice);
    expect(centre.attempts.asked).toBe(0);
  });

  test('while an agent is rung: his phone stops, and rings for her own call', async () => {
    promised();
    await turnComes();
    bob.receivesOffer();
    const callBack = bob.offer?.callId;
    const alice = crosses();
    expect([attempt()?.outcome, dials()]).toEqual(['crossed', 0]);
    expect(bob.offer?.callId).not.toBe(callBack);
    keeps(alice);
  });

  test('while that phone still rings a colleague takes her, and does not: she stands in line', async () => {
    begin({ agents: ['bob', 'ann'] });
    const ann = centre.agent('ann');
    promised();
    await turnComes();
    bob.receivesOffer();
    centre.telephony.holdEnds = true;
    const alice = crosses();
    const queue = () => centre.engine.queues().find(({ id }) => id === 'sales');
    expect([alice.state, queue()?.waiting]).toEqual(['queued', 0]);
    centre.engine.signIn('ann');
    expect(centre.engine.pickUp('ann', alice.callId)).toBeNull();
    expect([alice.state, queue()?.offered]).toEqual(['offered', 1]);
    ann.refuses();
    expect([alice.state, queue()?.waiting]).toEqual(['queued', 1]);
    for (const legId of centre.telephony.toldToEnd) centre.telephony.end(legId, 'withdrawn');
    centre.telephony.holdEnds = false;
    keeps(alice);
  });

  test('while she is dialled: our INVITE is taken back', async () => {
    promised();
    await turnComes();
    await told();
    const alice = crosses();
    expect(centre.telephony.ends.get(customer())).toBe('withdrawn');
    expect(attempt()).toMatchObject({ outcome: 'crossed', state: 'done' });
    keeps(alice);
    expect(dials()).toBe(1);
  });

  test('his phone is slow to stop: her call waits for it, and not in the line', async () => {
    promised();
    await turnComes();
    bob.receivesOffer();
    centre.telephony.holdEnds = true;
    const alice = crosses();
    expect(alice.hears).toBe('nothing');
    centre.telephony.holdEnds = false;
    for (const legId of centre.telephony.toldToEnd) centre.telephony.end(legId, 'withdrawn');
    keeps(alice);
  });

  test('and not for ever', async () => {
    promised();
    await turnComes();
    bob.receivesOffer();
    centre.telephony.holdEnds = true;
    const alice = crosses();
    await after(1000);
    expect(alice.hears).not.toBe('nothing');
    alice.hangsUp();
  });

  test('she has gone again before that: no place is left behind', async () => {
    promised();
    await turnComes();
    bob.receivesOffer();
    centre.telephony.holdEnds = true;
    crosses().hangsUp();
    await after(1000);
    expect(centre.engine.queues()).toMatchObject([{ waiting: 0, offered: 0 }]);
    expect(promise()?.state).toBe('open');
  });

  test('an agent calls her by himself: no call back beside it', async () => {
    promised();
    await turnComes();
    bob.receivesOffer().refuses();
    centre.engine.call('bob', { number: ALICE });
    expect(attempt()?.outcome).toBe('crossed');
    bob.picksUp();
    answers();
    expect(promise()?.state).toBe('kept');
  });
});

describe('a menu greets her when she rings herself, while an agent is rung', () => {
  const menu = { afterSales: 'service' };
  /** She hears the menu; another caller stands in line before she has said what she calls for. */
  const chooses = async (agents = ['bob']) => {
    begin({ agents, service: ['sue'], hotline: { number: '4008001234', notice: 'none', menu } });
    promised();
    await turnComes();
    bob.receivesOffer();
    const alice = rings();
    expect([alice.state, attempt()?.outcome, bob.does]).toEqual(['routing', 'crossed', 'idle']);
    await after(1000);
    const carol = rings({ from: CAROL });
    carol.presses('1');
    return { alice, carol };
  };

  test('she chooses the queue that he was rung for: he is hers, whoever came meanwhile', async () => {
    const { alice, carol } = await chooses();
    expect([bob.offer, carol.state]).toEqual([undefined, 'queued']);
    alice.presses('1');
    expect(bob.offer?.callId).toBe(alice.callId);
    bob.receivesOffer().picksUp();
    expect([bob.talksWith, promise()?.state, dials()]).toEqual(['caller', 'kept', 0]);
  });

  test.each<[string, (alice: ReturnType<typeof rings>) => void, string]>([
    ['she chooses another', (alice) => alice.presses('2'), 'offered'],
    ['she hangs up', (alice) => alice.hangsUp(), 'closed'],
  ])('%s: he is free at once', async (_what, goes, state) => {
    const { alice, carol } = await chooses();
    goes(alice);
    expect([alice.state, bob.offer?.callId]).toEqual([state, carol.callId]);
    if (state === 'offered') {
      centre.agent('sue').picksUp();
      expect(promise()?.state).toBe('kept');
      alice.hangsUp();
    } else expect(promise()?.state).toBe('open');
  });

  test('he is not ready any more when she has chosen: she stands in line', async () => {
    const { alice } = await chooses(['bob', 'dan']);
    expect(centre.engine.notReady('bob', 'break')).toBeNull();
    alice.presses('1');
    expect([bob.offer, alice.state]).toEqual([undefined, 'queued']);
  });
});

describe('a person ends it', () => {
  test('withdrawn while an agent is rung: his phone stops', async () => {
    promised();
    await turnComes();
    bob.receivesOffer();
    const { id: promiseId } = promise()!;
    const settled = { type: 'promise.settled', promiseId, by: 'chen', reason: 'sold' } as const;
    centre.submit({ ...settled, at: centre.now(), as: 'withdrawn' });
    expect([bob.does, bob.phone]).toEqual(['idle', 'silent']);
    expect(promise()).toMatchObject({ state: 'withdrawn', endedBy: 'chen', endReason: 'sold' });
    expect(attempt()?.outcome).toBe('withdrawn');
    leavesNothing();
  });
});

describe('the app falls', () => {
  beforeEach(() => begin({ autoReady: ['bob'], agents: [] }));
  const returns = async () => {
    appReturns(centre);
    await answered();
  };
  const rung = async () => {
    centre.engine.signOut('bob');
    promised();
    bob.atWork();
    await after(10_000);
    expect(bob.phone).toBe('rings');
  };

  test('while it stands in line: it stands there again', async () => {
    centre.engine.signOut('bob');
    promised();
    appFalls(centre);
    await returns();
    bob.atWork();
    await after(10_000);
    expect(bob.phone).toBe('rings');
  });

  test('while an agent is rung: its lease is waited for, and it was no try', async () => {
    await rung();
    appFalls(centre);
    await returns();
    expect(bob.phone).toBe('silent');
    await after(120_000);
    await after(30_000);
    expect(promise()).toMatchObject({ state: 'claimed' });
    expect([promise()?.tries, bob.phone, dials()]).toEqual([undefined, 'rings', 0]);
  });

  test('while she is dialled: it may have rung, so it counts, and is not dialled at once', async () => {
    await rung();
    bob.picksUp();
    bob.hearsToTheEnd();
    await answered();
    expect(dials()).toBe(1);
    appFalls(centre);
    await returns();
    await after(60_000);
    expect(promise()).toMatchObject({ state: 'open', tries: 1 });
    expect(dials()).toBe(1);
    await after(15 * 60_000);
    expect(bob.phone).toBe('rings');
  });

  test('between the commit and the INVITE: the same', async () => {
    await rung();
    bob.picksUp();
    bob.hearsToTheEnd();
    appFalls(centre);
    await answered();
    expect(dials()).toBe(0);
    await returns();
    await after(60_000);
    expect(promise()).toMatchObject({ state: 'open', tries: 1 });
  });

  test('while they talk: the talk goes on, and the promise is kept', async () => {
    await rung();
    bob.picksUp();
    bob.hearsToTheEnd();
    await answered();
    answers();
    appFalls(centre);
    await returns();
    expect([bob.does, promise()?.state]).toEqual(['talking', 'kept']);
    await after(120_000);
    fails('hangup');
    expect(centre.journal.of('call.saved').at(-1)?.call.outcome).toBe('talk');
    await after(3_600_000);
    expect([dials(), bob.phone]).toEqual([1, 'silent']);
  });
});

/** The story of a call back, with the app dying in it after so many of its commands to phones, media, disk and database. */
test.each(Array.from({ length: 50 }, (_, index) => index))(
  'whatever the %i-th command was that the app died after: one INVITE for one claim, and the promise is kept',
  async (commands) => {
    begin({ autoReady: ['bob'], agents: [] });
    centre.engine.signOut('bob');
    promised();
    bob.atWork();
    centre.life.endAfter(commands);
    for (let turns = 0; turns < 8 && centre.life.isOver === false; turns += 1) await goesOn();
    appFalls(centre);
    appReturns(centre);
    for (let turns = 0; turns < 120 && promise()?.state !== 'kept'; turns += 1) await goesOn();
    expect(promise()?.state).toMatch(/^(kept|late)$/);
    const invites = centre.telephony.dials.filter(({ to }) => to.kind === 'number');
    const intended = [...centre.attempts.rows.values()].filter(
      ({ dialledAt }) => dialledAt !== null,
    );
    const calls = invites.map(({ callId }) => callId);
    expect(new Set(calls).size).toBe(calls.length);
    expect(intended.map(({ callId }) => callId)).toEqual(expect.arrayContaining(calls));
    fails('hangup');
    leavesNothing();
  },
);

/** Ten seconds in which everybody does what is to be done: picks up, listens, answers. */
const goesOn = async () => {
  await after(10_000);
  if (bob.does === 'wrap-up') centre.engine.wrapUp('bob');
  if (bob.phone === 'rings') bob.picksUp();
  await answered();
  if (bob.phone === 'answered' && bob.hears === 'whisper-callback') bob.hearsToTheEnd();
  await answered();
  if (centre.telephony.legs.get(customer())?.state === 'dialled') answers();
  await answered();
};
