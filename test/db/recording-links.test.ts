import type { AlarmRaised } from '../../src/domain/alarm';
import type { JournalEntry } from '../../src/domain/records';
import { UnlinkedRecordings } from '../../src/engine/unlinked-recordings';
import { applyJournal } from '../../src/store/apply-journal';
import { recordingLinks } from '../../src/store/recording-links';
import { findRecording } from '../../src/store/recordings';
import { useDatabase } from '../support/postgres';
import { aCall, aLead, aLeg, aRecording, aTalk, journal } from '../support/records';

const database = useDatabase();
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('an unlinked recording is an alarm', () => {
  const lives: UnlinkedRecordings[] = [];
  const alarms: AlarmRaised[] = [];
  let heard: () => void = () => undefined;

  /** One life of the app: what it applies is watched, what it raises is heard. */
  const life = (graceMs = 1): { apply: (entries: JournalEntry[]) => Promise<void> } => {
    const watch = new UnlinkedRecordings({
      ...{ links: recordingLinks(database.db), now: () => Date.now(), log, graceMs },
      submit: (event) => {
        if (event.type === 'alarm.raised') alarms.push(event);
        heard();
      },
      written: () => Promise.resolve(),
      standing: () => [],
    });
    lives.push(watch);
    watch.start();
    return {
      apply: async (entries) => {
        const stored = await applyJournal(database.db, entries);
        const unlinked = stored.filter((one) => one.unlinked).map(({ callId }) => callId);
        watch.applied(entries, unlinked);
      },
    };
  };
  const nextAlarm = (): Promise<void> => new Promise((resolve) => (heard = resolve));
  const restart = async (): Promise<ReturnType<typeof life>> => {
    await lives.at(-1)?.stop();
    return life();
  };

  beforeEach(() => {
    alarms.length = 0;
  });
  afterEach(async () => {
    for (const one of lives.splice(0)) await one.stop();
  });

  test('by event, once over all lives, until its call comes', async () => {
    const call = aCall({ from: '', state: 'talking', agentId: 'wang' });
    const recording = aRecording({ callId: call.id });
    const first = life();
    let told = nextAlarm();
    await first.apply(journal({ kind: 'recording.saved', recording }));
    await told;
    expect(alarms).toMatchObject([
      { code: 'RECORDING_UNLINKED', detail: `2026/03/02/x.wav (call ${call.id})` },
    ]);

    const second = await restart();
    told = nextAlarm();
    await second.apply(journal({ kind: 'call.saved', call }));
    await told;
    expect(alarms.map(({ code }) => code)).toEqual(['RECORDING_UNLINKED', 'RECORDING_LINKED']);
    expect(await findRecording(database.db, recording.id)).toMatchObject({
      ...{ leadId: null, agentId: 'wang', storeId: 'bj01' },
    });
    await lives.at(-1)?.stop();
    expect(await recordingLinks(database.db).open()).toEqual([]);
  });

  test('at a start, of what a former life left', async () => {
    await applyJournal(database.db, journal({ kind: 'recording.saved', recording: aRecording() }));
    const told = nextAlarm();
    life();
    await told;
    expect(alarms.map(({ code }) => code)).toEqual(['RECORDING_UNLINKED']);
  });

  test('is none when the call comes within the grace, nor of a recording that failed', async () => {
    const call = aCall();
    const failed = aRecording({ file: { result: 'failed', reason: 'disk full' } });
    const { apply } = life(60_000);
    await applyJournal(
      database.db,
      journal(
        { kind: 'recording.saved', recording: aRecording({ callId: call.id }) },
        { kind: 'recording.saved', recording: failed },
      ),
    );
    await apply(journal({ kind: 'call.saved', call }));
    const links = recordingLinks(database.db);
    expect(await links.open()).toEqual([]);
    expect(alarms).toEqual([]);
  });
});

describe('a recording is filed', () => {
  test('in one transaction with its call and lead', async () => {
    const lead = aLead();
    const call = aTalk({ leadId: lead.id, customerId: lead.id });
    const recording = aRecording({ callId: call.id });
    await applyJournal(
      database.db,
      journal(
        { kind: 'recording.saved', recording },
        { kind: 'call.saved', call },
        { kind: 'lead.opened', lead },
      ),
    );
    const { db } = database;
    const rows = await Promise.all(
      ['lead', 'call', 'recording'].map((table) => db(table).select(db.raw('xmin::text as trx'))),
    );
    expect(new Set(rows.flat().map(({ trx }: { trx: string }) => trx)).size).toBe(1);
    expect(await findRecording(db, recording.id)).toMatchObject({
      ...{ leadId: lead.id, customerId: lead.id, agentId: 'wang', storeId: 'bj01' },
    });
  });

  test.each([
    ['a known caller', { leadId: aLead().id }],
    ['a withheld number', { from: '' }],
  ])('with store and who talked, when its call comes later: %s', async (_who, parts) => {
    const call = aTalk({ agentId: 'li', talkStartedAt: aTalk().talkStartedAt! + 60_000, ...parts });
    const answeredAt = aTalk().talkStartedAt;
    const leg = aLeg({ callId: call.id, role: 'agent', agentId: 'wang', answeredAt });
    const recording = aRecording({ callId: call.id });
    await applyJournal(database.db, journal({ kind: 'recording.saved', recording }));
    await applyJournal(
      database.db,
      journal({ kind: 'leg.saved', leg }, { kind: 'call.saved', call }),
    );
    expect(await findRecording(database.db, recording.id)).toMatchObject({
      ...{ leadId: null, agentId: 'wang', storeId: 'bj01', ...(call.leadId && parts) },
    });
  });
});
