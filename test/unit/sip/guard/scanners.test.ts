import { isScanner } from '../../../../sip/guard/scanners';

const request = (agent: string, body = '') =>
  `OPTIONS sip:100@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKx\r\n${agent}\r\n\r\n${body}`;

test.each([
  'User-Agent: friendly-scanner',
  'user-agent :  sipvicious 0.3',
  'User-Agent: sipcli/v1.8',
  'User-Agent: sip-cli 1',
  'User-Agent: VaxSIPUserAgent/3.1',
  'USER-AGENT: sundayddr',
  'User-Agent: pplsip',
])('%s is a scanner', (agent) => {
  expect(isScanner(request(agent))).toBe(true);
});

test.each([
  ['a phone', request('User-Agent: baresip v3')],
  ['a phone whose owner wrote about scanners', request('Subject: friendly-scanner')],
  ['a message that quotes one in its body', request('l: 1', 'User-Agent: sipvicious\r\n\r\n')],
  ['a phone named after a client', request('User-Agent: sipclient 2')],
])('%s is none', (_what, text) => {
  expect(isScanner(text)).toBe(false);
});
