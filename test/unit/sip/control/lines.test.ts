import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { LineReader, LineWriter, MAX_LINE_BYTES } from '../../../../sip/control/lines';
import { waitFor } from '../../../support/wait';

function read(...chunks: string[]) {
  const lines: string[] = [];
  let tooLong = 0;
  const reader = new LineReader(
    (line) => lines.push(line),
    () => (tooLong += 1),
  );
  for (const chunk of chunks) reader.push(Buffer.from(chunk));
  return { lines, tooLong };
}

test.each([
  ['one line a chunk', ['a\n', 'b\n'], ['a', 'b']],
  ['several lines in a chunk', ['a\nb\nc'], ['a', 'b']],
  ['a line over several chunks', ['a', 'b', 'c\n'], ['abc']],
  ['CRLF and empty lines', ['a\r\n\r\n\nb\r\n'], ['a', 'b']],
  ['nothing', [''], []],
])('%s', (_what, chunks, lines) => {
  expect(read(...chunks)).toEqual({ lines, tooLong: 0 });
});

test('a character cut in two is put together', () => {
  const bytes = Buffer.from('店\n');
  const lines: string[] = [];
  const reader = new LineReader(
    (line) => lines.push(line),
    () => undefined,
  );
  reader.push(bytes.subarray(0, 1));
  reader.push(bytes.subarray(1));
  expect(lines).toEqual(['店']);
});

test('a line may have 256 KB and no more', () => {
  const longest = 'x'.repeat(MAX_LINE_BYTES);
  expect(read(`${longest}\n`)).toEqual({ lines: [longest], tooLong: 0 });
  expect(read(longest, 'x').tooLong).toBe(1);
});

describe('what is written', () => {
  let server: Server;
  let socket: Socket;
  let writer: LineWriter;
  let heard = '';

  beforeEach(async () => {
    heard = '';
    server = createServer((far) => far.on('data', (chunk) => (heard += chunk.toString())));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    writer = new LineWriter(socket);
  });
  afterEach(() => {
    socket.destroy();
    server.close();
  });

  const lines = (...numbers: number[]): string => numbers.map((n) => `{"n":${n}}\n`).join('');

  test.each([
    [
      'in one turn goes out in one write',
      (): void => [1, 2, 3].forEach((n) => writer.write({ n })),
    ],
    [
      'in passing goes out with the next line, before it',
      (): void => {
        for (const n of [1, 2]) writer.writeLater({ n });
        writer.write({ n: 3 });
      },
    ],
    [
      'in passing goes out by itself',
      (): void => [1, 2, 3].forEach((n) => writer.writeLater({ n })),
    ],
    [
      'in passing behind a line of the same turn goes out with it',
      (): void => {
        writer.write({ n: 1 });
        for (const n of [2, 3]) writer.writeLater({ n });
      },
    ],
  ])('%s', async (_how, write) => {
    const writes = jest.spyOn(socket, 'write');
    write();
    await waitFor('the lines', () => heard === lines(1, 2, 3));
    expect(writes).toHaveBeenCalledTimes(1);
  });

  test('in passing is not sent in the turn in which it is said', async () => {
    const writes = jest.spyOn(socket, 'write');
    writer.writeLater({ n: 1 });
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(writes).not.toHaveBeenCalled();
    writer.flush();
    await waitFor('the line', () => heard === lines(1));
  });
});
