import { Client } from 'pg';
import { attempted, UNUSED } from '../../src/domain/dial/budget';
import { changeOf } from '../../src/domain/dial/kept-budget';
import type { CallSnapshot, PromiseSnapshot } from '../../src/domain/records';
import { openedSession } from '../../src/domain/sign-in/session';
import type { SessionSnapshot } from '../../src/domain/sign-in/snapshots';
import { loadBlocks } from '../../src/store/blocks';
import { loadHotlineOrders } from '../../src/store/hotline-orders';
import { loadAgentStates } from '../../src/store/agent-states';
import { applyJournal } from '../../src/store/apply-journal';
import { findCall, loadOpenCalls } from '../../src/store/calls';
import { loadDialBudget, loadTrunkUses } from '../../src/store/day-counts';
import { findLead } from '../../src/store/leads';
import { legsOfCall } from '../../src/store/legs';
import { loadOpenPromises } from '../../src/store/promises';
import { entriesOfCall } from '../../src/store/queue-entries';
import { loadAcknowledgements } from '../../src/store/sign-in/acknowledgements';
import { loadApiTokens } from '../../src/store/sign-in/api-tokens';
import { loadCredentials } from '../../src/store/sign-in/credentials';
import { loadSecondFactors } from '../../src/store/sign-in/second-factors';
import { loadSessions, SESSIONS_KEPT_DAYS, sweepSessions } from '../../src/store/sign-in/sessions';
import { findRecording, recordingsOfCall } from '../../src/store/recordings';
import { useDatabase } from '../support/postgres';
import {
  aCall,
  aLead,
  aLeg,
  anEntry,
  aPromise,
  aRecording,
  aTalk,
  journal,
  NINE,
} from '../support/records';

const database = useDatabase();

/** Every table that the journal writes, for comparing the whole before and after. */
async function everything(): Promise<unknown> {
  const tables = ['call', 'leg', 'queue_entry', 'lead', 'promise', 'recording', 'agent_state'];
  const rows = await Promise.all(tables.map((table) => database.db(table).orderBy(1).select()));
  const others = ['event', 'alarm', 'audit'];
  const counts = await Promise.all(others.map((table) => database.db(table).count()));
  return { rows, counts };
}

describe('each record comes back as it was written', () => {
  test('a call that is over, to the millisecond', async () => {
    const people = { leadId: aLead().id, customerId: aLead().id };
    const call = aTalk({ ...people, noPop: true, menu: 'complaint' });
    await applyJournal(database.db, journal({ kind: 'call.saved', call }));
    expect(await findCall(database.db, call.id)).toEqual(call);
  });

  test('a call of which little is known yet', async () => {
    const call = aCall({ storeId: null, queueId: null, from: '' });
    await applyJournal(database.db, journal({ kind: 'call.saved', call }));
    expect(await findCall(database.db, call.id)).toEqual(call);
  });

  test('sessions that stand; ended and expired ones are not loaded', async () => {
    const session = (id: string, at = NINE) =>
      openedSession({ id, personId: 'wang', at, address: '192.0.2.1', client: 'Firefox' });
    const used = { ...session('s1'), seenAt: NINE + 5 };
    const over = { ...session('s2'), end: { at: NINE, by: 'zhao', why: 'ended' as const } };
    await applyJournal(
      database.db,
      journal(
        { kind: 'session.saved', session: session('s1') },
        { kind: 'session.saved', session: session('s2') },
        { kind: 'session.saved', session: session('s3', NINE - 43_200_000) },
        { kind: 'session.saved', session: used },
      ),
    );
    await applyJournal(database.db, journal({ kind: 'session.saved', session: over }));
    expect(await loadSessions(database.db, NINE)).toEqual([used]);
  });

  test('sessions that were over long ago are swept, in batches', async () => {
    const day = 86_400_000;
    const session = (id: string, days: number, end?: SessionSnapshot['end']) => ({
      ...openedSession({
        ...{ id, personId: 'wang', at: Date.now() - days * day },
        ...{ address: '192.0.2.1', client: 'Firefox' },
      }),
      ...(end && { end }),
    });
    const ended = (days: number) => ({
      ...{ at: Date.now() - days * day, by: 'wang', why: 'ended' as const },
    });
    const old = SESSIONS_KEPT_DAYS + 1;
    await applyJournal(
      database.db,
      journal(
        ...[
          session('expired', old),
          session('ended', old, ended(old)),
          session('lately', old, ended(1)),
          session('stands', 0),
        ].map((one) => ({ kind: 'session.saved', session: one }) as const),
      ),
    );
    const swept = [];
    for (let turn = 0; turn < 3; turn += 1) swept.push(await sweepSessions(database.db, 1));
    expect(swept).toEqual([1, 1, 0]);
    expect(await database.db('session').orderBy('id').pluck<string[]>('id')).toEqual([
      ...['lately', 'stands'],
    ]);
  });

  test('tokens of programs that stand; revoked and expired ones are not loaded', async () => {
    const token = (id: string, expiresAt = NINE + 1) => ({
      ...{ id, personId: 'wang', name: 'wallboard', rights: ['store.read' as const] },
      ...{ stores: ['bj01'], hash: `hash of ${id}`, createdAt: NINE, expiresAt, usedAt: null },
    });
    const used = { ...token('t1'), stores: null, usedAt: NINE + 5 };
    await applyJournal(
      database.db,
      journal(
        { kind: 'token.saved', token: used },
        { kind: 'token.saved', token: token('t2') },
        { kind: 'token.saved', token: token('t3', NINE) },
        { kind: 'token.saved', token: token('t4') },
      ),
    );
    const revoked = { ...token('t2'), revoked: { at: NINE, by: 'zhao' } };
    await applyJournal(database.db, journal({ kind: 'token.saved', token: revoked }));
    expect(await loadApiTokens(database.db, NINE)).toEqual([used, token('t4')]);
  });

  test('own passwords, second factors and acknowledgements; of the last the first time stays', async () => {
    const credential = {
      ...{ personId: 'wang', hash: 'h', oneTime: true, insteadOf: null, changedAt: NINE },
    };
    const factor = {
      ...{ personId: 'wang', state: 'on' as const, sealed: 's', lastStep: 58_000_000 },
      ...{ recovery: ['a', 'b'], changedAt: NINE },
    };
    const acknowledgement = { personId: 'wang', version: '1', at: NINE };
    await applyJournal(
      database.db,
      journal(
        { kind: 'credential.saved', credential },
        { kind: 'factor.saved', factor },
        { kind: 'acknowledgement.saved', acknowledgement },
      ),
    );
    const later = { ...acknowledgement, at: NINE + 5 };
    const own = { ...credential, oneTime: false, insteadOf: 'plan' };
    const off = { ...factor, state: 'off' as const, sealed: null, lastStep: 0, recovery: [] };
    expect(await loadSecondFactors(database.db)).toEqual([factor]);
    await applyJournal(
      database.db,
      journal(
        { kind: 'acknowledgement.saved', acknowledgement: later },
        { kind: 'credential.saved', credential: own },
        { kind: 'factor.saved', factor: off },
      ),
    );
    expect(await loadCredentials(database.db)).toEqual([own]);
    expect(await loadSecondFactors(database.db)).toEqual([off]);
    expect(await loadAcknowledgements(database.db)).toEqual([acknowledgement]);
  });

  test('legs and queue entries, in the order they began', async () => {
    const callId = aCall().id;
    const agent = aLeg({
      callId,
      role: 'agent',
      agentId: 'wang',
      startedAt: NINE + 5,
      ringingAt: NINE + 50,
      answeredAt: NINE + 4000,
      endedAt: NINE + 9000,
      endCause: 'partner-left',
    });
    const far = { trunkId: 'carrier', status: 503, q850: 34 };
    const caller = aLeg({ callId, far });
    const entry = anEntry({ callId, endedAt: NINE + 7, outcome: 'connected' });
    await applyJournal(
      database.db,
      journal(
        { kind: 'leg.saved', leg: agent },
        { kind: 'leg.saved', leg: caller },
        { kind: 'entry.saved', entry },
      ),
    );
    expect(await legsOfCall(database.db, callId)).toEqual([caller, agent]);
    expect(await entriesOfCall(database.db, callId)).toEqual([entry]);
  });

  test('the place of a consultation, which ends at the latest when the next app begins', async () => {
    const callId = aCall().id;
    const [one, two] = [NINE, NINE + 5].map((joinedAt) =>
      anEntry({ callId, joinedAt, askedBy: 'wang' }),
    );
    const caller = anEntry({ callId, joinedAt: NINE });
    if (!one || !two) throw new Error('two were made');
    await applyJournal(
      database.db,
      journal(...[one, caller, two].map((entry) => ({ kind: 'entry.saved' as const, entry })), {
        kind: 'consults.swept',
        endedAt: NINE + 3,
      }),
    );
    const swept = { ...one, endedAt: NINE + 3, outcome: 'closed' };
    expect(new Set(await entriesOfCall(database.db, callId))).toEqual(
      new Set([swept, caller, two]),
    );
    await applyJournal(database.db, journal({ kind: 'consults.swept', endedAt: NINE + 9 }));
    expect((await entriesOfCall(database.db, callId)).at(-1)).toEqual({
      ...two,
      ...{ endedAt: NINE + 9, outcome: 'closed' },
    });
  });

  test('a lead, empty but for its number', async () => {
    const lead = aLead();
    await applyJournal(database.db, journal({ kind: 'lead.opened', lead }));
    expect(await findLead(database.db, lead.id)).toEqual({
      ...lead,
      ...{ name: '', ownerId: null, numberConfirmed: false },
      ...{ kind: null, level: null, channel: null },
    });
  });

  test('open promises, the most urgent first', async () => {
    const later = aPromise({ number: '1', dueAt: NINE + 2 });
    const sooner = aPromise({ number: '2', dueAt: NINE + 1 });
    const kept = aPromise({ number: '3', state: 'kept' });
    await applyJournal(
      database.db,
      journal(
        { kind: 'promise.saved', promise: later },
        { kind: 'promise.saved', promise: sooner },
        { kind: 'promise.saved', promise: kept },
      ),
    );
    expect(await loadOpenPromises(database.db)).toEqual([sooner, later]);
  });

  test('an open promise with the owner of its lead', async () => {
    const lead = aLead();
    const promise = aPromise({ leadId: lead.id });
    await applyJournal(
      database.db,
      journal({ kind: 'lead.opened', lead }, { kind: 'promise.saved', promise }),
    );
    await database.db('lead').where({ id: lead.id }).update({ owner_id: 'dan' });
    expect(await loadOpenPromises(database.db)).toEqual([{ ...promise, ownerId: 'dan' }]);
  });

  test('what each agent wanted', async () => {
    const agents = [
      { id: 'chen', intent: { is: 'logged-out' as const }, since: NINE },
      {
        ...{ id: 'kang', intent: { is: 'ready' as const }, since: NINE },
        wrapUp: { callId: 'call-1', since: NINE + 1, until: NINE + 60_000 },
      },
      { id: 'li', intent: { is: 'not-ready' as const, reason: '午休' }, since: NINE + 1 },
      {
        id: 'wang',
        intent: { is: 'ready' as const },
        since: NINE + 2,
        seat: 's1',
        desktop: true as const,
      },
    ];
    await applyJournal(
      database.db,
      journal(...agents.map((agent) => ({ kind: 'agent.saved' as const, agent }))),
    );
    expect(await loadAgentStates(database.db)).toEqual(agents);
  });

  test('what was ordered of each hotline last', async () => {
    const closed = { number: '400', closure: { since: NINE, until: null, by: 'chen' } };
    const limited = { number: '401', closure: { since: NINE, until: NINE + 1, by: 'zhao' } };
    const message = { prompt: 'message-402', since: NINE, until: NINE + 5, by: 'chen' };
    const ordered = [closed, limited, { number: '402', closure: null, message }];
    await applyJournal(
      database.db,
      journal(...ordered.map((hotline) => ({ kind: 'hotline.saved' as const, hotline }))),
    );
    expect(await loadHotlineOrders(database.db)).toEqual(ordered);
    const opened = { number: '400', closure: null };
    await applyJournal(database.db, journal({ kind: 'hotline.saved', hotline: opened }));
    expect((await loadHotlineOrders(database.db))[0]).toEqual(opened);
  });

  test('who is blocked at which store, as it was said last', async () => {
    const block = {
      storeId: 'bj01',
      number: '+8613800138000',
      reason: 'x',
      by: 'chen',
      since: NINE,
    };
    const blocks = [
      { ...block, until: null },
      { ...block, storeId: 'sh01', until: NINE + 1 },
    ];
    await applyJournal(
      database.db,
      journal(...blocks.map((one) => ({ kind: 'block.saved' as const, block: one }))),
    );
    expect(await loadBlocks(database.db)).toEqual(blocks);
    const lifted = { ...block, by: 'zhao', until: NINE + 5 };
    await applyJournal(database.db, journal({ kind: 'block.saved', block: lifted }));
    expect((await loadBlocks(database.db))[0]).toEqual(lifted);
  });

  test('alarms and audit notes', async () => {
    const [alarm, ofStore, note] = journal(
      { kind: 'alarm.raised', code: 'OVER_CAPACITY', detail: 'all full' },
      { kind: 'alarm.raised', code: 'DESKTOPS_GONE', detail: '', storeId: 'bj01' },
      { kind: 'audit.noted', who: 'chen', what: 'recording.heard', subject: 'r1' },
    );
    await applyJournal(database.db, [alarm!, ofStore!, note!]);
    const at = new Date(NINE);
    expect(await database.db('alarm').orderBy('code', 'desc').select()).toEqual([
      { id: alarm!.id, at, code: 'OVER_CAPACITY', detail: 'all full', store_id: null },
      { id: ofStore!.id, at, code: 'DESKTOPS_GONE', detail: '', store_id: 'bj01' },
    ]);
    expect(await database.db('audit').select()).toEqual([
      { id: note!.id, at: new Date(NINE), who: 'chen', what: 'recording.heard', subject: 'r1' },
    ]);
  });

  test('what PostgreSQL keeps in no text comes as U+FFFD, and holds nothing up', async () => {
    const spoilt = { kind: 'audit.noted', who: 'a\0b', what: '\ud800', subject: '😀\udc00\\u0000' };
    await applyJournal(database.db, journal(spoilt as never));
    expect(await database.db('audit').select('who', 'what', 'subject')).toEqual([
      { who: 'a\ufffdb', what: '\ufffd', subject: '😀\ufffd\\u0000' },
    ]);
  });

  test('the entries themselves', async () => {
    const call = aCall();
    const [entry] = journal({ kind: 'call.saved', call });
    await applyJournal(database.db, [entry!]);
    expect(await database.db('event').select()).toEqual([
      { id: entry!.id, at: new Date(NINE), kind: 'call.saved', data: entry!.record },
    ]);
  });
});

describe('what is counted by the day', () => {
  test('the budgets come back as they were when the last change was written', async () => {
    const who = { agentId: 'wang', storeId: 'bj01' };
    const { day } = attempted(UNUSED, who, 0, NINE);
    const hour = 3_600_000;
    const steps = [
      attempted(UNUSED, who, 7, NINE - hour - 1),
      ...[attempted(UNUSED, who, 15, NINE), attempted(UNUSED, who, 45, NINE)],
    ].map((step) => changeOf(UNUSED, step)!);
    const paused = { 'person wang': NINE + hour };
    await applyJournal(
      database.db,
      journal(...steps.map((change) => ({ kind: 'dial.counted' as const, change })), {
        kind: 'dial.counted',
        change: { attempts: [], day, spent: {}, paused },
      }),
    );
    const late = { attempts: [], day: day - 1, spent: { 'store sh01': 5 }, paused: {} };
    await applyJournal(database.db, journal({ kind: 'dial.counted', change: late }));
    expect(await loadDialBudget(database.db, NINE)).toEqual({
      attempts: [
        { at: NINE, who },
        { at: NINE, who },
      ],
      ...{
        day,
        spent: new Map([
          ['person wang', 45],
          ['store bj01', 45],
        ]),
      },
      broken: new Map(Object.entries(paused)),
    });
    expect(await database.db('dial_attempt').count()).toEqual([{ count: '2' }]);
  });

  test('how full a trunk was', async () => {
    const use = { day: 20_514, used: 30, peak: 31, fullMs: 60_001, since: NINE, nearFull: false };
    const saved = (peak: number) =>
      ({ kind: 'trunk.saved', trunkId: 'carrier', use: { ...use, peak } }) as const;
    await applyJournal(database.db, journal(saved(30), saved(31)));
    expect(await loadTrunkUses(database.db)).toEqual(new Map([['carrier', use]]));
  });
});

describe('replaying', () => {
  test('a batch twice changes nothing the second time', async () => {
    const call = aTalk();
    const batch = journal(
      { kind: 'lead.opened', lead: aLead() },
      { kind: 'call.saved', call },
      { kind: 'leg.saved', leg: aLeg({ callId: call.id }) },
      { kind: 'entry.saved', entry: anEntry({ callId: call.id }) },
      { kind: 'promise.saved', promise: aPromise() },
      { kind: 'recording.saved', recording: aRecording({ callId: call.id }) },
      { kind: 'agent.saved', agent: { id: 'wang', intent: { is: 'ready' }, since: NINE } },
      { kind: 'alarm.raised', code: 'MEDIA_FULL', detail: '' },
      { kind: 'audit.noted', who: 'a', what: 'b', subject: 'c' },
    );
    expect(await applyJournal(database.db, batch)).toHaveLength(1);
    const before = await everything();
    expect(await applyJournal(database.db, batch)).toEqual([]);
    expect(await everything()).toEqual(before);
  });

  test('an old batch does not undo a newer one', async () => {
    const call = aCall();
    const old = journal({ kind: 'call.saved', call });
    const closed: CallSnapshot = { ...call, state: 'closed', outcome: 'left', endedAt: NINE + 9 };
    await applyJournal(database.db, old);
    await applyJournal(database.db, journal({ kind: 'call.saved', call: closed }));
    await applyJournal(database.db, old);
    expect(await findCall(database.db, call.id)).toEqual(closed);
  });

  test('writes only the newest of several snapshots in a batch', async () => {
    const call = aCall();
    const snapshots = (['routing', 'queued', 'offered', 'talking'] as const).map((state) => ({
      kind: 'call.saved' as const,
      call: { ...call, state },
    }));
    await applyJournal(database.db, journal(...snapshots));
    expect((await findCall(database.db, call.id))?.state).toBe('talking');
    // xmax names the transaction that replaced a row version: none, when it was written once.
    const [row] = await database.db('call').select(database.db.raw('xmax::text as xmax'));
    expect(row).toEqual({ xmax: '0' });
  });

  test('a leg may come before its call, also in an earlier batch', async () => {
    const call = aCall();
    const leg = aLeg({ callId: call.id });
    await applyJournal(database.db, journal({ kind: 'leg.saved', leg }));
    await applyJournal(database.db, journal({ kind: 'call.saved', call }));
    expect(await legsOfCall(database.db, call.id)).toEqual([leg]);
  });

  test('writes nothing of a batch that fails', async () => {
    const bad = journal({ kind: 'call.saved', call: aCall() }, { kind: 'leg.saved', leg: aLeg() });
    const broken = { ...aCall(), arrivedAt: null as unknown as number };
    bad.push(...journal({ kind: 'call.saved', call: broken }));
    const before = await everything();
    await expect(applyJournal(database.db, bad)).rejects.toThrow(/arrived_at/);
    expect(await everything()).toEqual(before);
  });

  test('an empty batch does nothing', async () => {
    expect(await applyJournal(database.db, [])).toEqual([]);
  });

  test('keeps what people wrote into a lead when its opening is replayed under another id', async () => {
    const lead = aLead();
    await applyJournal(database.db, journal({ kind: 'lead.opened', lead }));
    await database.db('lead').update({ name: '张伟', owner_id: 'wang' });
    await applyJournal(database.db, journal({ kind: 'lead.opened', lead }));
    expect(await findLead(database.db, lead.id)).toMatchObject({ name: '张伟', ownerId: 'wang' });
  });
});

describe('a recording is filed with its call, lead and customer (A12)', () => {
  const leadId = aLead().id;
  const customerId = aLead().id;
  const filed = { leadId, customerId, agentId: 'wang', storeId: 'bj01' };

  test('when both come in one batch, whichever is first', async () => {
    const call = aTalk({ leadId, customerId });
    const recording = aRecording({ callId: call.id });
    const stored = await applyJournal(
      database.db,
      journal({ kind: 'recording.saved', recording }, { kind: 'call.saved', call }),
    );
    expect(stored).toEqual([{ recordingId: recording.id, callId: call.id, at: NINE }]);
    expect(await recordingsOfCall(database.db, call.id)).toEqual([
      {
        id: recording.id,
        callId: call.id,
        ...filed,
        state: 'stored',
        path: '2026/03/02/x.wav',
        folder: 2,
        startedAt: NINE + 4_002,
        durationMs: 60_000,
        bytes: 1_920_044,
        sha256: 'a'.repeat(64),
        failure: null,
        gapsMs: { 'edge-killed': 1940 },
        reconciles: true,
      },
    ]);
  });

  test.each([
    ['it was the last talk', {}],
    ['he was sent on, and gave up', { talkStartedAt: null, firstTalkAt: NINE + 4_000 }],
    ['of his talk nothing is known after a fall', { talkStartedAt: null }],
  ])('when the call learns its lead after the recording was written: %s', async (_what, parts) => {
    const call = aTalk({ state: 'wrapping-up', ...parts });
    const recording = aRecording({ callId: call.id });
    await applyJournal(
      database.db,
      journal({ kind: 'call.saved', call }, { kind: 'recording.saved', recording }),
    );
    expect(await findRecording(database.db, recording.id)).toMatchObject({ leadId: null });
    await applyJournal(
      database.db,
      journal({ kind: 'call.saved', call: { ...call, leadId, customerId } }),
    );
    expect(await findRecording(database.db, recording.id)).toMatchObject(filed);
  });

  test.each([
    ['while his talk was the last one', NINE + 10_000, 'li'],
    ['before the last one, by who had picked up', NINE + 4_002, 'wang'],
  ])(
    'with its agent, when only the edge knew of it: begun %s',
    async (_when, startedAt, agentId) => {
      const call = aTalk({ leadId, agentId: 'li', talkStartedAt: NINE + 9_000 });
      const leg = aLeg({
        callId: call.id,
        role: 'agent',
        agentId: 'wang',
        answeredAt: NINE + 4_000,
      });
      const { file } = aRecording();
      const recording = aRecording({
        ...{ callId: call.id, file: file.result === 'stored' ? { ...file, startedAt } : file },
      });
      await applyJournal(
        database.db,
        journal(
          { kind: 'call.saved', call },
          { kind: 'leg.saved', leg },
          { kind: 'recording.saved', recording },
        ),
      );
      expect(await findRecording(database.db, recording.id)).toMatchObject({ leadId, agentId });
    },
  );

  test('but keeps what its own record says', async () => {
    const call = aTalk({ leadId, agentId: 'wang' });
    const recording = aRecording({ callId: call.id, agentId: 'li' });
    await applyJournal(
      database.db,
      journal({ kind: 'call.saved', call }, { kind: 'recording.saved', recording }),
    );
    expect(await findRecording(database.db, recording.id)).toMatchObject({ leadId, agentId: 'li' });
  });

  test('and one that failed is kept with its reason, but not told as stored', async () => {
    const recording = aRecording({ file: { result: 'failed', reason: 'disk full' } });
    const stored = await applyJournal(database.db, journal({ kind: 'recording.saved', recording }));
    expect(stored).toEqual([]);
    expect(await findRecording(database.db, recording.id)).toMatchObject({
      state: 'failed',
      failure: 'disk full',
      path: null,
      bytes: null,
    });
  });
});

describe('one open promise per number and hotline', () => {
  const openIds = async (): Promise<string[]> =>
    (await loadOpenPromises(database.db)).map((promise) => promise.id);

  test('one moves to another number, also to where one was that moves on with it', async () => {
    const [first, second] = [aPromise(), aPromise({ number: '+8613900000003' })];
    const saved = (promise: PromiseSnapshot) => ({ kind: 'promise.saved', promise }) as const;
    await applyJournal(database.db, journal(saved(first), saved(second)));
    const moved = [
      { ...first, number: second.number },
      { ...second, number: '+8613900000004' },
    ];
    await applyJournal(database.db, journal(...moved.map(saved)));
    const loaded = await loadOpenPromises(database.db);
    expect(loaded.map(({ id, number, state }) => [id, number, state])).toEqual(
      expect.arrayContaining(moved.map(({ id, number }) => [id, number, 'open'])),
    );
  });

  test('a second one joins the first and keeps the earliest due time', async () => {
    const first = aPromise({ dueAt: NINE + 10 });
    const second = aPromise({ dueAt: NINE + 20 });
    await applyJournal(database.db, journal({ kind: 'promise.saved', promise: first }));
    await applyJournal(database.db, journal({ kind: 'promise.saved', promise: second }));
    expect(await loadOpenPromises(database.db)).toEqual([{ ...first, callId: second.callId }]);
  });

  test('also when both are in one batch', async () => {
    const first = aPromise({ dueAt: NINE + 20 });
    const second = aPromise({ dueAt: NINE + 10 });
    await applyJournal(
      database.db,
      journal(
        { kind: 'promise.saved', promise: first },
        { kind: 'promise.saved', promise: second },
      ),
    );
    expect(await loadOpenPromises(database.db)).toEqual([
      { ...first, callId: second.callId, dueAt: NINE + 10 },
    ]);
  });

  test('the same one is updated in place', async () => {
    const promise = aPromise();
    await applyJournal(database.db, journal({ kind: 'promise.saved', promise }));
    const moved = { ...promise, dueAt: NINE + 5, callId: aCall().id };
    await applyJournal(database.db, journal({ kind: 'promise.saved', promise: moved }));
    expect(await loadOpenPromises(database.db)).toEqual([moved]);
  });

  test('another hotline or number is another promise', async () => {
    const promises = [aPromise(), aPromise({ hotline: '401' }), aPromise({ number: '1381' })];
    await applyJournal(
      database.db,
      journal(...promises.map((promise) => ({ kind: 'promise.saved' as const, promise }))),
    );
    expect(await openIds()).toHaveLength(3);
  });

  test('one that is kept makes room for the next, and ends any that stood for the same person', async () => {
    const first = aPromise();
    const joined = aPromise();
    await applyJournal(database.db, journal({ kind: 'promise.saved', promise: first }));
    await applyJournal(database.db, journal({ kind: 'promise.saved', promise: joined }));
    await applyJournal(
      database.db,
      journal({ kind: 'promise.saved', promise: { ...joined, state: 'kept' } }),
    );
    expect(await openIds()).toEqual([]);
    const next = aPromise();
    await applyJournal(database.db, journal({ kind: 'promise.saved', promise: next }));
    expect(await openIds()).toEqual([next.id]);
  });
});

test('open calls are those whose last snapshot is not closed', async () => {
  const waiting = aCall({ arrivedAt: NINE + 1 });
  const talking = aCall({ state: 'talking', arrivedAt: NINE });
  await applyJournal(
    database.db,
    journal(
      { kind: 'call.saved', call: waiting },
      { kind: 'call.saved', call: talking },
      { kind: 'call.saved', call: aTalk() },
    ),
  );
  expect(await loadOpenCalls(database.db)).toEqual([talking, waiting]);
});

test('five hundred calls in one batch take one statement a table', async () => {
  const asked = jest.spyOn(Client.prototype, 'query');
  const calls = Array.from({ length: 500 }, () => aCall());
  await applyJournal(
    database.db,
    journal(
      ...calls.map((call) => ({ kind: 'call.saved' as const, call })),
      ...calls.map((call) => ({ kind: 'leg.saved' as const, leg: aLeg({ callId: call.id }) })),
    ),
  );
  // begin, event, call, leg, commit
  expect(asked).toHaveBeenCalledTimes(5);
  asked.mockRestore();
  expect(await database.db('leg').count()).toEqual([{ count: '500' }]);
});
