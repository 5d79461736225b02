import { recordOf, type CallEvent, type CallRecord } from '../../../../../sip/gateway/cdr/record';

const stop = (source: 'network' | 'application', reason: string) => ({
  kind: 'stop',
  source,
  reason,
});

test.each<[string, CallEvent, unknown]>([
  [
    'an INVITE comes in',
    { event: 'invited', by: 'them' },
    { kind: 'attempt', source: 'network' } satisfies CallRecord,
  ],
  [
    'an INVITE leaves',
    { event: 'invited', by: 'us' },
    { kind: 'attempt', source: 'application' } satisfies CallRecord,
  ],
  [
    'an app declines',
    { event: 'answered', role: 'uas', status: 486 },
    stop('application', 'call-rejected'),
  ],
  [
    'a peer declines',
    { event: 'answered', role: 'uac', status: 603 },
    stop('network', 'call-rejected'),
  ],
  [
    'our CANCEL worked',
    { event: 'answered', role: 'uac', status: 487 },
    stop('network', 'call-canceled'),
  ],
  [
    'a target redirects',
    { event: 'answered', role: 'proxy-uac', status: 302 },
    stop('network', 'call-rejected'),
  ],
  [
    'the CANCEL of a proxied call',
    { event: 'answered', role: 'proxy-uas', status: 487 },
    stop('application', 'call-canceled'),
  ],
  ['the caller gives up', { event: 'cancelled' }, stop('network', 'call-canceled')],
  ['the peer hangs up', { event: 'released', by: 'them' }, stop('network', 'normal-release')],
  ['the app hangs up', { event: 'released', by: 'us' }, stop('application', 'normal-release')],
  [
    'nobody refreshed',
    { event: 'ended', cause: 'session-expired' },
    stop('application', 'session-expired'),
  ],
  [
    'no ACK came',
    { event: 'ended', cause: 'ack-timeout' },
    stop('application', 'system-error-initiated-termination'),
  ],
  [
    'the edge stops',
    { event: 'ended', cause: 'edge-stopped' },
    stop('application', 'system-initiated-termination'),
  ],
  [
    'its app stayed away',
    { event: 'ended', cause: 'orphan-limit' },
    stop('application', 'system-initiated-termination'),
  ],
  [
    'nobody was to know',
    { event: 'ended', cause: undefined },
    stop('application', 'system-initiated-termination'),
  ],
  [
    'its nameless app is gone',
    { event: 'lost' },
    stop('application', 'system-error-initiated-termination'),
  ],
])('%s', (_what, event, record) => {
  expect(recordOf(event)).toEqual(record);
});

test.each([
  ['uas', 'application'],
  ['uac', 'network'],
  ['proxy-uas', 'application'],
  ['proxy-uac', 'network'],
] as const)('an answer as %s is a start from the %s', (role, source) => {
  expect(recordOf({ event: 'answered', role, status: 200 })).toEqual({
    kind: 'start',
    source,
    role,
  });
});
