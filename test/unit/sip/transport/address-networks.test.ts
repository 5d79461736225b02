import { networkOf, parseNetworks } from '../../../../sip/transport/address-networks';

const TEXT =
  'carrier 10.20.0.5 10.20.0.5 198.51.100.0/24,203.0.113.16/28; ' +
  'lan 192.168.1.5 192.168.1.5 192.168.0.0/16; ' +
  'internet 192.168.1.5 203.0.113.7 0.0.0.0/0; ' +
  'v6 2001:db8::5 2001:db8::5 ::/0';

test.each([
  ['198.51.100.77', 'carrier', '10.20.0.5'],
  ['203.0.113.17', 'carrier', '10.20.0.5'],
  ['203.0.113.40', 'internet', '203.0.113.7'],
  ['192.168.44.1', 'lan', '192.168.1.5'],
  ['::ffff:192.168.44.1', 'lan', '192.168.1.5'],
  ['8.8.8.8', 'internet', '203.0.113.7'],
  ['2001:db8:1::9', 'v6', '2001:db8::5'],
])('%s is in network %s and sees %s', (peer, name, advertised) => {
  const { networks, problems } = parseNetworks(TEXT);
  expect(problems).toEqual([]);
  expect(networkOf(networks, peer)).toMatchObject({ name, advertised });
});

test('the longest prefix decides, whatever the order', () => {
  const { networks } = parseNetworks(
    'all 10.0.0.1 10.0.0.1 0.0.0.0/0; one 10.0.0.2 10.0.0.2 10.9.9.9/32',
  );
  expect(networkOf(networks, '10.9.9.9')?.name).toBe('one');
  expect(networkOf([...networks].reverse(), '10.9.9.9')?.name).toBe('one');
});

test('a peer in no network, and what is no address, have none', () => {
  const { networks } = parseNetworks('lan 10.0.0.1 10.0.0.1 10.0.0.0/8');
  expect(networkOf(networks, '192.0.2.1')).toBeUndefined();
  expect(networkOf(networks, 'phone.example')).toBeUndefined();
});

test('empty text is no network', () => {
  expect(parseNetworks(' ; ')).toEqual({ networks: [], problems: [] });
});

test.each([
  ['too few words', 'lan 10.0.0.1 10.0.0.0/8', 'is not "name bind advertised'],
  ['too many words', 'lan 10.0.0.1 10.0.0.1 10.0.0.0/8 172.16.0.0/12', 'is not "name bind'],
  ['a name as bind', 'lan eth0 10.0.0.1 10.0.0.0/8', 'no address to bind to: eth0'],
  ['an advertised name', 'lan 10.0.0.1 sip.example 10.0.0.0/8', 'advertises sip.example'],
  ['an advertised wildcard', 'lan 0.0.0.0 0.0.0.0 10.0.0.0/8', 'advertises 0.0.0.0'],
  ['mixed families', 'lan 10.0.0.1 2001:db8::1 10.0.0.0/8', 'advertises 2001:db8::1'],
  ['a prefix beyond the family', 'lan 10.0.0.1 10.0.0.1 10.0.0.0/33', 'in 10.0.0.0/33'],
  ['a CIDR of the other family', 'lan 10.0.0.1 10.0.0.1 ::/0', 'no IPv4 CIDR in ::/0'],
  ['an address without prefix', 'lan 10.0.0.1 10.0.0.1 10.0.0.9', 'in 10.0.0.9'],
  ['one name twice', 'a 10.0.0.1 10.0.0.1 10.0.0.0/8;a 10.0.0.1 10.0.0.1 11.0.0.0/8', 'name a'],
  [
    'one CIDR twice',
    'a 10.0.0.1 10.0.0.1 10.0.0.0/8;b 10.0.0.1 10.0.0.1 10.0.0.0/8',
    'has 10.0.0.0/8 in a and in b',
  ],
])('%s is a problem', (_what, text, problem) => {
  expect(parseNetworks(text).problems).toEqual([expect.stringContaining(problem)]);
});

test('every problem is reported at once', () => {
  expect(parseNetworks('a; b 1 2 3; c 10.0.0.1 10.0.0.1 x').problems).toHaveLength(3);
});
