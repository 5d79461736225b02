/**
 * Whom an agent asks is a queue in which nobody is free: the consultation waits in its line, among callers, and comes to
 * whose turn it is; until then it is the agent's to end.
 */
import { startCentre, type Agent, type Caller, type TestCentre } from '../support/centre/centre';
import { appFalls, appReturns, edgeFalls } from '../support/centre/fall';
import { planWith, type PlanOptions } from '../support/centre/plan';

let centre: TestCentre;
let bob: Agent;
let dan: Agent;
let alice: Caller;
/** Has Dan. */
let carol: Caller;

/** Bob of sales talks to Alice, and Dan, the one of service who is there, to Carol; those beside Bob take no calls. */
function begin(queueOf: PlanOptions['queue'] = {}, beside: string[] = []): void {
  centre = startCentre({
    ...{ autoReady: ['bob', ...beside], service: ['dan'] },
    ...{ hotline: { notice: 'none' }, queue: queueOf },
  });
  for (const id of beside) centre.engine.notReady(id, 'paperwork');
  [bob, dan] = [centre.agent('bob'), centre.agent('dan')];
  carol = centre.call({ from: '+8613800000002' });
  bob.picksUp();
  expect(centre.engine.transfer('bob', carol.callId, { queue: 'service' })).toBeNull();
  dan.picksUp();
  centre.engine.wrapUp('bob');
  alice = centre.call();
  bob.picksUp();
  centre.clock.advance(5000);
}

afterEach(() => expect(centre.bugs).toEqual([]));

const asks = (queue = 'service') => centre.engine.consult('bob', alice.callId, { queue });
const orders = (order: 'swap' | 'complete' | 'end') =>
  centre.engine.orderConsult('bob', alice.callId, order);
const queue = (id = 'service') => centre.engine.queues().find((one) => one.id === id);
const consult = () => centre.engine.calls().find(({ id }) => id === alice.callId)?.consult;
const gone = () => centre.push.of('consult.ended').map(({ cause, code }) => [cause, code]);
/** Of Alice's call, whose they are and how they ended. */
const places = () => {
  const entries = centre.journal.of('entry.saved').map(({ entry }) => entry);
  const last = new Map(entries.map((one) => [one.id, one]));
  return [...last.values()]
    .filter(({ callId }) => callId === alice.callId)
    .map(({ queueId, askedBy, outcome }) => [queueId, askedBy ?? 'caller', outcome]);
};
const files = () =>
  [...centre.media.recordings.values()].map(({ recordingId }) =>
    centre.media.paused.has(recordingId) ? 'paused' : 'runs',
  );
const everythingEnds = () => {
  for (let i = 0; i < 5 && centre.telephony.legs.size > 0; i += 1) {
    for (const legId of [...centre.telephony.legs.keys()]) centre.telephony.end(legId, 'hangup');
    centre.clock.advance(60_000);
  }
  centre.clock.advance(60_000);
  expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
  expect(places().filter(([, , outcome]) => outcome === null)).toEqual([]);
  expect(queue()).toMatchObject({ waiting: 0, consultations: 0, offered: 0 });
};

describe('nobody of the queue is free', () => {
  beforeEach(() => begin());

  test('Bob hears its music, and Alice hers; it is no caller of the queue, but stands in it', () => {
    expect(asks()).toBeNull();
    expect([bob.hears, alice.hears, alice.state, files()]).toEqual([
      ...['music', 'music', 'consulting', ['runs', 'paused']],
    ]);
    expect(consult()).toEqual({
      ...{ agentId: null, number: null, queueId: 'service', answered: false, hears: 'third' },
    });
    expect(queue()).toMatchObject({ waiting: 0, consultations: 1, longestWaitSince: null });
    expect(places().at(-1)).toEqual(['service', 'bob', null]);
    expect([orders('swap'), centre.engine.pressKeys('bob', alice.callId, '1')]).toEqual([
      ...['NOT_ANSWERED_YET', 'NOT_ANSWERED_YET'],
    ]);
  });

  test('Dan gets free: he is shown who asks and about whom, is rung, and they talk', () => {
    asks();
    carol.hangsUp();
    expect(dan.offer).toMatchObject({
      ...{ callId: alice.callId, from: '+8613800000001', askedBy: { agentId: 'bob', name: 'bob' } },
    });
    expect([dan.phone, dan.does, bob.hears, alice.hears]).toEqual([
      ...['rings', 'reserved', 'music', 'music'],
    ]);
    expect(queue()).toMatchObject({ waiting: 0, offered: 0, consultations: 1 });
    centre.submit({ type: 'leg.ringing', at: centre.now(), legId: dan.leg ?? '' });
    expect(bob.hears).toContain('ringing-tone');
    dan.picksUp();
    expect([bob.talksWith, dan.talksWith, alice.hears, dan.does]).toEqual([
      ...['dan', 'bob', 'music', 'talking'],
    ]);
    expect(consult()).toEqual({ agentId: 'dan', number: null, answered: true, hears: 'third' });
    expect(places().at(-1)).toEqual(['service', 'bob', 'connected']);
    expect(orders('complete')).toBeNull();
    expect([alice.hears, alice.record.agentId, bob.does]).toEqual(['dan', 'dan', 'wrap-up']);
    everythingEnds();
  });

  test('who came before it is served before it, and who comes behind it after it', () => {
    begin({}, ['ann']);
    const ann = centre.agent('ann');
    const before = centre.call({ from: '+8613800000003' });
    centre.clock.advance(1000);
    expect(asks('sales')).toBeNull();
    const behind = centre.call({ from: '+8613800000004' });
    centre.engine.ready('ann');
    ann.picksUp();
    expect([before.state, alice.state, behind.state]).toEqual(['talking', 'consulting', 'queued']);
    before.hangsUp();
    centre.engine.wrapUp('ann');
    ann.picksUp();
    expect([bob.talksWith, behind.state]).toEqual(['ann', 'queued']);
  });

  test('Dan lets it pass: it waits on, at its place, and comes to him again after his rest', () => {
    asks();
    carol.hangsUp();
    centre.submit({ type: 'leg.ringing', at: centre.now(), legId: dan.leg ?? '' });
    dan.refuses('busy');
    expect([bob.hears, alice.hears, alice.state, dan.does, gone()]).toEqual([
      ...['music', 'music', 'consulting', 'idle', []],
    ]);
    expect(queue()).toMatchObject({ waiting: 0, consultations: 1 });
    centre.clock.advance(5000);
    dan.picksUp();
    expect(bob.talksWith).toBe('dan');
    expect(orders('end')).toBeNull();
    expect([alice.hears, dan.does]).toEqual(['bob', 'idle']);
    everythingEnds();
  });

  test('a phone that answers when it was told to stop is nobody any more', () => {
    asks();
    carol.hangsUp();
    const rung = dan.leg ?? '';
    centre.telephony.holdEnds = true;
    centre.clock.advance(20_000);
    centre.telephony.answered(rung);
    expect([bob.hears, alice.state]).toEqual(['music', 'consulting']);
    centre.telephony.holdEnds = false;
    centre.telephony.end(rung, 'no-answer');
    expect([bob.hears, alice.state, gone()]).toEqual(['music', 'consulting', []]);
  });

  test('muted meanwhile, Bob stays so', () => {
    asks();
    expect(centre.engine.mute('bob', alice.callId)).toBeNull();
    carol.hangsUp();
    dan.picksUp();
    expect([...centre.media.muted]).toEqual([bob.leg]);
  });
});

describe('Bob waits no longer', () => {
  beforeEach(() => {
    begin();
    expect(asks()).toBeNull();
    centre.clock.advance(10_000);
  });

  test('he takes Alice back, and Dan is not asked', () => {
    expect(orders('end')).toBeNull();
    expect([alice.hears, alice.state, files()]).toEqual(['bob', 'talking', ['runs', 'runs']]);
    expect(places().at(-1)).toEqual(['service', 'bob', 'closed']);
    carol.hangsUp();
    expect([dan.phone, dan.does]).toEqual(['silent', 'idle']);
    everythingEnds();
  });

  test.each([
    ['completes', () => void orders('complete')],
    ['hangs up', () => void bob.hangsUp()],
    ['hangs up at his desk', () => void centre.engine.hangUp('bob', alice.callId)],
  ])('he %s: Alice stands in that line, at the place of her arrival', (_how, leaves) => {
    leaves();
    expect([alice.hears, alice.state, bob.does, bob.phone]).toEqual([
      ...['music', 'queued', 'wrap-up', 'silent'],
    ]);
    expect(alice.record).toMatchObject({ queueId: 'service', agentId: null });
    expect(queue()).toMatchObject({ waiting: 1, consultations: 0 });
    expect(places().slice(-2)).toEqual([
      ['service', 'bob', 'closed'],
      ['service', 'caller', null],
    ]);
    const place = centre.journal.of('entry.saved').at(-1)?.entry;
    expect(place?.joinedAt).toBe(alice.record.arrivedAt);
    carol.hangsUp();
    expect(dan.offer).not.toHaveProperty('askedBy');
    dan.picksUp();
    expect(alice.hears).toBe('dan');
    everythingEnds();
  });

  test.each([
    ['completes', () => void orders('complete'), 'talking'],
    ['hangs up', () => void bob.hangsUp(), 'wrap-up'],
  ])(
    'he %s while Dan is rung, who does not come: Alice stands in that line',
    (_how, leaves, does) => {
      carol.hangsUp();
      leaves();
      expect([alice.hears, bob.does, dan.phone]).toEqual(['music', does, 'rings']);
      dan.refuses('busy');
      expect([alice.hears, alice.state, bob.does]).toEqual(['music', 'queued', 'wrap-up']);
      expect(alice.record.queueId).toBe('service');
      centre.clock.advance(5000);
      dan.picksUp();
      expect(alice.hears).toBe('dan');
      everythingEnds();
    },
  );

  test('Alice hangs up: it is over for all', () => {
    alice.hangsUp();
    expect(alice.record).toMatchObject({ outcome: 'talk', agentId: 'bob' });
    expect(places().at(-1)).toEqual(['service', 'bob', 'closed']);
    everythingEnds();
  });
});

/** Who ends, how, in which state -> what the call is then, and whom Alice hears. */
const ENDS: [
  state: 'waits' | 'rings',
  ends: 'alice' | 'bob',
  broken: boolean,
  becomes: string[],
][] = [
  ['waits', 'alice', false, ['closed', 'gone: hangup']],
  ['waits', 'alice', true, ['closed', 'gone: broken']],
  ['waits', 'bob', false, ['queued', 'music']],
  ['waits', 'bob', true, ['queued', 'music']],
  ['rings', 'alice', false, ['closed', 'gone: hangup']],
  ['rings', 'alice', true, ['closed', 'gone: broken']],
  ['rings', 'bob', false, ['transferring', 'music']],
  ['rings', 'bob', true, ['queued', 'music']],
];

test.each(ENDS)('it %s, and %s ends first (broken: %s): %j', (state, ends, broken, becomes) => {
  begin();
  asks();
  if (state === 'rings') carol.hangsUp();
  const legId = (ends === 'alice' ? alice.legId : bob.leg) ?? '';
  centre.telephony.end(legId, broken ? 'broken' : 'hangup');
  expect([alice.state, alice.hears]).toEqual(becomes);
  const isRung = state === 'rings' && becomes[0] === 'transferring';
  expect(dan.phone).toBe(isRung ? 'rings' : state === 'rings' ? 'silent' : 'answered');
  everythingEnds();
});

describe('nobody is there to ask', () => {
  test('from the beginning: that is refused while the talk goes on', () => {
    begin();
    centre.engine.signOut('dan');
    expect(asks()).toBe('QUEUE_DESERTED');
    expect([asks('sales'), asks('elsewhere')]).toEqual(['QUEUE_DESERTED', 'NO_SUCH_TARGET']);
    expect(alice.hears).toBe('bob');
  });

  test('any more: Bob is told why, hears a beep, and has Alice on hold', () => {
    begin();
    asks();
    centre.engine.signOut('dan');
    expect(gone()).toEqual([['unavailable', 'QUEUE_DESERTED']]);
    expect([bob.hears, alice.hears, alice.state]).toEqual(['beep', 'music', 'held']);
    expect(places().at(-1)).toEqual(['service', 'bob', 'closed']);
    expect(centre.engine.resume('bob', alice.callId)).toBeNull();
    expect(alice.hears).toBe('bob');
    everythingEnds();
  });

  test('but himself, in his own queue', () => {
    begin({}, ['ann']);
    expect(asks('sales')).toBeNull();
    expect(bob.hears).toBe('music');
    centre.engine.signOut('ann');
    expect(gone()).toEqual([['unavailable', 'QUEUE_DESERTED']]);
  });

  test('because the plan has the queue no more', () => {
    begin();
    asks();
    const plan = planWith({ autoReady: ['bob'], hotline: { notice: 'none' } });
    centre.submit({ type: 'plan.applied', at: centre.now(), plan });
    expect([gone(), alice.state]).toEqual([[['unavailable', 'QUEUE_DESERTED']], 'held']);
  });
});

describe('a queue that rings several at once', () => {
  test.each(['ring-all', 'progressive'] as const)(
    '%s: for a consultation one after the other',
    (strategy) => {
      begin({ strategy }, ['ann', 'eve']);
      const [ann, eve] = [centre.agent('ann'), centre.agent('eve')];
      expect(asks('sales')).toBeNull();
      for (const id of ['ann', 'eve']) centre.engine.ready(id);
      const rung = () => [ann, eve].filter(({ phone }) => phone === 'rings');
      expect(rung()).toHaveLength(1);
      centre.clock.advance(15_000);
      expect(rung()).toHaveLength(1);
      const other = rung()[0] === ann ? eve : ann;
      rung()[0]?.refuses('busy');
      expect(rung()).toEqual([other]);
      // A caller who comes meanwhile has nobody of theirs, and no more.
      other.picksUp();
      expect(bob.talksWith).toBe(other.id);
    },
  );
});

describe('a process falls over it', () => {
  beforeEach(() => {
    begin();
    asks();
  });

  test.each([
    ['while it waits', () => undefined],
    ['while Dan is rung', () => void carol.hangsUp()],
  ])('the app, %s: Bob has Alice on hold, is told, and it waits no more', (_when, comes) => {
    comes();
    appFalls(centre);
    appReturns(centre);
    expect([bob.hears, alice.hears, alice.state, gone()]).toEqual([
      ...['beep', 'music', 'held', [['broken', undefined]]],
    ]);
    expect(queue()).toMatchObject({ waiting: 0, consultations: 0, offered: 0 });
    expect(centre.journal.of('consults.swept').at(-1)).toEqual({
      ...{ kind: 'consults.swept', endedAt: centre.now() },
    });
    expect(centre.engine.resume('bob', alice.callId)).toBeNull();
    expect(asks()).toBeNull();
    expect(alice.hears).toBe('music');
  });

  test('the edge: everybody is gone, and nothing is left', () => {
    edgeFalls(centre, [...centre.telephony.legs.keys()]);
    expect(alice.record.outcome).toBe('broken');
    centre.clock.advance(60_000);
    expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
  });
});
