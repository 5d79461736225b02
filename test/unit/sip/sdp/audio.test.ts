import { readAudio } from '../../../../sip/sdp/audio';
import { parseSdp } from '../../../../sip/sdp/description';

/** The audio of an offer whose `m=` block is given, under a session-wide address. */
function audioOf(...lines: string[]) {
  const head = ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0'];
  return readAudio(parseSdp([...head, ...lines].join('\r\n')));
}

test('formats keep the order of the far side, others are passed over', () => {
  const { formats } = audioOf('m=audio 4000 RTP/AVP 9 0 18 8');
  expect(formats).toEqual([
    { codec: 'PCMU', payloadType: 0 },
    { codec: 'PCMA', payloadType: 8 },
  ]);
});

test.each([
  ['a dynamic type by its map', ['m=audio 4000 RTP/AVP 97', 'a=rtpmap:97 pcma/8000/1'], 'PCMA', 97],
  ['a static type with its map', ['m=audio 4000 RTP/AVP 0', 'a=rtpmap:0 PCMU/8000'], 'PCMU', 0],
  ['the feedback profile', ['m=audio 4000 RTP/AVPF 8'], 'PCMA', 8],
  [
    'the first stream that can be carried',
    ['m=audio 0 RTP/AVP 8', 'm=audio 4000 RTP/SAVP 8', 'm=audio 4002 RTP/AVP 0'],
    'PCMU',
    0,
  ],
])('%s is understood', (_what, lines, codec, payloadType) => {
  expect(audioOf(...lines).formats[0]).toEqual({ codec, payloadType });
});

test.each([
  ['only G.729', ['m=audio 4000 RTP/AVP 18']],
  ['only video', ['m=video 4000 RTP/AVP 31']],
  ['a declined stream', ['m=audio 0 RTP/AVP 8']],
  ['encrypted audio', ['m=audio 4000 RTP/SAVP 8']],
  ['A-law at another rate', ['m=audio 4000 RTP/AVP 97', 'a=rtpmap:97 PCMA/16000']],
  [
    'a static type that is mapped to something else',
    ['m=audio 4000 RTP/AVP 8', 'a=rtpmap:8 X/8000'],
  ],
  ['formats that are no payload types', ['m=audio 4000 RTP/AVP 300 abc']],
])('%s is no-codec', (_what, lines) => {
  expect(() => audioOf(...lines)).toThrow(expect.objectContaining({ code: 'no-codec' }));
});

test.each(['sip.example.com', '2001:db8::1', '192.0.2.300'])(
  'the address %s is bad-sdp',
  (address) => {
    const lines = ['m=audio 4000 RTP/AVP 8', `c=IN IP4 ${address}`];
    expect(() => audioOf(...lines)).toThrow(expect.objectContaining({ code: 'bad-sdp' }));
  },
);

test.each([
  [[], 'sendrecv'],
  [['a=sendonly'], 'sendonly'],
  [['a=recvonly'], 'recvonly'],
  [['a=inactive'], 'inactive'],
  [['c=IN IP4 0.0.0.0'], 'sendonly'],
  [['c=IN IP4 0.0.0.0', 'a=sendrecv'], 'sendonly'],
  [['c=IN IP4 0.0.0.0', 'a=recvonly'], 'inactive'],
  [['c=IN IP4 0.0.0.0', 'a=inactive'], 'inactive'],
])('%j means %s', (lines, direction) => {
  expect(audioOf('m=audio 4000 RTP/AVP 8', ...lines).direction).toBe(direction);
});

test('a direction of the whole session counts where the stream has none', () => {
  expect(audioOf('a=sendonly', 'm=audio 4000 RTP/AVP 8').direction).toBe('sendonly');
  expect(audioOf('a=sendonly', 'm=audio 4000 RTP/AVP 8', 'a=recvonly').direction).toBe('recvonly');
});

test.each([
  [[], 20],
  [['a=ptime:40'], 40],
  [['a=ptime:5'], 20],
  [['a=ptime:x'], 20],
])('packet time of %j is %d ms', (lines, ptimeMs) => {
  expect(audioOf('m=audio 4000 RTP/AVP 8', ...lines).ptimeMs).toBe(ptimeMs);
});

test.each([
  [['a=rtpmap:96 telephone-event/8000'], 96],
  [['a=rtpmap:96 telephone-event/48000'], null],
  [[], null],
])('key presses of %j have type %s', (lines, type) => {
  expect(audioOf('m=audio 4000 RTP/AVP 8 96', ...lines).telephoneEvent).toBe(type);
});
