import { cryptoValue, readCrypto } from '../../../../sip/sdp/crypto';

/** Of RFC 4568 §10.2: 30 bytes. */
const KEY = 'PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR';
/** 28 bytes. */
const GCM = 'A'.repeat(38);
const CM80 = 'AES_CM_128_HMAC_SHA1_80';
const GCM_128 = 'AEAD_AES_128_GCM';

test.each([
  ['the line of RFC 4568 §10.2', `1 ${CM80} inline:${KEY}|2^20|1:4`, CM80, KEY, 4],
  ['a bare key', `1 ${CM80} inline:${KEY}`, CM80, KEY, 0],
  ['a lifetime in digits', `1 ${CM80} inline:${KEY}|1048576`, CM80, KEY, 0],
  ['an identifier alone', `1 ${CM80} inline:${KEY}|1066:1`, CM80, KEY, 1],
  ['a replay window', `1 ${CM80} inline:${KEY} WSH=64`, CM80, KEY, 0],
  ['what may be passed over', `1 ${CM80} inline:${KEY} -X=1`, CM80, KEY, 0],
  ['GCM', `1 ${GCM_128} inline:${GCM}==`, GCM_128, `${GCM}==`, 0],
  ['GCM without padding', `1 ${GCM_128} inline:${GCM}`, GCM_128, `${GCM}==`, 0],
  ['a scheme in capitals', `1 ${CM80} INLINE:${KEY}`, CM80, KEY, 0],
])('%s is read', (_what, value, suite, key, mkiBytes) => {
  expect(readCrypto(value)).toEqual({ tag: 1, suite, key, mkiBytes });
});

test.each([
  ['an unknown suite', `1 F8_128_HMAC_SHA1_80 inline:${KEY}`],
  ['a name that every object has', `1 constructor inline:${KEY}`],
  ['no tag', `${CM80} inline:${KEY}`],
  ['no key', `1 ${CM80}`],
  ['another way to a key', `1 ${CM80} uri:https://example.com/key`],
  ['too short a key', `1 ${CM80} inline:${KEY.slice(4)}`],
  ['too long a key', `1 ${CM80} inline:${KEY}AAAA`],
  ['a key of another suite', `1 ${GCM_128} inline:${KEY}`],
  ['no base64', `1 ${CM80} inline:${'!'.repeat(40)}`],
  ['several keys', `1 ${CM80} inline:${KEY}|2^20|1:4;inline:${KEY}|2^20|2:4`],
  ['an identifier without a length', `1 ${CM80} inline:${KEY}|1:0`],
  ['an identifier before the lifetime', `1 ${CM80} inline:${KEY}|1:4|2^20`],
  ['two identifiers', `1 ${CM80} inline:${KEY}|1:4|2:4`],
  ['an unreadable lifetime', `1 ${CM80} inline:${KEY}|soon`],
  ['packets without encryption', `1 ${CM80} inline:${KEY} UNENCRYPTED_SRTP`],
  ['RTCP without encryption', `1 ${CM80} inline:${KEY} UNENCRYPTED_SRTCP`],
  ['packets without authentication', `1 ${CM80} inline:${KEY} UNAUTHENTICATED_SRTP`],
  ['another key derivation rate', `1 ${CM80} inline:${KEY} KDR=20`],
  ['an order of FEC', `1 ${CM80} inline:${KEY} FEC_ORDER=FEC_SRTP`],
  ['the unknown', `1 ${CM80} inline:${KEY} WSH=64 NEW=1`],
])('a line with %s is refused', (_what, value) => {
  expect(readCrypto(value)).toBeNull();
});

test('our line is read back as it was meant', () => {
  const value = cryptoValue(7, { suite: CM80, key: KEY });
  expect(readCrypto(value)).toEqual({ tag: 7, suite: CM80, key: KEY, mkiBytes: 0 });
});
