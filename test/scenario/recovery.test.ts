import type { RecoveredCall } from '../../src/domain/recovered-call';
import {
  ALICE,
  CAROL,
  startCentre,
  type CentreOptions,
  type TestCentre,
} from '../support/centre/centre';
import { MORNING } from '../support/centre/clock';
import { appFalls, appReturns } from '../support/centre/fall';

const EARLIER = MORNING - 60_000;

/** A call as the edge, the journal and the database describe it after the app fell. */
const found = (facts: Partial<RecoveredCall> = {}): RecoveredCall => ({
  callId: 'call-1',
  direction: 'inbound',
  storeId: 'bj01',
  queueId: 'sales',
  hotline: '400',
  trunkId: 'carrier',
  from: ALICE,
  to: '400',
  arrivedAt: EARLIER,
  answeredAt: EARLIER,
  leadId: 'lead-1',
  callerName: '',
  ids: { entryId: 'entry-1', leadId: 'lead-1', promiseId: 'promise-1' },
  callerLegId: 'leg-alice',
  bridged: false,
  spareRecordingId: 'recording-spare',
  ...facts,
});

const talk = (facts: Partial<RecoveredCall> = {}): RecoveredCall =>
  found({
    talkStartedAt: EARLIER,
    agentId: 'bob',
    agentLeg: { legId: 'leg-bob', agentId: 'bob' },
    recordingId: 'recording-1',
    bridged: true,
    ...facts,
  });

/** The app starts again and finds these calls alive. */
function restart(calls: RecoveredCall[], options: CentreOptions = { autoReady: ['bob'] }) {
  const centre = startCentre(options);
  for (const call of calls) {
    const { callerLegId, agentLeg, third, outsideLeg } = call;
    for (const legId of [callerLegId, agentLeg?.legId, third?.legId, outsideLeg?.legId])
      if (legId !== undefined)
        centre.telephony.legs.set(legId, {
          state: call.arriving && legId === call.callerLegId ? 'arriving' : 'answered',
          answers: !call.arriving,
        });
  }
  centre.engine.submitTogether(
    calls.map((call) => ({ type: 'call.recovered', at: centre.now(), call })),
  );
  const stateOf = (callId: string) =>
    centre.engine.calls().find(({ id }) => id === callId)?.state ?? 'closed';
  const recordOf = (callId: string) =>
    centre.journal
      .of('call.saved')
      .filter(({ call }) => call.id === callId)
      .at(-1)?.call;
  return { centre, stateOf, recordOf };
}

describe('after the app fell', () => {
  test('waiting callers have music, their old places, and are served in order', () => {
    const later = found({
      callId: 'call-2',
      callerLegId: 'leg-carol',
      arrivedAt: EARLIER + 5,
      ids: { entryId: 'entry-2', leadId: 'lead-2', promiseId: 'promise-2' },
    });
    const bob = { id: 'bob', intent: { is: 'not-ready', reason: 'break' } as const, since: 1 };
    const options = { agents: ['bob'], known: { agents: [bob] } };
    const { centre, stateOf } = restart([later, found()], options);
    expect(centre.media.musicOn).toEqual(new Set(['leg-alice', 'leg-carol']));
    expect(centre.engine.queues()[0]).toMatchObject({ waiting: 2, longestWaitSince: EARLIER });
    centre.engine.ready('bob');
    expect(stateOf('call-1')).toBe('offered');
    expect(stateOf('call-2')).toBe('queued');
  });

  test('a waiting caller whose agents have all signed out is promised a call', () => {
    const { stateOf } = restart([found()], { agents: ['bob'] });
    expect(stateOf('call-1')).toBe('announcing');
  });

  test('a talk stays a talk: its agent is busy, its end is written down and its file stopped', () => {
    const known = { agents: [{ id: 'bob', intent: { is: 'ready' as const }, since: 1 }] };
    const { centre, stateOf, recordOf } = restart([talk()], { autoReady: ['bob'], known });
    expect(stateOf('call-1')).toBe('talking');
    expect(centre.agent('bob').view).toMatchObject({ activity: 'talking', since: EARLIER });
    expect(centre.media.bridges.size).toBe(0);
    expect(centre.call({ from: CAROL }).state).toBe('queued');
    centre.clock.advance(1000);
    centre.telephony.end('leg-alice', 'hangup');
    expect(recordOf('call-1')).toMatchObject({
      outcome: 'talk',
      talkStartedAt: EARLIER,
      endedAt: MORNING + 1000,
      leadId: 'lead-1',
    });
    expect(centre.telephony.ends.get('leg-bob')).toBe('partner-left');
    expect(centre.journal.of('recording.saved')).toHaveLength(1);
    expect(centre.agent('bob').does).toBe('wrap-up');
  });

  test('who talks is offered to nobody who waits, however long he does', () => {
    const waits = found({
      ...{ callId: 'call-0', callerLegId: 'leg-carol', arrivedAt: EARLIER - 1 },
      ids: { entryId: 'entry-0', leadId: 'lead-0', promiseId: 'promise-0' },
    });
    const { centre, stateOf } = restart([waits, talk()]);
    expect([stateOf('call-0'), stateOf('call-1')]).toEqual(['queued', 'talking']);
    expect(centre.bugs).toEqual([]);
  });

  test('nor to a colleague who was sent on, nor he to one', () => {
    const sentOn = (n: number, colleagueId: string) =>
      found({
        ...{ callId: `call-${n}`, direction: 'internal', callerLegId: `leg-${colleagueId}` },
        ...{ colleagueId, from: 'phone-eve', arrivedAt: EARLIER - n },
        ids: { entryId: `entry-${n}`, leadId: `lead-${n}`, promiseId: `promise-${n}` },
      });
    const calls = [sentOn(3, 'ann'), sentOn(2, 'cui'), talk()];
    const { centre, stateOf } = restart(calls, { autoReady: ['ann', 'bob', 'cui'] });
    expect(calls.map(({ callId }) => stateOf(callId))).toEqual(['queued', 'queued', 'talking']);
    expect(['ann', 'bob', 'cui'].map((id) => centre.agent(id).does)).toEqual(
      Array(3).fill('talking'),
    );
    expect(centre.bugs).toEqual([]);
  });

  test('a talk that nobody records any more is recorded again, and its place is taken', () => {
    const silent = talk();
    delete silent.recordingId;
    const { centre } = restart([silent]);
    const begun = { recordingId: 'recording-spare', left: 'leg-alice', right: 'leg-bob' };
    expect(centre.media.recorded).toMatchObject([begun]);
    const place = { id: 'entry-1', outcome: 'connected', endedAt: EARLIER };
    expect(centre.journal.of('entry.saved').map(({ entry }) => entry)).toMatchObject([place]);
    centre.telephony.end('leg-alice', 'hangup');
    const filed = centre.journal.of('recording.saved').map(({ recording }) => recording);
    expect(filed).toMatchObject([{ id: 'recording-spare', agentId: 'bob' }]);
  });

  test('a caller whose agent picked up and whose 200 had not left gets it, and then his agent', () => {
    const { centre } = restart([talk({ arriving: true, bridged: false })]);
    expect(centre.media.bridges.size).toBe(0);
    centre.telephony.answered('leg-alice');
    centre.media.finish('leg-alice');
    expect(centre.media.bridges.get('leg-alice')).toBe('leg-bob');
  });

  test('the file of a talk before the transfer is still that of its agent', () => {
    const { centre } = restart([found({ earlier: [{ recordingId: 'first', agentId: 'dan' }] })]);
    centre.media.file('call-1', 'first');
    const filed = centre.journal.of('recording.saved').map(({ recording }) => recording);
    expect(filed).toMatchObject([{ id: 'first', agentId: 'dan' }]);
  });

  test('a parked caller stands in his slot, with music and what is left of his time', () => {
    const parked = { slot: '705', by: 'bob', since: EARLIER, until: MORNING + 30_000 };
    const { agentLeg: _, recordingId: __, ...alone } = talk({ bridged: false, parked });
    const { centre, stateOf } = restart([alone]);
    expect([stateOf('call-1'), centre.media.musicOn]).toEqual(['parked', new Set(['leg-alice'])]);
    expect(centre.engine.parked()).toMatchObject([{ slot: '705', parkedBy: 'bob' }]);
    centre.clock.advance(30_000);
    expect([stateOf('call-1'), centre.agent('bob').phone]).toEqual(['offered', 'rings']);
  });

  test('a talk that was not joined yet is joined now', () => {
    const { centre } = restart([talk({ bridged: false })]);
    expect(centre.media.bridges.get('leg-alice')).toBe('leg-bob');
  });

  test.each([
    // Between note and media, either may be missing when the app falls.
    ['at the desk, and the edge had been told', { bridged: false, heldAtDesk: true as const }],
    ['at the desk, and the edge had not been told', { bridged: true, heldAtDesk: true as const }],
    ["at the agent's phone", { bridged: false, bridgedAt: EARLIER, holding: ['leg-bob'] }],
  ])('a talk held %s stays on hold, and is resumed', (_how, facts) => {
    const { centre, stateOf, recordOf } = restart([talk(facts)]);
    expect(stateOf('call-1')).toBe('held');
    expect(centre.media.musicOn).toEqual(new Set(['leg-alice']));
    expect(centre.media.unrecorded).toEqual(new Set(['leg-alice']));
    expect(recordOf('call-1')).toMatchObject({ state: 'held', bridgedAt: EARLIER });
    if ('heldAtDesk' in facts) expect(centre.engine.resume('bob', 'call-1')).toBeNull();
    else centre.submit({ type: 'leg.resumed', at: centre.now(), legId: 'leg-bob' });
    expect(stateOf('call-1')).toBe('talking');
    expect(centre.media.bridges.get('leg-alice')).toBe('leg-bob');
  });

  test('a talk that was resumed, of which the edge had not been told, is joined again', () => {
    const { centre, recordOf } = restart([talk({ bridged: false, bridgedAt: EARLIER })]);
    expect(centre.media.bridges.get('leg-alice')).toBe('leg-bob');
    expect(recordOf('call-1')).toMatchObject({ state: 'talking', bridgedAt: EARLIER });
  });

  test('a pick-up that was not written down before the fall is written now', () => {
    const picked = talk({ bridged: false, customerId: 'customer-1' });
    delete picked.talkStartedAt;
    const { recordOf } = restart([picked]);
    expect(recordOf('call-1')).toMatchObject({
      state: 'talking',
      talkStartedAt: MORNING,
      customerId: 'customer-1',
    });
  });

  test('whom we called and had sent on has his place taken, should that not have been written', () => {
    const { centre } = restart([talk({ direction: 'outbound', offeredAt: EARLIER })]);
    const entries = centre.journal.of('entry.saved').map(({ entry }) => entry);
    expect(entries).toMatchObject([{ id: 'entry-1', outcome: 'connected', endedAt: EARLIER }]);
  });

  test('whom we called, when who called is gone, is hung up and waits for nobody', () => {
    const { centre, stateOf, recordOf } = restart([
      found({ direction: 'outbound', to: CAROL, calling: true }),
    ]);
    expect(centre.telephony.ends.get('leg-alice')).toBe('partner-left');
    expect([stateOf('call-1'), recordOf('call-1')?.outcome]).toEqual(['closed', 'unanswered']);
    expect(centre.journal.of('entry.saved')).toEqual([]);
  });

  test('a caller who waits is written down again, and his place with him', () => {
    const { recordOf } = restart([found()]);
    expect(recordOf('call-1')).toMatchObject({ state: 'queued', outcome: null });
  });

  test('a caller whose agent is gone from the talk is hung up; the end told late is the true one', () => {
    const alone = talk();
    delete alone.agentLeg;
    const { centre, recordOf } = restart([alone]);
    expect(centre.telephony.ends.get('leg-alice')).toBe('partner-left');
    const at = MORNING - 3000;
    centre.submit({ type: 'leg.ended', at, legId: 'leg-bob', cause: 'hangup', callId: 'call-1' });
    expect(recordOf('call-1')).toMatchObject({ outcome: 'talk', agentId: 'bob', endedAt: at });
  });

  test('an agent whose caller is gone is hung up and free', () => {
    const alone = talk();
    delete alone.callerLegId;
    const { centre, recordOf } = restart([alone]);
    expect(centre.telephony.ends.get('leg-bob')).toBe('partner-left');
    expect(recordOf('call-1')?.outcome).toBe('talk');
    expect(centre.agent('bob').does).toBe('idle');
    expect(centre.engine.promises()).toEqual([]);
  });

  test('a call of which nothing is left is closed, and let go after a minute', () => {
    const gone = talk();
    delete gone.agentLeg;
    delete gone.callerLegId;
    const { centre, recordOf } = restart([gone]);
    expect(recordOf('call-1')).toMatchObject({ outcome: 'talk', endedAt: MORNING });
    const at = MORNING - 9000;
    centre.submit({ type: 'leg.ended', at, legId: 'leg-bob', cause: 'hangup', callId: 'call-1' });
    expect(recordOf('call-1')?.endedAt).toBe(at);
    centre.clock.advance(60_000);
    expect(centre.media.closed).toEqual(['call-1']);
  });

  test('a caller who left the queue meanwhile has left, with a promise', () => {
    const gone = found();
    delete gone.callerLegId;
    const { centre, recordOf } = restart([gone]);
    expect(recordOf('call-1')?.outcome).toBe('left');
    expect(centre.engine.promises()).toHaveLength(1);
    expect(centre.agent('bob').does).toBe('idle');
  });

  test.each([
    ['after a talk', talk],
    ['out of the queue', found],
  ])(
    'of one who left meanwhile, and was not known yet, it is asked who he is: %s',
    async (_, as) => {
      const { leadId: _none, callerLegId: _gone, agentLeg: _too, ...gone } = as();
      const { centre, recordOf } = restart([gone]);
      expect(centre.lookup.asked).toEqual([ALICE]);
      await centre.lookup.answer({ result: 'unavailable' });
      centre.clock.advance(5_000);
      await centre.lookup.answer({ result: 'none' });
      expect(centre.journal.of('lead.opened')).toMatchObject([{ lead: { id: 'lead-1' } }]);
      expect(recordOf('call-1')).toMatchObject({ leadId: 'lead-1', endedAt: MORNING });
    },
  );

  test('of one whose lead is known nobody is asked', () => {
    const gone = talk();
    delete gone.callerLegId;
    expect(restart([gone]).centre.lookup.asked).toEqual([]);
  });

  test('an end by the edge itself is broken', () => {
    const gone = talk();
    delete gone.agentLeg;
    delete gone.callerLegId;
    const { centre, recordOf } = restart([gone]);
    const at = MORNING - 9000;
    centre.submit({ type: 'leg.ended', at, legId: 'leg-bob', cause: 'broken', callId: 'call-1' });
    expect(recordOf('call-1')?.outcome).toBe('broken');
  });

  test('the name of a recovered caller is looked up again; his lead is not opened twice', async () => {
    const { centre } = restart([found()]);
    expect(centre.lookup.asked).toEqual([ALICE]);
    await centre.lookup.answer({ result: 'none' });
    expect(centre.journal.of('lead.opened')).toEqual([]);
    expect(centre.agent('bob').offer?.leadId).toBe('lead-1');
  });

  test('a hotline that left the plan meanwhile still has its callers', () => {
    const { stateOf } = restart([found({ hotline: '401', queueId: 'old' })]);
    expect(stateOf('call-1')).toBe('announcing');
  });
});

describe('a bug of ours', () => {
  test('ends the call it concerns, gives back what it took, and no other call notices', () => {
    const centre = startCentre({ autoReady: ['bob', 'dan'], queue: { wrapUpSeconds: 0 } });
    const alice = centre.call();
    const carol = centre.call({ from: CAROL });
    centre.agent('bob').picksUp();
    centre.agent('dan').picksUp();
    carol.hearsToTheEnd();
    centre.submit({
      type: 'offer.made',
      at: centre.now(),
      offerId: 'impossible',
      callId: alice.callId,
      entryId: 'impossible',
      agentId: 'bob',
      legId: 'impossible',
      recordingId: 'impossible',
      phoneId: 'phone-bob',
      awaitsReceipt: false,
    });
    expect(centre.bugs).toHaveLength(1);
    expect(alice.record).toMatchObject({ outcome: 'broken', endCause: 'broken' });
    expect(alice.hears).toBe('gone: broken');
    expect(centre.agent('bob').does).toBe('idle');
    expect(centre.engine.promises()).toHaveLength(1);
    expect(carol.hears).toBe('dan');
    expect(centre.leftovers().recordings).toHaveLength(1);
  });

  test('a port that throws does not stop the rest', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    centre.telephony.ring = () => {
      throw new Error('no socket');
    };
    centre.call();
    expect(centre.agent('bob').phone).toBe('rings');
    expect(centre.bugs).toEqual(['a port threw: no socket']);
  });
});

test('of a talk whose party left meanwhile nothing more is recorded', () => {
  const { recordingId: _ended, ...rest } = talk();
  const { centre, stateOf } = restart([{ ...rest, partyGone: true }]);
  centre.telephony.end('leg-alice', 'hangup');
  expect(stateOf('call-1')).toBe('closed');
  expect(centre.media.recorded).toEqual([]);
  expect(restart([rest]).centre.media.recorded).toHaveLength(1);
});

describe('a consultation that outlived the app', () => {
  const third = (
    hears: 'third' | 'customer' | 'all',
    to: NonNullable<RecoveredCall['third']>['consult']['to'] = {
      ...{ kind: 'phone', agentId: 'dan', phoneId: 'phone-dan' },
    },
  ): NonNullable<RecoveredCall['third']> => ({
    legId: 'leg-third',
    consult: {
      to,
      by: 'bob',
      recordings: { consult: 'recording-2', talk: 'recording-3' },
      entryId: 'entry-9',
      hears,
    },
    recording: true,
    spareRecordingId: 'recording-spare-2',
  });
  const both = { autoReady: ['bob', 'dan'] };
  const pairs = ({ centre }: ReturnType<typeof restart>) =>
    [...centre.media.bridges].filter(([a, b]) => a < b).map((pair) => pair.join(' '));

  test.each([
    ['third', ['leg-bob leg-third'], ['leg-alice']],
    ['customer', ['leg-alice leg-bob'], ['leg-third']],
    ['all', ['leg-bob leg-third'], []],
  ] as const)('stands as it stood: %s', (hears, talk_, music) => {
    const again = restart([talk({ heldAtDesk: true, third: third(hears) })], both);
    const { centre, stateOf } = again;
    expect([stateOf('call-1'), centre.agent('bob').does, centre.agent('dan').does]).toEqual([
      ...['consulting', 'talking', 'talking'],
    ]);
    expect([pairs(again), [...centre.media.musicOn]]).toEqual([talk_, music]);
    expect(centre.media.conference.includes('leg-alice')).toBe(hears === 'all');
    expect(centre.engine.orderConsult('bob', 'call-1', 'complete')).toBeNull();
    expect([pairs(again), centre.agent('bob').does]).toEqual([['leg-alice leg-third'], 'wrap-up']);
    centre.telephony.end('leg-alice', 'hangup');
    expect(centre.agent('dan').does).toBe('wrap-up');
    expect(stateOf('call-1')).toBe('closed');
    expect(centre.bugs).toEqual([]);
  });

  test('what is recorded no more is recorded again, and what its party does not say is not', () => {
    const { recordingId: _ended, ...rest } = talk({
      third: { ...third('third'), recording: false },
    });
    const { centre } = restart([rest], both);
    const sides = centre.media.recorded.map((one) => [one.recordingId, one.left, one.right]);
    expect(sides).toEqual([
      [rest.spareRecordingId, 'leg-alice', 'leg-bob'],
      ['recording-spare-2', 'leg-third', 'leg-bob'],
    ]);
    expect([...centre.media.paused]).toEqual([rest.spareRecordingId]);
  });

  test('of three the one is heard in the file that was paused', () => {
    const { centre } = restart([talk({ third: third('all') })], both);
    expect([...centre.media.paused]).toEqual([]);
    expect(centre.media.conference).toContain('leg-alice');
  });

  test('and one of them had gone, who is told next: nothing is recorded of the others', () => {
    const { recordingId: _ended, ...rest } = talk({
      ...{ partyGone: true, third: { ...third('third'), recording: false } },
    });
    expect(restart([rest], both).centre.media.recorded).toEqual([]);
  });

  test('and its agent had gone: the other two are joined', () => {
    const { agentLeg: _gone, ...rest } = talk({ third: third('third') });
    const again = restart([rest], both);
    expect(pairs(again)).toEqual(['leg-alice leg-third']);
    expect(again.recordOf('call-1')).toMatchObject({ agentId: 'dan', state: 'talking' });
    expect(again.centre.media.recorded).toMatchObject([{ recordingId: 'recording-3' }]);
  });

  test('with an outside number, and the caller goes: all is over', () => {
    const number = { kind: 'number', number: '+8613900000009', via: [] } as const;
    const { centre, stateOf } = restart([talk({ third: third('third', number) })], both);
    centre.telephony.end('leg-alice', 'hangup');
    expect([stateOf('call-1'), centre.agent('bob').does]).toEqual(['closed', 'wrap-up']);
    expect(centre.telephony.ends.get('leg-third')).toBe('partner-left');
  });

  test('and a caller who talks with an outside number talks on', () => {
    const { agentLeg: _gone, ...rest } = talk({
      outsideLeg: { legId: 'leg-out', by: 'bob', number: '+8613900000009' },
    });
    const again = restart([rest], both);
    expect([again.stateOf('call-1'), pairs(again)]).toEqual(['forwarded', ['leg-alice leg-out']]);
    expect(again.centre.agent('bob').does).toBe('idle');
    again.centre.media.file('call-1', 'recording-before');
    const filed = again.centre.journal.of('recording.saved').map(({ recording }) => recording);
    expect(filed).toMatchObject([{ id: 'recording-before', agentId: 'bob' }]);
    again.centre.telephony.end('leg-out', 'hangup');
    expect(again.recordOf('call-1')).toMatchObject({ outcome: 'talk', agentId: 'bob' });
    expect(again.centre.bugs).toEqual([]);
  });
});

describe('who was in his wrap-up when the app fell', () => {
  const QUEUE = { wrapUpSeconds: 60 };

  function wrapsUp() {
    const centre = startCentre({ autoReady: ['bob'], queue: QUEUE, hotline: { notice: 'none' } });
    const alice = centre.call();
    const bob = centre.agent('bob').picksUp();
    alice.hangsUp();
    expect(bob.does).toBe('wrap-up');
    return { centre, bob, since: bob.view.since, callId: alice.callId };
  }

  test('is in it still, until the moment at which it was to end', () => {
    const { centre, bob, since, callId } = wrapsUp();
    centre.clock.advance(20_000);
    appFalls(centre);
    appReturns(centre);
    expect(bob.view).toMatchObject({ activity: 'wrap-up', callId, since });
    const carol = centre.call({ from: CAROL });
    centre.clock.advance(39_999);
    expect(carol.state).toBe('queued');
    centre.clock.advance(1);
    expect(carol.state).toBe('offered');
  });

  test.each([
    ['that had its end meanwhile', (centre: TestCentre) => centre.clock.advance(60_000)],
    ['that he had ended', (centre: TestCentre) => void centre.engine.wrapUp('bob')],
    ['out of which he had called somebody', (centre: TestCentre) => callsInVain(centre)],
  ])('not if it is one %s', (_, ends) => {
    const { centre, bob } = wrapsUp();
    ends(centre);
    expect(bob.does).toBe('idle');
    appFalls(centre);
    appReturns(centre);
    expect(bob.does).toBe('idle');
  });

  function callsInVain(centre: TestCentre): void {
    const call = centre.engine.call('bob', { number: CAROL });
    if (typeof call === 'string') throw new Error(call);
    centre.engine.hangUp('bob', call.id);
    for (const [legId] of centre.telephony.legs) centre.telephony.end(legId, 'hangup');
  }
});
