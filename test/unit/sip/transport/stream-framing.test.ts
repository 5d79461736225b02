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

const head = (...lines: string[]) => `OPTIONS sip:a SIP/2.0\r\n${lines.join('\r\n')}\r\n\r\n`;

test.each([
  ['without a length', head('Via: x')],
  ['with a length that is no number', head('Content-Length: x')],
  ['with a negative length', head('Content-Length: -999')],
  ['with two lengths', head('Content-Length: 3', 'l: 3')],
  ['with a body beyond the limit', head('l: 99999999')],
])('a stream %s is broken, and the head is given back', (_what, bytes) => {
  expect(new StreamFramer().push(bytes)).toEqual([{ broken: bytes }]);
});

test('a stream whose head never ends is broken at the limit, without a head', () => {
  const framer = new StreamFramer(1000);
  expect(framer.push('x'.repeat(1000))).toEqual([]);
  expect(framer.push('x')).toEqual([{ broken: '' }]);
});

test('a folded length is a length', () => {
  const bytes = `${head('Content-Length:', '  3')}abc`;
  expect(new StreamFramer().push(bytes)).toEqual([{ message: bytes }]);
});
