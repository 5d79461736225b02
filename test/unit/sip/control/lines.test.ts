import { LineReader, MAX_LINE_BYTES } from '../../../../sip/control/lines';

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
