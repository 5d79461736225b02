import { simulateDay } from './day';

describe('a simulated day', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('seed %i keeps every invariant', (seed) => {
    const { fault, outcomes } = simulateDay(seed, 300);
    expect(fault).toBeNull();
    // A day in which nobody talked or nobody left would prove little.
    expect(outcomes).toMatchObject({
      talk: expect.any(Number),
      left: expect.any(Number),
      promise: expect.any(Number),
    });
  });

  test('the same seed gives the same day, record for record', () => {
    expect(simulateDay(42, 200).journal).toBe(simulateDay(42, 200).journal);
  });
});
