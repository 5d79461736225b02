import type { ConsultTarget } from '../../src/domain/call/consult-request';
import type { PlanDialling } from '../../src/domain/plan';
import { startCentre, type Agent, type Caller, type TestCentre } from '../support/centre/centre';
import { appFalls, appReturns } from '../support/centre/fall';
import { planWith } from '../support/centre/plan';
import { numberDialled } from '../support/centre/world';

let centre: TestCentre;
let bob: Agent;
let dan: Agent;
let alice: Caller;

/** Bob of sales talks to Alice; Dan is of service, with a phone that needs no desktop. */
beforeEach(() => {
  centre = startCentre({ autoReady: ['bob'], service: ['dan'], hotline: { notice: 'none' } });
  bob = centre.agent('bob');
  dan = centre.agent('dan');
  alice = centre.call();
  bob.picksUp();
  centre.clock.advance(5000);
});

afterEach(() => expect(centre.bugs).toEqual([]));

const asks = (whom: ConsultTarget) => centre.engine.consult('bob', alice.callId, whom);
const orders = (order: 'swap' | 'conference' | 'complete' | 'end') =>
  centre.engine.orderConsult('bob', alice.callId, order);
const asksDan = () => {
  expect(asks({ agent: 'dan' })).toBeNull();
  dan.picksUp();
};
const NUMBER = '+8613900000009';
const outside = (): string => {
  const found = [...centre.telephony.legs].find(([, leg]) => numberDialled(leg) === NUMBER);
  if (!found) throw new Error('the number was not dialled');
  return found[0];
};
/** Of each recording that runs, who is on it, and whether it is paused. */
const files = () =>
  [...centre.media.recordings.values()].map(({ recordingId, left, right }) => [
    nameOf(left),
    nameOf(right),
    centre.media.paused.has(recordingId) ? 'paused' : 'runs',
  ]);
const nameOf = (legId: string): string => {
  if (legId === alice.legId) return 'alice';
  const to = centre.telephony.dials.find((dial) => dial.legId === legId)?.to;
  return to?.kind === 'phone' ? to.agentId : 'outside';
};
const filed = () => {
  const names = new Map(
    centre.media.recorded.map((one) => [
      one.recordingId,
      `${nameOf(one.left)}|${nameOf(one.right)}`,
    ]),
  );
  return centre.journal
    .of('recording.saved')
    .map(({ recording }) => `${names.get(recording.id)} of ${recording.agentId}`);
};
const gone = () => centre.push.of('consult.ended').map(({ cause }) => cause);
const everythingEnds = () => {
  centre.clock.advance(60_000);
  expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
};

describe('a colleague is asked', () => {
  test('his desktop shows who asks and for whom, his phone rings, and Alice hears music', () => {
    expect(asks({ agent: 'dan' })).toBeNull();
    expect(dan.offer).toMatchObject({
      callId: alice.callId,
      from: '+8613800000001',
      askedBy: { agentId: 'bob', name: 'bob' },
    });
    expect([alice.hears, alice.state, dan.phone, dan.does]).toEqual([
      ...['music', 'consulting', 'rings', 'reserved'],
    ]);
    expect(centre.media.unrecorded.has(alice.legId)).toBe(true);
    expect(files()).toEqual([['alice', 'bob', 'paused']]);
    dan.picksUp();
    expect([alice.hears, bob.talksWith, dan.talksWith]).toEqual(['music', 'dan', 'bob']);
    expect([bob.does, dan.does, dan.offer]).toEqual(['talking', 'talking', undefined]);
    expect(files()).toEqual([
      ['alice', 'bob', 'paused'],
      ['dan', 'bob', 'runs'],
    ]);
    const live = centre.engine.calls().find(({ id }) => id === alice.callId);
    expect(live?.consult).toEqual({ agentId: 'dan', number: null, answered: true, hears: 'third' });
  });

  test('and is let go: Bob has Alice back, and both files of the call are his', () => {
    asksDan();
    expect(orders('end')).toBeNull();
    expect([alice.hears, alice.state, dan.phone, dan.does]).toEqual([
      ...['bob', 'talking', 'silent', 'idle'],
    ]);
    expect(files()).toEqual([['alice', 'bob', 'runs']]);
    alice.hangsUp();
    expect(filed()).toEqual(['dan|bob of bob', 'alice|bob of bob']);
    expect(alice.record).toMatchObject({ outcome: 'talk', agentId: 'bob' });
    everythingEnds();
  });

  test('waits for the receipt of his desktop; a second later his phone would ring all the same', () => {
    centre = startCentre({ autoReady: ['bob'], agents: ['dan'], hotline: { notice: 'none' } });
    [bob, dan, alice] = [centre.agent('bob'), centre.agent('dan'), centre.call()];
    bob.picksUp();
    expect(asks({ agent: 'dan' })).toBe('AGENT_NOT_FREE');
    dan.opensDesktop();
    centre.engine.signIn('dan');
    expect(asks({ agent: 'dan' })).toBeNull();
    expect(dan.phone).toBe('silent');
    dan.receivesOffer();
    expect(dan.phone).toBe('rings');
    orders('end');
    expect([dan.phone, dan.does, dan.offer, alice.hears]).toEqual([
      ...['silent', 'idle', undefined, 'bob'],
    ]);
  });

  test.each([
    ['does not answer', () => centre.clock.advance(20_000), 'no-answer'],
    ['is busy', () => void dan.refuses('busy'), 'busy'],
    ['signs out', () => void centre.engine.signOut('dan'), 'unavailable'],
  ])(
    'who %s: Bob is told, and Alice stays on hold until he takes her back',
    (_how, passes, why) => {
      asks({ agent: 'dan' });
      passes();
      expect(gone()).toEqual([why]);
      expect([alice.hears, alice.state, bob.does, dan.does]).toEqual([
        ...['music', 'held', 'talking', 'idle'],
      ]);
      expect(centre.engine.resume('bob', alice.callId)).toBeNull();
      expect([alice.hears, alice.state]).toEqual(['bob', 'talking']);
      alice.hangsUp();
      everythingEnds();
    },
  );

  test('Alice can be held neither twice nor sent on meanwhile', () => {
    asksDan();
    expect(centre.engine.hold('bob', alice.callId)).toBe('IN_CONSULTATION');
    expect(asks({ number: '13900000009' })).toBe('IN_CONSULTATION');
    expect(centre.engine.transfer('bob', alice.callId, { queue: 'service' })).toBe(
      'IN_CONSULTATION',
    );
    expect(centre.engine.orderConsult('dan', alice.callId, 'end')).toBe('NOT_YOUR_TALK');
  });
});

describe('while he is rung, Bob hears', () => {
  const rings = (legId: string | undefined, sound?: true) =>
    centre.submit({
      ...{ type: 'leg.ringing', at: centre.now(), legId: legId ?? '' },
      ...(sound ? { sound } : {}),
    });
  const tone = (seconds: number) => Array.from({ length: seconds / 5 }, () => 'ringing-tone');

  test('our tone, as long as that may last, and Dan once he answers', () => {
    asks({ agent: 'dan' });
    expect([bob.hears, alice.hears]).toEqual(['silence', 'music']);
    rings(dan.leg);
    expect([bob.hears, alice.hears]).toEqual([tone(20).join('+'), 'music']);
    rings(dan.leg);
    orders('complete');
    expect(centre.media.played.filter(({ legId }) => legId === bob.leg)).toHaveLength(1);
    orders('end');
    expect([bob.talksWith, alice.hears]).toEqual(['caller', 'bob']);
    asksDan();
    expect(bob.talksWith).toBe('dan');
  });

  test('what a trunk sends before the answer instead of it, and no tone over that', () => {
    asks({ number: NUMBER });
    rings(outside());
    expect(bob.hears).toBe(tone(60).join('+'));
    rings(outside(), true);
    expect(bob.talksWith).toBe(NUMBER);
    rings(outside());
    expect([bob.talksWith, alice.hears]).toEqual([NUMBER, 'music']);
    centre.telephony.end(outside(), 'busy');
    expect([bob.hears, alice.hears]).toEqual(['beep', 'music']);
  });

  test('a beep when he does not come, and nothing when nobody has rung', () => {
    asks({ agent: 'dan' });
    rings(dan.leg);
    dan.refuses('busy');
    expect([bob.hears, alice.hears]).toEqual(['beep', 'music']);
    centre.engine.resume('bob', alice.callId);
    expect(centre.engine.transfer('bob', alice.callId, { number: NUMBER })).toBeNull();
    rings(outside());
    expect(alice.hears).toBe('music');
    expect(centre.media.plays.size).toBe(0);
  });

  test('that nobody comes, when the app falls over it: he has Alice on hold, and is told', () => {
    asks({ agent: 'dan' });
    rings(dan.leg);
    appFalls(centre);
    appReturns(centre);
    expect([bob.hears, alice.hears, alice.state, gone()]).toEqual([
      ...['beep', 'music', 'held', ['broken']],
    ]);
    appFalls(centre);
    appReturns(centre);
    expect(gone()).toEqual(['broken']);
    expect(centre.engine.resume('bob', alice.callId)).toBeNull();
    expect(alice.hears).toBe('bob');
  });
});

describe('to and fro', () => {
  beforeEach(asksDan);

  test('swap, as often as he likes: the other one hears music and is in no file', () => {
    for (let i = 0; i < 2; i += 1) {
      expect(orders('swap')).toBeNull();
      expect([alice.hears, bob.talksWith, dan.talksWith]).toEqual(['bob', 'caller', null]);
      expect(files()).toEqual([
        ['alice', 'bob', 'runs'],
        ['dan', 'bob', 'paused'],
      ]);
      expect(orders('swap')).toBeNull();
      expect([alice.hears, bob.talksWith, dan.talksWith]).toEqual(['music', 'dan', 'bob']);
    }
  });

  test.each([['third'], ['customer']] as const)(
    'all three, out of the talk with the %s',
    (with_) => {
      if (with_ === 'customer') orders('swap');
      expect(orders('conference')).toBeNull();
      expect([alice.hears, bob.talksWith, dan.talksWith]).toEqual(['both', 'both', 'both']);
      expect(files()).toEqual([
        ['alice', 'bob', 'runs'],
        ['dan', 'bob', 'runs'],
      ]);
      expect(orders('swap')).toBeNull();
      expect([alice.hears, bob.talksWith]).toEqual(['music', 'dan']);
    },
  );

  test('Bob leaves the talk of three: the other two go on, in a file of their own', () => {
    orders('conference');
    expect(orders('complete')).toBeNull();
    expect([alice.hears, alice.state, dan.talksWith]).toEqual(['dan', 'talking', 'caller']);
    expect([bob.does, bob.phone, dan.does]).toEqual(['wrap-up', 'silent', 'talking']);
    expect(files()).toEqual([['alice', 'dan', 'runs']]);
  });

  test('keys go to whom he talks with', () => {
    expect(centre.engine.pressKeys('bob', alice.callId, '1')).toBeNull();
    orders('swap');
    expect(centre.engine.pressKeys('bob', alice.callId, '2')).toBeNull();
    expect(centre.media.pressed).toEqual([
      [dan.leg, '1'],
      [alice.legId, '2'],
    ]);
  });
});

describe('muted', () => {
  const isMuted = () => centre.engine.calls()[0]?.muted ?? false;

  test('Bob is heard by nobody, whoever he talks with, until he wants to be', () => {
    centre.engine.mute('bob', alice.callId);
    asksDan();
    expect(isMuted()).toBe(true);
    expect(centre.engine.unmute('bob', alice.callId)).toBeNull();
    expect([isMuted(), [...centre.media.muted]]).toEqual([false, []]);
    expect(centre.engine.mute('bob', alice.callId)).toBeNull();
    expect(centre.engine.mute('dan', alice.callId)).toBe('NOT_YOUR_TALK');
    orders('end');
    expect([isMuted(), [...centre.media.muted]]).toEqual([true, [bob.leg]]);
  });

  test('no longer than he is there: who takes Alice is heard', () => {
    asksDan();
    centre.engine.mute('bob', alice.callId);
    orders('complete');
    expect([alice.hears, isMuted()]).toEqual(['dan', false]);
  });

  test.each([
    ['in a talk', () => undefined],
    ['while Dan rings', () => void asks({ agent: 'dan' })],
    ['with Dan', asksDan],
  ])('he stays so when the app falls: %s', (_when, comes) => {
    comes();
    centre.engine.mute('bob', alice.callId);
    centre.media.muted.clear();
    appFalls(centre);
    appReturns(centre);
    expect([isMuted(), [...centre.media.muted]]).toEqual([true, [bob.leg]]);
    expect(centre.engine.unmute('bob', alice.callId)).toBeNull();
    appFalls(centre);
    appReturns(centre);
    expect([isMuted(), [...centre.media.muted]]).toEqual([false, []]);
  });
});

describe('attended transfer', () => {
  test('to a colleague who answered: she is his, with a segment, a note and a wrap-up of his own', () => {
    asksDan();
    expect(orders('complete')).toBeNull();
    expect([alice.hears, alice.state, bob.does, dan.does]).toEqual([
      ...['dan', 'talking', 'wrap-up', 'talking'],
    ]);
    expect(alice.record).toMatchObject({ agentId: 'dan', outcome: null });
    const note = centre.telephony.notes.get(dan.leg ?? '');
    expect(note).toMatchObject({ role: 'agent', agentId: 'dan' });
    expect(note).not.toHaveProperty('consult');
    expect(centre.engine.hold('bob', alice.callId)).toBe('NOT_YOUR_TALK');
    expect(centre.engine.hold('dan', alice.callId)).toBeNull();
    centre.engine.resume('dan', alice.callId);
    alice.hangsUp();
    expect(filed()).toEqual(['dan|bob of bob', 'alice|bob of bob', 'alice|dan of dan']);
    everythingEnds();
  });

  test.each([
    [{ post: 'telemarketer' }, 'AGENT_NOT_FREE'],
    [{ queue: 'service' }, null],
  ] as const)(
    'to whoever is free of %j; to nobody who is not, or in its line (consult-line.test.ts)',
    (whom, elseIs) => {
      expect(asks(whom)).toBeNull();
      expect([dan.phone, dan.does, alice.hears]).toEqual(['rings', 'reserved', 'music']);
      dan.picksUp();
      expect(alice.hears).toBe('music');
      orders('complete');
      expect([alice.hears, alice.record.agentId, dan.does]).toEqual(['dan', 'dan', 'talking']);
      const carol = centre.call();
      centre.engine.wrapUp('bob');
      bob.picksUp();
      expect(centre.engine.consult('bob', carol.callId, whom)).toBe(elseIs);
      if (elseIs === null) bob.hangsUp();
      alice.hangsUp();
      carol.hangsUp();
      everythingEnds();
    },
  );

  test('completed while he rings: Bob is free once he has answered', () => {
    asks({ agent: 'dan' });
    expect(orders('complete')).toBeNull();
    expect([alice.hears, bob.does, dan.phone]).toEqual(['music', 'talking', 'rings']);
    dan.picksUp();
    expect([alice.hears, bob.does, dan.does]).toEqual(['dan', 'wrap-up', 'talking']);
    expect(files()).toEqual([['alice', 'dan', 'runs']]);
    alice.hangsUp();
    expect(filed()).toEqual(['alice|bob of bob', 'alice|dan of dan']);
    everythingEnds();
  });

  test('completed, and he does not come: she is Bob’s again at once', () => {
    asks({ agent: 'dan' });
    orders('complete');
    dan.refuses('busy');
    expect([alice.hears, alice.state, gone()]).toEqual(['bob', 'talking', ['busy']]);
    expect(files()).toEqual([['alice', 'bob', 'runs']]);
  });

  test('Bob hangs up while he rings, and he does not come: she waits in line again', () => {
    asks({ agent: 'dan' });
    bob.hangsUp();
    expect([alice.hears, alice.state, bob.does, dan.phone]).toEqual([
      ...['music', 'transferring', 'wrap-up', 'rings'],
    ]);
    dan.refuses();
    expect([alice.hears, alice.state]).toEqual(['music', 'queued']);
    expect(alice.record).toMatchObject({ queueId: 'sales', agentId: null });
    centre.engine.wrapUp('bob');
    bob.picksUp();
    expect(alice.hears).toBe('bob');
    alice.hangsUp();
    expect(filed()).toEqual(['alice|bob of bob', 'alice|bob of bob']);
    everythingEnds();
  });

  test('to an outside number: the talk goes on there, and Bob is free', () => {
    asks({ number: '13900000009' });
    centre.submit({ type: 'leg.ringing', at: centre.now(), legId: outside(), sound: true });
    expect([bob.talksWith, files().length]).toEqual([NUMBER, 1]);
    centre.telephony.answered(outside());
    expect([bob.talksWith, alice.hears, files().length]).toEqual([NUMBER, 'music', 2]);
    expect(centre.telephony.dials.at(-1)).toMatchObject({ from: '400' });
    orders('complete');
    expect([alice.hears, alice.state, bob.does]).toEqual([NUMBER, 'forwarded', 'wrap-up']);
    expect(files()).toEqual([['alice', 'outside', 'runs']]);
    centre.telephony.end(outside(), 'hangup');
    expect(alice.record).toMatchObject({ outcome: 'talk', agentId: 'bob' });
    expect(filed()).toEqual(['outside|bob of bob', 'alice|bob of bob', 'alice|outside of bob']);
    everythingEnds();
  });
});

describe('blind', () => {
  const sends = (to: Parameters<typeof centre.engine.transfer>[2]) =>
    centre.engine.transfer('bob', alice.callId, to);

  test('to an outside number: Bob is free at once, she hears music until it is answered', () => {
    expect(sends({ number: '13900000009' })).toBeNull();
    expect([alice.hears, alice.state, bob.does, bob.phone]).toEqual([
      ...['music', 'transferring', 'wrap-up', 'silent'],
    ]);
    centre.telephony.answered(outside());
    expect([alice.hears, alice.state]).toEqual([NUMBER, 'forwarded']);
    alice.hangsUp();
    expect(filed()).toEqual(['alice|bob of bob', 'alice|outside of bob']);
    everythingEnds();
  });

  test.each([
    ['does not answer', () => centre.clock.advance(60_000)],
    ['is busy', () => centre.telephony.end(outside(), 'busy')],
  ])('to one that %s: she waits in line, at the place of her arrival', (_how, fails) => {
    sends({ number: '13900000009' });
    fails();
    expect(alice.hears).toBe('music');
    expect(['queued', 'offered']).toContain(alice.state);
    const entry = centre.journal.of('entry.saved').at(-1)?.entry;
    expect(entry).toMatchObject({ queueId: 'sales', joinedAt: alice.record.arrivedAt });
  });

  test('to a phone, whoever sits there: he is reserved for it, and takes her', () => {
    centre.engine.notReady('dan', 'paperwork');
    expect(sends({ phone: 'phone-dan' })).toBeNull();
    expect([dan.phone, dan.does]).toEqual(['rings', 'reserved']);
    dan.picksUp();
    expect([alice.hears, alice.record.agentId]).toEqual(['dan', 'dan']);
    dan.hangsUp();
    everythingEnds();
  });

  test('to a post: whoever of it is free', () => {
    expect(sends({ post: 'telemarketer' })).toBeNull();
    expect(dan.phone).toBe('rings');
    dan.picksUp();
    expect(alice.hears).toBe('dan');
    alice.hangsUp();
    expect(sends({ post: 'supervisor' })).toBe('NOT_YOUR_TALK');
  });

  test('to a queue of another store: greeted there, at the place of her arrival, called back by it', () => {
    const plan = planWith({ autoReady: ['bob'], service: ['dan'], hotline: { notice: 'none' } });
    const [queue, hotline] = [plan.queues[0], plan.hotlines[0]];
    const [person, phone] = [plan.people[0], plan.phones[0]];
    if (!queue || !hotline || !person || !phone) throw new Error('the plan is empty');
    plan.stores.push({ id: 'sh01', name: 'Shanghai One', timezone: 'Asia/Shanghai' });
    plan.queues.push({ ...queue, id: 'sh-sales', store: 'sh01' });
    plan.people.push({ ...person, id: 'eve', store: 'sh01', queues: ['sh-sales'] });
    plan.phones.push({ ...phone, id: 'phone-eve', person: 'eve' });
    centre.submit({ type: 'plan.applied', at: centre.now(), plan });
    expect(sends({ queue: 'sh-sales' })).toBe('NO_SUCH_TARGET');
    plan.hotlines.push({ ...hotline, number: '401', store: 'sh01', queue: 'sh-sales' });
    centre.submit({ type: 'plan.applied', at: centre.now(), plan: { ...plan } });
    expect(sends({ queue: 'sh-sales' })).toBeNull();
    expect([alice.hears, alice.heard.at(-1)]).toEqual(['greeting', 'greeting']);
    alice.hearsToTheEnd();
    expect(alice.record).toMatchObject({ storeId: 'sh01', hotline: '401', queueId: 'sh-sales' });
    expect(centre.journal.of('entry.saved').at(-1)?.entry).toMatchObject({
      ...{ queueId: 'sh-sales', joinedAt: alice.record.arrivedAt },
    });
    expect([alice.hears, centre.agent('eve').phone]).toEqual(['music', 'rings']);
    alice.hangsUp();
    expect(centre.engine.promises()).toMatchObject([{ storeId: 'sh01', hotline: '401' }]);
  });

  test('she gives up on the way: nobody rings for her, and she is called back', () => {
    sends({ number: '13900000009' });
    alice.hangsUp();
    expect(alice.record).toMatchObject({ outcome: 'left' });
    expect(centre.engine.promises()).toHaveLength(1);
    everythingEnds();
  });
});

describe('an outside number is on Bob’s account', () => {
  const startWith = (dialling: PlanDialling) => {
    centre = startCentre({
      ...{ autoReady: ['bob'], service: ['dan'], hotline: { notice: 'none' }, dialling },
    });
    [bob, dan, alice] = [centre.agent('bob'), centre.agent('dan'), centre.call()];
    bob.picksUp();
  };
  const asksAndEnds = () => {
    expect(asks({ number: NUMBER })).toBeNull();
    orders('end');
  };
  const sends = () => centre.engine.transfer('bob', alice.callId, { number: NUMBER });

  test('each time: who asks too often pauses, is audited, and his supervisors hear of it once', () => {
    startWith({ person: { perMinute: 2 } });
    asksAndEnds();
    asksAndEnds();
    expect([asks({ number: NUMBER }), sends()]).toEqual(['DIAL_LIMIT', 'DIAL_LIMIT']);
    expect(centre.engine.call('bob', { number: NUMBER })).toBe('OCCUPIED_YOURSELF');
    expect(centre.journal.of('audit.noted').map(({ subject }) => subject)).toEqual([
      ...[`${NUMBER} DIAL_LIMIT`, `${NUMBER} DIAL_LIMIT`, `${NUMBER} OCCUPIED_YOURSELF`],
    ]);
    expect(centre.push.of('alarm.raised')).toMatchObject([{ alarm: { code: 'DIAL_LIMIT' } }]);
    expect([alice.hears, alice.state]).toEqual(['bob', 'talking']);
    expect(asks({ agent: 'dan' })).toBeNull();
  });

  test('by the minutes of that leg, whoever talks to it; who did not answer costs nothing', () => {
    startWith({ person: { spendPerDay: 100 }, tariff: { mobile: 50 } });
    asksAndEnds();
    expect(sends()).toBeNull();
    centre.telephony.end(outside(), 'busy');
    alice.hangsUp();
    centre.clock.advance(30_000);
    expect(centre.engine.call('bob', { number: NUMBER })).toMatchObject({ state: 'calling' });
    bob.picksUp();
    const legId = outside();
    centre.telephony.answered(legId);
    const talk = centre.engine.calls()[0]?.id ?? '';
    centre.clock.advance(70_000);
    expect(centre.engine.transfer('bob', talk, { agent: 'dan' })).toBeNull();
    dan.picksUp();
    centre.clock.advance(1000);
    centre.telephony.end(legId, 'hangup');
    expect(centre.engine.call('dan', { number: NUMBER })).toMatchObject({ state: 'calling' });
    expect(centre.engine.call('bob', { number: NUMBER })).toBe('DIAL_LIMIT');
  });

  test('also when the app fell over it', () => {
    startWith({ person: { spendPerDay: 100 }, tariff: { mobile: 50 } });
    sends();
    centre.telephony.answered(outside());
    appFalls(centre);
    appReturns(centre);
    centre.clock.advance(150_000);
    alice.hangsUp();
    expect(centre.engine.call('bob', { number: NUMBER })).toBe('DIAL_LIMIT');
  });
});

test.each([
  ['a premium number', { number: '16812345' }, 'DIAL_FORBIDDEN'],
  ['a foreign number', { number: '+442071838750' }, 'DIAL_FORBIDDEN'],
  ['a call for help', { number: '110' }, 'DIAL_FORBIDDEN'],
  ['nobody', { agent: 'eve' }, 'NO_SUCH_TARGET'],
  ['no phone', { phone: 'phone-eve' }, 'NO_SUCH_TARGET'],
  ['no queue of the store', { queue: 'elsewhere' }, 'NO_SUCH_TARGET'],
  ['a post that nobody has', { post: 'supervisor' }, 'AGENT_NOT_FREE'],
  ['himself', { agent: 'bob' }, 'AGENT_NOT_FREE'],
] as const)('%s is not to be asked, and the talk goes on', (_what, whom, code) => {
  expect(asks(whom)).toBe(code);
  const audited = centre.journal.of('audit.noted').map(({ what, who }) => `${what} ${who}`);
  expect(audited).toEqual('number' in whom ? ['dial.refused bob'] : []);
  expect([alice.hears, alice.state]).toEqual(['bob', 'talking']);
  expect(orders('end')).toBe('NO_CONSULTATION');
});

test('nobody is swapped to who has not answered', () => {
  asks({ agent: 'dan' });
  expect([orders('swap'), orders('conference')]).toEqual(['NOT_ANSWERED_YET', 'NOT_ANSWERED_YET']);
  expect(centre.engine.pressKeys('bob', alice.callId, '1')).toBe('NOT_ANSWERED_YET');
});
