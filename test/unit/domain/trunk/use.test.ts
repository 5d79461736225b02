import { changeUse, hasRoom, unused, useAt, type TrunkUse } from '../../../../src/domain/trunk/use';

/** Noon in Beijing. */
const NOON = Date.UTC(2026, 2, 2, 4);
const MINUTE = 60_000;
const NIGHT = Date.UTC(2026, 2, 2, 16);

function after(channels: number, changes: [by: 1 | -1, at: number][]): TrunkUse {
  return changes.reduce<TrunkUse>(
    (use, [by, at]) => changeUse(use, by, { channels }, at),
    unused(NOON),
  );
}

test('peak and the time in which all channels were used', () => {
  const use = after(2, [
    [1, NOON],
    [1, NOON + MINUTE],
    [-1, NOON + 4 * MINUTE],
    [1, NOON + 5 * MINUTE],
  ]);
  expect(use).toMatchObject({ used: 2, peak: 2, fullMs: 3 * MINUTE });
  expect(useAt(use, { channels: 2 }, NOON + 6 * MINUTE).fullMs).toBe(4 * MINUTE);
  expect(useAt(use, { channels: 3 }, NOON + 6 * MINUTE).fullMs).toBe(3 * MINUTE);
});

test('a day begins at midnight in China, with what is used then', () => {
  const use = after(1, [
    [1, NOON],
    [1, NOON],
    [-1, NOON + MINUTE],
  ]);
  expect(useAt(use, { channels: 1 }, NIGHT - 1)).toMatchObject({ peak: 2 });
  expect(useAt(use, { channels: 1 }, NIGHT + MINUTE)).toMatchObject({ peak: 1, fullMs: MINUTE });
  expect(changeUse(use, -1, { channels: 1 }, NIGHT + MINUTE).peak).toBe(1);
});

test.each([
  [10, 8, 7],
  [5, 4, 3],
  [1, 1, 0],
])('of %d channels %d are an alarm, which ends at %d', (channels, raised, ended) => {
  const ups = Array.from({ length: raised }, () => [1, NOON] as [1, number]);
  expect(after(channels, ups.slice(1)).nearFull).toBe(false);
  expect(after(channels, ups).nearFull).toBe(true);
  const downs = Array.from({ length: raised - ended }, () => [-1, NOON] as [-1, number]);
  expect(after(channels, [...ups, ...downs]).nearFull).toBe(false);
});

test('between the two an alarm goes on', () => {
  const up = Array.from({ length: 16 }, () => [1, NOON] as [1, number]);
  expect(after(20, [...up, [-1, NOON]]).nearFull).toBe(true);
  expect(after(20, up.slice(1)).nearFull).toBe(false);
});

test('a count never falls below nothing', () => {
  expect(after(2, [[-1, NOON]]).used).toBe(0);
});

test.each([
  [{ channels: 10 }, 4, false, true],
  [{ channels: 10 }, 5, false, false],
  [{ channels: 10, reservedForInbound: 0 }, 9, false, true],
  [{ channels: 10, reservedForInbound: 0 }, 10, false, false],
  [{ channels: 10, reservedForInbound: 12 }, 0, false, false],
  [{ channels: 10, reservedForInbound: 12 }, 10, true, true],
  [{ channels: 1 }, 0, false, true],
])('%j with %d used, for help: %s: room %s', (trunk, used, isEmergency, room) => {
  expect(hasRoom(trunk, used, isEmergency)).toBe(room);
});
