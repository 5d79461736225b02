import { networkInterfaces } from 'node:os';
import { mediaAddresses } from '../../../sip/media-addresses';
import { parseNetworks } from '../../../sip/transport/address-networks';

const listen = (...hosts: string[]) =>
  hosts.map((host) => ({ protocol: 'udp' as const, host, port: 5060 }));
const networks = (text: string) => parseNetworks(text).networks;

test('without networks, SDP names the address of the listener, for each family the first', () => {
  const sip = listen('10.0.0.5', '10.0.0.6', '::1');
  expect(mediaAddresses({ sip, mediaNetworks: [] })).toEqual([
    { bind: '10.0.0.5', advertised: '10.0.0.5' },
    { bind: '::1', advertised: '::1' },
  ]);
});

test('a listener on all addresses names one by which we reach others', () => {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const four = all.filter(({ family }) => family === 'IPv4').map(({ address }) => address);
  const [own] = mediaAddresses({ sip: listen('0.0.0.0'), mediaNetworks: [] });
  expect(own.bind).toBe('0.0.0.0');
  expect(four).toContain(own.advertised);
  expect(mediaAddresses({ sip: [], mediaNetworks: [] })).toEqual([own]);
});

test('networks are told apart by family, and each binds to what all of it share', () => {
  const mediaNetworks = networks(
    [
      'lan 10.0.0.5 10.0.0.5 10.0.0.0/8',
      'six fd00::5 fd00::5 fd00::/8',
      'net 10.0.0.5 203.0.113.7 0.0.0.0/0',
      'wide 2001:db8::5 2001:db8::7 ::/0',
    ].join(';'),
  );
  const [four, six] = mediaAddresses({ sip: listen('0.0.0.0'), mediaNetworks });
  expect(four).toMatchObject({ bind: '10.0.0.5', advertised: '10.0.0.5' });
  expect(['10.1.1.1', '192.0.2.1'].map((peer) => four.advertisedTo?.(peer))).toEqual([
    '10.0.0.5',
    '203.0.113.7',
  ]);
  expect(six).toMatchObject({ bind: '::', advertised: 'fd00::5' });
  expect(['fd00::9', '2001:db8::9'].map((peer) => six?.advertisedTo?.(peer))).toEqual([
    'fd00::5',
    '2001:db8::7',
  ]);
});

test('a peer in no network is told the address of the first network of its family', () => {
  const mediaNetworks = networks(
    'six fd00::5 fd00::5 fd00::/8; lan 10.0.0.5 10.0.0.5 10.0.0.0/8; dmz 10.0.0.5 172.16.0.5 172.16.0.0/12',
  );
  const [six, four] = mediaAddresses({ sip: [], mediaNetworks });
  expect(six.advertisedTo?.('2001:db8::9')).toBe('fd00::5');
  expect(four?.advertisedTo?.('192.0.2.1')).toBe('10.0.0.5');
});
