import { Histogram } from './histogram';
import { SteadyStream } from './steady-stream';

test('a histogram tells quantiles and shares within its step of 0.02 ms', () => {
  const histogram = new Histogram();
  expect([histogram.quantile(0.5), histogram.shareAbove(1)]).toEqual([0, 0]);
  for (let n = 1; n <= 100; n += 1) histogram.add(n);
  expect(histogram.quantile(0.5)).toBeCloseTo(51, 1);
  expect(histogram.quantile(0.99)).toBeCloseTo(100, 1);
  expect(histogram.shareAbove(40.5)).toBeCloseTo(0.6, 5);
  histogram.add(10_000);
  histogram.add(-1);
  expect(histogram.quantile(1)).toBe(400);
  expect(histogram.quantile(0)).toBeCloseTo(0.02, 5);
});

/** Hears frames, by number, each `lateMs` after it was due; its clock begins at 1000 and wraps. */
function hear(stream: SteadyStream, frames: number[], lateMs = 0): number[] {
  const first = 2 ** 32 - 480;
  return frames.map((n) => stream.arrive((first + n * 160) % 2 ** 32, 1000 + n * 20 + lateMs));
}

test('lateness is told against the earliest packet, also after the timestamp has wrapped', () => {
  const stream = new SteadyStream();
  expect(hear(stream, [0, 1])).toEqual([0, 0]);
  expect(hear(stream, [2, 3, 4], 12)).toEqual([12, 12, 12]);
  stream.restart();
  expect(hear(stream, [5, 6], 12)).toEqual([0, 0]);
});

test('frames that were given up, got lost, or are no longer sent are missing', () => {
  const stream = new SteadyStream();
  hear(stream, [0, 1]);
  stream.restart();
  hear(stream, [2, 3, 6, 7]);
  expect([stream.received, stream.expected(1150, 120)]).toEqual([4, 6]);
  // 1140 + 400 ms: the stream has ended.
  expect(stream.expected(1540, 520)).toBe(26);
  expect(new SteadyStream().expected(2000, 1000)).toBe(50);
});
