import {
  expectedMs,
  paceOf,
  pacedAt,
  pacedBy,
  ratesOf,
  UNPACED,
} from '../../../../src/domain/queue/pace';

const MINUTE = 60_000;

test('what a caller costs is the time of agents while somebody waits, for each who is taken', () => {
  let pace = pacedAt(UNPACED, 0, { working: 3, waiting: 1 });
  for (let minute = 2; minute <= 400; minute += 2) pace = pacedBy(pace, 'taken', minute * MINUTE);
  expect(ratesOf(pace)?.callerMs).toBeCloseTo(6 * MINUTE, -1);
  expect(ratesOf(pace)?.patienceMs).toBeNull();
});

test('while nobody waits nothing is counted', () => {
  let pace = pacedAt(UNPACED, 0, { working: 3, waiting: 0 });
  pace = pacedAt(pace, 60 * MINUTE, { working: 3, waiting: 1 });
  for (let n = 1; n <= 6; n += 1) pace = pacedBy(pace, 'taken', (60 + n) * MINUTE);
  expect(ratesOf(pace)?.callerMs).toBeCloseTo(3 * MINUTE, -1);
});

test('with fewer than five taken nothing can be said', () => {
  let pace = pacedAt(UNPACED, 0, { working: 1, waiting: 1 });
  for (let n = 1; n <= 4; n += 1) pace = pacedBy(pace, 'taken', n * MINUTE);
  expect(ratesOf(pace)).toBeNull();
  expect(ratesOf(pacedBy(pacedBy(pace, 'taken', 5 * MINUTE), 'taken', 6 * MINUTE))).not.toBeNull();
});

test('patience is the waiting of all for each who hangs up', () => {
  let pace = pacedAt(UNPACED, 0, { working: 1, waiting: 4 });
  for (let n = 1; n <= 10; n += 1) {
    pace = pacedBy(pace, 'taken', n * MINUTE);
    pace = pacedBy(pace, 'left', n * MINUTE);
  }
  expect(ratesOf(pace)?.patienceMs).toBeCloseTo(4 * MINUTE, -4);
  const rates = ratesOf(pace)!;
  const again = ratesOf(paceOf(rates, 0));
  expect(again?.callerMs).toBeCloseTo(rates.callerMs);
  expect(again?.patienceMs).toBeCloseTo(rates.patienceMs ?? 0);
});

describe('who has others before him', () => {
  const RATES = { callerMs: 4 * MINUTE, patienceMs: null };

  test.each([
    [0, 2, 2],
    [4, 2, 10],
    [99, 2, 200],
  ])('%i before him and %i agents: %i minutes', (ahead, working, minutes) => {
    expect(expectedMs(RATES, ahead, working)).toBeCloseTo(minutes * MINUTE);
  });

  test('waits for less where some of them leave, the sum being that of each of them', () => {
    const rates = { ...RATES, patienceMs: 10 * MINUTE };
    for (const ahead of [3, 15, 16, 40, 9_999]) {
      let sum = 0;
      for (let n = 0; n <= ahead; n += 1) sum += 1 / (2 / rates.callerMs + n / rates.patienceMs);
      const error = Math.abs((expectedMs(rates, ahead, 2) ?? 0) / sum - 1);
      expect(error).toBeLessThan(0.001);
    }
  });

  test('cannot say while nobody works', () => {
    expect(expectedMs(RATES, 3, 0)).toBeNull();
  });
});
