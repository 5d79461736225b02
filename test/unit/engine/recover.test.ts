import type { LegNote } from '../../../src/domain/effects';
import type { CallSnapshot } from '../../../src/domain/records';
import { callsIn, recover, type Found, type FoundDialog } from '../../../src/engine/recover';
import { planWith } from '../../support/centre/plan';

const ids = { entryId: 'entry', leadId: 'lead-set-aside', promiseId: 'promise' };
const callerNote: LegNote = {
  callId: 'call',
  legId: 'caller-leg',
  role: 'caller',
  queueId: 'sales',
  waitingSince: 5,
  caller: { from: '+86138', to: '400', hotline: '400', trunkId: 'carrier', ids },
};
const agentNote: LegNote = {
  callId: 'call',
  legId: 'agent-leg',
  role: 'agent',
  agentId: 'bob',
  queueId: 'sales',
};
const snapshot: CallSnapshot = {
  id: 'call',
  direction: 'inbound',
  state: 'talking',
  storeId: 'bj01',
  queueId: 'sales',
  hotline: '400',
  trunkId: 'carrier',
  from: '+86138',
  to: '400',
  leadId: 'lead',
  customerId: null,
  agentId: 'bob',
  arrivedAt: 4,
  offeredAt: 5,
  answeredAt: 6,
  talkStartedAt: 7,
  bridgedAt: null,
  endedAt: null,
  outcome: null,
  endCause: null,
};
const dialog = (note: LegNote | string, ended = false) => ({
  note: typeof note === 'string' ? note : JSON.stringify(note),
  ended,
});
const session = {
  session: 'call',
  endpoints: [
    { endpoint: 'caller-leg', bridgedTo: 'agent-leg' },
    { endpoint: 'agent-leg', bridgedTo: 'caller-leg' },
  ],
  recordings: [{ recording: 'recording' }],
};
const found = (facts: Partial<Found<FoundDialog>>): Found<FoundDialog> => ({
  dialogs: [],
  sessions: [],
  calls: [],
  plan: planWith({}),
  makeId: () => 'new-id',
  at: 100,
  ...facts,
});

test('a talk is put together from dialogs, session and snapshot', () => {
  const { events } = recover(
    found({
      dialogs: [dialog(agentNote), dialog(callerNote)],
      sessions: [session],
      calls: [snapshot],
    }),
  );
  expect(events).toEqual([
    {
      type: 'call.recovered',
      at: 100,
      call: {
        ...{ callId: 'call', direction: 'inbound' },
        ...{ storeId: 'bj01', queueId: 'sales', hotline: '400' },
        ...{ trunkId: 'carrier', from: '+86138', to: '400', callerName: '', ids },
        ...{ arrivedAt: 4, offeredAt: 5, answeredAt: 6, talkStartedAt: 7 },
        ...{ leadId: 'lead', agentId: 'bob', bridged: true, recordingId: 'recording' },
        spareRecordingId: 'new-id',
        callerLegId: 'caller-leg',
        agentLeg: { legId: 'agent-leg', agentId: 'bob' },
      },
    },
  ]);
});

describe('a parked caller', () => {
  const parked = { slot: '701', by: 'bob', since: 8, until: 98 };
  const inSlot: LegNote = { ...callerNote, parked };

  test.each([
    ['who called us', inSlot],
    ['whom we called', { ...inSlot, role: 'outside', direction: 'outbound' } as LegNote],
  ])('is found in his slot by his note, one %s', (_who, note) => {
    const direction = note.direction ?? 'inbound';
    const calls = [{ ...snapshot, direction, state: 'parked' as const }];
    const [event] = recover(found({ dialogs: [dialog(note)], calls })).events;
    expect(event?.call).toMatchObject({ direction, parked, talkStartedAt: 7 });
    expect(event?.call).toMatchObject({ callerLegId: 'caller-leg' });
  });

  test('whose agent was not hung up yet is in his talk', () => {
    const dialogs = [dialog(inSlot), dialog(agentNote)];
    const [event] = recover(found({ dialogs, calls: [snapshot] })).events;
    expect(event?.call).not.toHaveProperty('parked');
    expect(event?.call).toHaveProperty('agentLeg');
  });

  test('who had left his slot, as his note says, waits', () => {
    const calls = [{ ...snapshot, state: 'parked' as const }];
    const [event] = recover(found({ dialogs: [dialog(callerNote)], calls })).events;
    expect(event?.call).not.toHaveProperty('talkStartedAt');
    expect(event?.call).not.toHaveProperty('parked');
  });
});

test('a waiting caller is known from his note alone when the database knows nothing', () => {
  const { events } = recover(found({ dialogs: [dialog(callerNote)] }));
  expect(events[0]?.call).toEqual({
    ...{ callId: 'call', direction: 'inbound' },
    ...{ storeId: 'bj01', queueId: 'sales', hotline: '400' },
    ...{ trunkId: 'carrier', from: '+86138', to: '400', callerName: '', ids },
    ...{ arrivedAt: 5, callerLegId: 'caller-leg', bridged: false },
    spareRecordingId: 'new-id',
  });
});

test('whom we called stands in the place of a caller, a colleague with his name', () => {
  const outside: LegNote = { ...callerNote, role: 'outside', direction: 'outbound' };
  const { events } = recover(found({ dialogs: [dialog(outside), dialog(agentNote)] }));
  expect(events[0]?.call).toMatchObject({
    ...{ direction: 'outbound', callerLegId: 'caller-leg', from: '+86138' },
    agentLeg: { legId: 'agent-leg', agentId: 'bob' },
  });
  const internal: LegNote = { ...outside, direction: 'internal', agentId: 'dan' };
  const colleague = recover(found({ dialogs: [dialog(internal), dialog(agentNote)] })).events[0];
  expect(colleague?.call).toMatchObject({ direction: 'internal', colleagueId: 'dan' });
});

test('what stood at another edge is told so', () => {
  const lost = { calls: [snapshot], edgeFell: true };
  expect(recover(found(lost)).events[0]?.call).toMatchObject({ edgeFell: true });
  expect(recover(found({ calls: [snapshot] })).events[0]?.call).not.toHaveProperty('edgeFell');
});

test('a call of ours that nobody had answered is told as one', () => {
  const calling = { ...snapshot, direction: 'outbound', state: 'calling' } as const;
  const { events } = recover(found({ dialogs: [dialog(agentNote)], calls: [calling] }));
  expect(events[0]?.call).toMatchObject({ direction: 'outbound', calling: true });
});

test.each([
  ['as is written', [{ ...snapshot, direction: 'outbound', state: 'calling' } as const]],
  ['of which nothing is written', []],
])('so is one of which only the far side is left, %s', (_what, calls) => {
  const outside: LegNote = { ...callerNote, role: 'outside', direction: 'outbound' };
  const both = found({ dialogs: [dialog(outside), dialog(agentNote)], calls });
  expect(recover(both).events[0]?.call).not.toHaveProperty('calling');
  const [event] = recover(found({ dialogs: [dialog(outside)], calls })).events;
  expect(event?.call).toMatchObject({ callerLegId: 'caller-leg', calling: true });
});

test('an open call of which nothing lives is told too, to be closed', () => {
  const [event] = recover(found({ calls: [snapshot] })).events;
  expect(event?.call).toMatchObject({ callId: 'call', talkStartedAt: 7, bridged: false });
  expect(event?.call).not.toHaveProperty('callerLegId');
  expect(event?.call).not.toHaveProperty('agentLeg');
});

test('legs that are joined to nobody are not bridged', () => {
  const endpoints = [{ endpoint: 'caller-leg', bridgedTo: null }];
  const { events } = recover(
    found({
      dialogs: [dialog(callerNote), dialog(agentNote)],
      sessions: [{ ...session, endpoints }],
      calls: [snapshot],
    }),
  );
  expect(events[0]?.call.bridged).toBe(false);
});

test("the desk's hold is known from the agent's note, that of phones from the edge", () => {
  const endpoints = [
    { endpoint: 'caller-leg', bridgedTo: null },
    { endpoint: 'agent-leg', bridgedTo: null, holds: true as const },
  ];
  const { events } = recover(
    found({
      dialogs: [dialog(callerNote), dialog({ ...agentNote, held: true })],
      sessions: [{ ...session, endpoints }],
      calls: [snapshot],
    }),
  );
  expect(events[0]?.call).toMatchObject({
    ...{ bridged: false, heldAtDesk: true, holding: ['agent-leg'] },
  });
});

describe('a consultation', () => {
  const consult: NonNullable<LegNote['consult']> = {
    to: { kind: 'phone', agentId: 'dan', phoneId: 'phone-dan' },
    by: 'bob',
    recordings: { consult: 'consult-recording', talk: 'next' },
    entryId: 'entry-2',
    hears: 'third',
  };
  const thirdNote: LegNote = { ...agentNote, legId: 'third-leg', agentId: 'dan', consult };
  const recordings = [{ recording: 'consult-recording' }, { recording: 'recording' }];
  const sessions = [{ ...session, recordings }];

  test('has a third party beside caller and agent, and a file of its own', () => {
    const dialogs = [dialog(callerNote), dialog(agentNote), dialog(thirdNote)];
    const [event] = recover(found({ dialogs, sessions, calls: [snapshot] })).events;
    expect(event?.call).toMatchObject({
      agentLeg: { legId: 'agent-leg', agentId: 'bob' },
      third: { legId: 'third-leg', consult, recording: true, spareRecordingId: 'new-id' },
      recordingId: 'recording',
    });
  });

  test('that was handed over: the caller is the colleague’s, and the asker a stray', () => {
    const asker = dialog({ ...agentNote, held: true });
    const colleague = dialog({ ...agentNote, legId: 'third-leg', agentId: 'dan' });
    for (const dialogs of [
      [asker, colleague],
      [colleague, asker],
    ]) {
      const { events, strayDialogs } = recover(
        found({ dialogs: [dialog(callerNote), ...dialogs] }),
      );
      expect(events[0]?.call.agentLeg).toEqual({ legId: 'third-leg', agentId: 'dan' });
      expect(strayDialogs).toEqual([asker]);
    }
  });

  test('that was handed over, and the asker went by himself: he is no agent of it', () => {
    const dialogs = [
      dialog({ ...agentNote, legId: 'third-leg', agentId: 'dan' }),
      dialog(agentNote, true),
    ];
    const { events, strayDialogs } = recover(found({ dialogs: [dialog(callerNote), ...dialogs] }));
    expect(events[0]?.call.agentLeg).toEqual({ legId: 'third-leg', agentId: 'dan' });
    expect(strayDialogs).toEqual([]);
  });

  test('an outside number that talks with the caller', () => {
    const note: LegNote = {
      ...{ callId: 'call', legId: 'out-leg', role: 'outside' },
      forwarded: { by: 'bob', number: '+86139' },
    };
    const [event] = recover(
      found({ dialogs: [dialog(callerNote), dialog(note)], sessions }),
    ).events;
    expect(event?.call.outsideLeg).toEqual({ legId: 'out-leg', by: 'bob', number: '+86139' });
    expect(event?.call).not.toHaveProperty('agentLeg');
  });
});

describe('a leg that ended while the app was away', () => {
  test('leaves the talk as it was before; its end is told afterwards', () => {
    const { events } = recover(
      found({ dialogs: [dialog(callerNote, true), dialog(agentNote)], calls: [snapshot] }),
    );
    expect(events[0]?.call).toMatchObject({
      callerLegId: 'caller-leg',
      agentLeg: { legId: 'agent-leg', agentId: 'bob' },
      bridged: true,
    });
  });

  test('of a waiting caller: he has left, and nobody is rung for him', () => {
    const waiting = { ...snapshot, talkStartedAt: null, agentId: null };
    const { events } = recover(found({ dialogs: [dialog(callerNote, true)], calls: [waiting] }));
    expect(events[0]?.call).not.toHaveProperty('callerLegId');
  });

  test('of an unknown call is no stray: there is nothing to hang up', () => {
    expect(recover(found({ dialogs: [dialog('not ours', true)] })).strayDialogs).toEqual([]);
  });
});

test('calls come in the order of their arrival', () => {
  const at = (id: string, arrivedAt: number) => ({ ...snapshot, id, arrivedAt });
  const { events } = recover(found({ calls: [at('b', 9), at('a', 3)] }));
  expect(events.map(({ call }) => call.callId)).toEqual(['a', 'b']);
});

test('what belongs to no live call is stray', () => {
  const nonsense = dialog('not ours');
  const late = dialog({ ...callerNote, callId: 'ended' });
  const ended: CallSnapshot = { ...snapshot, id: 'ended', outcome: 'talk' };
  const result = recover(
    found({
      dialogs: [nonsense, late],
      sessions: [{ session: 'unknown', endpoints: [], recordings: [] }],
      calls: [ended],
    }),
  );
  expect(result).toEqual({
    events: [],
    nailed: [],
    strayDialogs: [nonsense, late],
    straySessions: ['unknown'],
  });
});

test('the newest snapshot of a call in the journal counts', () => {
  const saved = (call: CallSnapshot, at: number) => ({
    id: String(at),
    at,
    record: { kind: 'call.saved', call } as const,
  });
  const newer = { ...snapshot, outcome: 'talk' as const };
  expect(callsIn([saved(snapshot, 1), saved(newer, 2)])).toEqual([newer]);
});

test('agents have their own legs again, in a talk or not; their idle sessions are no strays', () => {
  const own = (id: string, agentId: string) => ({
    ...{ agentId, nailed: { id, phoneId: `phone-${agentId}`, version: 7 } },
  });
  const idle: LegNote = { callId: 'own-1', legId: 'own-1', role: 'agent', ...own('own-1', 'bob') };
  const gone: LegNote = { callId: 'own-3', legId: 'own-3', role: 'agent', ...own('own-3', 'eve') };
  const { events, nailed, strayDialogs, straySessions } = recover(
    found({
      dialogs: [
        dialog(idle),
        dialog(gone, true),
        dialog({ ...agentNote, ...own('own-2', 'dan') }),
        dialog(callerNote),
      ],
      sessions: [session, { session: 'own-1', endpoints: [], recordings: [] }],
      calls: [snapshot],
    }),
  );
  const at = 100;
  expect(nailed).toEqual([
    { type: 'nailed.recovered', at, agentId: 'bob', phoneId: 'phone-bob' },
    { type: 'nailed.recovered', at, agentId: 'dan', phoneId: 'phone-dan' },
  ]);
  expect(events.map(({ call }) => [call.callId, call.agentLeg])).toEqual([
    ['call', { legId: 'agent-leg', agentId: 'dan' }],
  ]);
  expect([strayDialogs, straySessions]).toEqual([[], []]);
});
