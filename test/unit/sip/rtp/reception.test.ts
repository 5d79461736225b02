import { Reception, between, burstRatio, lostOf } from '../../../../sip/rtp/reception';

const SSRC = 0xdead_beef | 0;

/** Receives these sequence numbers, each in its time, unless `late` ticks are given for one. */
function receive(reception: Reception, numbers: number[], ssrc = SSRC): boolean[] {
  return numbers.map((n) => reception.receive(ssrc, n & 0xffff, n * 160, n * 160));
}
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

test.each<[string, number[], object, number]>([
  ['all of them', range(10, 19), { expected: 10, received: 10, gaps: 0 }, 0],
  ['one lost', [1, 2, 4, 5], { expected: 5, received: 4, gaps: 1 }, 1],
  ['three lost in two gaps', [1, 3, 6], { expected: 6, received: 3, gaps: 2 }, 3],
  ['one twice', [1, 2, 2, 3], { expected: 3, received: 3, duplicates: 1 }, 0],
  ['two swapped', [1, 3, 2, 4], { expected: 4, received: 4, reordered: 1 }, 0],
  ['one from before the first', [5, 4, 6], { expected: 3, received: 3, reordered: 1 }, 0],
  ['over the wrap', range(65_530, 65_545), { expected: 16, received: 16, duplicates: 0 }, 0],
  ['lost at the wrap', [65_534, 65_537], { expected: 4, received: 2, gaps: 1 }, 2],
])('%s', (_what, numbers, totals, lost) => {
  const reception = new Reception();
  receive(reception, numbers);
  expect(reception.totals()).toMatchObject(totals);
  expect(lostOf(reception.totals())).toBe(lost);
});

test('a duplicate and what is far off are told apart from what counts', () => {
  const reception = new Reception();
  expect(receive(reception, [1, 2, 1, 20_000, 3])).toEqual([true, true, false, false, true]);
  expect(reception.totals()).toMatchObject({ expected: 3, received: 3, duplicates: 1 });
});

test('cycles stand above the highest number', () => {
  const reception = new Reception();
  receive(reception, [65_535, 65_536, 65_537]);
  expect(reception.source()).toEqual({
    ...{ ssrc: 0xdead_beef, highestSequence: 0x1_0001, expected: 3, received: 3 },
  });
});

test('a report counts duplicates as received, so that its loss can be negative (A.3)', () => {
  const reception = new Reception();
  receive(reception, [1, 2, 2, 2]);
  expect(reception.source()).toMatchObject({ expected: 2, received: 4 });
});

test('a sender that starts again is believed with its second packet, and nothing is lost by it', () => {
  const reception = new Reception();
  receive(reception, [...range(100, 109), ...range(30_000, 30_009)]);
  // The first packet after the jump only raised the suspicion.
  expect(reception.totals()).toMatchObject({ expected: 19, received: 19 });
  expect(reception.source()).toMatchObject({ expected: 9, highestSequence: 30_009 });
});

test('another SSRC is another source; the totals go on', () => {
  const reception = new Reception();
  receive(reception, [1, 2, 4]);
  receive(reception, [50_000, 50_001], 7);
  expect(reception.totals()).toMatchObject({ expected: 6, received: 5 });
  expect(reception.source()).toMatchObject({ ssrc: 7, expected: 2, received: 2 });
});

test('before the first packet there is nothing to report', () => {
  expect(new Reception().source()).toBeNull();
  expect(new Reception().totals().expected).toBe(0);
});

/** A packet every 20 ms, each `late(n)` ticks later than that. */
function jitterOf(packets: number, late: (n: number) => number): number {
  const reception = new Reception();
  for (let n = 0; n < packets; n++) reception.receive(1, n, n * 160, n * 160 + late(n));
  return reception.jitter;
}

test.each<[string, (n: number) => number, number]>([
  ['a constant delay is none', () => 4000, 0],
  ['steps of 80 ticks to and fro', (n) => (n % 2) * 80, 80],
])('jitter: %s', (_what, late, expected) => {
  expect(jitterOf(400, late)).toBeCloseTo(expected, 3);
});

test('jitter approaches by a sixteenth with each packet (A.8)', () => {
  expect(jitterOf(2, (n) => n * 160)).toBe(10);
});

test('the packets of one key press and a clock that jumped make no jitter', () => {
  const reception = new Reception();
  for (let n = 0; n < 10; n++) reception.receive(1, n, 1000, n * 400);
  reception.receive(1, 10, 5_000_000, 4000);
  expect(reception.jitter).toBe(0);
});

test('timestamps and clock wrap without a jump', () => {
  const reception = new Reception();
  for (let n = 0; n < 10; n++) {
    reception.receive(1, n, (0x7fff_ff00 + n * 160) | 0, (0xffff_ff00 + n * 160) | 0);
  }
  expect(reception.jitter).toBe(0);
});

test('a stretch is the difference of two readings', () => {
  const reception = new Reception();
  receive(reception, [1, 2, 4]);
  const before = reception.totals();
  receive(reception, [5, 7, 8]);
  const stretch = between(before, reception.totals());
  expect(stretch).toEqual({ expected: 4, received: 3, duplicates: 0, reordered: 0, gaps: 1 });
  expect(lostOf(stretch)).toBe(1);
});

test('what was missing in one stretch and came in the next is no loss below zero', () => {
  expect(lostOf({ expected: 3, received: 4, duplicates: 0, reordered: 1, gaps: 0 })).toBe(0);
});

test.each<[string, object, number]>([
  ['no loss', { received: 100, gaps: 0 }, 1],
  ['single packets', { received: 90, gaps: 10 }, 1],
  ['ten in a row', { received: 90, gaps: 1 }, 9],
])('burst ratio: %s', (_what, counts, expected) => {
  const totals = { expected: 100, received: 0, duplicates: 0, reordered: 0, gaps: 0, ...counts };
  expect(burstRatio(totals)).toBeCloseTo(expected, 6);
});
