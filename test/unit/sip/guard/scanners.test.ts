import { isScanner, LISTED_MS, ScannersHeard } from '../../../../sip/guard/scanners';

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

describe('where scanners were heard', () => {
  test('is listed for ten minutes after the last message', () => {
    const heard = new ScannersHeard();
    heard.heard('192.0.2.1', 0);
    heard.heard('192.0.2.1', 1000);
    expect(heard.held(3000)).toEqual([
      { address: '192.0.2.1', why: 'scanner', forMs: 3000, leftMs: LISTED_MS - 2000, dropped: 2 },
    ]);
    expect(heard.held(1000 + LISTED_MS)).toEqual([]);
    heard.heard('192.0.2.1', 1000 + LISTED_MS);
    expect(heard.held(1000 + LISTED_MS)).toMatchObject([{ forMs: 0, dropped: 1 }]);
  });

  test('is taken off the list when somebody says so', () => {
    const heard = new ScannersHeard();
    heard.heard('192.0.2.1', 0);
    expect(heard.release('192.0.2.2')).toBe(false);
    expect(heard.release('192.0.2.1')).toBe(true);
    expect(heard.held(0)).toEqual([]);
  });

  test('is bounded, and the one quiet for longest is forgotten', () => {
    const heard = new ScannersHeard();
    heard.heard('quiet', 0);
    heard.heard('busy', 0);
    for (let i = 0; i < 998; i++) heard.heard(`${i}`, 1);
    heard.heard('busy', 2);
    heard.heard('one more', 3);
    expect(heard.size).toBe(1000);
    const addresses = heard.held(4).map(({ address }) => address);
    expect(addresses).toContain('busy');
    expect(addresses).not.toContain('quiet');
  });
});
