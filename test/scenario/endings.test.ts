import { ALICE, CAROL, startCentre } from '../support/centre/centre';
import { MORNING } from '../support/centre/clock';
import { agentDialled } from '../support/centre/world';

const NOTHING = { legs: [], recordings: [], calls: [], timers: [] };

describe('the caller hangs up', () => {
  test('while ringing, before the phone was dialled', () => {
    const centre = startCentre({ agents: ['bob'] });
    const bob = centre.agent('bob').atWork();
    const alice = centre.call();
    centre.clock.advance(100);
    alice.hangsUp();
    expect(bob.does).toBe('idle');
    expect(bob.offer).toBeUndefined();
    expect(centre.telephony.dials).toEqual([]);
    expect(alice.record).toMatchObject({ outcome: 'left', endCause: 'hangup', state: 'closed' });
    expect(alice.entryOutcome).toBe('abandoned');
    expect(centre.leftovers()).toEqual(NOTHING);
  });

  test('while the phone rings: it stops, Bob is idle and free for the next', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const bob = centre.agent('bob');
    const alice = centre.call();
    const leg = bob.leg ?? '';
    alice.hangsUp();
    expect(centre.telephony.ends.get(leg)).toBe('withdrawn');
    expect(bob.does).toBe('idle');
    expect(centre.push.of('offer.withdrawn').at(-1)).toMatchObject({ reason: 'caller-left' });
    expect(centre.leftovers()).toEqual(NOTHING);
    expect(centre.call({ from: CAROL }).state).toBe('offered');
  });

  test("while Bob's answer is on its way: the answer changes nothing", () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const bob = centre.agent('bob');
    const alice = centre.call();
    const leg = bob.leg ?? '';
    centre.telephony.holdEnds = true;
    alice.hangsUp();
    centre.telephony.answered(leg);
    expect(bob.does).toBe('idle');
    expect(centre.media.recorded).toEqual([]);
    expect(centre.media.closed).toEqual([]);
    centre.telephony.end(leg, 'withdrawn');
    expect(centre.media.closed).toEqual([alice.callId]);
    expect(centre.leftovers()).toEqual(NOTHING);
    expect(centre.bugs).toEqual([]);
  });

  test('while waiting with music: abandoned, with a promise', () => {
    const centre = startCentre({ agents: ['bob'] });
    centre.engine.signIn('bob');
    const alice = centre.call();
    alice.hearsToTheEnd().hangsUp();
    expect(alice.record.outcome).toBe('left');
    expect(alice.entryOutcome).toBe('abandoned');
    expect(centre.engine.promises()).toEqual([
      expect.objectContaining({
        number: ALICE,
        hotline: '400',
        reason: 'abandoned',
        state: 'open',
        dueAt: MORNING + 30 * 60_000,
      }),
    ]);
    expect(centre.leftovers()).toEqual(NOTHING);
  });

  test('while our 200 is on its way', () => {
    const centre = startCentre({ agents: ['bob'] });
    centre.engine.signIn('bob');
    centre.telephony.holdAnswers = true;
    const alice = centre.call();
    alice.hangsUp();
    expect(alice.record).toMatchObject({ outcome: 'left', answeredAt: null });
    expect(centre.leftovers()).toEqual(NOTHING);
  });

  test('during the notice: a talk, but he is called back, for nobody spoke with him', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const alice = centre.call();
    centre.agent('bob').picksUp();
    alice.hangsUp();
    expect(alice.record).toMatchObject({ outcome: 'talk', bridgedAt: null });
    expect(centre.engine.promises()).toHaveLength(1);
    expect(centre.agent('bob').does).toBe('wrap-up');
  });

  test('without a number there is nobody to promise anything', () => {
    const centre = startCentre({ agents: ['bob'] });
    centre.engine.signIn('bob');
    const alice = centre.call({ from: '' });
    alice.hangsUp();
    expect(alice.record.outcome).toBe('left');
    expect(centre.engine.promises()).toEqual([]);
  });

  test('an offer that cannot be met is a refusal, not somebody who left', () => {
    const centre = startCentre({ agents: ['bob'] });
    centre.engine.signIn('bob');
    const alice = centre.call();
    alice.hangsUp('no-media');
    expect(alice.record).toMatchObject({ outcome: 'refused', endCause: 'no-media' });
    expect(alice.entryOutcome).toBe('closed');
    expect(centre.engine.promises()).toEqual([]);
  });

  test('the same when it comes out only after the agent has picked up', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    centre.telephony.holdAnswers = true;
    const alice = centre.call();
    centre.agent('bob').picksUp();
    alice.hangsUp('no-media');
    expect(alice.record.outcome).toBe('refused');
    expect(centre.agent('bob').does).toBe('wrap-up');
  });
});

describe('a talk ends', () => {
  const talking = () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const alice = centre.call();
    const bob = centre.agent('bob').picksUp();
    alice.hearsToTheEnd();
    centre.clock.advance(60_000);
    return { centre, alice, bob };
  };

  test('by the caller: the agent is hung up and wraps up, the recording is filed', () => {
    const { centre, alice, bob } = talking();
    const leg = bob.leg ?? '';
    alice.hangsUp();
    expect(centre.telephony.ends.get(leg)).toBe('partner-left');
    expect(bob.does).toBe('wrap-up');
    expect(alice.record).toMatchObject({
      outcome: 'talk',
      agentId: 'bob',
      endCause: 'hangup',
      talkStartedAt: MORNING,
      bridgedAt: MORNING,
      endedAt: MORNING + 60_000,
    });
    expect(alice.entryOutcome).toBe('connected');
    const [filed] = centre.journal.of('recording.saved');
    expect(filed?.recording).toMatchObject({
      callId: alice.callId,
      agentId: 'bob',
      storeId: 'bj01',
      leadId: alice.record.leadId,
      file: { result: 'stored' },
    });
    expect(centre.media.closed).toEqual([alice.callId]);
    expect(centre.leftovers()).toEqual({ ...NOTHING, timers: ['wrap-up/bob'] });
  });

  test('is logged once, by ids and cause, without numbers or names', () => {
    const { centre, alice } = talking();
    alice.hangsUp();
    const { callId } = alice;
    expect(centre.logged).toEqual([
      { callId, storeId: 'bj01', outcome: 'talk', endCause: 'hangup' },
    ]);
  });

  test('by the agent: the caller is hung up', () => {
    const { centre, alice, bob } = talking();
    bob.hangsUp();
    expect(alice.hears).toBe('gone: partner-left');
    expect(alice.record.outcome).toBe('talk');
    expect(centre.engine.promises()).toEqual([]);
  });

  test('wrap-up ends by its limit', () => {
    const { centre, alice, bob } = talking();
    alice.hangsUp();
    centre.clock.advance(29_999);
    expect(bob.does).toBe('wrap-up');
    centre.clock.advance(1);
    expect(bob.does).toBe('idle');
  });

  test('a wrap-up of no seconds is none', () => {
    const centre = startCentre({ autoReady: ['bob'], queue: { wrapUpSeconds: 0 } });
    const alice = centre.call();
    centre.agent('bob').picksUp();
    alice.hangsUp();
    expect(centre.agent('bob').does).toBe('idle');
  });

  test.each(['broken', 'edge-stopped'] as const)(
    'by our fault (%s): broken, whatever it was',
    (cause) => {
      const { alice } = talking();
      alice.hangsUp(cause);
      expect(alice.record).toMatchObject({ outcome: 'broken', endCause: cause });
    },
  );

  test("the agent's leg lost by our fault: the caller waits again, first of all, and is taken by another", () => {
    const centre = startCentre({ autoReady: ['bob', 'dan'], queue: { wrapUpSeconds: 0 } });
    const alice = centre.call();
    centre.agent('bob').picksUp();
    alice.hearsToTheEnd();
    expect(alice.hears).toBe('bob');
    const carol = centre.call({ from: CAROL });
    const [lost = ''] = [...centre.telephony.legs].flatMap(([id, leg]) =>
      agentDialled(leg) === 'bob' ? [id] : [],
    );
    centre.telephony.end(lost, 'broken');
    // Filed as failed at once; the file that comes all the same corrects that.
    expect(centre.journal.of('recording.saved')).toMatchObject([
      { recording: { callId: alice.callId, agentId: 'bob', file: { result: 'failed' } } },
      { recording: { callId: alice.callId, agentId: 'bob', file: { result: 'stored' } } },
    ]);
    expect(carol.hears).toBe('ringing');
    centre.agent('bob').picksUp();
    expect(alice.hears).toBe('bob');
    expect(alice.record).toMatchObject({ outcome: null });
    alice.hangsUp();
    expect(alice.record).toMatchObject({ outcome: 'talk', endCause: 'hangup' });
    expect(centre.bugs).toEqual([]);
  });

  test('the session closes only when legs and file are done', () => {
    const { centre, alice } = talking();
    centre.media.holdFiles = true;
    alice.hangsUp();
    expect(centre.media.closed).toEqual([]);
    const [recordingId = ''] = centre.media.recordings.keys();
    centre.media.file(alice.callId, recordingId);
    expect(centre.media.closed).toEqual([alice.callId]);
  });

  test('a file that never comes holds the call for a minute; then it is filed as failed', () => {
    const { centre, alice } = talking();
    centre.media.holdFiles = true;
    alice.hangsUp();
    centre.clock.advance(60_000);
    expect(centre.media.closed).toEqual([alice.callId]);
    const [recordingId = ''] = centre.media.recordings.keys();
    const filed = () => centre.journal.of('recording.saved').map(({ recording }) => recording);
    expect(filed()).toMatchObject([
      { id: recordingId, callId: alice.callId, agentId: 'bob', file: { result: 'failed' } },
    ]);
    centre.media.file(alice.callId, recordingId);
    expect(filed()[1]).toMatchObject({ id: recordingId, file: { result: 'stored' } });
  });

  test('a recording that fails in the talk is written down and the talk goes on', () => {
    const { centre, alice } = talking();
    const [recordingId = ''] = centre.media.recordings.keys();
    centre.media.file(alice.callId, recordingId, { result: 'failed', reason: 'disk full' });
    expect(alice.state).toBe('talking');
    alice.hangsUp();
    expect(centre.journal.of('recording.saved')).toEqual([
      { kind: 'recording.saved', recording: expect.objectContaining({ agentId: 'bob' }) },
    ]);
    expect(centre.media.closed).toEqual([alice.callId]);
  });

  test('an alarm about a recording is written down and the talk goes on', () => {
    const { centre, alice } = talking();
    const alarm = { code: 'RECORDING_DISK', detail: 'recording r: taken by no folder' } as const;
    centre.submit({ type: 'alarm.raised', at: centre.now(), ...alarm });
    expect(centre.journal.of('alarm.raised')).toEqual([{ kind: 'alarm.raised', ...alarm }]);
    expect(alice.state).toBe('talking');
  });

  test('the desktop hears when the recording is in the database', () => {
    const { centre, alice } = talking();
    const [recordingId = ''] = centre.media.recordings.keys();
    alice.hangsUp();
    const { callId } = alice;
    centre.submit({ type: 'recording.stored', at: centre.now(), callId, recordingId });
    expect(centre.push.of('recording.stored')).toEqual([
      { kind: 'recording.stored', recordingId, callId, agentId: 'bob', storeId: 'bj01' },
    ]);
  });
});

test('a file of a call that nobody knows any more is filed all the same', () => {
  const centre = startCentre();
  centre.media.file('of-a-former-life', 'recording-1');
  expect(centre.journal.of('recording.saved')).toEqual([
    {
      kind: 'recording.saved',
      recording: expect.objectContaining({
        id: 'recording-1',
        callId: 'of-a-former-life',
        leadId: null,
        agentId: null,
        storeId: null,
      }),
    },
  ]);
});

test('a number that is none of ours is refused, kept as refused, and disturbs nobody', () => {
  const centre = startCentre({ autoReady: ['bob'] });
  const alice = centre.call({ to: '999' });
  expect(alice.hears).toBe('gone: unknown-number');
  expect(alice.record).toMatchObject({
    outcome: 'refused',
    endCause: 'unknown-number',
    hotline: '999',
    storeId: null,
  });
  expect(centre.agent('bob').does).toBe('idle');
  expect(centre.leftovers()).toEqual(NOTHING);
});

test('a whole call writes thirteen records, each subject at its beginning and its end, an offer, a form and a wrap-up once', () => {
  const centre = startCentre({ autoReady: ['bob'] });
  centre.journal.records.length = 0;
  const alice = centre.call();
  const kinds = () => centre.journal.records.splice(0).map(({ kind }) => kind);
  expect(kinds()).toEqual([
    ...['lead.opened', 'call.saved', 'leg.saved', 'entry.saved', 'offer.saved'],
  ]);
  centre.agent('bob').picksUp();
  alice.hearsToTheEnd();
  expect(kinds()).toEqual(['call.saved', 'entry.saved']);
  alice.hangsUp();
  expect(kinds().sort()).toEqual([
    ...['agent.saved', 'call.saved', 'form.saved', 'leg.saved', 'leg.saved', 'recording.saved'],
  ]);
});

test.each([
  ['whom we could never hear', 'no-media', 'refused', ALICE],
  ['without a number for whom there is no stream', 'over-capacity', 'over-capacity', ''],
] as const)(
  'a caller %s is refused before a phone rings, and opens no lead',
  (_who, unusable, outcome, from) => {
    const centre = startCentre({ autoReady: ['bob'] });
    const alice = centre.call({ unusable, from });
    expect(alice.hears).toBe(`gone: ${unusable}`);
    expect(alice.record).toMatchObject({
      outcome,
      endCause: unusable,
      storeId: 'bj01',
      leadId: null,
    });
    expect(centre.agent('bob').does).toBe('idle');
    expect(centre.leftovers()).toEqual(NOTHING);
  },
);
