import type { WaitSnapshot } from '../../src/domain/records';
import { applyJournal } from '../../src/store/apply-journal';
import { loadWaits } from '../../src/store/waits';
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
