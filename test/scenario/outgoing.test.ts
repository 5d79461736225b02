import type { Plan } from '../../src/domain/plan';
import { appFalls, appReturns } from '../support/centre/fall';
import { ALICE, startCentre, type Agent, type TestCentre } from '../support/centre/centre';

const withSeat = (plan: Plan): Plan => ({
  ...plan,
  phones: [
    ...plan.phones,
    { id: 'seat', autoReady: false, kind: 'static', contact: 'sip:seat@127.0.0.7', watch: false },
  ],
});

let centre: TestCentre;
let bob: Agent;

/** Bob of sales and Dan of service; a customer is known by what the carrier is told. */
beforeEach(() => {
  centre = startCentre({
    ...{ agents: ['bob'], service: ['dan'], hotline: { number: '4008001234' } },
    ...{ numbers: { outsidePrefixes: ['9'] }, channels: 2 },
  });
  bob = centre.agent('bob').atWork();
});

afterEach(() => expect(centre.bugs).toEqual([]));

const dialled = () => centre.telephony.dials.find(({ to }) => to.kind === 'number');
const outside = () => dialled()?.legId ?? '';
const record = () => centre.journal.of('call.saved').at(-1)?.call;
const calls = (number: string) => {
  const answer = centre.engine.call('bob', { number });
  if (typeof answer === 'string') throw new Error(answer);
  return answer;
};
/** From his phone, whose INVITE waits. */
const dialsOnPhone = (number: string): string => dialsAt('phone-bob', number);
/** The leg of the phone that dials. */
const dialsAt = (phoneId: string, number: string, unusable?: 'over-capacity'): string => {
  const ownLegId = centre.id();
  const [callId, legId, recordingId] = [centre.id(), centre.id(), centre.id()];
  const others = { entryId: centre.id(), leadId: centre.id(), promiseId: centre.id() };
  centre.telephony.arrives(ownLegId);
  centre.submit({
    ...{ type: 'phone.dialled', at: centre.now(), phoneId, number },
    ids: { ...others, callId, ownLegId, legId, recordingId },
    ...(unusable ? { unusable } : {}),
  });
  return ownLegId;
};
const rings = (sound?: true) =>
  centre.submit({
    ...{ type: 'leg.ringing', at: centre.now(), legId: outside() },
    ...(sound ? { sound } : {}),
  });
const answers = () => centre.telephony.answered(outside());
const leavesNothing = () => {
  centre.clock.advance(120_000);
  expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
};

describe('a customer, from the desk', () => {
  test('his own phone rings first, then the customer is dialled and rings, and they talk', () => {
    const { state, direction, from, to } = calls('138 0000 0001');
    expect({ state, direction, from, to }).toEqual({
      ...{ state: 'calling', direction: 'outbound', from: '+864008001234', to: ALICE },
    });
    expect([bob.does, bob.phone, dialled()]).toEqual(['calling', 'rings', undefined]);
    bob.picksUp();
    expect(dialled()).toMatchObject({
      to: { kind: 'number', number: ALICE, via: ['carrier'] },
      from: '+864008001234',
      towards: bob.leg,
    });
    expect(bob.hears).toBe('silence');
    rings();
    expect(new Set(bob.hears.split('+'))).toEqual(new Set(['ringing-tone']));
    answers();
    expect([bob.hears, bob.does, record()?.state]).toEqual(['caller', 'talking', 'talking']);
    expect(centre.media.recorded).toMatchObject([{ left: outside(), right: bob.leg }]);
    centre.clock.advance(5000);
    centre.telephony.end(outside(), 'hangup');
    expect(record()).toMatchObject({ outcome: 'talk', endCause: 'hangup', agentId: 'bob' });
    expect([bob.does, bob.phone]).toEqual(['wrap-up', 'silent']);
    leavesNothing();
  });

  test('what the operator plays before the answer takes the place of our tone, and is not recorded', () => {
    calls(ALICE);
    bob.picksUp();
    rings();
    rings(true);
    expect([bob.hears, centre.media.recorded]).toEqual(['caller', []]);
    answers();
    expect([bob.hears, centre.media.recorded.length]).toEqual(['caller', 1]);
  });

  test('who he is is asked at once; a stranger becomes a lead, and the recording is his', async () => {
    calls(ALICE);
    expect(centre.lookup.asked).toEqual([ALICE]);
    await centre.lookup.answer({ result: 'none' });
    const [opened] = centre.journal.of('lead.opened');
    expect(opened?.lead).toMatchObject({ number: ALICE, source: 'outbound' });
    bob.picksUp();
    answers();
    centre.telephony.end(outside(), 'hangup');
    expect(centre.journal.of('recording.saved')).toMatchObject([
      { recording: { leadId: opened?.lead.id, agentId: 'bob' } },
    ]);
  });

  test('a promise to him is kept by the talk', () => {
    centre.engine.signOut('bob');
    centre.engine.signOut('dan');
    const alice = centre.call({ to: '4008001234' });
    alice.hearsToTheEnd();
    expect(centre.engine.promises()).toHaveLength(1);
    centre.agent('bob').atWork();
    calls(ALICE);
    bob.picksUp();
    answers();
    expect(centre.engine.promises()).toEqual([]);
  });

  test.each(['busy', 'declined', 'unreachable', 'no-answer'] as const)(
    'who is not reached (%s): no talk, no wrap-up, no promise',
    (cause) => {
      calls(ALICE);
      bob.picksUp();
      centre.telephony.end(outside(), cause);
      expect(record()).toMatchObject({ outcome: 'unanswered', endCause: cause });
      expect([bob.does, bob.phone, centre.engine.promises()]).toEqual(['idle', 'silent', []]);
      expect(centre.media.recorded).toEqual([]);
      leavesNothing();
    },
  );

  test('his own phone is not picked up, or he gives up while it rings there: nobody rings on', () => {
    calls(ALICE);
    centre.clock.advance(30_000);
    expect([bob.does, dialled(), record()?.endCause]).toEqual(['idle', undefined, 'no-answer']);
    calls(ALICE);
    bob.picksUp();
    rings();
    bob.hangsUp();
    expect(centre.telephony.ends.get(outside())).toBe('hangup');
    expect(record()).toMatchObject({ outcome: 'unanswered', endCause: 'hangup' });
    leavesNothing();
  });

  test('he is held, hears keys, and is sent on like any other customer', () => {
    const { id } = calls(ALICE);
    bob.picksUp();
    answers();
    expect(centre.engine.hold('bob', id)).toBeNull();
    expect(centre.media.musicOn.has(outside())).toBe(true);
    expect(centre.engine.resume('bob', id)).toBeNull();
    expect(centre.engine.pressKeys('bob', id, '1#')).toBeNull();
    expect(centre.media.pressed).toEqual([[outside(), '1#']]);
    expect(centre.engine.transfer('bob', id, { queue: 'service' })).toBeNull();
    const dan = centre.agent('dan').picksUp();
    expect(centre.telephony.dials.at(-1)).toMatchObject({ from: ALICE });
    centre.telephony.end(outside(), 'hangup');
    expect(record()).toMatchObject({ direction: 'outbound', outcome: 'talk', agentId: 'dan' });
    expect(dan.phone).toBe('silent');
  });

  test('meanwhile he is offered nobody, ready as he is', () => {
    calls(ALICE);
    const next = centre.call({ from: '+8613800000009', to: '4008001234' });
    expect([next.state, bob.offer]).toEqual(['queued', undefined]);
    bob.picksUp();
    centre.telephony.end(outside(), 'busy');
    expect(bob.offer?.callId).toBe(next.callId);
  });
});

describe('a colleague, from the desk', () => {
  test('while the own phone rings no caller is offered to him', () => {
    centre.engine.call('bob', { number: 'phone-dan' });
    expect([bob.does, centre.agent('dan').does]).toEqual(['calling', 'calling']);
    bob.refuses();
    expect([bob.does, centre.agent('dan').does]).toEqual(['idle', 'idle']);
    centre.engine.call('bob', { number: 'phone-dan' });
    bob.picksUp();
    centre.agent('dan').picksUp();
    expect([bob.does, centre.agent('dan').does]).toEqual(['talking', 'talking']);
  });

  test('who is busy with it as well; recorded, and no customer of anybody', () => {
    const answer = calls('dan');
    expect(answer).toMatchObject({ direction: 'internal', from: 'phone-bob', to: 'phone-dan' });
    bob.picksUp();
    const dan = centre.agent('dan');
    expect([dan.does, dan.phone]).toEqual(['calling', 'rings']);
    expect(centre.telephony.dials.at(-1)).toMatchObject({ from: 'phone-bob', displayName: 'bob' });
    dan.picksUp();
    expect([bob.does, dan.does, bob.hears]).toEqual(['talking', 'talking', 'caller']);
    dan.hangsUp();
    expect([bob.phone, dan.does, bob.does]).toEqual(['silent', 'idle', 'idle']);
    expect(record()).toMatchObject({ outcome: 'talk', leadId: null });
    expect(centre.journal.of('recording.saved')).toHaveLength(1);
    expect(centre.lookup.asked).toEqual([]);
    leavesNothing();
  });

  test('who does not want him: both are free again', () => {
    calls('phone-dan');
    bob.picksUp();
    centre.agent('dan').refuses('busy');
    expect([bob.does, centre.agent('dan').does]).toEqual(['idle', 'idle']);
    expect(record()).toMatchObject({ outcome: 'unanswered', endCause: 'busy' });
  });
});

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])(
  'the app falls at the command %i of his answer to a phone of ours: they talk, or nobody waits for anybody',
  (commands) => {
    const own = dialsOnPhone(ALICE);
    centre.life.endAfter(commands);
    answers();
    appFalls(centre);
    appReturns(centre);
    const talks = centre.telephony.legs.has(own);
    expect(bob.does).toBe(talks ? 'talking' : 'idle');
    expect(centre.media.bridges.get(outside())).toBe(talks ? own : undefined);
    expect(centre.media.recordings.size).toBe(talks ? 1 : 0);
    expect(centre.engine.queues()[0]).toMatchObject({ waiting: 0, offered: 0 });
    if (talks) centre.telephony.end(own, 'hangup');
    leavesNothing();
    const owners = centre.journal.of('recording.saved').map(({ recording }) => recording.agentId);
    expect(owners).toEqual(owners.map(() => 'bob'));
  },
);

describe('parked', () => {
  test('a customer is parked as if he had called, and is the next talk of who takes him', () => {
    const { id } = calls(ALICE);
    bob.picksUp();
    answers();
    expect(centre.engine.park('bob', id)).toBeNull();
    expect(centre.engine.parked()).toMatchObject([{ slot: '701', from: ALICE, queueId: 'sales' }]);
    expect([bob.does, bob.phone, record()?.state]).toEqual(['idle', 'silent', 'parked']);
    const dan = centre.agent('dan');
    expect(centre.engine.retrieve('dan', '701')).toBeNull();
    expect(centre.telephony.dials.at(-1)).toMatchObject({ from: ALICE });
    dan.picksUp();
    centre.telephony.end(outside(), 'hangup');
    expect(record()).toMatchObject({ direction: 'outbound', outcome: 'talk', agentId: 'dan' });
    const filed = centre.journal.of('recording.saved').map(({ recording }) => recording.agentId);
    expect(filed).toEqual(['bob', 'dan']);
    leavesNothing();
  });

  test('nobody comes for him: after the limit his own agent is rung', () => {
    const { id } = calls(ALICE);
    bob.picksUp();
    answers();
    centre.engine.park('bob', id);
    centre.clock.advance(90_000);
    expect([centre.engine.parked(), bob.offer?.callId]).toEqual([[], id]);
  });

  test('a colleague is not', () => {
    const { id } = calls('dan');
    bob.picksUp();
    centre.agent('dan').picksUp();
    expect(centre.engine.park('bob', id)).toBe('NOT_TO_BE_PARKED');
    expect([bob.does, centre.agent('dan').does]).toEqual(['talking', 'talking']);
  });
});

describe('help', () => {
  test('whoever he is and whatever he does: no permission, no state', () => {
    centre.engine.signOut('bob');
    expect(centre.engine.call('bob', { number: ALICE })).toBe('NOT_SIGNED_IN');
    const answer = calls('110');
    expect(answer).toMatchObject({ direction: 'outbound', to: '110' });
    bob.picksUp();
    expect(dialled()?.to).toMatchObject({ number: '110', via: ['carrier'] });
    answers();
    expect(centre.media.recorded).toHaveLength(1);
    expect(centre.lookup.asked).toEqual([]);
  });

  test('also from a phone at which nobody has signed in, which dials nothing else', () => {
    centre.submit({ type: 'plan.applied', at: centre.now(), plan: withSeat(centre.engine.plan()) });
    expect(centre.telephony.ends.get(dialsAt('seat', ALICE))).toBe('forbidden');
    const own = dialsAt('seat', '110');
    expect(dialled()).toMatchObject({ to: { number: '110' }, towards: own });
    answers();
    expect(centre.media.recorded).toMatchObject([{ left: outside(), right: own }]);
    centre.telephony.end(own, 'hangup');
    expect(record()).toMatchObject({ outcome: 'talk', to: '110', storeId: 'bj01' });
    expect(centre.journal.of('audit.noted')).toMatchObject([{ who: 'seat' }]);
    leavesNothing();
  });

  test('the supervisors of his store are told at once', () => {
    calls('9110');
    expect(centre.push.of('alarm.raised')).toMatchObject([
      { alarm: { code: 'EMERGENCY_CALL', storeId: 'bj01' } },
    ]);
    expect(centre.push.of('alarm.raised')[0]?.alarm.detail).toContain(
      'dials 110 at phone phone-bob',
    );
    expect(centre.journal.of('alarm.raised')).toHaveLength(1);
  });

  const carriersRefuse = (gateway: string, status: number) =>
    centre.submit({
      ...{ type: 'help.refused', at: centre.now(), callId: centre.engine.calls()[0]?.id ?? '' },
      ...{ legId: outside(), trunkId: 'carrier', gateway, far: { status }, reason: 'refused' },
    });
  const alarms = () =>
    centre.push.of('alarm.raised').map(({ alarm }) => `${alarm.code} ${alarm.storeId}`);

  test('each way that does not carry it is told to the supervisors and kept, and that none was left', () => {
    calls('110');
    bob.picksUp();
    carriersRefuse('sip:192.0.2.1', 403);
    carriersRefuse('sip:192.0.2.2', 503);
    expect(bob.does).toBe('calling');
    centre.telephony.end(outside(), 'declined');
    expect(alarms()).toEqual([
      ...['EMERGENCY_CALL bj01', 'EMERGENCY_REFUSED bj01', 'EMERGENCY_REFUSED bj01'],
      'EMERGENCY_FAILED bj01',
    ]);
    expect(centre.journal.of('audit.noted')[0]).toMatchObject({
      ...{ who: 'bob', what: 'emergency.refused', subject: '110 by carrier sip:192.0.2.1: 403' },
    });
    leavesNothing();
  });

  test('without a trunk that sends, from desk and phone, and without media for the phone: told as well', () => {
    const plan = withSeat(centre.engine.plan());
    centre.submit({ type: 'plan.applied', at: centre.now(), plan });
    expect(centre.telephony.ends.get(dialsAt('seat', '110', 'over-capacity'))).toBe(
      'over-capacity',
    );
    const none = plan.trunks.map((trunk) => ({ ...trunk, to: [] }));
    centre.submit({ type: 'plan.applied', at: centre.now(), plan: { ...plan, trunks: none } });
    expect(centre.engine.call('bob', { number: '9 110' })).toBe('NO_TRUNK');
    expect(centre.telephony.ends.get(dialsAt('seat', '110'))).toBe('unreachable');
    expect(centre.engine.call('bob', { number: ALICE })).toBe('NO_TRUNK');
    expect(alarms()).toEqual(Array(3).fill('EMERGENCY_FAILED bj01'));
  });

  test('by the list of his store, and by that alone', () => {
    const plan = centre.engine.plan();
    const stores = plan.stores.map((store) => ({ ...store, emergency: ['999'] }));
    centre.submit({ type: 'plan.applied', at: centre.now(), plan: { ...plan, stores } });
    expect(centre.engine.call('bob', { number: '110' })).toBe('DIAL_FORBIDDEN');
    expect(calls('9999')).toMatchObject({ to: '999' });
    expect(alarms()).toEqual(['EMERGENCY_CALL bj01']);
  });

  test('a queue that is none of his keeps nobody from it', () => {
    expect(centre.engine.call('bob', { number: '110', queue: 'elsewhere' })).toMatchObject({
      to: '110',
    });
  });

  test('it rings as long as it takes; who gave it up himself is no further alarm', () => {
    calls('110');
    bob.picksUp();
    rings();
    centre.clock.advance(600_000);
    expect(bob.does).toBe('calling');
    bob.hangsUp();
    expect(alarms()).toEqual(['EMERGENCY_CALL bj01']);
    leavesNothing();
  });

  test('who talks to it stays with it: no transfer, no consultation, no park, no pre-emption', () => {
    const { id } = calls('110');
    bob.picksUp();
    answers();
    const refusals = () => [
      centre.engine.transfer('bob', id, { queue: 'service' }),
      centre.engine.transfer('bob', id, { agent: 'dan' }),
      centre.engine.transfer('bob', id, { number: ALICE }),
      centre.engine.phones.refer({ agentId: 'bob', callId: id, dialled: 'phone-dan' }),
      centre.engine.consult('bob', id, { agent: 'dan' }),
      centre.engine.park('bob', id),
    ];
    const none = ['EMERGENCY_TALK', 'EMERGENCY_TALK', 'EMERGENCY_TALK'];
    none.push({ refused: 'EMERGENCY_TALK' } as never, 'EMERGENCY_TALK', 'EMERGENCY_TALK');
    expect(refusals()).toEqual(none);
    appFalls(centre);
    appReturns(centre);
    expect(refusals()).toEqual(none);
    centre.submit({ type: 'call.preempted', at: centre.now(), callId: id });
    expect(bob.does).toBe('talking');
    bob.hangsUp();
    expect(record()).toMatchObject({ outcome: 'talk', endCause: 'hangup' });
  });

  describe('without a free channel', () => {
    const crowded = (legIds: string[]) => {
      const callId = centre.engine.calls().find(({ to }) => to === '110')?.id ?? '';
      const about = { at: centre.now(), callId, trunkId: 'carrier', legIds };
      centre.submit({ type: 'help.crowded', ...about });
    };
    const preempted = () =>
      centre.journal
        .of('call.saved')
        .flatMap(({ call }) =>
          call.endCause === 'pre-empted' ? [`${call.to} ${call.outcome}`] : [],
        );
    const CAROL = '+8613800000002';

    test('a call of ours makes room, and no caller', () => {
      const dan = centre.agent('dan');
      const alice = centre.call({ to: '4008001234' });
      bob.receivesOffer().picksUp();
      centre.engine.call('dan', { number: CAROL });
      dan.picksUp();
      calls('110');
      const toCarol = outside();
      crowded([alice.legId]);
      expect(preempted()).toEqual([]);
      crowded([alice.legId, toCarol]);
      expect(preempted()).toEqual([`${CAROL} unanswered`]);
      expect([dan.does, alice.state]).toEqual(['idle', 'talking']);
      expect(centre.telephony.ends.get(toCarol)).toBe('pre-empted');
    });

    test('the one that nobody has answered first, then the one that was answered last, and none that is for help', () => {
      const dan = centre.agent('dan');
      calls(ALICE);
      bob.picksUp();
      answers();
      centre.engine.call('dan', { number: CAROL });
      dan.picksUp();
      const legs = centre.telephony.dials.flatMap(({ to, legId }) =>
        to.kind === 'number' ? [legId] : [],
      );
      expect(legs).toHaveLength(2);
      crowded(legs);
      expect(preempted()).toEqual([`${CAROL} unanswered`]);
      crowded(legs);
      expect(preempted()).toEqual([`${CAROL} unanswered`, `${ALICE} talk`]);
      calls('110');
      bob.picksUp();
      const all = () => centre.telephony.dials.map(({ legId }) => legId);
      crowded(all());
      expect(preempted()).toHaveLength(2);
      centre.engine.call('dan', { number: CAROL });
      dan.picksUp();
      centre.telephony.answered(all().at(-1) ?? '');
      expect(dan.does).toBe('talking');
      crowded(all());
      expect(preempted()).toHaveLength(3);
    });
  });
});

describe('limits', () => {
  const dials = (number = ALICE) => centre.engine.call('bob', { number });
  const dialsInVain = () => {
    expect(typeof dials()).toBe('object');
    bob.refuses('busy');
  };

  test('who dials too often pauses, help excepted; his supervisors hear of it once', () => {
    centre = startCentre({ agents: ['bob'], dialling: { person: { perMinute: 2 } } });
    bob = centre.agent('bob').atWork();
    dialsInVain();
    dialsInVain();
    expect([dials(), dials()]).toEqual(['DIAL_LIMIT', 'DIAL_LIMIT']);
    expect(centre.push.of('alarm.raised')).toMatchObject([
      { alarm: { code: 'DIAL_LIMIT', detail: expect.stringContaining('person bob: rate') } },
    ]);
    expect(centre.journal.of('audit.noted')).toHaveLength(2);
    centre.clock.advance(9 * 60_000);
    expect(dials()).toBe('DIAL_LIMIT');
    expect(dials('110')).toMatchObject({ state: 'calling' });
    bob.refuses('busy');
    centre.clock.advance(60_001);
    dialsInVain();
  });

  const restarts = () => {
    appFalls(centre);
    appReturns(centre);
    bob = centre.agent('bob');
  };

  test('a restart of the app is no way round the rate, and ends no pause', () => {
    centre = startCentre({ agents: ['bob'], dialling: { person: { perMinute: 2 } } });
    bob = centre.agent('bob').atWork();
    dialsInVain();
    restarts();
    dialsInVain();
    expect(dials()).toBe('DIAL_LIMIT');
    centre.clock.advance(9 * 60_000);
    restarts();
    expect(dials()).toBe('DIAL_LIMIT');
    expect(centre.push.of('alarm.raised')).toHaveLength(1);
    centre.clock.advance(60_001);
    dialsInVain();
  });

  test.each([
    ['in the talk', true],
    ['after it', false],
  ])('nor round the money: %s', (_when, isLive) => {
    const dialling = { person: { spendPerDay: 100 }, tariff: { mobile: 50 } };
    centre = startCentre({ agents: ['bob'], queue: { wrapUpSeconds: 0 }, dialling });
    bob = centre.agent('bob').atWork();
    calls(ALICE);
    bob.picksUp();
    const legId = centre.telephony.dials.at(-1)?.legId ?? '';
    centre.telephony.answered(legId);
    if (isLive) restarts();
    centre.clock.advance(90_000);
    centre.telephony.end(legId, 'hangup');
    if (!isLive) restarts();
    expect(dials()).toBe('DIAL_LIMIT');
  });

  test('who has spent the day’s money dials no more that day', () => {
    const dialling = { person: { spendPerDay: 100 }, tariff: { mobile: 50 } };
    centre = startCentre({ agents: ['bob'], queue: { wrapUpSeconds: 0 }, dialling });
    bob = centre.agent('bob').atWork();
    dialsInVain();
    calls(ALICE);
    bob.picksUp();
    const legId = centre.telephony.dials.at(-1)?.legId ?? '';
    centre.telephony.answered(legId);
    centre.clock.advance(90_000);
    centre.telephony.end(legId, 'hangup');
    expect(dials()).toBe('DIAL_LIMIT');
    expect(centre.push.of('alarm.raised')[0]?.alarm.detail).toContain('person bob: spend');
    centre.clock.advance(24 * 3_600_000);
    dialsInVain();
  });
});

test.each([
  ['nonsense', 'nonsense', 'NOT_A_NUMBER'],
  ['a premium number', '16812345', 'DIAL_FORBIDDEN'],
  ['a number abroad', '00442079460000', 'DIAL_FORBIDDEN'],
  ['what is no number of anything', '9999999', 'DIAL_FORBIDDEN'],
  ['himself', 'bob', 'NO_SUCH_TARGET'],
])('%s is refused, and nothing rings', (_what, number, code) => {
  expect(centre.engine.call('bob', { number })).toBe(code);
  expect([bob.does, bob.phone]).toEqual(['idle', 'silent']);
});

test('so is a second call, a queue of another store, and whoever is nobody', () => {
  expect(centre.engine.call('nobody', { number: ALICE })).toBe('NOT_AN_AGENT');
  expect(centre.engine.call('bob', { number: ALICE, queue: 'elsewhere' })).toBe('NO_SUCH_TARGET');
  calls(ALICE);
  expect(centre.engine.call('bob', { number: ALICE })).toBe('OCCUPIED_YOURSELF');
  expect(centre.engine.call('dan', { number: 'bob' })).toBe('AGENT_NOT_FREE');
});
