import { addressOf, reachOf } from '../../../src/jobs/webhooks/address';

/** Which addresses a webhook may reach: a URL must not be a way into our own network (SSRF). */

const NETWORKS = [
  { name: 'local', cidrs: ['127.0.0.0/8', '::1/128'] },
  { name: 'dms', cidrs: ['10.20.0.0/16', 'fd12::/16'] },
  { name: 'wide', cidrs: ['169.254.0.0/16', '100.64.0.0/10'] },
];

const REACHES: [address: string, alone: string, named: string][] = [
  ['93.184.216.34', 'https', 'https'],
  ['2606:2800:220:1:248:1893:25c8:1946', 'https', 'https'],
  ['127.0.0.1', 'refused', 'any'],
  ['127.8.8.8', 'refused', 'any'],
  ['::1', 'refused', 'any'],
  ['::ffff:127.0.0.1', 'refused', 'any'],
  ['::ffff:7f00:1', 'refused', 'any'],
  ['::127.0.0.1', 'refused', 'any'],
  ['10.20.3.4', 'refused', 'any'],
  ['::ffff:10.20.3.4', 'refused', 'any'],
  ['fd12::5', 'refused', 'any'],
  ['10.21.3.4', 'refused', 'refused'],
  ['172.16.0.1', 'refused', 'refused'],
  ['172.31.255.255', 'refused', 'refused'],
  ['172.32.0.1', 'https', 'https'],
  ['192.168.1.1', 'refused', 'refused'],
  ['100.64.0.1', 'refused', 'any'],
  ['fc00::1', 'refused', 'refused'],
  // However wide a network is named: what hands out a machine's secrets, and what is nobody's.
  ['169.254.169.254', 'refused', 'refused'],
  ['::ffff:169.254.169.254', 'refused', 'refused'],
  ['100.100.100.200', 'refused', 'refused'],
  ['fd00:ec2::254', 'refused', 'refused'],
  ['fe80::1', 'refused', 'refused'],
  ['fe80::1%eth0', 'refused', 'refused'],
  ['0.0.0.0', 'refused', 'refused'],
  ['::', 'refused', 'refused'],
  ['224.0.0.1', 'refused', 'refused'],
  ['255.255.255.255', 'refused', 'refused'],
  ['ff02::1', 'refused', 'refused'],
  ['64:ff9b::7f00:1', 'refused', 'refused'],
  ['2002:7f00:1::', 'refused', 'refused'],
  ['no address', 'refused', 'refused'],
];

test.each(REACHES)('%s: %s, with named networks %s', (address, alone, named) => {
  expect(reachOf(address, [])).toBe(alone);
  expect(reachOf(address, NETWORKS)).toBe(named);
});

describe('what a URL leads to', () => {
  const resolves =
    (...addresses: string[]) =>
    async () =>
      addresses.map((address) => ({
        address,
        family: address.includes(':') ? (6 as const) : (4 as const),
      }));
  const led = (url: string, ...addresses: string[]) =>
    addressOf(new URL(url), NETWORKS, resolves(...addresses));

  test('the first of its addresses', async () => {
    const first = { address: '93.184.216.34', family: 4 };
    expect(await led('https://a.example/', '93.184.216.34', '93.184.216.35')).toEqual(first);
  });
  test('nothing, where one of several is refused', async () => {
    expect(await led('https://a.example/', '93.184.216.34', '10.0.0.1')).toBe('refused-address');
  });
  test('nothing in the clear, but within a named network', async () => {
    expect(await led('http://a.example/', '93.184.216.34')).toBe('refused-address');
    expect(await led('http://dms/', '10.20.0.9')).toEqual({ address: '10.20.0.9', family: 4 });
  });
  test.each([
    'https://169.254.169.254/latest/meta-data',
    'https://2852039166/',
    'https://0xa9fea9fe/',
    'https://0251.0376.0251.0376/',
    'https://[::ffff:169.254.169.254]/',
    'http://0/',
    'https://192.168.1.1/',
    'https://3232235777/',
  ])('nothing, however an address is written: %s', async (url) => {
    expect(await led(url)).toBe('refused-address');
  });
  test('nothing, where the name has none', async () => {
    expect(await led('https://a.example/')).toBe('unresolved');
    const falls = () => Promise.reject(new Error('ENOTFOUND'));
    expect(await addressOf(new URL('https://a.example/'), [], falls)).toBe('unresolved');
  });
});
