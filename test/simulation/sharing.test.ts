import { simulateSharing } from './sharing';

test('stores that share people: nobody waits whom somebody may take, no floor is broken', () => {
  const days = Array.from({ length: 60 }, (_, seed) => ({ seed, ...simulateSharing(seed, 150) }));
  expect(days.filter(({ fault }) => fault !== null)).toEqual([]);
  // The floors did something.
  expect(days.reduce((sum, { kept }) => sum + kept, 0)).toBeGreaterThan(100);
});
