import { LATE_MS, Pace, REPORT_EVERY_MS } from '../../../../sip/media/pace';
import { chooseWorker } from '../../../../sip/media/worker-pool';

/** Reports one a second from 0 on; tells whether the worker is behind right after the last. */
function after(...lateMs: number[]): boolean {
  const pace = new Pace(0);
  lateMs.forEach((late, n) => pace.report(late, (n + 1) * REPORT_EVERY_MS));
  return pace.isBehind(lateMs.length * REPORT_EVERY_MS);
}

test('a worker is behind after three late seconds in a row, and keeps up again after one good one', () => {
  expect(after()).toBe(false);
  expect(after(500, 500)).toBe(false);
  expect(after(LATE_MS, LATE_MS, LATE_MS)).toBe(true);
  expect(after(500, 500, LATE_MS - 0.1, 500, 500)).toBe(false);
  expect(after(500, 500, 500, 500, 0)).toBe(false);
});

test('a worker that says nothing for five seconds is behind', () => {
  const pace = new Pace(1000);
  expect(pace.isBehind(5999)).toBe(false);
  expect(pace.isBehind(6000)).toBe(true);
  pace.report(0, 6000);
  expect(pace.isBehind(6001)).toBe(false);
});

test('a worker is hung after ten looks without a report, however much time is between them', () => {
  const pace = new Pace(0);
  const looks = (count: number) => Array.from({ length: count }, () => pace.look());
  expect(looks(10)).toEqual(Array(10).fill(false));
  expect(pace.silentMs).toBe(10_000);
  pace.report(0, 3_600_000);
  expect(looks(11)).toEqual([...Array<boolean>(10).fill(false), true]);
});

test('the least loaded worker that keeps up is chosen, the first of equals', () => {
  const worker = (load: number, isBehind = false) => ({ load, isBehind });
  const [a, b, c] = [worker(3), worker(1), worker(1)];
  expect(chooseWorker([a, b, c])).toBe(b);
  expect(chooseWorker([a, worker(0, true)])).toBe(a);
  expect(chooseWorker([worker(0, true)])).toBeNull();
  expect(chooseWorker([])).toBeNull();
  // What rests goes to one that keeps up, if there is one, else to the least loaded.
  expect(chooseWorker([worker(0, true), a], true)).toBe(a);
  const behind = [worker(9, true), worker(3, true)];
  expect(chooseWorker(behind, true)).toBe(behind[1]);
  expect(chooseWorker([], true)).toBeNull();
});
