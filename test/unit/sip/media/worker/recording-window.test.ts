import {
  LEFT,
  MOST_SAMPLES,
  RIGHT,
  RecordingWindow,
} from '../../../../../sip/media/worker/recording-window';

const S = 0xd5;
const bytes = (...values: number[]): Buffer => Buffer.from(values);

test('both sides are interleaved at their positions, silence between', () => {
  const window = new RecordingWindow();
  window.put(LEFT, 1, bytes(1, 2), 0, 2, null);
  window.put(RIGHT, 2, bytes(9, 8, 7), 1, 3, null);
  expect([...window.take(4)]).toEqual([S, S, 1, S, 2, 8, S, 7]);
});

test('what was taken is gone, what comes later stays', () => {
  const window = new RecordingWindow();
  window.put(LEFT, 0, bytes(1, 2, 3, 4), 0, 4, null);
  expect([...window.take(2)]).toEqual([1, S, 2, S]);
  window.put(RIGHT, 3, bytes(5), 0, 1, null);
  expect([...window.take(5)]).toEqual([3, S, 4, 5, S, S]);
  expect(window.take(5)).toHaveLength(0);
});

test('a packet that straddles what was taken keeps its later half', () => {
  const window = new RecordingWindow();
  window.take(10);
  window.put(LEFT, 8, bytes(1, 2, 3, 4), 0, 4, null);
  window.put(LEFT, 2, bytes(1, 2, 3, 4), 0, 4, null);
  expect([...window.take(13)]).toEqual([3, S, 4, S, S, S]);
});

test('what was spoken before the beginning is cut off', () => {
  const window = new RecordingWindow();
  window.put(LEFT, -2, bytes(1, 2, 3), 0, 3, null);
  expect([...window.take(2)]).toEqual([3, S, S, S]);
});

test('bytes go through the map of the other law', () => {
  const window = new RecordingWindow();
  const map = Uint8Array.from({ length: 256 }, (_, i) => 255 - i);
  window.put(RIGHT, 0, bytes(1, 2), 0, 2, map);
  expect([...window.take(2)]).toEqual([S, 254, S, 253]);
});

test('it grows while the disk is slow, up to the most it may hold', () => {
  const window = new RecordingWindow();
  const late = MOST_SAMPLES - 1;
  window.put(LEFT, late, bytes(1, 2, 3), 0, 3, null);
  const taken = window.take(MOST_SAMPLES + 2);
  expect(taken).toHaveLength((MOST_SAMPLES + 2) * 2);
  expect([...taken.subarray(late * 2)]).toEqual([1, S, S, S, S, S]);
});

test('a stretch longer than memory is taken as silence', () => {
  const window = new RecordingWindow();
  window.put(LEFT, 0, bytes(1), 0, 1, null);
  const taken = window.take(100_000);
  expect(taken).toHaveLength(200_000);
  expect(taken.subarray(1).every((byte) => byte === S)).toBe(true);
});
