import type { JournalRecord, LegSnapshot } from '../../src/domain/records';
import { applyJournal } from '../../src/store/apply-journal';
import { loadWorkdays } from '../../src/store/workdays';
import { useDatabase } from '../support/postgres';
import { aCall, aLeg, journal } from '../support/records';

const database = useDatabase();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A store whose day began three to four hours ago, whenever the test runs, so that there is a yesterday and a today. */
async function storeOfWang(now: number): Promise<number> {
  const hour = new Date(now).getUTCHours();
  const behind = (((hour - 3) % 24) + 24) % 24;
  // POSIX signs: Etc/GMT+5 is five hours behind UTC; there is none beyond 12.
  const timezone = behind <= 12 ? `Etc/GMT+${behind}` : `Etc/GMT-${24 - behind}`;
  await database.db('store').insert({
    ...{ id: 'bj01', name: 'One', timezone, controller: 'store:bj01' },
  });
  await database.db('person').insert(
    ['wang', 'li'].map((id) => ({
      id,
      name: id,
      post: 'telemarketer',
      store_id: 'bj01',
      password_hash: '',
    })),
  );
  return Math.floor(now / HOUR) * HOUR - 3 * HOUR;
}

function callWith(direction: 'inbound' | 'outbound', leg: Partial<LegSnapshot>): JournalRecord[] {
  const call = aCall({ direction, arrivedAt: leg.startedAt ?? 0 });
  const own = { callId: call.id, role: 'agent' as const, agentId: 'wang' };
  return [
    { kind: 'call.saved', call },
    { kind: 'leg.saved', leg: aLeg({ ...own, ...leg }) },
  ];
}

const talk = (startedAt: number, ms: number) => ({
  startedAt,
  answeredAt: startedAt,
  endedAt: startedAt + ms,
});

test("the day of each agent, in his store's zone, from the legs to his phone", async () => {
  const midnight = await storeOfWang(Date.now());
  await applyJournal(
    database.db,
    journal(
      ...callWith('inbound', talk(midnight - 2 * HOUR, HOUR)),
      // Over midnight: of its twenty minutes five are today's, and it was taken yesterday.
      ...callWith('inbound', talk(midnight - 15 * MINUTE, 20 * MINUTE)),
      ...callWith('inbound', talk(midnight + HOUR, 3 * MINUTE)),
      ...callWith('outbound', talk(midnight + 2 * HOUR, 4 * MINUTE)),
      // Rang and was not answered.
      ...callWith('inbound', {
        startedAt: midnight + 1.5 * HOUR,
        endedAt: midnight + 1.5 * HOUR + MINUTE,
      }),
    ),
  );
  expect(await loadWorkdays(database.db)).toEqual([
    { id: 'wang', calls: 1, talkMs: 12 * MINUTE, askedAt: midnight + 1.5 * HOUR },
  ]);
});

test('a talk that goes on counts until now', async () => {
  const now = Date.now();
  await storeOfWang(now);
  const startedAt = now - 10 * MINUTE;
  await applyJournal(
    database.db,
    journal(...callWith('inbound', { startedAt, answeredAt: startedAt })),
  );
  const [wang] = await loadWorkdays(database.db);
  expect(wang).toMatchObject({ id: 'wang', calls: 1, askedAt: startedAt });
  expect(wang!.talkMs).toBeGreaterThanOrEqual(10 * MINUTE);
  expect(wang!.talkMs).toBeLessThan(11 * MINUTE);
});
