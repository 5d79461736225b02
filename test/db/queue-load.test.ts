import { queueLoad } from '../../src/reports';
import { applyJournal } from '../../src/store/apply-journal';
import { useDatabase } from '../support/postgres';
import { aCall, aTalk, journal, NINE } from '../support/records';

const database = useDatabase();
const WEEK = 7 * 86_400_000;
/** Midnight in Beijing of the day of `NINE`. */
const MIDNIGHT = NINE - 123 - 9 * 3_600_000;
const DAY = [MIDNIGHT, MIDNIGHT + 86_400_000] as const;
const BEFORE = [MIDNIGHT - WEEK, MIDNIGHT - WEEK + 86_400_000] as const;

/** A whole call, moved by so much. */
const moved = (by: number, parts: object = {}) => {
  const talk = aTalk();
  const at = (instant: number | null) => (instant === null ? null : instant + by);
  return {
    ...talk,
    ...{ arrivedAt: talk.arrivedAt + by, talkStartedAt: at(talk.talkStartedAt) },
    ...{ endedAt: at(talk.endedAt), ...parts },
  };
};

test('counts callers by quarters over the days, talks, and how long callers waited', async () => {
  const quarter = 900_000;
  const left = { outcome: 'left', talkStartedAt: null } as const;
  const calls = [
    moved(0),
    moved(quarter - 124),
    moved(quarter - 123),
    moved(-WEEK, { ...left, endedAt: NINE - WEEK + 20_000 }),
    // None of these is a caller of the queue on these days.
    moved(0, { queueId: 'service' }),
    moved(0, { direction: 'outbound' }),
    moved(0, { outcome: 'blocked' }),
    moved(WEEK),
    aCall(),
  ];
  await applyJournal(
    database.db,
    journal(...calls.map((call) => ({ kind: 'call.saved' as const, call }))),
  );
  const load = await queueLoad(database.db, 'sales', [DAY, BEFORE]);
  expect(load).toMatchObject({ days: 2, left: 1, talkMs: 60_000 });
  expect([...load.callers]).toEqual([
    [36, 3],
    [37, 1],
  ]);
  expect(load.waitedMs).toBeCloseTo(3 * 4_002 + 20_000, 3);
});

test('days on which nobody called count as days', async () => {
  expect(await queueLoad(database.db, 'sales', [[0, 86_400_000]])).toEqual({
    ...{ days: 1, talkMs: null, waitedMs: 0, left: 0 },
    callers: new Map(),
  });
});
