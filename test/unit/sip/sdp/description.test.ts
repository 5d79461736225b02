import { parseSdp, serialiseSdp } from '../../../../sip/sdp/description';

const LINES = [
  'v=0',
  'o=alice 2890844526 2890842807 IN IP4 192.0.2.1',
  's=talk',
  'i=unknown to us',
  'c=IN IP4 192.0.2.2',
  'b=AS:64',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=audio 49170/2 RTP/AVP 8 0 101',
  'c=IN IP4 192.0.2.3/127',
  'a=rtpmap:101 telephone-event/8000',
  'a=sendonly',
  'x=from the future',
  'm=video 0 RTP/AVP 31',
];

describe('reading a session description', () => {
  test.each([
    ['CRLF', '\r\n'],
    ['LF', '\n'],
    ['CR', '\r'],
  ])('lines may end in %s', (_name, end) => {
    expect(parseSdp(LINES.join(end) + end)).toEqual({
      origin: {
        ...{ username: 'alice', sessionId: '2890844526', version: 2890842807 },
        address: '192.0.2.1',
      },
      connection: '192.0.2.2',
      attributes: [{ name: 'group', value: 'BUNDLE 0' }],
      media: [
        {
          ...{ kind: 'audio', port: 49170, protocol: 'RTP/AVP', formats: ['8', '0', '101'] },
          connection: '192.0.2.3',
          attributes: [{ name: 'rtpmap', value: '101 telephone-event/8000' }, { name: 'sendonly' }],
        },
        { kind: 'video', port: 0, protocol: 'RTP/AVP', formats: ['31'], attributes: [] },
      ],
    });
  });

  test('an unfinished last line and blank lines are forgiven', () => {
    const text = LINES.slice(0, 9).join('\r\n\r\n');
    expect(parseSdp(text).media[0]?.port).toBe(49170);
  });

  test.each([
    ['nothing', ''],
    ['no SDP', 'hello'],
    ['another version', 'v=1\r\no=- 1 1 IN IP4 192.0.2.1\r\nm=audio 4 RTP/AVP 0\r\n'],
    ['no origin', 'v=0\r\ns=-\r\nm=audio 4000 RTP/AVP 0\r\n'],
    ['half an origin', 'v=0\r\no=- 1 1\r\nm=audio 4000 RTP/AVP 0\r\n'],
    ['no media', 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n'],
    ['a port that is none', 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nm=audio 70000 RTP/AVP 0\r\n'],
    ['a negative port', 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nm=audio -1 RTP/AVP 0\r\n'],
    ['half a media line', 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nm=audio 4000\r\n'],
    [
      'an empty connection',
      'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nc=IN IP4\r\nm=audio 4 RTP/AVP 0\r\n',
    ],
    ['too long a text', LINES.join('\r\n') + '\r\na=x'.repeat(5000)],
  ])('%s is refused as bad-sdp', (_what, text) => {
    expect(() => parseSdp(text)).toThrow(expect.objectContaining({ code: 'bad-sdp' }));
  });
});

test('what is written can be read back', () => {
  const description = parseSdp(LINES.join('\r\n'));
  expect(parseSdp(serialiseSdp(description))).toEqual(description);
});

test('lines are written in the order of RFC 8866', () => {
  const text = serialiseSdp({
    origin: { username: 'us', sessionId: '7', version: 2, address: '2001:db8::1' },
    connection: '192.0.2.9',
    attributes: [{ name: 'inactive' }],
    media: [{ kind: 'audio', port: 4, protocol: 'RTP/AVP', formats: ['0'], attributes: [] }],
  });
  expect(text.split('\r\n')).toEqual([
    'v=0',
    'o=us 7 2 IN IP6 2001:db8::1',
    's=-',
    'c=IN IP4 192.0.2.9',
    't=0 0',
    'a=inactive',
    'm=audio 4 RTP/AVP 0',
    '',
  ]);
});
