import { isLong } from '../../../../src/domain/call/long-talk';
import type { CallDirection } from '../../../../src/domain/records';
import { minutes } from '../../../support/records';

test.each<[CallDirection, number, boolean]>([
  ['inbound', minutes(15) - 1, false],
  ['inbound', minutes(15), true],
  ['outbound', minutes(10) - 1, false],
  ['outbound', minutes(10), true],
  ['internal', minutes(60), false],
])('A09: %s of %i ms: %s', (direction, length, long) => {
  const firstTalkAt = 1000;
  expect(isLong({ direction, firstTalkAt, endedAt: firstTalkAt + length }, 0)).toBe(long);
  expect(isLong({ direction, firstTalkAt, endedAt: null }, firstTalkAt + length)).toBe(long);
});

test('A09: a call without a talk is not long, however long it waited', () => {
  expect(isLong({ direction: 'inbound', endedAt: minutes(60) }, minutes(60))).toBe(false);
});
