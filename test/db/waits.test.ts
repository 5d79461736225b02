import type { WaitSnapshot } from '../../src/domain/records';
import { applyJournal } from '../../src/store/apply-journal';
import { loadWaits, RECENT, sweepWaits } from '../../src/store/waits';
import { useDatabase } from '../support/postgres';
import { aCall, anEntry, journal } from '../support/records';

const database = useDatabase();
const NOW = Date.now();

function aWait(change: Partial<WaitSnapshot> & { at?: number } = {}): WaitSnapshot {
  const { id: entryId, callId } = anEntry();
  const { at = NOW - 60_000, ...rest } = change;
  return {
    ...{ entryId, callId, queueId: 'sales', came: { at: NOW, how: 'connected' } },
    expected: {
      ...{ at, position: 3, working: 2, rates: { callerMs: 1234.5, patienceMs: null } },
      ...{ paceMs: 60_000.25, medianMs: 61_000, range: [1, 3], told: true },
    },
    ...rest,
  };
}

const save = (...waits: WaitSnapshot[]) =>
  applyJournal(
    database.db,
    journal(...waits.map((wait) => ({ kind: 'wait.saved', wait }) as const)),
  );

test('a wait is known again as it was, its end once it is over', async () => {
  const wait = aWait();
  const nothing = aWait({ at: NOW - 30_000, came: { at: NOW + 1, how: 'abandoned' } });
  const patient = { ...nothing.expected, rates: { callerMs: 1, patienceMs: 2 }, range: null };
  await save({ ...wait, came: null });
  await save(wait, { ...nothing, expected: { ...patient, told: false } });
  expect(await loadWaits(database.db)).toEqual([
    wait,
    { ...nothing, expected: { ...patient, told: false } },
  ]);
});

test('of who still waits as long as his call lives, and the latest two hundred of each queue', async () => {
  const lives = aCall({ outcome: null });
  const over = aCall({ outcome: 'left', endedAt: NOW });
  await applyJournal(
    database.db,
    journal({ kind: 'call.saved', call: lives }, { kind: 'call.saved', call: over }),
  );
  const old = Array.from({ length: 230 }, (_, n) =>
    aWait({ queueId: 'service', came: { at: NOW - n * 1000, how: 'connected' } }),
  );
  const open = aWait({ callId: lives.id, came: null });
  await save(...old, open, aWait({ callId: over.id, came: null }));
  const loaded = await loadWaits(database.db);
  expect(loaded.at(-1)).toEqual(open);
  expect(loaded.filter(({ queueId }) => queueId === 'service')).toEqual(
    old.slice(0, 200).reverse(),
  );
  expect(loaded.filter(({ came }) => came === null)).toHaveLength(1);
});

const DAY = 24 * 3_600_000;

test('what nobody looks back at is swept, in batches; the rest stays', async () => {
  const past = (days: number, queueId: string) =>
    aWait({ queueId, at: NOW - days * DAY, came: { at: NOW - days * DAY, how: 'connected' } });
  const recent = [past(29, 'sales'), past(1, 'service')];
  const forgotten = aWait({ at: NOW - 31 * DAY, came: null });
  const waits = aWait({ at: NOW - 1000, came: null });
  await save(...recent, past(31, 'sales'), past(40, 'service'), past(400, 'third'));
  await save(forgotten, waits);
  const swept: number[] = [];
  do swept.push(await sweepWaits(database.db, 3));
  while (swept.at(-1) === 3);
  expect(swept).toEqual([3, 1]);
  const left = await database.db<{ entry_id: string }>('expected_wait').select('entry_id');
  expect(new Set(left.map((row) => row.entry_id))).toEqual(
    new Set([...recent, waits].map(({ entryId }) => entryId)),
  );
});

interface PlanNode {
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  Plans?: PlanNode[];
}

const rowsRead = (node: PlanNode): number =>
  (node['Relation Name'] === 'expected_wait' ? node['Actual Rows'] * node['Actual Loops'] : 0) +
  (node.Plans ?? []).reduce((sum, below) => sum + rowsRead(below), 0);

test('a start reads what it looks back at, however many rows there are', async () => {
  await database.db.raw(`
    insert into expected_wait (entry_id, at, call_id, queue_id, position, working, caller_ms, pace_ms,
      median_ms, told, came_at, came)
    select gen_random_uuid(), now(), gen_random_uuid(), 'queue-' || n % 3, 1, 1, 1, 1, 1, true,
      now() - n * interval '1 minute', 'connected' from generate_series(1, 20000) n`);
  await database.db.raw('analyze expected_wait');
  const explained = await database.db.raw<{ rows: { 'QUERY PLAN': [{ Plan: PlanNode }] }[] }>(
    `explain (analyze, format json) ${RECENT}`,
  );
  const plan = explained.rows[0]!['QUERY PLAN'][0].Plan;
  expect(rowsRead(plan)).toBeLessThan(1000);
});
