import {
  echoRequest,
  echoResponse,
  newRequest,
  traffic,
  unsolicited,
} from '../../../../sip/gateway/edge-message';
import type { Flow } from '../../../../sip/transport/flow';

const place = { protocol: 'udp', address: '10.0.0.2', port: 5060 };
const flow = { ...place, localHost: '10.0.0.1', localPort: 5070 } as Flow;

/** The tokens of the first line, id left out. */
const tokens = (message: string) => (message.split('\r\n', 1)[0] ?? '').split('|').slice(1);

test('drachtio-srf reads the echo of a response by absolute positions', () => {
  const message = echoResponse('m', { text: 'SIP', place, transactionId: 't', dialogId: 'd' });
  const all = ['', ...tokens(message)];
  expect([all[3], all[4], all[6], all[7], all[8], all[10], all[11]]).toEqual([
    'OK',
    'application',
    'udp',
    '10.0.0.2',
    '5060',
    't',
    'd',
  ]);
  expect(all[9]).toMatch(/^\d\d:\d\d:\d\d\.\d{6}$/);
  expect(message.endsWith('\r\nSIP')).toBe(true);
});

test('and the echo of a request relative to OK', () => {
  const after = tokens(echoRequest('m', { text: 'SIP', place, transactionId: 't' })).slice(2);
  expect([after[1], after[3], after[4], after[5], after[7]]).toEqual([
    'application',
    'udp',
    '10.0.0.2',
    '5060',
    't',
  ]);
});

test('a new request has thirteen tokens, other traffic eleven', () => {
  const fresh = ['', ...tokens(newRequest('SIP', flow, 't'))];
  expect(fresh).toHaveLength(13);
  expect([fresh[8], fresh[9], fresh[10], fresh[11]]).toEqual(['t', '', '10.0.0.1', '5070']);
  const other = ['', ...tokens(traffic('SIP', flow, { transactionId: 't', dialogId: 'd' }))];
  expect(other).toHaveLength(11);
  expect([other[8], other[9]]).toEqual(['t', 'd']);
});

test('our own BYE is unsolicited and comes from the application', () => {
  const all = ['', ...tokens(unsolicited('BYE', place, 'd'))];
  expect([all[2], all[8], all[9]]).toEqual(['application', 'unsolicited', 'd']);
});
