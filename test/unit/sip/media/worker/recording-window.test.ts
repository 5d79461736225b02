import {
  LEFT,
  MOST_TICKS,
  RIGHT,
  RecordingWindow,
} from '../../../../../sip/media/worker/recording-window';

const STEREO = { channels: 2, wideband: false } as const;
const S = 0xd5;
const bytes = (...values: number[]): Buffer => Buffer.from(values);

test('both sides are interleaved at their positions, silence between', () => {
  const window = new RecordingWindow(STEREO);
  window.put(LEFT, 1, bytes(1, 2), 0, 2, null);
  window.put(RIGHT, 2, bytes(9, 8, 7), 1, 3, null);
  expect([...window.take(4)]).toEqual([S, S, 1, S, 2, 8, S, 7]);
});

test('what was taken is gone, what comes later stays', () => {
  const window = new RecordingWindow(STEREO);
  window.put(LEFT, 0, bytes(1, 2, 3, 4), 0, 4, null);
  expect([...window.take(2)]).toEqual([1, S, 2, S]);
  window.put(RIGHT, 3, bytes(5), 0, 1, null);
  expect([...window.take(5)]).toEqual([3, S, 4, 5, S, S]);
  expect(window.take(5)).toHaveLength(0);
});

test('a packet that straddles what was taken keeps its later half', () => {
  const window = new RecordingWindow(STEREO);
  window.take(10);
  window.put(LEFT, 8, bytes(1, 2, 3, 4), 0, 4, null);
  window.put(LEFT, 2, bytes(1, 2, 3, 4), 0, 4, null);
  expect([...window.take(13)]).toEqual([3, S, 4, S, S, S]);
});

test('what was spoken before the beginning is cut off', () => {
  const window = new RecordingWindow(STEREO);
  window.put(LEFT, -2, bytes(1, 2, 3), 0, 3, null);
  expect([...window.take(2)]).toEqual([3, S, S, S]);
});

test('bytes go through the map of the other law', () => {
  const window = new RecordingWindow(STEREO);
  const map = Uint8Array.from({ length: 256 }, (_, i) => 255 - i);
  window.put(RIGHT, 0, bytes(1, 2), 0, 2, map);
  expect([...window.take(2)]).toEqual([S, 254, S, 253]);
});

test('it grows while the disk is slow, up to the most it may hold', () => {
  const window = new RecordingWindow(STEREO);
  const late = MOST_TICKS - 1;
  window.put(LEFT, late, bytes(1, 2, 3), 0, 3, null);
  const taken = window.take(MOST_TICKS + 2);
  expect(taken).toHaveLength((MOST_TICKS + 2) * 2);
  expect([...taken.subarray(late * 2)]).toEqual([1, S, S, S, S, S]);
});

test('a stretch longer than memory is taken as silence', () => {
  const window = new RecordingWindow(STEREO);
  window.put(LEFT, 0, bytes(1), 0, 1, null);
  const taken = window.take(100_000);
  expect(taken).toHaveLength(200_000);
  expect(taken.subarray(1).every((byte) => byte === S)).toBe(true);
});

test('one channel is one byte a tick', () => {
  const window = new RecordingWindow({ channels: 1, wideband: false });
  window.put(LEFT, 1, bytes(1, 2), 0, 2, null);
  expect([...window.take(4)]).toEqual([S, 1, 2, S]);
});

test('a wideband window holds two samples a tick and channel, little-endian', () => {
  const window = new RecordingWindow({ channels: 2, wideband: true });
  window.take(2);
  // The first of its ticks was taken already.
  expect(window.putSamples(RIGHT, 1, Int16Array.of(7, 7, -2, 258), 2)).toBe(1);
  expect(window.putSamples(LEFT, 3, Int16Array.of(3, 4), 1)).toBe(1);
  const taken = window.take(4);
  const samples = Array.from({ length: 8 }, (_, i) => taken.readInt16LE(2 * i));
  expect(samples).toEqual([0, -2, 0, 258, 3, 0, 4, 0]);
});
