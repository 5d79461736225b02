import pino from 'pino';
import { Jobs } from '../../src/jobs/boss';
import { Outside, type OutsideListener } from '../../src/jobs/outside';
import { applyJournal } from '../../src/store/apply-journal';
import { sqlOf, sweepOutside, takeOutside, writeDue } from '../../src/store/outside-events';
import { useDatabase } from '../support/postgres';
import {
  aCall,
  aLead,
  aPromise,
  aRecording,
  aTalk,
  journal,
  minutes,
  NINE,
} from '../support/records';
import { waitFor } from '../support/wait';

/** The outbox and the jobs on a real PostgreSQL. */

const database = useDatabase();
const log = pino({ level: 'silent' });

const rows = () =>
  database.db('outside_event').orderBy('seq').select('type', 'subject', 'data', 'personal');
const types = async () => (await rows()).map(({ type }: { type: string }) => type);

describe('what happened is told in the transaction that keeps it', () => {
  test('each event has one row, however often the journal is replayed', async () => {
    const call = aCall({
      ...{ state: 'closed', outcome: 'left', endCause: 'hangup' },
      endedAt: NINE + minutes(1),
    });
    const promise = aPromise({ callId: call.id });
    const batch = journal(
      { kind: 'call.saved', call: { ...call, endedAt: null, outcome: null } },
      { kind: 'lead.opened', lead: aLead() },
      { kind: 'call.saved', call },
      { kind: 'promise.saved', promise },
      { kind: 'promise.saved', promise: { ...promise, state: 'kept', endedAt: NINE + minutes(2) } },
      { kind: 'alarm.raised', code: 'MEDIA_FULL', detail: 'of 13800138000' },
    );
    await applyJournal(database.db, batch);
    const once = await rows();
    expect(once.map(({ type }: { type: string }) => type)).toEqual([
      ...['lead.opened', 'call.ended', 'call.missed'],
      ...['promise.made', 'promise.kept', 'alarm.raised'],
    ]);
    await applyJournal(database.db, batch);
    // The same facts under other entries: a call is saved again after its end.
    await applyJournal(database.db, journal({ kind: 'call.saved', call }));
    expect(await rows()).toEqual(once);
  });

  test('an alarm is of the store that it concerns, or of the whole installation', async () => {
    await applyJournal(
      database.db,
      journal(
        { kind: 'alarm.raised', code: 'DESKTOPS_GONE', detail: '', storeId: 'bj01' },
        { kind: 'alarm.raised', code: 'CLOCK_OFF', detail: '501 ms' },
      ),
    );
    expect(
      await database.db('outside_event').orderBy('seq').select('store_id', 'data'),
    ).toMatchObject([
      { store_id: 'bj01', data: { code: 'DESKTOPS_GONE' } },
      { store_id: null, data: { code: 'CLOCK_OFF' } },
    ]);
  });

  test('whatever is personal stands apart', async () => {
    const call = aTalk({ from: '+8613800138000' });
    await applyJournal(
      database.db,
      journal(
        { kind: 'call.saved', call },
        { kind: 'recording.saved', recording: aRecording({ callId: call.id }) },
      ),
    );
    const [ended, stored] = await rows();
    expect(ended).toMatchObject({ type: 'call.ended', personal: { number: '+8613800138000' } });
    expect(stored).toMatchObject({ type: 'recording.stored', personal: {} });
    expect(JSON.stringify([ended.data, stored.data])).not.toContain('138001');
  });

  test('nothing is told of what was not kept', async () => {
    const broken = { ...aTalk(), id: 'no uuid' };
    const batch = journal(
      { kind: 'call.saved', call: aTalk() },
      { kind: 'call.saved', call: broken },
    );
    await expect(applyJournal(database.db, batch)).rejects.toThrow();
    expect(await rows()).toEqual([]);
  });
});

describe('a promise falls due once', () => {
  const promise = aPromise({ dueAt: NINE + minutes(5), openedAt: NINE });

  test('when its moment is over, though nobody was there; never one that is kept or old', async () => {
    const kept = aPromise({ number: '+8613800138001', state: 'kept', dueAt: NINE });
    const old = aPromise({ number: '+8613800138002', dueAt: NINE - minutes(8 * 24 * 60) });
    await applyJournal(
      database.db,
      journal(
        { kind: 'promise.saved', promise },
        { kind: 'promise.saved', promise: kept },
        { kind: 'promise.saved', promise: old },
      ),
    );
    const due = async () => (await rows()).filter(({ type }) => type === 'promise.due');
    expect(await writeDue(database.db, NINE + minutes(4))).toBe(0);
    expect(await writeDue(database.db, NINE + minutes(6))).toBe(1);
    expect(await due()).toMatchObject([{ subject: promise.id, data: { state: 'open' } }]);
    expect(await writeDue(database.db, NINE + minutes(7))).toBe(0);
    const retold = { kind: 'promise.saved', promise: { ...promise, tries: 1 } } as const;
    await applyJournal(database.db, journal(retold));
    expect(await writeDue(database.db, NINE + minutes(8))).toBe(0);
    expect(await due()).toHaveLength(1);
  });
});

describe('the outbox', () => {
  const outsideOf = (listeners: OutsideListener[]) =>
    new Outside({
      take: (most, hand) =>
        takeOutside(database.db, most, async (events, trx) => hand(events, await sqlOf(trx))),
      writeDue: () => Promise.resolve(0),
      ready: () => Promise.resolve(),
      now: () => NINE,
      ...{ listeners, log, everyMs: 10 },
    });

  test('what one of its listeners could not take comes again to all, in order, and then no more', async () => {
    const calls = Array.from({ length: 3 }, () => aTalk());
    await applyJournal(
      database.db,
      journal(...calls.map((call) => ({ kind: 'call.saved', call }) as const)),
    );
    const heard: string[][] = [];
    let falls = 1;
    const outside = outsideOf([
      (events) => {
        heard.push(events.map(({ subject }) => subject));
        return Promise.resolve();
      },
      async (_events, sql) => {
        await sql.executeSql(`insert into setting (key, value) values ('seen', '1')`);
        if (falls-- > 0) throw new Error('could not');
      },
    ]);
    outside.start();
    await waitFor(
      'the listener',
      async () => (await database.db('setting').where({ key: 'seen' })).length > 0,
    );
    const later = aTalk();
    await applyJournal(database.db, journal({ kind: 'call.saved', call: later }));
    await database.db('setting').where({ key: 'seen' }).delete();
    outside.wake();
    await waitFor('the later one', () => heard.length === 3);
    await outside.stop();
    const ids = calls.map(({ id }) => id);
    expect(heard).toEqual([ids, ids, [later.id]]);
  });

  test('old events go', async () => {
    await applyJournal(database.db, journal({ kind: 'call.saved', call: aTalk() }));
    expect(await sweepOutside(database.db, 10)).toBe(0);
    await database.db('outside_event').update({ written_at: new Date(NINE - minutes(60)) });
    expect(await sweepOutside(database.db, 10)).toBe(1);
    expect(await types()).toEqual([]);
  });
});

describe('jobs', () => {
  const jobsOf = () => new Jobs({ url: database.url, ready: () => Promise.resolve(), log });
  const queue = { name: 'told', retries: 1, retrySeconds: 1, expireSeconds: 60 };
  const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
  let jobs: Jobs;
  beforeEach(async () => {
    jobs = jobsOf();
    jobs.start();
    await new Promise<void>((resolve) => jobs.onStarted(resolve));
    await jobs.dropQueue('told');
    await jobs.dropQueue('lost');
    await jobs.queue({ ...queue, name: 'lost', retries: 0 });
    await jobs.queue({ ...queue, deadLetter: 'lost' });
  });
  afterEach(() => jobs.stop());

  test('come in their order; one that fails is tried again, and then lies with the dead', async () => {
    const seen: string[] = [];
    const send = [1, 2, 3].map((n) => ({ id: id(n), data: { n } }));
    await jobs.send('told', send);
    jobs.work<{ n: number }>('told', { everyMs: 20 }, ({ data: { n }, attempt, isLast }) => {
      seen.push(`${n}${isLast ? ' last' : ''}, try ${attempt}`);
      return n === 2 ? Promise.reject(new Error('no')) : Promise.resolve();
    });
    const dead: number[] = [];
    jobs.work<{ n: number }>('lost', { everyMs: 20 }, ({ data }) => {
      dead.push(data.n);
      return Promise.resolve();
    });
    await waitFor('the dead one', () => dead.length > 0);
    expect(seen).toEqual(['1, try 1', '2, try 1', '3, try 1', '2 last, try 2']);
    expect(dead).toEqual([2]);
  });

  test('are there with the transaction that made them, or are not', async () => {
    const send = (n: number, ends: boolean) =>
      database.db.transaction(async (trx) => {
        await jobs.send('told', [{ id: id(n), data: {} }], await sqlOf(trx));
        if (ends) throw new Error('undone');
      });
    await expect(send(1, true)).rejects.toThrow('undone');
    await send(2, false);
    expect(await jobs.open('told', [id(1), id(2)])).toEqual(new Set([id(2)]));
  });

  test("one that an app had in hand when it was killed is the next one's at once", async () => {
    await jobs.send('told', [{ id: id(1), data: {} }]);
    let begun = false;
    jobs.work('told', { everyMs: 20 }, (_job, signal) => {
      begun = true;
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject()));
    });
    await waitFor('the job', () => begun);
    const next = jobsOf();
    next.start();
    const again = new Promise<number>((resolve) =>
      next.work('told', { everyMs: 20 }, ({ attempt }) => Promise.resolve(resolve(attempt))),
    );
    expect(await again).toBe(2);
    await next.stop();
  });
});
