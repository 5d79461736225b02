import { randomUUID } from 'node:crypto';
import { claimAttempt } from '../../src/domain/attempt/attempt';
import type { AttemptSnapshot, PromiseSnapshot } from '../../src/domain/records';
import { applyJournal } from '../../src/store/apply-journal';
import { findAttempt, storeAttempts } from '../../src/store/attempts';
import { openDatabase } from '../../src/store/database';
import { useDatabase } from '../support/postgres';
import { aPromise, journal, NINE } from '../support/records';

/** Who of several has a claim, and what is left of one whose app fell. */
const database = useDatabase();

const promised = async (parts: Partial<PromiseSnapshot> = {}): Promise<PromiseSnapshot> => {
  const promise = aPromise(parts);
  await applyJournal(database.db, journal({ kind: 'promise.saved', promise }));
  return promise;
};
const claimOf = ({ id }: PromiseSnapshot, at = NINE): AttemptSnapshot =>
  claimAttempt(
    {
      ...{ id: randomUUID(), subject: { kind: 'promise', id }, storeId: 'bj01' },
      ...{ number: '+8613800138000', callId: randomUUID() },
    },
    at,
  );
const attempts = () => storeAttempts(database.db);
const intent = (at: number) => ({ at, leaseUntil: at + 60_000, agentId: 'wang' });

test('a claim is kept as it was made, and its intent is committed once', async () => {
  const claim = claimOf(await promised());
  expect(await attempts().claim(claim)).toBe(true);
  expect(await findAttempt(database.db, claim.id)).toEqual(claim);
  const [first, second] = [
    await attempts().intend(claim.id, intent(NINE + 5000)),
    await attempts().intend(claim.id, intent(NINE + 5001)),
  ];
  expect([first, second]).toEqual([true, false]);
  expect(await findAttempt(database.db, claim.id)).toEqual({
    ...claim,
    ...{ state: 'dialling', agentId: 'wang' },
    ...{ dialledAt: NINE + 5000, leaseUntil: NINE + 65_000 },
  });
});

test('of many who claim at once one has it', async () => {
  const promise = await promised();
  const others = [1, 2, 3, 4].map(() => openDatabase(database.url));
  const tries = others.flatMap((db) =>
    [claimOf(promise), claimOf(promise)].map((one) => [db, one] as const),
  );
  const got = await Promise.all(tries.map(([db, claim]) => storeAttempts(db).claim(claim)));
  expect(got.filter(Boolean)).toHaveLength(1);
  expect(await database.db('attempt').count()).toEqual([{ count: '1' }]);
  await Promise.all(others.map((db) => db.destroy()));
});

test('who finds it locked does not wait for it', async () => {
  const promise = await promised();
  const claim = claimOf(promise);
  await database.db.transaction(async (trx) => {
    await trx('promise').where({ id: promise.id }).forUpdate();
    expect(await attempts().claim(claim)).toBe(false);
  });
  expect(await attempts().claim(claim)).toBe(true);
});

test.each(['kept', 'late', 'withdrawn'] as const)(
  'one that is %s is claimed by nobody',
  async (state) => {
    expect(await attempts().claim(claimOf(await promised({ state })))).toBe(false);
  },
);

test('nor is one that the database does not know', async () => {
  expect(await attempts().claim(claimOf(aPromise()))).toBe(false);
});

test('what a fallen app left is closed when its lease is over, and can be claimed again then', async () => {
  const [early, dialled] = [await promised({ number: '1' }), await promised({ number: '2' })];
  const [claim, sent] = [claimOf(early), claimOf(dialled)];
  await attempts().claim(claim);
  await attempts().claim(sent);
  await attempts().intend(sent.id, intent(NINE + 1000));
  expect(await attempts().closeLost(NINE + 60_000)).toEqual({ lost: [], nextAt: NINE + 61_000 });
  expect(await attempts().claim(claimOf(early))).toBe(false);

  const { lost, nextAt } = await attempts().closeLost(NINE + 120_000);
  const [a, b] = [claim, sent].map(({ id }) => lost.find((one) => one.id === id));
  expect(a).toEqual({ ...claim, state: 'done', outcome: 'lost', endedAt: NINE + 120_000 });
  expect(b).toMatchObject({ outcome: 'lost', dialledAt: NINE + 1000 });
  expect(nextAt).toBeNull();
  expect(await attempts().intend(claim.id, intent(NINE + 120_000))).toBe(false);
  expect(await attempts().claim(claimOf(early, NINE + 120_000))).toBe(true);
});

test('a lease that is over does not let anything leave, closed or not', async () => {
  const claim = claimOf(await promised());
  await attempts().claim(claim);
  expect(await attempts().intend(claim.id, intent(claim.leaseUntil))).toBe(false);
});

test('they talked: that is its outcome, also when nobody wrote how it ended', async () => {
  const claim = claimOf(await promised());
  await attempts().claim(claim);
  const attempt = { ...claim, state: 'connected' as const, connectedAt: NINE + 9000 };
  await applyJournal(database.db, journal({ kind: 'attempt.saved', attempt }));
  const { lost } = await attempts().closeLost(claim.leaseUntil);
  expect(lost).toMatchObject([{ id: claim.id, outcome: 'talk' }]);
});

test('everything rejects while the database is away', async () => {
  const away = openDatabase('postgres://127.0.0.1:1/none');
  const claim = claimOf(aPromise());
  await expect(storeAttempts(away).claim(claim)).rejects.toThrow();
  await expect(storeAttempts(away).intend(claim.id, intent(NINE))).rejects.toThrow();
  await expect(storeAttempts(away).closeLost(NINE)).rejects.toThrow();
  await away.destroy();
}, 30_000);
