import { PLAIN_G711, type Capabilities } from '../../../../sip/sdp/codecs';
import type { SuiteKey } from '../../../../sip/sdp/crypto';
import type { LocalAudio } from '../../../../sip/sdp/negotiate';

/** Descriptions for the tests of offer and answer: ours by what we can, the far side's by its lines. */
export const LOCAL: LocalAudio = {
  ...{ sessionId: '42', version: 3 },
  ...{ address: '198.51.100.7', port: 20_000 },
};

export const ALL: Capabilities = {
  codecs: ['PCMA', 'PCMU', 'G722'],
  comfortNoise: true,
  rtcpMux: true,
  suites: ['AES_CM_128_HMAC_SHA1_80', 'AEAD_AES_128_GCM', 'AES_CM_128_HMAC_SHA1_32'],
};

export const KEYS: readonly SuiteKey[] = [
  { suite: 'AES_CM_128_HMAC_SHA1_80', key: 'O'.repeat(40) },
  { suite: 'AEAD_AES_128_GCM', key: `${'P'.repeat(38)}==` },
  { suite: 'AES_CM_128_HMAC_SHA1_32', key: 'Q'.repeat(40) },
];

/** Of the far side: 30 bytes. */
export const THEIR_KEY = 'T'.repeat(40);

export const MUX: LocalAudio = { ...LOCAL, can: { ...PLAIN_G711, rtcpMux: true } };
export const EVERYTHING: LocalAudio = { ...LOCAL, can: ALL, keys: KEYS };

/** A description of the far side with these lines after its session part. */
export function offer(...lines: string[]): string {
  const head = ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0'];
  return [...head, ...lines, ''].join('\r\n');
}

/** The `m=` lines of a description. */
export function mediaLines(text: string): string[] {
  return text.split('\r\n').filter((line) => line.startsWith('m='));
}
