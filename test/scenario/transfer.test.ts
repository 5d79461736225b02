import {
  CAROL,
  startCentre,
  type Agent,
  type Caller,
  type TestCentre,
} from '../support/centre/centre';
import { MORNING } from '../support/centre/clock';

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

const sends = (to: { queue: string } | { agent: string }) =>
  centre.engine.transfer('bob', alice.callId, to);
const bobsLeg = () => centre.telephony.dials[0]?.legId ?? '';
const filed = () =>
  centre.journal.of('recording.saved').map(({ recording: { id, agentId } }) => [id, agentId]);
const entries = () => centre.journal.of('entry.saved').map(({ entry }) => entry);

describe('to a queue', () => {
  test('she hangs up before the file of their talk is told: it is filed with Bob and her lead', () => {
    centre.media.holdFiles = true;
    sends({ queue: 'service' });
    alice.hangsUp();
    expect([alice.state, filed()]).toEqual(['closed', []]);
    const id = centre.media.recorded[0]?.recordingId ?? '';
    centre.media.file(alice.callId, id);
    expect(centre.journal.of('recording.saved').map(({ recording }) => recording)).toMatchObject([
      { id, agentId: 'bob', leadId: alice.record.leadId, storeId: 'bj01' },
    ]);
  });

  test('Alice hears music until Dan takes her; each talk has its leg, its recording, its place', () => {
    expect(sends({ queue: 'service' })).toBeNull();
    expect(centre.telephony.ends.get(bobsLeg())).toBe('transferred');
    expect([bob.does, bob.phone]).toEqual(['wrap-up', 'silent']);
    expect([alice.hears, alice.state, dan.phone]).toEqual(['music', 'offered', 'rings']);
    expect(alice.record).toMatchObject({ queueId: 'service', agentId: null, outcome: null });
    dan.picksUp();
    expect([alice.hears, alice.state]).toEqual(['dan', 'talking']);
    centre.clock.advance(5000);
    alice.hangsUp();
    const [first, second] = centre.media.recorded;
    expect(first?.recordingId).not.toBe(second?.recordingId);
    expect(second).toMatchObject({ callId: alice.callId, left: alice.legId });
    expect(filed()).toEqual([
      [first?.recordingId, 'bob'],
      [second?.recordingId, 'dan'],
    ]);
    const last = entries().filter(({ endedAt }) => endedAt !== null);
    expect(last).toMatchObject([
      { queueId: 'sales', outcome: 'connected' },
      { queueId: 'service', outcome: 'connected', joinedAt: MORNING },
    ]);
    expect(alice.record).toMatchObject({ outcome: 'talk', agentId: 'dan', queueId: 'service' });
    const outcomes = centre.journal.of('call.saved').filter(({ call }) => call.outcome !== null);
    expect(outcomes).toHaveLength(1);
    centre.clock.advance(60_000);
    expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
  });

  test('her place there is that of her arrival, and a fall does not change it', () => {
    centre.engine.notReady('dan', 'lunch');
    sends({ queue: 'service' });
    expect([alice.hears, alice.state]).toEqual(['music', 'queued']);
    const view = centre.engine.queues().find(({ id }) => id === 'service');
    expect(view).toMatchObject({ waiting: 1, longestWaitSince: MORNING });
    expect(centre.telephony.notes.get(alice.legId)).toMatchObject({
      queueId: 'service',
      waitingSince: MORNING,
      caller: { ids: { entryId: entries().at(-1)?.id } },
    });
  });

  test('on hold, and out of it: the next one is joined to her', () => {
    centre.engine.hold('bob', alice.callId);
    sends({ queue: 'service' });
    expect([alice.hears, centre.media.unrecorded.size]).toEqual(['music', 0]);
    dan.picksUp();
    expect([alice.hears, alice.state]).toEqual(['dan', 'talking']);
  });

  test('a file that is finished only later is still the one of the agent who talked', () => {
    centre.media.holdFiles = true;
    sends({ queue: 'service' });
    dan.picksUp();
    const [first] = centre.media.recorded;
    centre.media.file(alice.callId, first?.recordingId ?? '');
    expect(filed()).toEqual([[first?.recordingId, 'bob']]);
  });

  test('who gives up waiting there has left, and is called back', () => {
    centre.engine.notReady('dan', 'lunch');
    sends({ queue: 'service' });
    alice.hangsUp();
    expect(alice.record).toMatchObject({ outcome: 'left', queueId: 'service' });
    expect(centre.engine.promises()).toMatchObject([{ queueId: 'service' }]);
  });
});

describe('to an agent', () => {
  test('his desktop shows her, his phone rings, and he takes her', () => {
    expect(sends({ agent: 'dan' })).toBeNull();
    expect(dan.offer).toMatchObject({ callId: alice.callId, agentId: 'dan' });
    expect([alice.hears, dan.phone, bob.does]).toEqual(['music', 'rings', 'wrap-up']);
    dan.picksUp();
    expect(alice.hears).toBe('dan');
    alice.hangsUp();
    expect(filed().map(([, agentId]) => agentId)).toEqual(['bob', 'dan']);
  });

  test.each([
    ['does not take her in time', () => centre.clock.advance(20_000)],
    ['refuses her', () => void dan.refuses()],
    ['signs out', () => void centre.engine.signOut('dan')],
  ])('who %s: she stands in the line of the queue she came from', (_how, passes) => {
    sends({ agent: 'dan' });
    passes();
    expect([alice.hears, alice.state]).toEqual(['music', 'queued']);
    expect(alice.record).toMatchObject({ queueId: 'sales', outcome: null });
    centre.engine.wrapUp('bob');
    expect([alice.state, bob.phone]).toEqual(['offered', 'rings']);
    bob.picksUp();
    expect(alice.hears).toBe('bob');
  });

  test('she gives up while his phone rings: it stops', () => {
    sends({ agent: 'dan' });
    alice.hangsUp();
    expect([dan.does, dan.phone, alice.record.outcome]).toEqual(['idle', 'silent', 'left']);
  });
});

test.each([
  ['another agent’s talk', 'dan', { queue: 'service' }, 'NOT_YOUR_TALK'],
  ['a queue that is none', 'bob', { queue: 'nowhere' }, 'NO_SUCH_TARGET'],
  ['an agent who is none', 'bob', { agent: 'nobody' }, 'NO_SUCH_TARGET'],
  ['himself', 'bob', { agent: 'bob' }, 'AGENT_NOT_FREE'],
] as const)('%s is refused, and the talk goes on', (_what, who, to, code) => {
  expect(centre.engine.transfer(who, alice.callId, to)).toBe(code);
  expect([alice.hears, alice.state]).toEqual(['bob', 'talking']);
});

describe('by his phone', () => {
  const refers = (dialled: string, agentId = 'bob') =>
    centre.engine.phones.refer({ agentId, callId: alice.callId, dialled });

  test.each([
    ['a phone', 'phone-dan', 'offered'],
    ['a person', 'dan', 'offered'],
    ['a queue', 'service', 'offered'],
    ['a hotline', '400', 'queued'],
  ])('%s: she is sent there, and the leg is named that rings', (_what, dialled, state) => {
    centre.engine.notReady('eve', 'lunch');
    const verdict = refers(dialled);
    expect([alice.hears, alice.state]).toEqual(['music', state]);
    const toPerson = dialled.includes('dan');
    expect(verdict).toEqual({ ringing: toPerson ? dan.leg : null });
  });

  test.each([
    ['bob', 'nobody', 'NOT_A_NUMBER'],
    ['bob', '16812345', 'DIAL_FORBIDDEN'],
    ['bob', '110', 'DIAL_FORBIDDEN'],
    ['dan', 'service', 'NOT_YOUR_TALK'],
    ['bob', 'bob', 'AGENT_NOT_FREE'],
  ])('%s cannot send her to %s', (agentId, dialled, refused) => {
    expect(refers(dialled, agentId)).toEqual({ refused });
    expect([alice.hears, alice.state]).toEqual(['bob', 'talking']);
  });
});

describe('by his phone, to an outside number', () => {
  const refers = (dialled: string) =>
    centre.engine.phones.refer({ agentId: 'bob', callId: alice.callId, dialled });
  const audits = () => centre.journal.of('audit.noted').map(({ who, subject }) => [who, subject]);

  test('it is rung as if he had dialled it himself, and Alice talks with it', () => {
    const verdict = refers('13800000002');
    const { legId, to } = centre.telephony.dials.at(-1) ?? {};
    expect(to).toEqual({ kind: 'number', number: CAROL, via: ['carrier'], by: 'bob' });
    expect([verdict, alice.hears, alice.state]).toEqual([
      ...[{ ringing: legId }, 'music', 'transferring'],
    ]);
    centre.telephony.answered(legId ?? '');
    expect([alice.hears, alice.state, bob.does]).toEqual([CAROL, 'forwarded', 'wrap-up']);
    expect(audits()).toEqual([]);
  });

  test.each([
    ['premium', '16812345', 'DIAL_FORBIDDEN'],
    ['foreign', '00441632960000', 'DIAL_FORBIDDEN'],
    ['no number', 'nobody', 'NOT_A_NUMBER'],
  ])('%s: refused, audited, and the talk goes on', (_what, dialled, refused) => {
    expect(refers(dialled)).toEqual({ refused });
    expect(audits()).toEqual([['bob', `${dialled} ${refused}`]]);
    expect([alice.hears, alice.state]).toEqual(['bob', 'talking']);
  });
});

test('by his phone, to an outside number, when his limit is reached: refused, and the alarm is raised', () => {
  const dialling = { person: { spendPerDay: 0 } };
  centre = startCentre({ autoReady: ['bob'], hotline: { notice: 'none' }, dialling });
  const { callId } = centre.call();
  centre.agent('bob').picksUp();
  const asked = { agentId: 'bob', callId, dialled: '13800000002' };
  expect(centre.engine.phones.refer(asked)).toEqual({ refused: 'DIAL_LIMIT' });
  expect(centre.journal.of('alarm.raised')).toMatchObject([{ code: 'DIAL_LIMIT' }]);
});

describe('an agent who has just let a call pass', () => {
  beforeEach(() => {
    sends({ agent: 'dan' });
    dan.refuses();
    centre.engine.wrapUp('bob');
    bob.picksUp();
    expect([dan.does, dan.phone, alice.hears]).toEqual(['idle', 'silent', 'bob']);
  });

  test.each([
    ['from the desk', () => sends({ agent: 'dan' })],
    [
      'by the phone',
      () => centre.engine.phones.refer({ agentId: 'bob', callId: alice.callId, dialled: 'dan' }),
    ],
  ])('is rung for a caller who is sent to him %s', (_how, send) => {
    send();
    expect([dan.offer?.callId, dan.phone, alice.hears]).toEqual([alice.callId, 'rings', 'music']);
    dan.picksUp();
    expect(alice.hears).toBe('dan');
  });

  test('is not if he wants no calls', () => {
    centre.engine.notReady('dan', 'lunch');
    expect(sends({ agent: 'dan' })).toBe('AGENT_NOT_FREE');
  });
});

test('so is whoever is away: an agent, or all of a queue', () => {
  centre.engine.signOut('dan');
  expect(sends({ agent: 'dan' })).toBe('AGENT_NOT_FREE');
  expect(sends({ queue: 'service' })).toBe('QUEUE_DESERTED');
  expect([alice.hears, alice.state]).toEqual(['bob', 'talking']);
});
