import { applyJournal } from '../../src/store/apply-journal';
import { findCall } from '../../src/store/calls';
import { inTransaction, prepared } from '../../src/store/statement';
import { useDatabase } from '../support/postgres';
import { aCall, aLeg, journal } from '../support/records';
import { waitFor } from '../support/wait';

const database = useDatabase();

const DOUBLE = { name: 'double', sql: 'select ?::int * 2 as twice' };

test('each is answered what it asked, though all are asked at once', async () => {
  const answers = await inTransaction(database.db, (line) =>
    Promise.all(Array.from({ length: 50 }, (_, n) => line.ask<{ twice: number }>(DOUBLE, [n]))),
  );
  expect(answers.flat().map(({ twice }) => twice)).toEqual(
    Array.from({ length: 50 }, (_, n) => 2 * n),
  );
});

test('of several that are asked at once one that fails takes all with it, and the line goes on', async () => {
  const call = aCall();
  const fails = { name: 'fails', sql: 'select 1 / ?::int' };
  const both = inTransaction(database.db, (line) =>
    Promise.all([
      line.ask({ name: 'clear', sql: 'delete from call' }, []),
      line.ask(fails, [0]),
      line.ask(DOUBLE, [1]),
    ]),
  );
  await applyJournal(database.db, journal({ kind: 'call.saved', call }));
  await expect(both).rejects.toThrow('division by zero');
  expect(await findCall(database.db, call.id)).toEqual(call);
  expect(await prepared(database.db, DOUBLE, [21])).toEqual([{ twice: 42 }]);
});

test('a batch whose connection is cut leaves nothing, and goes in with the next try', async () => {
  const call = aCall();
  const entries = journal(
    { kind: 'call.saved', call },
    { kind: 'leg.saved', leg: aLeg({ callId: call.id }) },
  );
  await database.db.transaction(async (trx) => {
    await trx.raw('lock table call in access exclusive mode');
    const applied = applyJournal(database.db, entries);
    const cut = expect(applied).rejects.toThrow();
    await waitFor('the batch to wait for the table', async () => {
      // In a transaction who is active is looked at once.
      await trx.raw('select pg_stat_clear_snapshot()');
      const { rows } = await trx.raw<{ rows: object[] }>(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows.length > 0;
    });
    await cut;
  });
  expect(await findCall(database.db, call.id)).toBeNull();
  await applyJournal(database.db, entries);
  expect(await findCall(database.db, call.id)).toEqual(call);
});
