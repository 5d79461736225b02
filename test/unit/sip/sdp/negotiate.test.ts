import { parseSdp } from '../../../../sip/sdp/description';
import { answerOffer, readAnswer } from '../../../../sip/sdp/negotiate';
import { makeOffer } from '../../../../sip/sdp/own-offer';

const LOCAL = { sessionId: '42', version: 3, address: '198.51.100.7', port: 20_000 };

function offer(...lines: string[]): string {
  const head = ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0'];
  return [...head, ...lines, ''].join('\r\n');
}

test('an answer takes the first common codec and the key presses, at their payload types', () => {
  const { answer, agreed } = answerOffer(
    offer('m=audio 4000 RTP/AVP 18 0 8 96', 'a=rtpmap:96 telephone-event/8000', 'a=ptime:30'),
    LOCAL,
  );
  expect(answer.split('\r\n')).toEqual([
    'v=0',
    'o=openline 42 3 IN IP4 198.51.100.7',
    's=-',
    'c=IN IP4 198.51.100.7',
    't=0 0',
    'm=audio 20000 RTP/AVP 0 96',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:96 telephone-event/8000',
    'a=fmtp:96 0-16',
    'a=ptime:20',
    'a=sendrecv',
    '',
  ]);
  expect(agreed).toEqual({
    remote: { address: '192.0.2.1', port: 4000 },
    codec: 'PCMU',
    payloadType: 0,
    rtcp: { address: '192.0.2.1', port: 4001, mux: false },
    telephoneEvent: 96,
    comfortNoise: null,
    ptimeMs: 30,
    packetMs: 20,
    direction: 'sendrecv',
  });
});

test('key presses that were not offered are not answered', () => {
  const { answer, agreed } = answerOffer(offer('m=audio 4000 RTP/AVP 8'), LOCAL);
  expect(answer).toContain('m=audio 20000 RTP/AVP 8\r\n');
  expect(agreed.telephoneEvent).toBeNull();
});

test('every stream of the offer has its answer, declined but for the one', () => {
  const { answer } = answerOffer(
    offer('m=video 6000 RTP/AVP 31', 'm=audio 4000 RTP/AVPF 8', 'm=image 6002 udptl t38'),
    LOCAL,
  );
  expect(parseSdp(answer).media.map(({ kind, port, protocol }) => [kind, port, protocol])).toEqual([
    ['video', 0, 'RTP/AVP'],
    ['audio', 20_000, 'RTP/AVPF'],
    ['image', 0, 'udptl'],
  ]);
});

test.each([
  ['sendrecv', 'sendrecv'],
  ['sendonly', 'recvonly'],
  ['recvonly', 'sendonly'],
  ['inactive', 'inactive'],
])('an offer that is %s is answered %s', (theirs, ours) => {
  const { answer, agreed } = answerOffer(offer('m=audio 4000 RTP/AVP 8', `a=${theirs}`), LOCAL);
  expect(answer).toContain(`a=${ours}\r\n`);
  expect(agreed.direction).toBe(ours);
});

test('hold by address 0.0.0.0 is answered recvonly', () => {
  const { answer } = answerOffer(offer('m=audio 4000 RTP/AVP 8', 'c=IN IP4 0.0.0.0'), LOCAL);
  expect(answer).toContain('a=recvonly');
});

test.each([
  ['PCMA', 'm=audio 20000 RTP/AVP 8 0 101'],
  ['PCMU', 'm=audio 20000 RTP/AVP 0 8 101'],
] as const)('an offer that prefers %s lists it first', (prefer, line) => {
  const text = makeOffer(LOCAL, prefer);
  expect(text).toContain(`${line}\r\n`);
  expect(text).toContain('a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n');
  expect(text).toContain('a=ptime:20\r\na=sendrecv\r\n');
});

test('an answer decides the codec by its first format', () => {
  const { agreed } = readAnswer(offer('m=audio 4000 RTP/AVP 0 8', 'a=recvonly'), LOCAL);
  expect(agreed).toMatchObject({ codec: 'PCMU', payloadType: 0, direction: 'sendonly' });
});

test.each([
  ['an answer that declines the stream', 'm=audio 0 RTP/AVP 8', 'no-codec'],
  ['an answer without a format of ours', 'm=audio 4000 RTP/AVP 18', 'no-codec'],
  ['an answer that is no SDP', 'm=audio', 'bad-sdp'],
])('%s is refused', (_what, line, code) => {
  expect(() => readAnswer(offer(line), LOCAL)).toThrow(expect.objectContaining({ code }));
});
