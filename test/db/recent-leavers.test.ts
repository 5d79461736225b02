import type { CallSnapshot, EntrySnapshot, JournalRecord } from '../../src/domain/records';
import { applyJournal } from '../../src/store/apply-journal';
import { loadRecentLeavers } from '../../src/store/recent-leavers';
import { useDatabase } from '../support/postgres';
import { aCall, anEntry, journal } from '../support/records';

const database = useDatabase();
const MINUTE = 60_000;

function waits(
  from: string,
  joinedAt: number,
  entry: Partial<EntrySnapshot> = {},
  call: Partial<CallSnapshot> = {},
): JournalRecord[] {
  const saved = aCall({ from, arrivedAt: joinedAt, ...call });
  return [
    { kind: 'call.saved', call: saved },
    { kind: 'entry.saved', entry: anEntry({ callId: saved.id, joinedAt, ...entry }) },
  ];
}

test('who left and has not been served since; and who waits at a place that he had before', async () => {
  const now = Date.now();
  const left = (minutes: number) =>
    ({ outcome: 'abandoned', endedAt: now - minutes * MINUTE }) as const;
  const at = (minutes: number) => now - minutes * MINUTE;
  await applyJournal(
    database.db,
    journal(
      ...waits('left', at(9), left(5)),
      ...waits('left', at(30), left(29)),
      ...waits('long ago', at(90), left(80)),
      ...waits('served since', at(9), left(8)),
      ...waits('served since', at(7), { outcome: 'connected', endedAt: at(6) }),
      ...waits('', at(9), left(5)),
      ...waits('asked about', at(9), { ...left(5), askedBy: 'wang' }),
      ...waits('called by us', at(9), left(5), { direction: 'outbound' }),
      ...waits('waits', at(3)),
      ...waits('waits again', at(20), {}, { arrivedAt: at(2) }),
    ),
  );
  const queueId = 'sales';
  expect(await loadRecentLeavers(database.db)).toEqual([
    { queueId, number: 'left', joinedAt: at(9), leftAt: at(5) },
    { queueId, number: 'waits again', joinedAt: at(20), leftAt: at(2) },
  ]);
});
