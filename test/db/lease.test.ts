import { applyJournal } from '../../src/store/apply-journal';
import { findCall } from '../../src/store/calls';
import { LeaseOver, takeLease, type Lease } from '../../src/store/lease';
import { useDatabase } from '../support/postgres';
import { aCall, journal } from '../support/records';

/** Who may write: two apps, each with the lease of its claim. */

const database = useDatabase();
const lease = (cell: string, epoch: number, holder: string): Lease => ({ cell, epoch, holder });
const saved = (cell: Lease, call = aCall()) => ({
  call,
  done: applyJournal(database.db, journal({ kind: 'call.saved', call }), cell),
});
const row = (cell: string) => database.db('app_lease').where({ cell }).first('epoch', 'holder');

test('an app writes with its lease, also before it could take it', async () => {
  const { call, done } = saved(lease('fresh', 3, 'a'));
  await done;
  expect(await findCall(database.db, call.id)).toEqual(call);
  expect(await row('fresh')).toEqual({ epoch: '3', holder: 'a' });
});

test('an app whose claim is over writes nothing behind the next one', async () => {
  const [old, next] = [lease('followed', 3, 'a'), lease('followed', 4, 'b')];
  await takeLease(database.db, old);
  await takeLease(database.db, old);
  await takeLease(database.db, next);
  const { call, done } = saved(old);
  await expect(done).rejects.toThrow(LeaseOver);
  expect(await findCall(database.db, call.id)).toBeNull();
  await saved(next).done;
  expect(await row('followed')).toEqual({ epoch: '4', holder: 'b' });
});

test('with the same epoch, from two edges, the second one is not let in and told what it must exceed', async () => {
  await takeLease(database.db, lease('two edges', 3, 'a'));
  const other = takeLease(database.db, lease('two edges', 3, 'b'));
  await expect(other).rejects.toMatchObject({ name: 'LeaseOver', seen: 3 });
});

test('while one writes the next one waits, and then has the lease', async () => {
  const [old, next] = [lease('at once', 1, 'a'), lease('at once', 2, 'b')];
  const all = await Promise.allSettled([
    ...Array.from({ length: 5 }, () => saved(old).done),
    takeLease(database.db, next),
    ...Array.from({ length: 5 }, () => saved(old).done),
  ]);
  expect(all[5]?.status).toBe('fulfilled');
  expect(await row('at once')).toEqual({ epoch: '2', holder: 'b' });
  await expect(saved(old).done).rejects.toThrow(LeaseOver);
});
