/** Writes workbooks for tests, part by part, so that each oddity of other programs can be made. */
import { deflateRawSync } from 'node:zlib';

const CRC = Array.from({ length: 256 }, (_none, start) => {
  let value = start;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

function crcOf(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

/** A ZIP archive of these parts (APPNOTE 6.3). */
export function zipOf(parts: Readonly<Record<string, string | Buffer>>): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(parts)) {
    const plain = Buffer.from(content as string);
    const packed = deflateRawSync(plain);
    const path = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crcOf(plain), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(plain.length, 18);
    common.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), common, path, packed]);
    // Length of a comment, disk, attributes: none; then where the file begins.
    const head = Buffer.alloc(14);
    head.writeUInt32LE(at, 10);
    directory.push(
      Buffer.concat([
        Buffer.from('PK\u0001\u0002', 'latin1'),
        Buffer.from([20, 0]),
        common,
        head,
        path,
      ]),
    );
    files.push(local);
    at += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...files, entries, end]);
}

/** A cell as it stands in the part of a sheet: text goes to the shared ones, `xml` as it is. */
export type XlsxCell = string | number | null | { xml: string };

export interface XlsxOptions {
  from1904?: boolean;
  merged?: readonly string[];
  /** Another sheet before this one, hidden. */
  hidden?: boolean;
  /** Parts in place of these, or beside them. */
  parts?: Readonly<Record<string, string | Buffer>>;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const letters = (column: number): string =>
  column < 26
    ? String.fromCharCode(65 + column)
    : letters(Math.floor(column / 26) - 1) + letters(column % 26);

export function xlsxOf(rows: readonly (readonly XlsxCell[])[], options: XlsxOptions = {}): Buffer {
  const texts = new Map<string, number>();
  const cellOf = (cell: XlsxCell, at: string): string => {
    if (cell === null) return '';
    if (typeof cell === 'number') return `<c r="${at}"><v>${cell}</v></c>`;
    if (typeof cell === 'object') return cell.xml.replace('<c', `<c r="${at}"`);
    if (!texts.has(cell)) texts.set(cell, texts.size);
    return `<c r="${at}" t="s"><v>${texts.get(cell)}</v></c>`;
  };
  const data = rows.map((cells, row) => {
    const inside = cells.map((cell, column) => cellOf(cell, `${letters(column)}${row + 1}`));
    return cells.every((cell) => cell === null)
      ? ''
      : `<row r="${row + 1}">${inside.join('')}</row>`;
  });
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const { merged = [], hidden = false, from1904 = false } = options;
  const merges = merged.map((ref) => `<mergeCell ref="${ref}"/>`).join('');
  const [shown, name] = ['<sheet name="线索" sheetId="2" r:id="rId2"/>', 'sheet2.xml'];
  return zipOf({
    'xl/workbook.xml': `<workbook ${main} xmlns:r="${office}"><workbookPr date1904="${from1904 ? 1 : 0}"/><sheets>${
      hidden ? '<sheet name="x" sheetId="1" state="hidden" r:id="rId1"/>' : ''
    }${shown}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Target="worksheets/${name}"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `<worksheet ${main}><sheetData/></worksheet>`,
    [`xl/worksheets/${name}`]: `<worksheet ${main}><sheetData>${data.join('')}</sheetData><mergeCells>${merges}</mergeCells></worksheet>`,
    'xl/sharedStrings.xml': `<sst ${main}>${[...texts.keys()]
      .map(
        (text) =>
          `<si><t xml:space="preserve">${escaped(text)}</t><rPh sb="0" eb="1"><t>x</t></rPh></si>`,
      )
      .join('')}</sst>`,
    ...options.parts,
  });
}
