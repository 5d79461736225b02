import { WriteWheel } from '../../../../../sip/media/worker/write-wheel';

/** Frames at which one with that slot is written. */
function written(wheel: WriteWheel, slot: number, frames: number, stalled: number[]): number[] {
  const all = Array.from({ length: frames }, (_, i) => i + 1);
  return all.filter((frame) => {
    wheel.advance(stalled.includes(frame));
    return wheel.isDue(slot);
  });
}

test('recordings get slots four frames apart, and are written every 72 frames', () => {
  const wheel = new WriteWheel();
  const slots = Array.from({ length: 19 }, () => wheel.assign());
  expect([slots[0], slots[1], slots[17], slots[18]]).toEqual([0, 4, 68, 0]);
  expect(written(wheel, 4, 220, [])).toEqual([4, 76, 148, 220]);
});

test.each([
  ['waits for the next frame', [4], [5, 76]],
  ['waits while one stall follows the other', [3, 4, 5], [6, 76]],
  ['is written after eight at the latest', [4, 5, 6, 7, 8, 9, 10, 11, 12, 13], [12, 76]],
  ['is written in its frame when that was before', [5], [4, 76]],
])('after a stall one %s', (_what, stalled, frames) => {
  expect(written(new WriteWheel(), 4, 100, stalled)).toEqual(frames);
});
