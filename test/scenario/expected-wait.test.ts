import type { WaitSnapshot } from '../../src/domain/records';
import type { TestCentre } from '../support/centre/centre';
import { startCentre } from '../support/centre/centre';

const PLAN = { autoReady: ['bob'], queue: { wrapUpSeconds: 0, returnMinutes: 0 } };
const MINUTE = 60_000;
const number = (n: number) => `+86138${String(10_000_000 + n)}`;

/** Bob talks with one caller for two minutes, and the next one waits meanwhile. */
function busyDay(centre: TestCentre, callers: number): void {
  const bob = centre.agent('bob');
  let talks = centre.call({ from: number(0) });
  bob.picksUp();
  for (let n = 1; n <= callers; n += 1) {
    centre.clock.advance(MINUTE);
    const next = centre.call({ from: number(n) });
    centre.clock.advance(MINUTE);
    talks.hangsUp();
    bob.picksUp();
    talks = next;
  }
  talks.hangsUp();
}

const waits = ({ journal }: TestCentre): WaitSnapshot[] =>
  journal.of('wait.saved').map(({ wait }) => wait);
const told = ({ engine }: TestCentre) => engine.queues()[0]?.told;

test('each wait is written down when it begins and when it is over, once the pace is known', () => {
  const centre = startCentre(PLAN);
  busyDay(centre, 9);
  const saved = waits(centre);
  const [first, second] = saved;
  // Five callers make a pace.
  expect(saved).toHaveLength(8);
  expect(first).toMatchObject({ came: null, expected: { position: 1, working: 1, told: false } });
  expect(first?.expected.paceMs).toBeGreaterThan(0.8 * MINUTE);
  expect(second).toEqual({
    ...first,
    came: { at: (first?.expected.at ?? 0) + MINUTE, how: 'connected' },
  });
  expect(centre.bugs).toEqual([]);
});

test('after twenty cases a caller is told, and the board shows that it held', () => {
  const centre = startCentre(PLAN);
  busyDay(centre, 60);
  const last = waits(centre).at(-1);
  expect(last?.expected).toMatchObject({ told: true, range: [0, expect.any(Number)] });
  const view = told(centre);
  expect(view?.coverage).toBeGreaterThanOrEqual(0.9);
  expect(view?.meanErrorMs).toBeLessThan(5_000);
  expect(view?.cases).toBe(55);
});

test('who hangs up was not taken', () => {
  const centre = startCentre(PLAN);
  busyDay(centre, 8);
  centre.call({ from: number(100) });
  centre.agent('bob').picksUp();
  const leaver = centre.call({ from: number(101) });
  centre.clock.advance(30_000);
  leaver.hangsUp();
  expect(waits(centre).at(-1)?.came).toMatchObject({ how: 'abandoned' });
});

test('who is behind another is told that he is second', () => {
  const centre = startCentre(PLAN);
  busyDay(centre, 8);
  centre.call({ from: number(100) });
  centre.agent('bob').picksUp();
  centre.call({ from: number(101) });
  centre.call({ from: number(102) });
  expect(waits(centre).at(-1)?.expected).toMatchObject({ position: 2 });
});

test('an app that starts again knows what was known, also of who still waits', () => {
  const before = startCentre(PLAN);
  busyDay(before, 40);
  const written = waits(before).filter(({ came }) => came !== null);
  const centre = startCentre({ ...PLAN, known: { waits: written } });
  expect(told(centre)).toEqual(told(before));
  centre.call({ from: number(100) });
  centre.agent('bob').picksUp();
  centre.call({ from: number(101) });
  expect(waits(centre).at(-1)?.expected).toMatchObject({ told: true });
});

test('who waits is told anew how he stands at that moment, and is a case five times at most', () => {
  const centre = startCentre(PLAN);
  const bob = centre.agent('bob');
  busyDay(centre, 60);
  const first = centre.call({ from: number(100) });
  bob.picksUp();
  const second = centre.call({ from: number(101) });
  const before = waits(centre).length;
  const third = centre.call({ from: number(102) }).hearsToTheEnd();
  centre.clock.advance(20_000);
  expect(third.heard.at(-1)).toMatch(/^position 2\+wait-time\+minutesRange \d+-\d+/);
  third.hearsToTheEnd();
  first.hangsUp();
  bob.picksUp();
  centre.clock.advance(60_000);
  expect(third.hears).toMatch(/^still-busy\+position 1\+wait-time/);
  for (let n = 0; n < 6; n += 1) {
    third.hearsToTheEnd();
    centre.clock.advance(60_000);
  }
  second.hangsUp();
  // Its end, and five of the other.
  expect(
    waits(centre)
      .slice(before)
      .filter(({ callId }) => callId === third.callId),
  ).toHaveLength(5);
});
