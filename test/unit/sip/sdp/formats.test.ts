import { answerOffer, readAnswer } from '../../../../sip/sdp/negotiate';
import { makeOffer } from '../../../../sip/sdp/own-offer';
import { EVERYTHING, LOCAL, mediaLines, offer } from './descriptions';

const ONLY_G722 = 'm=audio 4000 RTP/AVP 9';

test.each([
  ['G.722 by its number', ['m=audio 4000 RTP/AVP 9 8'], 'G722', 9],
  ['G.722 by its map', ['m=audio 4000 RTP/AVP 97', 'a=rtpmap:97 G722/8000'], 'G722', 97],
  ['A-law before it', ['m=audio 4000 RTP/AVP 8 9'], 'PCMA', 8],
  ['what is not ours before it', ['m=audio 4000 RTP/AVP 18 9 0'], 'G722', 9],
])('%s is agreed', (_what, lines, codec, payloadType) => {
  const { agreed, answer } = answerOffer(offer(...lines), EVERYTHING);
  expect(agreed).toMatchObject({ codec, payloadType });
  expect(mediaLines(answer)).toEqual([`m=audio 20000 RTP/AVP ${payloadType}`]);
  expect(answer).toContain(`a=rtpmap:${payloadType} ${codec}/8000\r\n`);
});

test('G.722 is neither answered nor offered while the engine cannot carry it', () => {
  expect(() => answerOffer(offer(ONLY_G722), LOCAL)).toThrow(
    expect.objectContaining({ code: 'no-codec' }),
  );
  expect(makeOffer(LOCAL)).not.toContain('G722');
  expect(() => readAnswer(offer(ONLY_G722), LOCAL)).toThrow(
    expect.objectContaining({ code: 'no-codec' }),
  );
});

test.each([
  ['PCMA', 'm=audio 20000 RTP/AVP 8 0 9 13 101'],
  ['PCMU', 'm=audio 20000 RTP/AVP 0 8 9 13 101'],
  ['G722', 'm=audio 20000 RTP/AVP 9 8 0 13 101'],
] as const)('an offer of all that we carry begins with %s', (prefer, line) => {
  expect(mediaLines(makeOffer(EVERYTHING, prefer))).toEqual([line]);
});

test.each([
  ['its static number', ['m=audio 4000 RTP/AVP 8 13'], 13],
  ['its map', ['m=audio 4000 RTP/AVP 8 98', 'a=rtpmap:98 CN/8000'], 98],
  ['a number that means something else', ['m=audio 4000 RTP/AVP 8 13', 'a=rtpmap:13 X/8000'], null],
  ['another rate', ['m=audio 4000 RTP/AVP 8 98', 'a=rtpmap:98 CN/16000'], null],
  ['nothing', ['m=audio 4000 RTP/AVP 8'], null],
])('comfort noise by %s', (_what, lines, type) => {
  const { agreed, answer } = answerOffer(offer(...lines), EVERYTHING);
  expect(agreed.comfortNoise).toBe(type);
  expect(answer.includes('CN/8000')).toBe(type !== null);
  expect(answerOffer(offer(...lines), LOCAL).agreed.comfortNoise).toBeNull();
});

test('a refusal names both lists', () => {
  const lines = ['m=audio 4000 RTP/AVP 18 96', 'a=rtpmap:96 opus/48000/2', 'm=video 0 RTP/AVP 31'];
  expect(() => answerOffer(offer(...lines), LOCAL)).toThrow(
    'none of theirs (audio RTP/AVP 18 96=OPUS/48000/2; video RTP/AVP 31 declined) is one of ours (PCMA, PCMU over RTP/AVP)',
  );
});

test('a refusal is short, whatever the list', () => {
  const many = Array.from({ length: 4000 }, () => '18').join(' ');
  let message = '';
  try {
    answerOffer(offer(`m=audio 4000 RTP/AVP ${many}`), LOCAL);
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message.length).toBeGreaterThan(500);
  expect(message.length).toBeLessThan(800);
});
