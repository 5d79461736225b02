import { causeOfStatus, q850Of, reasonHeader, statusOfCause } from '../../../src/telephony/cause';

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
  ['over-capacity', 503],
  ['broken', 500],
  ['edge-stopped', 500],
] as const)('a call refused as %s gets %i', (cause, status) => {
  expect(statusOfCause(cause)).toBe(status);
});

test('a BYE says why it was sent', () => {
  expect(reasonHeader('partner-left').Reason).toContain('cause=16');
  expect(reasonHeader('announced').Reason).toContain('announced');
});

test.each([
  [503, 17, 'busy'],
  [480, 18, 'no-answer'],
  [500, 19, 'no-answer'],
  [480, 21, 'declined'],
  [503, 34, 'unreachable'],
  [487, 17, 'withdrawn'],
] as const)('%i with the cause %i of Q.850 ended as %s', (status, q850, cause) => {
  expect(causeOfStatus(status, q850)).toBe(cause);
});

test.each([
  ['Q.850;cause=17', { q850: 17 }],
  ['SIP;cause=503;text="no, not", q.850 ; text="a, cause=3" ; cause = 34', { q850: 34 }],
  ['SIP;cause=486', {}],
  ['Q.850;cause=0', {}],
  ['Q.850;cause=999', {}],
  ['', {}],
])('the Reason %s says %j', (reason, said) => {
  expect(q850Of({ has: () => true, get: () => reason })).toEqual(said);
});
