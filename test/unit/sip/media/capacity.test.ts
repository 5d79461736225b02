import { measureForward, streamsFor } from '../../../../sip/media/capacity';

test.each([
  ['two cores of a server', 6, 2, 2222],
  ['one of them', 6, 1, 1111],
  ['two that are half as fast', 12, 2, 1111],
  ['a machine that is too slow for telephony', 1000, 1, 50],
  ['a machine that does not exist', 0.001, 64, 100_000],
])('%s', (_what, forwardMicros, cores, streams) => {
  expect(streamsFor(forwardMicros, cores)).toBe(streams);
});

test('a forwarded packet is measured in CPU time, in less than the start can spare', async () => {
  const startedAt = performance.now();
  const micros = await measureForward();
  // 300 ms on a quiet machine.
  expect(performance.now() - startedAt).toBeLessThan(900);
  expect(micros).toBeGreaterThan(1);
  expect(micros).toBeLessThan(100);
});
