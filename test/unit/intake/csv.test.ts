import { csvRows } from '../../../src/intake/csv';
import { linesOf } from '../../../src/intake/encoding';
import { LIMITS, type Limits } from '../../../src/intake/limits';
import type { SheetRow } from '../../../src/domain/intake/cell';
import { gb18030Of } from '../../support/gb18030';

/** In pieces of that many bytes: none may matter. */
async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function rowsOf(bytes: Buffer | string, limits: Limits = LIMITS, size = 7) {
  const rows: SheetRow[] = [];
  const chunks = pieces(Buffer.from(bytes as string), size);
  for await (const block of csvRows(linesOf(chunks), limits)) rows.push(...block);
  return rows;
}
const cellsOf = async (bytes: Buffer | string) => (await rowsOf(bytes)).map(({ cells }) => cells);

const TEXT = '姓名,手机\r\n王芳🌸,138\r\n"李,伟","""5""\n6"\r\n';
const CELLS = [
  ['姓名', '手机'],
  ['王芳🌸', '138'],
  ['李,伟', '"5"\n6'],
];

test.each<[string, Buffer]>([
  ['UTF-8', Buffer.from(TEXT)],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${TEXT}`)],
  ['UTF-16 little endian', Buffer.from(`\ufeff${TEXT}`, 'utf16le')],
  ['UTF-16 big endian', Buffer.from(`\ufeff${TEXT}`, 'utf16le').swap16()],
  ['GB18030', gb18030Of(TEXT)],
])('%s is read, in pieces of any size', async (_what, bytes) => {
  for (const size of [1, 2, 3, 5, 64, 4096]) {
    const rows = await rowsOf(bytes, LIMITS, size);
    expect(rows.map(({ cells }) => cells)).toEqual(CELLS);
  }
});

test('lines of one file may be of two encodings', async () => {
  const mixed = Buffer.concat([
    ...[Buffer.from('姓名,手机\n'), gb18030Of('王芳,1\n'), Buffer.from('李伟,2\n')],
    ...[gb18030Of('陆,3\n'), Buffer.from('José,4\n')],
  ]);
  expect((await cellsOf(mixed)).slice(0, 5)).toEqual([
    ...[
      ['姓名', '手机'],
      ['王芳', '1'],
      ['李伟', '2'],
      ['陆', '3'],
      ['José', '4'],
    ],
  ]);
});

test('a line of neither encoding is told, and the others are read', async () => {
  const rows = await rowsOf(
    Buffer.concat([
      Buffer.from('a,b\n'),
      Buffer.from([0xff, 0xfe, 0x2c, 0x31, 0x0a]),
      Buffer.from('c,d\n'),
    ]),
  );
  expect(rows.slice(0, 3).map(({ undecodable }) => undecodable ?? false)).toEqual([
    ...[false, true, false],
  ]);
});

test.each([
  ['a comma', ','],
  ['a tabulator', '\t'],
  ['a semicolon', ';'],
  ['a bar', '|'],
])('%s separates where most lines agree', async (_what, separator) => {
  const text = [
    ...['名单（a, b, c）', ['姓名', '手机', '备注'].join(separator)],
    ...[['王', '1', '"x,;\t|"'].join(separator), ['李', '2', 'y'].join(separator)],
  ].join('\n');
  expect((await cellsOf(text)).slice(2, 4)).toEqual([
    ['王', '1', 'x,;\t|'],
    ['李', '2', 'y'],
  ]);
});

test('rows are counted as a spreadsheet does, empty ones as well', async () => {
  const rows = await rowsOf('a,b\n\n"c\nd",e\nf,g\n');
  expect(rows.slice(0, 4).map(({ row, cells }) => [row, cells])).toEqual([
    ...[
      [1, ['a', 'b']],
      [2, ['']],
      [3, ['c\nd', 'e']],
      [4, ['f', 'g']],
    ],
  ]);
});

test('a quotation mark inside a value is one, and one that is never closed takes nothing along', async () => {
  expect((await cellsOf('a,b\n5" 屏,x\n')).slice(0, 2)).toEqual([
    ['a', 'b'],
    ['5" 屏', 'x'],
  ]);
  expect((await cellsOf('a,b\n"c,d\ne,f')).slice(0, 3)).toEqual([
    ...[
      ['a', 'b'],
      ['"c', 'd'],
      ['e', 'f'],
    ],
  ]);
});

test('a value or a row without end is refused', async () => {
  const limits = { ...LIMITS, cellCharacters: 100, columns: 5 };
  await expect(rowsOf(`a,b\n"${'x'.repeat(500)}`, limits)).rejects.toMatchObject({
    ...{ code: 'IMPORT_TOO_LARGE', details: { what: 'cellCharacters' } },
  });
  await expect(rowsOf('a,b\n1,2,3,4,5,6\n', limits)).rejects.toMatchObject({
    details: { what: 'columns' },
  });
});

test.each([
  ['UTF-8', 'utf8'],
  ['UTF-16', 'utf16le'],
] as const)(
  'E30: a file that is one line is refused before it fills memory: %s',
  async (_what, encoding) => {
    let taken = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      const mark = encoding === 'utf8' ? '' : '\ufeff';
      for (yield Buffer.from(mark, encoding); taken < 1000; taken += 1)
        yield Buffer.from('x'.repeat(1000), encoding);
    }
    const limits = { ...LIMITS, cellCharacters: 1000 };
    const read = async () => {
      for await (const _lines of linesOf(endless(), limits));
    };
    await expect(read()).rejects.toMatchObject({
      ...{ code: 'IMPORT_TOO_LARGE', details: { what: 'cellCharacters' } },
    });
    expect(taken).toBeLessThan(20);
  },
);

test('an empty file has no rows with anything in them', async () =>
  expect((await cellsOf('')).flat().filter((cell) => cell !== '')).toEqual([]));
