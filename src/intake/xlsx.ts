/**
 * Rows of the first sheet of an XLSX workbook (ECMA-376) that is shown. One piece of the file is in memory at a time, and the
 * distinct texts, which stand in a part of their own. Of a formula its saved result counts.
 */
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import type { Cell, SheetRow } from '../domain/intake/cell';
import { Archive, unreadable } from './archive';
import { tooLarge, type Limits } from './limits';
import { SharedTexts } from './shared-texts';
import { CodedError } from '../domain/errors';

export interface Workbook {
  /** Days are counted from 1904, as old ones of a Mac do. */
  from1904: boolean;
  rows: AsyncGenerator<SheetRow[]>;
}

/** Rejects with `IMPORT_UNREADABLE` or `IMPORT_TOO_LARGE`, also while rows are taken. */
export async function openWorkbook(path: string, limits: Limits): Promise<Workbook> {
  const archive = await Archive.open(path, limits);
  try {
    const { sheet, from1904 } = await describe(archive);
    const shared = await sharedTexts(archive, limits);
    return { from1904, rows: sheetRows(archive, { sheet, shared, limits }) };
  } catch (error) {
    archive.close();
    throw error;
  }
}

/** Hands each tag and text of a part to who listens; between pieces of it, `after`. */
async function* parsed(
  archive: Archive,
  part: string,
  on: {
    open?: (tag: SaxesTagPlain) => void;
    text?: (text: string) => void;
    close?: (name: string) => void;
  },
): AsyncGenerator<void> {
  const parser = new SaxesParser();
  let fault: Error | null = null;
  parser.on('error', (error) => (fault ??= error));
  parser.on('opentag', (tag) => on.open?.(tag));
  parser.on('text', (text) => on.text?.(text));
  parser.on('closetag', ({ name }) => on.close?.(local(name)));
  for await (const piece of archive.text(part)) {
    parser.write(piece);
    if (fault !== null) throw unreadable(fault);
    yield;
  }
}

async function whole(...given: Parameters<typeof parsed>): Promise<void> {
  const pieces = parsed(...given);
  while (!(await pieces.next()).done);
}

/** Without the prefix of its namespace. */
const local = (name: string): string => name.slice(name.indexOf(':') + 1);

const attribute = ({ attributes }: SaxesTagPlain, name: string): string | undefined =>
  attributes[name] ?? Object.entries(attributes).find(([key]) => local(key) === name)?.[1];

const WORKBOOK = 'xl/workbook.xml';

/** Which part the sheet is in. */
async function describe(archive: Archive): Promise<{ sheet: string; from1904: boolean }> {
  if (!archive.has(WORKBOOK)) throw new CodedError('IMPORT_UNREADABLE', 'no workbook in it');
  let from1904 = false;
  const sheets: { relation: string; isHidden: boolean }[] = [];
  await whole(archive, WORKBOOK, {
    open(tag) {
      if (local(tag.name) === 'workbookPr')
        from1904 = ['1', 'true'].includes(attribute(tag, 'date1904') ?? '');
      if (local(tag.name) !== 'sheet') return;
      const relation = tag.attributes['r:id'] ?? attribute(tag, 'id') ?? '';
      sheets.push({ relation, isHidden: /hidden/i.test(attribute(tag, 'state') ?? '') });
    },
  });
  const first = sheets.find(({ isHidden }) => !isHidden) ?? sheets[0];
  const targets = new Map<string, string>();
  await whole(archive, 'xl/_rels/workbook.xml.rels', {
    open(tag) {
      if (local(tag.name) === 'Relationship')
        targets.set(attribute(tag, 'Id') ?? '', attribute(tag, 'Target') ?? '');
    },
  });
  const target = targets.get(first?.relation ?? '') ?? 'worksheets/sheet1.xml';
  const sheet = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
  if (!archive.has(sheet)) throw new CodedError('IMPORT_UNREADABLE', `no ${sheet} in it`);
  return { sheet, from1904 };
}

/** The distinct texts of a workbook; how a Chinese text is read (`rPh`) is none of it. */
async function sharedTexts(archive: Archive, { sharedCharacters }: Limits): Promise<SharedTexts> {
  const texts = new SharedTexts();
  let text = '';
  let characters = 0;
  let isText = false;
  let isReading = 0;
  await whole(archive, 'xl/sharedStrings.xml', {
    open({ name }) {
      const tag = local(name);
      if (tag === 'si') text = '';
      if (tag === 'rPh') isReading += 1;
      isText = tag === 't' && isReading === 0;
    },
    text(piece) {
      if (isText) text += piece;
    },
    close(tag) {
      isText = false;
      if (tag === 'rPh') isReading -= 1;
      if (tag !== 'si') return;
      characters += text.length;
      if (characters > sharedCharacters) throw tooLarge('sharedCharacters', sharedCharacters);
      texts.add(text);
    },
  });
  return texts;
}

interface Sheet {
  sheet: string;
  shared: SharedTexts;
  limits: Limits;
}

async function* sheetRows(archive: Archive, of: Sheet): AsyncGenerator<SheetRow[]> {
  try {
    const reader = new SheetReader(of);
    for await (const _piece of parsed(archive, of.sheet, reader)) yield reader.taken();
  } finally {
    archive.close();
  }
}

/** Puts rows together from tags. */
class SheetReader {
  private rows: SheetRow[] = [];
  private row = 0;
  private cells: Cell[] = [];
  private column = 0;
  private type = 'n';
  private value: string | null = null;
  private formula: string | null = null;
  private taking: 'value' | 'formula' | null = null;

  constructor(private readonly of: Sheet) {}

  /** Rows that are complete. */
  taken(): SheetRow[] {
    const rows = this.rows;
    this.rows = [];
    return rows;
  }

  readonly open = (tag: SaxesTagPlain): void => {
    switch (local(tag.name)) {
      case 'row':
        this.row = Number(tag.attributes.r ?? this.row + 1);
        this.cells = [];
        this.column = -1;
        return;
      case 'c':
        this.column = columnOf(tag.attributes.r) ?? this.column + 1;
        if (this.column >= this.of.limits.columns) this.column = this.of.limits.columns;
        this.type = tag.attributes.t ?? 'n';
        this.value = this.formula = null;
        return;
      case 'v':
      case 't':
        this.taking = 'value';
        this.value ??= '';
        return;
      case 'f':
        this.taking = 'formula';
        this.formula ??= '';
        return;
      case 'rPh':
        this.taking = null;
    }
  };

  readonly text = (piece: string): void => {
    if (this.taking === 'value') this.value += piece;
    else if (this.taking === 'formula') this.formula += piece;
    if ((this.value?.length ?? 0) > this.of.limits.cellCharacters * 4)
      throw tooLarge('cellCharacters', this.of.limits.cellCharacters);
  };

  readonly close = (tag: string): void => {
    this.taking = null;
    if (tag === 'c' && this.column < this.of.limits.columns) this.put(this.cell());
    if (tag === 'row') this.rows.push({ row: this.row, cells: this.cells });
  };

  private put(cell: Cell): void {
    while (this.cells.length < this.column) this.cells.push('');
    this.cells[this.column] = cell;
  }

  private cell(): Cell {
    const { value, formula } = this;
    if (value === null || (value === '' && formula !== null && this.type !== 'str'))
      return formula === null ? '' : { error: `=${formula}` };
    switch (this.type) {
      case 's':
        return this.of.shared.at(Number(value)) ?? '';
      case 'n': {
        const number = Number(value);
        return value.trim() === '' || !Number.isFinite(number) ? value : number;
      }
      case 'b':
        return value === '1' ? 'TRUE' : 'FALSE';
      case 'e':
        return { error: value };
      default:
        return value;
    }
  }
}

/** `AB12` is the column 27. */
function columnOf(reference: string | undefined): number | null {
  const [, letters] = /^([A-Z]{1,3})\d/.exec(reference ?? '') ?? [];
  if (letters === undefined) return null;
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}
