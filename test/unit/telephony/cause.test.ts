import { causeOfStatus, reasonHeader, statusOfCause } from '../../../src/telephony/cause';

test.each([
  [486, 'busy'],
  [600, 'busy'],
  [603, 'declined'],
  [403, 'declined'],
  [404, 'unreachable'],
  [408, 'unreachable'],
  [480, 'unavailable'],
  [500, 'unreachable'],
  [503, 'unreachable'],
  [302, 'declined'],
  [487, 'withdrawn'],
  [488, 'no-media'],
  [undefined, 'unreachable'],
] as const)('a dialled leg refused with %s ended as %s', (status, cause) => {
  expect(causeOfStatus(status)).toBe(cause);
});

test.each([
  ['unknown-number', 404],
  ['no-media', 488],
  ['broken', 500],
] as const)('a call refused as %s gets %i', (cause, status) => {
  expect(statusOfCause(cause)).toBe(status);
});

test('a BYE says why it was sent', () => {
  expect(reasonHeader('partner-left').Reason).toContain('cause=16');
  expect(reasonHeader('announced').Reason).toContain('announced');
});
