import { simulateDay } from './day';
import { Lot } from './lot';

/** More by `npm run simulate -- --days 3000`. */
const DAYS = Array.from({ length: 100 }, (_, seed) => seed + 1);
const CALLS = 60;

describe('simulated days', () => {
  test('keep every invariant after every event, and replay to the same hash', async () => {
    const total: Record<string, number> = { dialled: 0 };
    const lots = new Lot();
    for (const seed of DAYS) {
      const { fault, hash, replayed, outcomes, promises, dialled, lot } = await simulateDay(
        seed,
        CALLS,
      );
      expect({ seed, fault }).toEqual({ seed, fault: null });
      expect({ seed, replayed }).toEqual({ seed, replayed: hash });
      total.dialled! += dialled;
      lots.add(lot);
      for (const [name, count] of [...Object.entries(outcomes), ...Object.entries(promises)])
        total[name] = (total[name] ?? 0) + count;
    }
    expect(lots.fault).toBeNull();
    // Days in which nobody talked, left, was promised or called back would prove little.
    for (const name of ['talk', 'left', 'promise', 'kept', 'withdrawn', 'claimed', 'dialled'])
      expect({ name, often: (total[name] ?? 0) > 50 }).toEqual({ name, often: true });
  }, 240_000);

  test('the same seed gives the same day, record for record', async () => {
    expect((await simulateDay(42, 200)).hash).toBe((await simulateDay(42, 200)).hash);
  });
});
