import { Described, isEncrypted } from '../../../src/telephony/nailed-sdp';

const sdp = (origin: string, port: number, transport = 'AVP') =>
  ['v=0', `o=${origin}`, 's=-', `m=audio ${port} RTP/${transport} 8`, ''].join('\r\n');

const originOf = (text: string) => /^o=(.*)\r$/m.exec(text)?.[1];

test('descriptions of several sessions are those of one, each a version higher (RFC 3264 §8)', () => {
  const first = sdp('- 77 1 IN IP4 10.0.0.1', 4000);
  const ours = new Described(() => first, 0);
  const second = ours.of(sdp('- 88 1 IN IP4 10.0.0.2', 5000));
  expect(second).toBe(sdp('- 77 2 IN IP4 10.0.0.1', 5000));
  expect(ours.of(sdp('- 99 4 IN IP4 10.0.0.2', 6000))).toBe(sdp('- 77 3 IN IP4 10.0.0.1', 6000));
  expect([ours.version, ours.first]).toEqual([3, first]);
});

test('the same one is the same again, as its copy is answered', () => {
  const ours = new Described(() => sdp('- 77 1 IN IP4 10.0.0.1', 4000), 0);
  const raw = sdp('- 88 1 IN IP4 10.0.0.2', 5000);
  expect(ours.of(raw)).toBe(ours.of(raw));
});

test('after a restart no version comes twice, whatever was not noted', () => {
  const ours = new Described(() => sdp('- 77 1 IN IP4 10.0.0.1', 4000), 9);
  const [, , version] = originOf(ours.of(sdp('- 88 1 IN IP4 10.0.0.2', 5000)))?.split(' ') ?? [];
  expect(Number(version)).toBeGreaterThan(20);
});

test.each([
  ['AVP', false],
  ['SAVP', true],
] as const)('RTP/%s is encrypted: %s', (transport, encrypted) => {
  expect(isEncrypted(sdp('- 1 1 IN IP4 10.0.0.1', 4000, transport))).toBe(encrypted);
});
