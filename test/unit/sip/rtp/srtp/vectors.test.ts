/** The test vectors of RFC 3711 appendix B and RFC 7714 §16, §17, and those by which libsrtp is tested. */
import { CounterMode, KeyStream } from '../../../../../sip/rtp/srtp/counter-mode';
import { GaloisCounterMode } from '../../../../../sip/rtp/srtp/galois-counter-mode';
import { deriveKeys, type SrtpSuite } from '../../../../../sip/rtp/srtp/key-derivation';
import type { MasterKey } from '../../../../../sip/rtp/srtp/master-key';
import { SrtpReceiver } from '../../../../../sip/rtp/srtp/receiver';
import { SrtpSender } from '../../../../../sip/rtp/srtp/sender';

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex');
const master = (suite: SrtpSuite, text: string): MasterKey => ({
  suite,
  key: hex(text).toString('base64'),
  mkiBytes: 0,
});

const KEY = 'e1f97a0d3e018be0d64fa32c06de4139 0ec675ad498afeebb6960b3aabe6';

test('session keys are those of RFC 3711 B.3', () => {
  const { rtp } = deriveKeys('AES_CM_128_HMAC_SHA1_80', hex(KEY));
  expect(rtp.encryption).toEqual(hex('c61e7a93744f39ee10734afe3ff7a087'));
  expect(rtp.salt).toEqual(hex('30cbbc08863d8c85d49db34a9ae1'));
  expect(rtp.authentication).toEqual(hex('cebe321f6ff7716b6fd4ab49af256a156d38baa4'));
});

test('the key stream is that of RFC 3711 B.2, to its 65,282nd block', () => {
  const stream = new KeyStream({
    encryption: hex('2b7e151628aed2a6abf7158809cf4f3c'),
    salt: hex('f0f1f2f3f4f5f6f7f8f9fafbfcfd'),
  });
  const bytes = Buffer.alloc(0xff02 * 16);
  stream.apply(bytes, 0, bytes.length, 0, 0, 0);
  const block = (index: number) => bytes.subarray(index * 16, index * 16 + 16);
  expect(block(0)).toEqual(hex('e03ead0935c95e80e166b16dd92b4eb4'));
  expect(block(1)).toEqual(hex('d23513162b02d0f72a43a2fe4a5f97ab'));
  expect(block(2)).toEqual(hex('41e95b3bb0a2e8dd477901e4fca894c0'));
  expect(block(0xfeff)).toEqual(hex('ec8cdf7398607cb0f2d21675ea9ea1e4'));
  expect(block(0xff00)).toEqual(hex('362b7c3c6773516318a077d7fc5073ae'));
  expect(block(0xff01)).toEqual(hex('6a2cc3787889374fbeb4c81b17ba6c44'));
});

const session = {
  encryption: hex('000102030405060708090a0b0c0d0e0f'),
  authentication: Buffer.alloc(0),
  salt: hex('517569642070726f2071756f'),
};

test('GCM does to RTP and RTCP what RFC 7714 §16.1 and §17.1 say', () => {
  const gcm = new GaloisCounterMode({ rtp: session, rtcp: session }, 0);
  const rtp = hex(
    `8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976
     69736120 696e2070 61727465 73207472 6573`,
  );
  const bytes = Buffer.concat([rtp, Buffer.alloc(16)]);
  expect(gcm.sealRtp(bytes, 12, rtp.length, 0)).toBe(bytes.length);
  expect(bytes).toEqual(
    hex(
      `8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5
       0d294e6f 42a5f47a 51c7d19b 36de3adf 8833899d 7f27beb1 6a9152cf 765ee439 0cce`,
    ),
  );
  expect(gcm.openRtp(bytes, 12, 0)).toBe(rtp.length);
  expect(bytes.subarray(0, rtp.length)).toEqual(rtp);

  const rtcp = hex(
    `81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61
     deadbeef deadbeef deadbeef deadbeef deadbeef`,
  );
  const report = Buffer.concat([rtcp, Buffer.alloc(20)]);
  expect(gcm.sealRtcp(report, rtcp.length, 0x5d4)).toBe(report.length);
  expect(report).toEqual(
    hex(
      `81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1
       730d6fda 4ce09b46 86303ded 0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade 800005d4`,
    ),
  );
  expect(gcm.openRtcp(report)).toBe(rtcp.length);
  expect(report.subarray(0, rtcp.length)).toEqual(rtcp);
});

const RTP = `800f1234 decafbad cafebabe ${'ab'.repeat(16)}`;
const RTCP = `81c8000b cafebabe ${'ab'.repeat(16)}`;

test.each<[SrtpSuite, string, string, string]>([
  [
    'AES_CM_128_HMAC_SHA1_80',
    KEY,
    `800f1234 decafbad cafebabe 4e55dc4ce79978d88ca4d215949d2402 b78d6acc99ea179b8dbb`,
    `81c8000b cafebabe 7128035be487b9bdbef89041f977a5a8 80000001 993e08cd54d6c1230798`,
  ],
  [
    'AES_CM_128_HMAC_SHA1_32',
    KEY,
    `800f1234 decafbad cafebabe 4e55dc4ce79978d88ca4d215949d2402 b78d6acc`,
    // The tag of RTCP has 80 bits here as well.
    `81c8000b cafebabe 7128035be487b9bdbef89041f977a5a8 80000001 993e08cd54d6c1230798`,
  ],
  [
    'AEAD_AES_128_GCM',
    '000102030405060708090a0b0c0d0e0f a0a1a2a3a4a5a6a7a8a9aaab',
    `800f1234 decafbad cafebabe c5002ede04cfdd2eb91159e0880aa06e
     d2976826f796b201df3131a127e8a392`,
    `81c8000b cafebabe c98b8b5df0392a55852b6c21ac8e7025
     c52c6fbea2b3b446ea31123ba88ce61e 80000001`,
  ],
])('%s from the master key to the packet', (suite, key, srtp, srtcp) => {
  const sender = new SrtpSender(master(suite, key));
  const receiver = new SrtpReceiver(master(suite, key), { forged: 0, repeated: 0 });
  expect(sender.rtp(hex(RTP))).toEqual(hex(srtp));
  expect(receiver.rtp(hex(srtp))).toEqual(hex(RTP));
  sender.rtcp(hex(RTCP));
  expect(sender.rtcp(hex(RTCP))).toEqual(hex(srtcp));
  expect(receiver.rtcp(hex(srtcp))).toEqual(hex(RTCP));
});

test('a packet that is too short for its suite is not read', () => {
  const keys = { rtp: session, rtcp: session };
  for (const transform of [new CounterMode(keys, 10, 4), new GaloisCounterMode(keys, 4)]) {
    for (let length = 12; length < 12 + 8; length++) {
      expect(transform.openRtp(Buffer.alloc(length, 0x80), 12, 0)).toBe(-1);
      expect(transform.openRtcp(Buffer.alloc(length, 0x80))).toBe(-1);
    }
  }
});
