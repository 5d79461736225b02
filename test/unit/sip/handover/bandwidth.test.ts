import { Bandwidth } from '../../../../sip/handover/bandwidth';

test('all transfers together keep below the limit, and idle time is not saved up', () => {
  const bandwidth = new Bandwidth(1000);
  expect(bandwidth.take(100, 0)).toBe(100);
  // Another transfer at the same moment waits for the first one as well.
  expect(bandwidth.take(100, 0)).toBe(200);
  expect(bandwidth.take(100, 150)).toBe(150);
  expect(bandwidth.take(100, 60_000)).toBe(100);
});
