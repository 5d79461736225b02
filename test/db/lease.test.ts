import { DatabaseThere } from '../../src/app/database-there';
import { applyJournal } from '../../src/store/apply-journal';
import { storePlans } from '../../src/store/applying';
import { storeAttempts } from '../../src/store/attempts';
import { findCall } from '../../src/store/calls';
import { openDatabase, type Database } from '../../src/store/database';
import { endFormer, LeaseOver, takeLease, type Lease } from '../../src/store/lease';
import { useDatabase } from '../support/postgres';
import { aCall, journal } from '../support/records';
import { waitFor } from '../support/wait';

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

/** An app's pool, with what it does to the database as it becomes the active one. */
function anApp(cell: string, epoch: number, holder: string) {
  const own = lease(cell, epoch, holder);
  const db = openDatabase(database.url, undefined, own);
  opened.push(db);
  const memory: unknown[] = [];
  const plans = storePlans(db, (plan) => memory.push(plan));
  return { db, memory, plans, takesOver: () => new DatabaseThere(db, own, db).ready() };
}
const opened: Database[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((db) => db.destroy()));
});
const onlyStore = (id: string) => ({ stores: [{ id, name: id }] });
const stores = () => database.db('store').whereNull('removed_at').pluck<string[]>('id');

test('an app that hangs in a request until another has taken over writes nothing, and says why', async () => {
  const [old, next] = [anApp('hangs', 1, 'a'), anApp('hangs', 2, 'b')];
  await old.takesOver();
  await old.plans.apply(onlyStore('first'));
  const hold = await database.db.transaction();
  await hold.raw('lock table store in exclusive mode');
  const hanging = old.plans.apply(onlyStore('late')).catch((error: unknown) => error);
  await waitFor('the plan to be in mid-write', async () => {
    const { rows } = await database.db.raw<{ rows: unknown[] }>(
      `select from pg_locks where not granted and relation = 'store'::regclass`,
    );
    return rows.length > 0;
  });
  await next.takesOver();
  await hold.commit();
  expect(await hanging).toMatchObject({ code: 'TAKEN_OVER' });
  expect(await stores()).toEqual(['first']);
  expect(old.memory).toHaveLength(1);
  await expect(old.plans.apply(onlyStore('later'))).rejects.toMatchObject({ code: 'TAKEN_OVER' });
  const claimed = storeAttempts(old.db).intend(aCall().id as never, {
    at: 1,
    leaseUntil: 2,
    agentId: 'a',
  });
  await expect(claimed).rejects.toThrow(LeaseOver);
  await next.plans.apply(onlyStore('second'));
  expect(await stores()).toEqual(['second']);
});

test('what an app holds locked in mid-transaction keeps the next one from nothing', async () => {
  const [old, next] = [anApp('locks', 1, 'a'), anApp('locks', 2, 'b')];
  await old.takesOver();
  const trx = await old.db.transaction();
  await takeLease(trx, lease('locks', 1, 'a'));
  await trx('setting').insert({ key: 'late', value: '1' });
  await next.takesOver();
  await trx.commit();
  await expect(trx.executionPromise).rejects.toThrow();
  expect(await database.db('setting')).toEqual([]);
  expect(await row('locks')).toEqual({ epoch: '2', holder: 'b' });
});

test('a plan whose commit was cut is nowhere, in memory neither', async () => {
  const [old, next] = [anApp('cut', 1, 'a'), anApp('cut', 2, 'b')];
  await old.takesOver();
  // The commit waits for what is checked with it.
  await database.db.raw(`create function wait_for_test() returns trigger language plpgsql as
    'begin perform pg_advisory_xact_lock(77); return null; end'`);
  await database.db.raw(`create constraint trigger waits after insert on store
    deferrable initially deferred for each row execute function wait_for_test()`);
  const hold = await database.db.transaction();
  await hold.raw('select pg_advisory_xact_lock(77)');
  const hanging = old.plans.apply(onlyStore('late')).catch((error: unknown) => error);
  await waitFor('the plan to be in mid-commit', async () => {
    const { rows } = await database.db.raw<{ rows: unknown[] }>(
      `select from pg_stat_activity where query = 'COMMIT;' and wait_event = 'advisory'`,
    );
    return rows.length > 0;
  });
  await next.takesOver();
  await hold.rollback();
  expect(await hanging).toMatchObject({ code: 'TAKEN_OVER' });
  expect(await stores()).toEqual([]);
  expect(old.memory).toEqual([]);
  await database.db.raw('drop function wait_for_test cascade');
});

test('an app that comes late ends nothing of the one that follows it', async () => {
  const [old, next] = [anApp('late', 1, 'a'), anApp('late', 2, 'b')];
  await next.takesOver();
  const trx = await next.db.transaction();
  await expect(old.takesOver()).rejects.toMatchObject({ name: 'LeaseOver', seen: 2 });
  await endFormer(database.db, lease('late', 1, 'a'));
  await trx('setting').insert({ key: 'kept', value: '1' });
  await trx.commit();
  expect(await database.db('setting').pluck('key')).toEqual(['kept']);
});
