import type { Direction } from '../../../../sip/sdp/direction';
import { answerOffer, readAnswer, type Standing } from '../../../../sip/sdp/negotiate';
import { makeOffer } from '../../../../sip/sdp/own-offer';
import { ALL, LOCAL, mediaLines, offer } from './descriptions';

/** Offers after the first: what an earlier exchange fixed, and what may change (RFC 3264 §8). */

const AUDIO = 'm=audio 4000 RTP/AVP 8 0';
const VIDEO = 'm=video 6000 RTP/AVP 31';
const FAX = 'm=image 6002 udptl t38';

/** The call after its first offer. */
function first(...lines: string[]): Standing {
  return answerOffer(offer(...lines), LOCAL);
}

const ports = (text: string) => mediaLines(text).map((line) => Number(line.split(' ')[1]));

test.each([
  [
    'the same codec',
    [AUDIO],
    [20_000],
    { codec: 'PCMA', remote: { address: '192.0.2.1', port: 4000 } },
  ],
  ['another codec', ['m=audio 4000 RTP/AVP 0'], [20_000], { codec: 'PCMU' }],
  [
    'another address',
    ['m=audio 5000 RTP/AVP 8', 'c=IN IP4 192.0.2.77'],
    [20_000],
    { remote: { address: '192.0.2.77', port: 5000 } },
  ],
  ['more streams', [AUDIO, VIDEO, 'm=message 7000 TCP/MSRP *'], [20_000, 0, 0], {}],
  ['another order', [VIDEO, AUDIO], [0, 20_000], { codec: 'PCMA' }],
  ['a fax beside the talk', [AUDIO, FAX], [20_000, 0], { direction: 'sendrecv' }],
  [
    'the stream elsewhere',
    ['m=audio 0 RTP/AVP 8', 'm=audio 4006 RTP/AVP 0'],
    [0, 20_000],
    { codec: 'PCMU' },
  ],
  ['a second stream', [AUDIO, 'm=audio 4006 RTP/AVP 0'], [20_000, 0], { codec: 'PCMA' }],
])('%s is answered', (_what, lines, answered, agreed) => {
  const later = answerOffer(offer(...lines), LOCAL, first(AUDIO));
  expect(ports(later.answer)).toEqual(answered);
  expect(later.agreed).toMatchObject(agreed);
});

test('a stream that was declined and returns does not take the place of ours', () => {
  const before = first('m=audio 0 RTP/AVP 0', AUDIO);
  const both = offer('m=audio 4008 RTP/AVP 0', AUDIO);
  expect(ports(answerOffer(both, LOCAL, before).answer)).toEqual([0, 20_000]);
  expect(ports(answerOffer(both, LOCAL).answer)).toEqual([20_000, 0]);
});

test('a place that was declined is used when audio comes there', () => {
  const before = first(VIDEO, AUDIO);
  const later = answerOffer(offer('m=audio 4008 RTP/AVP 0', 'm=audio 0 RTP/AVP 8'), LOCAL, before);
  expect(ports(later.answer)).toEqual([20_000, 0]);
  expect(later.index).toBe(0);
});

describe('an offer that takes the sound away', () => {
  const removed = offer('m=audio 0 RTP/AVP 8', 'm=image 0 udptl t38');

  test('leaves the call, inactive and with nothing else changed', () => {
    const before = first(AUDIO);
    const { answer, agreed } = answerOffer(removed, LOCAL, before);
    expect(ports(answer)).toEqual([0, 0]);
    expect(agreed).toEqual({ ...before.agreed, direction: 'inactive' });
  });

  test('is followed by one that brings it back', () => {
    const later = answerOffer(removed, LOCAL, first(AUDIO));
    expect(answerOffer(offer(AUDIO), LOCAL, later).agreed.direction).toBe('sendrecv');
    expect(ports(makeOffer(LOCAL, 'PCMA', later))).toEqual([20_000, 0]);
  });

  test('begins no call', () => {
    expect(() => answerOffer(removed, LOCAL)).toThrow(
      expect.objectContaining({ code: 'no-codec' }),
    );
  });
});

test('an answer that takes the sound away leaves the call, but is no answer to a first offer', () => {
  const declined = offer('m=audio 0 RTP/AVP 8');
  expect(readAnswer(declined, LOCAL, first(AUDIO)).agreed.direction).toBe('inactive');
  expect(() => readAnswer(declined, LOCAL)).toThrow(expect.objectContaining({ code: 'no-codec' }));
});

test('a fax in the place of the talk is refused, so that the talk goes on', () => {
  for (const lines of [[FAX], ['m=audio 0 RTP/AVP 8', FAX]]) {
    expect(() => answerOffer(offer(...lines), LOCAL, first(AUDIO))).toThrow(
      expect.objectContaining({ code: 'no-codec' }),
    );
  }
});

/** How we answer hold, and what is left of the stream as we see it. */
test.each<[string, string[], Direction | undefined, Direction]>([
  ['a stream', [AUDIO, 'a=sendonly'], undefined, 'recvonly'],
  ['a session', ['a=sendonly', AUDIO], undefined, 'recvonly'],
  ['a stream that listens', [AUDIO, 'a=recvonly'], undefined, 'sendonly'],
  ['a dead stream', [AUDIO, 'a=inactive'], undefined, 'inactive'],
  ['a dead session', ['a=inactive', AUDIO], undefined, 'inactive'],
  ['a live stream in a dead session', ['a=inactive', AUDIO, 'a=sendrecv'], undefined, 'sendrecv'],
  ['the address 0.0.0.0', [AUDIO, 'c=IN IP4 0.0.0.0'], undefined, 'recvonly'],
  ['the address ::', [AUDIO, 'c=IN IP6 ::'], undefined, 'recvonly'],
  ['both ways', [AUDIO, 'c=IN IP4 0.0.0.0', 'a=inactive'], undefined, 'inactive'],
  ['nobody', [AUDIO], undefined, 'sendrecv'],
  ['us', [AUDIO], 'sendonly', 'sendonly'],
  ['both sides', [AUDIO, 'a=sendonly'], 'sendonly', 'inactive'],
  ['us, and a listener', [AUDIO, 'a=recvonly'], 'sendonly', 'sendonly'],
])('hold by %s', (_what, lines, ours, left) => {
  const local = ours === undefined ? LOCAL : { ...LOCAL, direction: ours };
  const { answer, agreed } = answerOffer(offer(...lines), local, first(AUDIO));
  expect(agreed.direction).toBe(left);
  expect(answer).toContain(`a=${left}\r\n`);
});

test.each<[Direction, Direction, Direction]>([
  ['sendonly', 'recvonly', 'sendonly'],
  ['sendonly', 'inactive', 'inactive'],
  ['sendonly', 'sendrecv', 'sendonly'],
  ['sendrecv', 'sendonly', 'recvonly'],
])('our offer %s, answered %s, leaves %s', (ours, theirs, left) => {
  const local = { ...LOCAL, direction: ours };
  expect(makeOffer(local)).toContain(`a=${ours}\r\n`);
  expect(readAnswer(offer(AUDIO, `a=${theirs}`), local).agreed.direction).toBe(left);
});

describe('an offer of ours within the call', () => {
  test('keeps every place, and declines what is not ours', () => {
    const again = makeOffer(LOCAL, 'PCMA', first(VIDEO, AUDIO, FAX));
    expect(mediaLines(again)).toEqual([
      'm=video 0 RTP/AVP 31',
      'm=audio 20000 RTP/AVP 8 0 101',
      'm=image 0 udptl t38',
    ]);
  });

  test('keeps the meaning of payload types', () => {
    const before = first(
      'm=audio 4000 RTP/AVPF 97 96',
      'a=rtpmap:97 PCMA/8000',
      'a=rtpmap:96 telephone-event/8000',
    );
    expect(mediaLines(makeOffer(LOCAL, 'PCMU', before))).toEqual([
      'm=audio 20000 RTP/AVPF 0 97 96',
    ]);
  });

  test('gives key presses no number that the far side uses for something else', () => {
    const before = first('m=audio 4000 RTP/AVP 8 101', 'a=rtpmap:101 opus/48000/2');
    expect(mediaLines(makeOffer(LOCAL, 'PCMA', before))).toEqual(['m=audio 20000 RTP/AVP 8 0 100']);
  });

  test('is answered in its place', () => {
    const before = first(VIDEO, AUDIO);
    const answer = offer('m=video 0 RTP/AVP 31', 'm=audio 4100 RTP/AVP 0');
    const { agreed, index, media } = readAnswer(answer, LOCAL, before);
    expect([agreed.codec, agreed.remote.port, index, media.length]).toEqual(['PCMU', 4100, 1, 2]);
  });

  test('keeps its place when the answer comes in another', () => {
    const answer = offer('m=audio 4100 RTP/AVP 0', 'm=video 0 RTP/AVP 31');
    const after = readAnswer(answer, LOCAL, first(VIDEO, AUDIO));
    expect([after.agreed.remote.port, after.index]).toEqual([4100, 1]);
  });

  test('keeps its places when the answer lacks some', () => {
    const before = first(AUDIO, VIDEO);
    const after = readAnswer(offer('m=audio 4100 RTP/AVP 0'), LOCAL, before);
    expect(ports(makeOffer(LOCAL, 'PCMA', after))).toEqual([20_000, 0]);
  });
});

test('names of streams are kept, groups are not taken up', () => {
  const lines = ['a=group:BUNDLE a v', AUDIO, 'a=mid:a', VIDEO, 'a=mid:v', 'a=bundle-only'];
  const standing = answerOffer(offer(...lines), { ...LOCAL, can: ALL });
  expect(standing.answer.match(/^a=(mid|group|bundle).*$/gm)).toEqual(['a=mid:a', 'a=mid:v']);
  expect(makeOffer(LOCAL, 'PCMA', standing).match(/^a=mid.*$/gm)).toEqual(['a=mid:a', 'a=mid:v']);
});

test('o= names the address of our first description', () => {
  const { answer } = answerOffer(offer(AUDIO), { ...LOCAL, origin: '203.0.113.1' });
  expect(answer).toContain('o=openline 42 3 IN IP4 203.0.113.1\r\n');
  expect(answer).toContain('c=IN IP4 198.51.100.7\r\n');
});

test('IPv6 is answered by IPv6', () => {
  const lines = [AUDIO, 'c=IN IP6 2001:db8::1'];
  const { agreed, answer } = answerOffer(offer(...lines), { ...LOCAL, address: '2001:db8::7' });
  expect(agreed.remote.address).toBe('2001:db8::1');
  expect(answer).toContain('o=openline 42 3 IN IP6 2001:db8::7\r\n');
  expect(answer).toContain('c=IN IP6 2001:db8::7\r\n');
});
