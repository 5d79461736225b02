import type { RatingSnapshot } from '../../src/domain/records';
import { agentRatings } from '../../src/reports';
import { applyJournal } from '../../src/store/apply-journal';
import { ratingsOfCall } from '../../src/store/ratings';
import { useDatabase } from '../support/postgres';
import { aCall, journal, NINE } from '../support/records';

const database = useDatabase();

const aRating = (change: Partial<RatingSnapshot> = {}): RatingSnapshot => ({
  ...{ callId: aCall().id, agentId: 'wang', storeId: 'bj01', queueId: 'sales', at: NINE },
  ...{ score: 4, settled: null },
  ...change,
});
const save = (...ratings: RatingSnapshot[]) =>
  applyJournal(
    database.db,
    journal(...ratings.map((rating) => ({ kind: 'rating.saved', rating }) as const)),
  );

test('a rating comes back as it was said last, each talk of a call by itself', async () => {
  const first = aRating();
  const second = { ...first, agentId: 'li', at: NINE + 5, score: 1 };
  await save(first, second);
  await save({ ...first, settled: true });
  expect(await ratingsOfCall(database.db, first.callId)).toEqual([
    { ...first, settled: true },
    second,
  ]);
});

test('the mean of each agent, of his store and in the span', async () => {
  const at = NINE + 1_000_000;
  await save(
    ...[aRating({ at, score: 5, settled: true }), aRating({ at, score: 4, settled: false })],
    ...[aRating({ at, score: 4 }), aRating({ at, agentId: 'li', score: 2, settled: true })],
    ...[aRating({ at: at + 10, score: 1 }), aRating({ at, storeId: 'sh01', score: 1 })],
  );
  const asked = { storeIds: ['bj01'], from: at, to: at + 10 };
  expect(await agentRatings(database.db, asked)).toEqual([
    { agentId: 'li', ratings: 1, mean: 2, settled: 1, notSettled: 0 },
    { agentId: 'wang', ratings: 3, mean: 4.33, settled: 1, notSettled: 1 },
  ]);
});
