import { answerOffer, readAnswer, type LocalAudio } from '../../../../sip/sdp/negotiate';
import { makeOffer } from '../../../../sip/sdp/own-offer';
import { EVERYTHING, KEYS, LOCAL, mediaLines, offer, THEIR_KEY } from './descriptions';

const SAVP = 'm=audio 4000 RTP/SAVP 8';
const AVP = 'm=audio 4000 RTP/AVP 8';
const CM80 = 'AES_CM_128_HMAC_SHA1_80';
const CM32 = 'AES_CM_128_HMAC_SHA1_32';
const GCM = 'AEAD_AES_128_GCM';
const SECURE: LocalAudio = { ...EVERYTHING, secure: true };
const keyOf = (suite: string) => KEYS.find((key) => key.suite === suite)?.key;

test.each([
  [
    'their first line',
    SAVP,
    [`1 ${CM32} inline:${THEIR_KEY}`, `2 ${CM80} inline:${THEIR_KEY}`],
    1,
    CM32,
  ],
  [
    'the first that we can meet',
    SAVP,
    [
      `1 AES_256_CM inline:${THEIR_KEY}`,
      `7 ${CM80} inline:${THEIR_KEY} KDR=1`,
      `3 ${CM80} inline:${THEIR_KEY}|2^20`,
    ],
    3,
    CM80,
  ],
  ['GCM', SAVP, [`4 ${GCM} inline:${'T'.repeat(38)}==`], 4, GCM],
  ['feedback', 'm=audio 4000 RTP/SAVPF 8', [`1 ${CM80} inline:${THEIR_KEY}`], 1, CM80],
  ['the plain profile', AVP, [`1 ${CM80} inline:${THEIR_KEY}`], 1, CM80],
])(
  'encryption by %s is answered with the same tag and a key of ours',
  (_what, line, keys, tag, suite) => {
    const { agreed, answer } = answerOffer(
      offer(line, ...keys.map((key) => `a=crypto:${key}`)),
      EVERYTHING,
    );
    expect(agreed.crypto).toMatchObject({ suite, sendKey: keyOf(suite) });
    expect(agreed.crypto?.receiveKey).toMatch(/^T+/);
    expect(answer.match(/^a=crypto:.*$/gm)).toEqual([
      `a=crypto:${tag} ${suite} inline:${keyOf(suite)}`,
    ]);
    expect(mediaLines(answer)[0]).toBe(line.replace('4000', '20000'));
  },
);

test('the length of their key identifiers is agreed, since each packet has one', () => {
  const { agreed } = answerOffer(
    offer(SAVP, `a=crypto:1 ${CM80} inline:${THEIR_KEY}|2^20|1:4`),
    EVERYTHING,
  );
  expect(agreed.crypto?.receiveMkiBytes).toBe(4);
});

test.each([
  ['we cannot encrypt', LOCAL, [SAVP, `a=crypto:1 ${CM80} inline:${THEIR_KEY}`]],
  ['there is no key', EVERYTHING, [SAVP]],
  ['we have no key', { ...EVERYTHING, keys: [] }, [SAVP, `a=crypto:1 ${CM80} inline:${THEIR_KEY}`]],
  ['its suite is not ours', EVERYTHING, [SAVP, `a=crypto:1 AES_256_CM inline:${THEIR_KEY}`]],
  [
    'it asks for half of it',
    EVERYTHING,
    [SAVP, `a=crypto:1 ${CM80} inline:${THEIR_KEY} UNENCRYPTED_SRTP`],
  ],
  [
    'its keys come by DTLS',
    EVERYTHING,
    ['m=audio 4000 UDP/TLS/RTP/SAVPF 8', 'a=fingerprint:sha-256 AA'],
  ],
])('an offer that must be encrypted is refused when %s', (_what, local, lines) => {
  expect(() => answerOffer(offer(...lines), local)).toThrow(
    expect.objectContaining({
      code: 'no-codec',
      message: expect.stringContaining('SAVP') as string,
    }),
  );
});

test('an offer that may be encrypted is answered plainly when we cannot, or its lines do not fit', () => {
  for (const [local, line] of [
    [LOCAL, `1 ${CM80} inline:${THEIR_KEY}`],
    [EVERYTHING, `1 ${CM80} inline:short`],
  ] as const) {
    const { agreed, answer } = answerOffer(offer(AVP, `a=crypto:${line}`), local);
    expect(agreed.crypto).toBeUndefined();
    expect(answer).not.toContain('crypto');
  }
});

test('of an encrypted and a plain stream the first that we can carry is taken', () => {
  const both = offer(SAVP, `a=crypto:1 ${CM80} inline:${THEIR_KEY}`, AVP.replace('4000', '4002'));
  const portsOf = (local: LocalAudio) =>
    mediaLines(answerOffer(both, local).answer).map((line) => line.split(' ')[1]);
  expect(portsOf(EVERYTHING)).toEqual(['20000', '0']);
  expect(portsOf(LOCAL)).toEqual(['0', '20000']);
});

test('an offer demands encryption only when it is to', () => {
  expect(mediaLines(makeOffer(SECURE))[0]).toContain(' RTP/SAVP ');
  expect(makeOffer(SECURE).match(/^a=crypto:.*$/gm)).toEqual(
    KEYS.map(({ suite, key }, index) => `a=crypto:${index + 1} ${suite} inline:${key}`),
  );
  expect(makeOffer(EVERYTHING)).not.toMatch(/SAVP|crypto/);
});

test('the answer to it takes one of our lines by its tag', () => {
  const { agreed } = readAnswer(offer(SAVP, `a=crypto:3 ${CM32} inline:${THEIR_KEY}`), SECURE);
  expect(agreed.crypto).toEqual({
    suite: CM32,
    sendKey: keyOf(CM32),
    receiveKey: THEIR_KEY,
    receiveMkiBytes: 0,
  });
});

test.each([
  ['another tag', [SAVP, `a=crypto:1 ${CM32} inline:${THEIR_KEY}`]],
  ['no line', [SAVP]],
  ['plain audio', [AVP]],
])('an answer to it with %s is refused', (_what, lines) => {
  expect(() => readAnswer(offer(...lines), SECURE)).toThrow(
    expect.objectContaining({ code: 'no-codec' }),
  );
});

test('nobody can answer a plain offer with encryption', () => {
  const line = `a=crypto:1 ${CM80} inline:${THEIR_KEY}`;
  expect(readAnswer(offer(AVP, line), EVERYTHING).agreed.crypto).toBeUndefined();
  expect(() => readAnswer(offer(SAVP, line), EVERYTHING)).toThrow(
    expect.objectContaining({ code: 'no-codec' }),
  );
});

test('a later offer of ours keeps the encryption and its profile', () => {
  const standing = answerOffer(offer(AVP, `a=crypto:1 ${CM80} inline:${THEIR_KEY}`), EVERYTHING);
  const again = makeOffer(SECURE, 'PCMA', standing);
  expect(mediaLines(again)[0]).toContain(' RTP/AVP ');
  expect(again).toContain('a=crypto:1 ');
});
