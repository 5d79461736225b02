/**
 * Files to which an edge appends one JSON object after the other until it falls. What is no object, such as
 * a last line that was cut off, is left out.
 */
import { readFileSync } from 'node:fs';

/** The objects of the file; none when there is no file. */
export function readJsonLines<Line extends object>(path: string): Line[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    // None yet.
    return [];
  }
  return jsonLines(text);
}

/** The objects of a text of lines. */
export function jsonLines<Line extends object>(text: string): Line[] {
  return text.split('\n').flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === 'object' && value !== null ? [value as Line] : [];
    } catch {
      return [];
    }
  });
}
