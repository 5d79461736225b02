import type { CallSnapshot } from '../../src/domain/records';
import { pickUps } from '../../src/reports/pick-ups';
import { applyJournal } from '../../src/store/apply-journal';
import { useDatabase } from '../support/postgres';
import { aCall, aTalk, journal, minutes, NINE } from '../support/records';

const database = useDatabase();

/** Calls as they arrived, each with when its talk began. */
const written = (calls: CallSnapshot[]) =>
  applyJournal(
    database.db,
    journal(...calls.map((call) => ({ kind: 'call.saved' as const, call }))),
  );

const talkAfter = (ms: number, arrivedAt = NINE, parts: Partial<CallSnapshot> = {}) =>
  aTalk({ arrivedAt, talkStartedAt: arrivedAt + ms, ...parts });

test('A04: by day of the store, how many hotline calls were answered within three rings', async () => {
  const nextDay = NINE + minutes(24 * 60);
  // 16:30 in London is past midnight in Beijing.
  const lateEvening = Date.UTC(2026, 2, 2, 16, 30);
  await written([
    talkAfter(15_000),
    talkAfter(15_001),
    talkAfter(900, lateEvening),
    aCall({ state: 'closed', outcome: 'left', endCause: 'hangup', endedAt: NINE + 5000 }),
    aCall({ answeredAt: NINE + 100, arrivedAt: nextDay }),
    talkAfter(100, NINE, { direction: 'outbound' }),
    talkAfter(100, NINE, { storeId: 'sh01' }),
  ]);
  const span = { from: NINE - minutes(60), to: NINE + minutes(48 * 60) };
  const report = await pickUps(database.db, { storeId: 'bj01', zone: 'Asia/Shanghai', ...span });
  expect(report).toEqual({
    ...{ ...span, zone: 'Asia/Shanghai' },
    days: [
      { day: '2026-03-02', calls: 3, talks: 2, withinThreeRings: 1 },
      { day: '2026-03-03', calls: 2, talks: 1, withinThreeRings: 1 },
    ],
  });
});
