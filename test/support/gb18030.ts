/** GB18030 of a text: Node reads it and does not write it. */
import { TextDecoder } from 'node:util';

let table: Map<string, readonly number[]> | null = null;

/** All characters of two bytes, by what the decoder makes of them. */
function pairs(): Map<string, readonly number[]> {
  const decoder = new TextDecoder('gb18030');
  const found = new Map<string, readonly number[]>();
  for (let first = 0x81; first <= 0xfe; first += 1)
    for (let second = 0x40; second <= 0xfe; second += 1) {
      if (second === 0x7f) continue;
      const character = decoder.decode(Uint8Array.of(first, second));
      if ([...character].length === 1) found.set(character, [first, second]);
    }
  return found;
}

export function gb18030Of(text: string): Buffer {
  table ??= pairs();
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    const pair = table.get(character);
    if (point < 0x80) bytes.push(point);
    else if (pair) bytes.push(...pair);
    else if (point >= 0x10000) bytes.push(...four(point - 0x10000 + 189_000));
    else throw new Error(`no GB18030 here for ${character}`);
  }
  return Buffer.from(bytes);
}

/** Four bytes, of which each counts on its own scale. */
const four = (linear: number): number[] => [
  0x81 + Math.floor(linear / 12_600),
  0x30 + (Math.floor(linear / 1260) % 10),
  0x81 + (Math.floor(linear / 10) % 126),
  0x30 + (linear % 10),
];
