import { StreamFramer } from '../../../../sip/transport/stream-framing';

const message = (body: string) =>
  `OPTIONS sip:a SIP/2.0\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

test('messages come whole, however the bytes are cut', () => {
  const bytes = message('abc') + message('');
  const framer = new StreamFramer();
  const items = [...bytes].flatMap((byte) => framer.push(byte));
  expect(items).toEqual([{ message: message('abc') }, { message: message('') }]);
});

test('several messages in one segment come in order', () => {
  expect(new StreamFramer().push(message('1') + message('2'))).toEqual([
    { message: message('1') },
    { message: message('2') },
  ]);
});

test('a double CRLF asks for a pong, a single one between messages means nothing', () => {
  expect(new StreamFramer().push(`\r\n\r\n${message('x')}`)).toEqual([
    'ping',
    { message: message('x') },
  ]);
  expect(new StreamFramer().push(`\r\n${message('x')}`)).toEqual([{ message: message('x') }]);
});

test.each([
  ['without a length', 'OPTIONS sip:a SIP/2.0\r\nVia: x\r\n\r\n'],
  ['with a length that is no number', 'OPTIONS sip:a SIP/2.0\r\nContent-Length: x\r\n\r\n'],
  ['with a body beyond the limit', 'OPTIONS sip:a SIP/2.0\r\nl: 99999999\r\n\r\n'],
  ['whose head never ends', 'x'.repeat(70_000)],
])('a stream %s is broken', (_what, bytes) => {
  expect(new StreamFramer().push(bytes)).toEqual(['broken']);
});
