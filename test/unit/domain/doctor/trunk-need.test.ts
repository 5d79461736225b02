import { channelsFor, offeredFor, trunkNeed } from '../../../../src/domain/doctor/trunk-need';
import { erlangB } from '../../../../src/domain/staffing/erlang';

/** Tables of Erlang B: load at which N channels lose 1 % and 0.1 %. */
test.each([
  [1, 0.01, 0.01],
  [5, 1.36, 0.01],
  [10, 4.46, 0.01],
  [30, 20.3, 0.01],
  [60, 46.9, 0.01],
  [100, 84.0, 0.01],
  [10, 3.09, 0.001],
  [30, 16.6, 0.001],
  [60, 40.7, 0.001],
])('%i channels carry %f erlang', (channels, erlangs, blocking) => {
  expect(channelsFor(erlangs, blocking)).toBe(channels);
});

test.each([
  [10, 30],
  [25, 30],
  [29, 30],
])('what was carried (%i of %i) is what was not lost of what was offered', (carried, channels) => {
  const offered = offeredFor(carried, channels);
  expect(offered * (1 - erlangB(offered, channels))).toBeCloseTo(carried, 3);
});

test('a trunk that was always full needs more than it has', () => {
  const { blocking, forOneInHundred } = trunkNeed(30, 30);
  expect(blocking).toBeGreaterThan(0.2);
  expect(forOneInHundred).toBeGreaterThan(40);
});

test('one without a call needs none', () => {
  expect(trunkNeed(0, 30)).toEqual({ blocking: 0, forOneInHundred: 0, forOneInThousand: 0 });
});
