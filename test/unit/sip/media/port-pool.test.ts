import { PortPool } from '../../../../sip/media/port-pool';

test('only even ports are given, each to one endpoint, until none is left', () => {
  const pool = new PortPool([20_001, 20_007]);
  expect([pool.take(), pool.take(), pool.take()]).toEqual([20_002, 20_004, 20_006]);
  expect(pool.take()).toBeNull();
});

test('the RTCP port of the last endpoint lies within the range', () => {
  const pool = new PortPool([20_000, 20_002]);
  expect([pool.take(), pool.take()]).toEqual([20_000, null]);
});

test('a port that comes back is the last to be used again', () => {
  const pool = new PortPool([20_000, 20_005]);
  pool.giveBack(pool.take() ?? 0);
  expect([pool.take(), pool.take(), pool.take()]).toEqual([20_002, 20_004, 20_000]);
});

test('a range of 0-0 leaves the choice to the system, without end', () => {
  const pool = new PortPool([0, 0]);
  expect([pool.take(), pool.take()]).toEqual([0, 0]);
});

test.each([
  [0, 30_000],
  [20_000, 70_000],
  [30_000, 20_000],
  [80, 90],
])('the range %d-%d is refused', (low, high) => {
  expect(() => new PortPool([low, high])).toThrow(`media ports ${low}-${high}`);
});
