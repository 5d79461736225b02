import { takeStart, type Starts } from '../../../../src/domain/trunk/pace';

/** When calls leave that come at these moments, or never. */
function paced(cps: number, arrivals: number[]): (number | null)[] {
  let starts: Starts = [];
  return arrivals.map((now) => {
    const turn = takeStart(starts, cps, { now, patienceMs: 2000 });
    starts = turn?.starts ?? starts;
    return turn?.at ?? null;
  });
}

test.each<[number, number[], (number | null)[]]>([
  [1, [0, 0, 0, 0], [0, 1000, 2000, null]],
  [2, [0, 0, 0, 100], [0, 0, 1000, 1000]],
  [2, [900, 950, 1000, 1899, 1949], [900, 950, 1900, 1950, 2900]],
  [1, [0, 5000, 5500], [0, 5000, 6000]],
  [3, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 1000, 1000, 1000, 2000, 2000, 2000, null]],
])('%d a second: calls at %j leave at %j', (cps, arrivals, departures) => {
  expect(paced(cps, arrivals)).toEqual(departures);
});

test('never more than so many within any second', () => {
  const arrivals = Array.from({ length: 400 }, (_one, n) => Math.floor(n * 37.7) % 9000).sort(
    (a, b) => a - b,
  );
  const starts = paced(7, arrivals).filter((at) => at !== null);
  for (const [n, at] of starts.entries()) {
    const eighth = starts[n + 7];
    if (eighth !== undefined) expect(eighth - at).toBeGreaterThanOrEqual(1000);
  }
  expect(starts.length).toBeGreaterThan(50);
});
