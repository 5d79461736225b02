/** An agent's phone picks up and hangs up before he and his caller have heard each other: no talk comes of it. */
import type { Lookup } from '../../src/domain/events';
import { ALICE, CAROL, startCentre, type TestCentre } from '../support/centre/centre';
import { MORNING } from '../support/centre/clock';
import { appFalls, appReturns } from '../support/centre/fall';

let centre: TestCentre;

function start(options: Parameters<typeof startCentre>[0] = { autoReady: ['bob', 'dan'] }): void {
  centre = startCentre(options);
}

afterEach(() => expect(centre.bugs).toEqual([]));

const picksUpAndHangsUp = (id: string): void => void centre.agent(id).picksUp().hangsUp();

const asked = (): (string | undefined)[] =>
  centre.journal.of('offer.saved').map(({ offer }) => offer.agentId);

describe.each<[when: string, holdAnswers: boolean, hearing: string]>([
  ['before the caller has our 200', true, 'ringing'],
  ['while he hears the notice', false, 'greeting+recording-notice+all-busy'],
])('%s', (_, holdAnswers, hearing) => {
  test('he waits again and the next one has the talk', () => {
    start();
    centre.telephony.holdAnswers = holdAnswers;
    const alice = centre.call();
    picksUpAndHangsUp('bob');
    expect([alice.hears, alice.state]).toEqual([hearing, 'offered']);
    expect([centre.agent('bob').does, asked()]).toEqual(['idle', ['bob', 'dan']]);
    expect(alice.record).toMatchObject({ outcome: null, talkStartedAt: null, agentId: null });
    expect(alice.record).not.toHaveProperty('firstTalkAt');
    centre.clock.advance(1000);
    centre.agent('dan').picksUp();
    if (holdAnswers) centre.telephony.answered(alice.legId);
    alice.hearsToTheEnd();
    expect(alice.hears).toBe('dan');
    alice.hangsUp();
    expect(alice.record).toMatchObject({
      ...{ outcome: 'talk', agentId: 'dan', talkStartedAt: MORNING + 1000 },
    });
    expect(alice.entryOutcome).toBe('connected');
    expect(centre.engine.promises()).toEqual([]);
  });

  test('what was recorded of it hangs on the call, and the form is his who talked', () => {
    start();
    centre.telephony.holdAnswers = holdAnswers;
    const alice = centre.call();
    picksUpAndHangsUp('bob');
    centre.agent('dan').picksUp();
    if (holdAnswers) centre.telephony.answered(alice.legId);
    alice.hearsToTheEnd().hangsUp();
    const { callId } = alice;
    expect(centre.journal.of('recording.saved').map(({ recording }) => recording)).toMatchObject([
      { callId, agentId: 'bob', storeId: 'bj01' },
      { callId, agentId: 'dan', storeId: 'bj01' },
    ]);
    expect(centre.journal.of('form.saved').map(({ form }) => form)).toMatchObject([
      { callId, agentId: 'dan', earlier: [] },
    ]);
    expect(centre.leftovers()).toMatchObject({ legs: [], recordings: [], calls: [] });
  });

  test('who hangs up after that has left, is called back, and owes nobody a form', () => {
    start({ autoReady: ['bob'] });
    centre.telephony.holdAnswers = holdAnswers;
    const alice = centre.call();
    picksUpAndHangsUp('bob');
    alice.hangsUp();
    expect(alice.record).toMatchObject({ outcome: 'left', agentId: null });
    expect(alice.entryOutcome).toBe('abandoned');
    expect(centre.engine.promises()).toMatchObject([{ number: ALICE, reason: 'abandoned' }]);
    expect(centre.journal.of('form.saved')).toEqual([]);
    expect(centre.leftovers()).toMatchObject({ legs: [], recordings: [], calls: [] });
  });

  test('the caller was first: his talk is over, and he is called back', () => {
    start();
    centre.telephony.holdAnswers = holdAnswers;
    const alice = centre.call();
    const bob = centre.agent('bob').picksUp();
    const leg = bob.leg ?? '';
    alice.hangsUp();
    centre.telephony.end(leg, 'hangup');
    expect([alice.record.outcome, bob.does]).toEqual(['talk', 'wrap-up']);
    expect(centre.engine.promises()).toMatchObject([{ number: ALICE }]);
  });

  test('two in a row are offers that he missed', () => {
    start({ agents: ['bob'] });
    const bob = centre.agent('bob').atWork();
    centre.telephony.holdAnswers = holdAnswers;
    const alice = centre.call();
    for (const intent of ['ready', 'not-ready']) {
      bob.receivesOffer();
      picksUpAndHangsUp('bob');
      expect(bob.view.intent.is).toBe(intent);
      expect(alice.state).toBe('queued');
      centre.clock.advance(5000);
    }
    expect(bob.view.intent).toMatchObject({ reason: 'missed-offers' });
    expect([bob.does, asked()]).toEqual(['idle', ['bob', 'bob']]);
  });
});

test('once they hear each other it was a talk, however short', () => {
  start({ autoReady: ['bob', 'dan'], hotline: { notice: 'none' } });
  const alice = centre.call();
  picksUpAndHangsUp('bob');
  expect(alice.record).toMatchObject({ outcome: 'talk', agentId: 'bob', bridgedAt: MORNING });
  expect(alice.hears).toBe('gone: partner-left');
  expect(centre.engine.promises()).toEqual([]);
});

test('a talk that he has begins a new count of what he missed', () => {
  start({ agents: ['bob'], hotline: { notice: 'none' }, queue: { wrapUpSeconds: 0 } });
  const bob = centre.agent('bob').atWork();
  const inVain = (): void => {
    centre.telephony.holdAnswers = true;
    const caller = centre.call();
    bob.receivesOffer();
    picksUpAndHangsUp('bob');
    caller.hangsUp();
    centre.telephony.holdAnswers = false;
    centre.clock.advance(5000);
  };
  inVain();
  const carol = centre.call({ from: CAROL });
  bob.receivesOffer().picksUp();
  carol.hangsUp();
  inVain();
  expect(bob.view.intent.is).toBe('ready');
  inVain();
  expect(bob.view.intent.is).toBe('not-ready');
});

const HURRIED: Lookup = { result: 'found', leadId: 'lead-h', name: '', level: 'H' };

test.each<[why: string, from: string, lookup: Lookup]>([
  ['by the head start of his lead', '+8613800000009', HURRIED],
  ['in the place of an earlier call', CAROL, { result: 'none' }],
])('he stands where he stood, before who came before him: %s', (_, from, lookup) => {
  start({ agents: ['bob'], queue: { missesToPause: 0 } });
  const bob = centre.agent('bob').atWork();
  centre.engine.notReady('bob', 'break');
  const left = centre.call({ from: CAROL });
  centre.clock.advance(10_000);
  left.hangsUp();
  const other = centre.call();
  centre.clock.advance(1000);
  const first = centre.call({ from, lookup });
  centre.engine.ready('bob');
  for (let time = 0; time < 2; time += 1) {
    expect([first.state, other.state]).toEqual(['offered', 'queued']);
    bob.receivesOffer();
    picksUpAndHangsUp('bob');
    centre.clock.advance(5000);
  }
  expect([first.state, other.state]).toEqual(['offered', 'queued']);
});

test('his owner was asked: the next one is not made to wait for him', () => {
  start({ autoReady: ['bob', 'dan'], queue: { ownerSeconds: 60 } });
  const lookup: Lookup = { result: 'found', leadId: 'lead', name: '', ownerId: 'bob' };
  const alice = centre.call({ lookup });
  picksUpAndHangsUp('bob');
  expect([alice.state, asked()]).toEqual(['offered', ['bob', 'dan']]);
});

test('the app dies between pick-up and his answer, and the agent hangs up meanwhile: he waits on', () => {
  start();
  centre.call().hangsUp();
  centre.telephony.holdAnswers = true;
  const alice = centre.call();
  const bob = centre.agent('bob').picksUp();
  const leg = bob.leg ?? '';
  const caller = centre.telephony.legs.get(alice.legId);
  if (caller) caller.answers = false;
  appFalls(centre);
  centre.telephony.end(leg, 'hangup');
  appReturns(centre);
  expect([alice.state, centre.agent('bob').does]).toEqual(['offered', 'idle']);
  expect(centre.engine.promises()).toMatchObject([{ number: ALICE, reason: 'abandoned' }]);
  centre.telephony.holdAnswers = false;
  centre.agent('dan').picksUp();
  centre.telephony.answered(alice.legId);
  alice.hearsToTheEnd();
  expect(alice.hears).toBe('dan');
  alice.hangsUp();
  expect(alice.record).toMatchObject({ outcome: 'talk', agentId: 'dan' });
  expect(centre.engine.promises()).toEqual([]);
  expect(centre.leftovers()).toMatchObject({ legs: [], recordings: [], calls: [] });
});
