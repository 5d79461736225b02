import { trunkTraffic } from '../../src/reports/trunk-traffic';
import { applyJournal } from '../../src/store/apply-journal';
import { useDatabase } from '../support/postgres';
import { aTalk, journal, NINE } from '../support/records';

const database = useDatabase();
const HOUR = 3_600_000;
const MINUTE = 60_000;
/** A whole hour. */
const START = NINE - (NINE % HOUR);
const WEEK = [START - 24 * HOUR, START + 24 * HOUR] as const;

/** Somebody called through the trunk for so long. */
const called = (from: number, minutes: number, parts: object = {}) => ({
  kind: 'call.saved' as const,
  call: {
    ...aTalk(),
    ...{ trunkId: 'carrier', arrivedAt: START + from * MINUTE },
    endedAt: START + (from + minutes) * MINUTE,
    ...parts,
  },
});

test('the busiest hour of a trunk, and the most channels at once; calls of ours take channels, too', async () => {
  const ours = called(70, 30, { direction: 'outbound', trunkId: 'carrier' });
  const leg = {
    kind: 'leg.saved' as const,
    leg: {
      ...{ id: ours.call.id, callId: ours.call.id, role: 'outside' as const, agentId: null },
      ...{ startedAt: ours.call.arrivedAt, ringingAt: null, answeredAt: null },
      ...{ endedAt: ours.call.endedAt, endCause: 'hangup' as const, far: { trunkId: 'carrier' } },
    },
  };
  const calls = [
    // Over the hour: thirty minutes before, thirty in the busiest.
    called(30, 60),
    called(60, 30),
    ours,
    called(200, 45),
    called(60, 30, { trunkId: 'other' }),
    // Outside of what is looked at.
    called(26 * 60, 600),
  ];
  await applyJournal(database.db, journal(...calls, leg));
  const traffic = await trunkTraffic(database.db, WEEK);
  expect(traffic.get('carrier')?.busiest.at).toBe(START + HOUR);
  expect(traffic.get('carrier')?.busiest.erlangs).toBeCloseTo(1.5, 6);
  expect(traffic.get('carrier')?.peak).toBe(3);
  expect(traffic.get('other')).toMatchObject({ busiest: { at: START + HOUR }, peak: 1 });
  expect(traffic.size).toBe(2);
});
