import { restartDelay } from '../../../src/launcher/restart-delay';

test('grows from 0.2 s to 5 s while a child keeps falling', () => {
  const delays: number[] = [];
  let delay: number | null = null;
  for (let fall = 0; fall < 8; fall += 1) {
    delay = restartDelay(delay, 100);
    delays.push(delay);
  }
  expect(delays).toEqual([200, 400, 800, 1600, 3200, 5000, 5000, 5000]);
});

test('begins anew after a child was up for half a minute', () => {
  expect(restartDelay(5000, 29_999)).toBe(5000);
  expect(restartDelay(5000, 30_000)).toBe(200);
});
